"""How a file loads the arrays of an uploaded `.npz` file that holds several, or other targets than classes."""

from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.codegen.data.data_source import Origin
from blockwright.codegen.data.loading import READ_EXAMPLES, READ_LABELS
from blockwright.codegen.names import words

if TYPE_CHECKING:
    from blockwright.codegen.loops.wide import Wide
    from blockwright.schema.dataset_config import DataChoice
    from blockwright.schema.features import Target

_CLASS_NUMBERS = '''
def class_numbers(labels, known):
    """The class of every example by its number; without one-hot rows, classes are the sorted labels of `known`."""
    if labels.ndim == 2 and labels.shape[1] > 1:
        return read_labels(labels)
    return np.searchsorted(np.unique(read_labels(known)), read_labels(labels))
'''.strip("\n")

_READ = {
    "number": '{array}.reshape(-1, 1).astype("float32")',
    "tags": '{array}.astype("float32")',
    "classes": "class_numbers({array}, {known})",
}


def array_origin(choice: "DataChoice", wide: "Wide") -> Origin:
    """How the arrays that a network reads and learns are loaded; a test part is split off where there is none."""
    from blockwright.data.arrays.npz import TEST_SHARE
    from blockwright.data.arrays.npz_file import read_headers
    from blockwright.data.splitting import part_size

    card = wide.card
    keys = read_headers(Path(str(choice.path)))
    has_test = any(key.startswith("x_test") for key in keys)
    lines = [
        "with np.load(path, allow_pickle=False) as file:",
        "    arrays = {name: file[name] for name in file.files}",
    ]
    by = next((one for one in card.targets if one.kind == "classes"), None)
    split = "split_at_random" if by is None else "split"
    if not has_test:
        examples = card.train_examples + card.test_examples
        first = str(examples) if by is None else _target(by, "train", keys)
        lines.append(f"rest, test = {split}({first}, {part_size(examples, TEST_SHARE)}, SEED)")

    def both(train: str, test: str) -> tuple[str, str]:
        return (train, test) if has_test else (f"{train}[rest]", f"{train}[test]")

    features = {
        one.name: both(*(f"read_examples({_array('x', part, one.name, keys)})" for part in ("train", "test")))
        for one in card.features
    }
    targets = {
        one.name: both(*(_target(one, part, keys) for part in ("train", "test"))) for one in card.targets
    }
    labels = [READ_LABELS.strip("\n"), _CLASS_NUMBERS] if by is not None else []
    counts = f"{card.train_examples:,} examples to train on and {card.test_examples:,} for the test"
    about = f"{words(card.title)}: {counts}."
    helpers = [READ_EXAMPLES.strip("\n"), *labels]
    return Origin(lines, features, targets, about, helpers, "path", set() if has_test else {split})


def _array(letter: str, part: str, name: str, keys: "dict[str, object]") -> str:
    """The expression of one array of the file: of the only one of its letter, or of that name."""
    end = "" if f"{letter}_train" in keys else f"_{name}"
    return f'arrays["{letter}_{part}{end}"]'


def _target(target: "Target", part: str, keys: "dict[str, object]") -> str:
    array, known = (_array("y", one, target.name, keys) for one in (part, "train"))
    return _READ[target.kind].format(array=array, known=known)

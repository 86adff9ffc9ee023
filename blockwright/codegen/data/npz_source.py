"""How a file loads the arrays of an uploaded `.npz` file that holds several, or other targets than classes."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.codegen.data.data_source import Origin
from blockwright.codegen.names import words
from blockwright.codegen.training_plan import TrainingPlan

if TYPE_CHECKING:
    from blockwright.schema.features import Target

_READ_EXAMPLES = '''
def read_examples(values):
    """Images as (examples, height, width, channels); vectors as they are."""
    if values.dtype == bool:
        values = values.astype("uint8") * 255
    elif values.dtype.kind == "f":
        values = values.astype("float32")
    return values[..., None] if values.ndim == 3 else values
'''

_READ_LABELS = '''
def read_labels(values):
    """One label an example; one-hot rows become class numbers."""
    if values.ndim == 2 and values.shape[1] > 1:
        return values.argmax(axis=1)
    values = values.reshape(-1)
    if values.dtype.kind == "S":
        return np.char.decode(values, "utf-8", "replace")
    return values if values.dtype.kind == "U" else values.astype("int64")
'''

_UPLOAD = '''
def load_data(path):
    """The x_train and y_train of an .npz file, and x_test and y_test if there are any."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    x_train, labels = read_examples(arrays["x_train"]), read_labels(arrays["y_train"])
    if arrays["y_train"].ndim == 2 and arrays["y_train"].shape[1] > 1:
        classes = np.arange(arrays["y_train"].shape[1])
    else:
        classes = np.unique(labels)
    y_train = np.searchsorted(classes, labels)
    if "x_test" in arrays:
        x_test = read_examples(arrays["x_test"])
        y_test = np.searchsorted(classes, read_labels(arrays["y_test"]))
    else:
        rest, test = split(y_train, max(1, round(len(y_train) * 0.2)), SEED)
        x_train, x_test = x_train[rest], x_train[test]
        y_train, y_test = y_train[rest], y_train[test]
    return x_train, y_train, x_test, y_test
'''

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


def array_origin(plan: TrainingPlan) -> Origin:
    """How the arrays that a network reads and learns are loaded; a test part is split off where there is none."""
    if plan.unread:
        helpers = [_READ_EXAMPLES.strip("\n"), _READ_LABELS.strip("\n")]
        return Origin([], {}, {}, "", helpers, "path", {"split"}, _UPLOAD)
    from blockwright.data.arrays.npz import TEST_SHARE
    from blockwright.data.arrays.npz_file import read_headers
    from blockwright.data.splitting import part_size

    card = plan.card
    keys = read_headers(Path(str(plan.choice.path)))
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
    labels = [_READ_LABELS.strip("\n"), _CLASS_NUMBERS] if by is not None else []
    counts = f"{card.train_examples:,} examples to train on and {card.test_examples:,} for the test"
    about = f"{words(card.title)}: {counts}."
    helpers = [_READ_EXAMPLES.strip("\n"), *labels]
    return Origin(lines, features, targets, about, helpers, "path", set() if has_test else {split})


def _array(letter: str, part: str, name: str, keys: Mapping[str, object]) -> str:
    """The expression of one array of the file: of the only one of its letter, or of that name."""
    end = "" if f"{letter}_train" in keys else f"_{name}"
    return f'arrays["{letter}_{part}{end}"]'


def _target(target: "Target", part: str, keys: Mapping[str, object]) -> str:
    array, known = (_array("y", one, target.name, keys) for one in (part, "train"))
    return _READ[target.kind].format(array=array, known=known)

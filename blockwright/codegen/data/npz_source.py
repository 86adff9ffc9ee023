"""How a generated file loads the arrays of an uploaded `.npz` file."""

import textwrap
from pathlib import Path

from blockwright.codegen.data.data_source import DataSource, TestSplit, stratified_by
from blockwright.codegen.data.target_source import TARGET_SOURCE
from blockwright.codegen.training_plan import TrainingPlan
from blockwright.data.arrays.npz_file import Header, read_headers
from blockwright.tasks import task_of

_LINES = [
    "with np.load(path, allow_pickle=False) as file:",
    "    arrays = {name: file[name] for name in file.files}",
]

_UNREAD = '''
def read_examples(values):
    """Images as (examples, height, width, channels), vectors as they are; true is 255."""
    if values.dtype == bool:
        values = values * np.uint8(255)
    elif values.dtype.kind == "f":
        values = values.astype("float32")
    return values[..., None] if values.ndim == 3 else values


def read_labels(values):
    """One label per example; one-hot rows become class numbers."""
    if values.ndim == 2 and values.shape[1] > 1:
        return values.argmax(axis=1)
    values = values.reshape(-1)
    return np.char.decode(values, "utf-8", "replace") if values.dtype.kind == "S" else values


def load_data(path):
    """The x_train and y_train of an .npz file, and x_test and y_test if there are any."""
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    x_train, y_train = read_examples(arrays["x_train"]), read_labels(arrays["y_train"])
    classes = np.unique(y_train)
    if arrays["y_train"].ndim == 2 and arrays["y_train"].shape[1] > 1:
        classes = np.arange(arrays["y_train"].shape[1])
    y_train = np.searchsorted(classes, y_train)
    if "x_test" in arrays:
        y_test = np.searchsorted(classes, read_labels(arrays["y_test"]))
        return x_train, read_examples(arrays["x_test"]), y_train, y_test
    size = max(1, round(len(y_train) * 0.2))
    return train_test_split(x_train, y_train, test_size=size, stratify=y_train, random_state=SEED)
'''


def npz_source(plan: TrainingPlan) -> DataSource:
    """How the arrays that a network reads and learns are loaded; a test part is split off if there is none."""
    if plan.unread:
        return DataSource([], {}, {}, function=_UNREAD)
    card, headers = plan.card, read_headers(Path(str(plan.choice.path)))
    parts = ("train", "test") if any(key.startswith("x_test") for key in headers) else ("train",)
    features = {
        feature.name: tuple(_examples(_key("x", part, feature.name, headers), headers) for part in parts)
        for feature in card.features
    }
    targets = {}
    for target in card.targets:
        keys = [_key("y", part, target.name, headers) for part in parts]
        targets[target.name] = tuple(
            TARGET_SOURCE[target.kind].array(target, _array(key), _array(keys[0]), headers[key])
            for key in keys
        )
    lines, split = list(_LINES), None
    if len(parts) == 1:
        by = next((target for target in card.targets if task_of(target.kind).stratifies), None)
        labels = stratified_by(plan, by, card.test_examples, "labels")
        if labels and by is not None:
            lines.append(f"labels = {targets[by.name][0]}")
            targets[by.name] = ("labels",)
        count = f"len({_array(_key('x', 'train', card.features[0].name, headers))})"
        split = TestSplit(card.test_examples, "SEED", count, labels)
    helpers = [_load_validation(plan, headers)] if plan.settings.validation == "file" else []
    return DataSource(lines, features, targets, split, helpers, argument="path")


def _load_validation(plan: TrainingPlan, headers: dict[str, Header]) -> str:
    """The function that loads the validation part of the file."""
    x = {}
    for entry in plan.inputs:
        column = "" if entry.read.column is None else f"[:, {entry.read.column} : {entry.read.column + 1}]"
        x[entry.key] = _examples(_key("x", "val", entry.read.source, headers), headers) + column
    y = {}
    for output in plan.targets:
        target = output.objective.target
        key = _key("y", "val", target.name, headers)
        train = _array(_key("y", "train", target.name, headers))
        y[output.key] = TARGET_SOURCE[target.kind].array(target, _array(key), train, headers[key])
    returned = [
        f"{{{', '.join(f'{key!r}: {text}' for key, text in texts.items())}}}"
        if many
        else next(iter(texts.values()))
        for texts, many in ((x, plan.many_inputs), (y, plan.many_outputs))
        if texts
    ]
    body = textwrap.indent("\n".join([*_LINES, f"return {', '.join(returned)}"]), "    ")
    return f'def load_validation(path):\n    """The validation part of the file."""\n{body}'


def _key(letter: str, part: str, name: str, headers: dict[str, Header]) -> str:
    """The key of an array in the file: of the only one of its letter, or of that name."""
    return f"{letter}_{part}" if f"{letter}_train" in headers else f"{letter}_{part}_{name}"


def _array(key: str) -> str:
    return f'arrays["{key}"]'


def _examples(key: str, headers: dict[str, Header]) -> str:
    """The expression of examples: texts in a column, images with channels, numbers in float32, flags as bytes."""
    header, array = headers[key], _array(key)
    if header.is_text:
        if header.dtype.kind == "S":
            array = f'np.char.decode({array}, "utf-8", "replace")'
        return f"{array}.reshape(-1, 1).astype(object)"
    if header.dtype.kind == "b":
        array = f"({array} * np.uint8(255))"
    elif header.dtype.kind == "f" and header.dtype.name != "float32":
        array += '.astype("float32")'
    return f"{array}[..., None]" if len(header.shape) == 3 else array

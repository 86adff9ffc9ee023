"""The part of a generated file that loads its data."""

import ast
import inspect
import re
from typing import TYPE_CHECKING

from blockwright.codegen.data.data_source import plain_function
from blockwright.codegen.loops.training_config import Task
from blockwright.codegen.names import words
from blockwright.codegen.program.arguments import value_text

if TYPE_CHECKING:
    from blockwright.tasks.fitting import Fitting

_RENAMED = {"draw": "draw_images", "distance": "distance_to"}

SPLIT = '''
def split(labels, size, seed):
    """Positions of the examples that stay, and of `size` ones of all classes that go."""
    order = np.random.default_rng(seed).permutation(len(labels))
    classes, counts = np.unique(labels, return_counts=True)
    share = counts * (size / len(labels))
    taken = np.minimum(np.floor(share).astype(int), counts - 1)
    by_remainder = np.argsort(-(share - taken), kind="stable")
    while taken.sum() < size:
        free = [one for one in by_remainder if taken[one] < counts[one] - 1]
        if not free:  # too few examples for every class to have its share
            return np.sort(order[size:]), np.sort(order[:size])
        taken[free[: size - taken.sum()]] += 1
    shuffled = labels[order]
    chosen = [
        order[np.flatnonzero(shuffled == one)[:count]]
        for one, count in zip(classes, taken, strict=True)
    ]
    gone = np.zeros(len(labels), dtype=bool)
    gone[np.concatenate(chosen)] = True
    return np.flatnonzero(~gone), np.flatnonzero(gone)
'''

_DIGITS = '''
def load_data():
    """1,797 handwritten digits of 8 x 8 pixels; 297 of them are for the test."""
    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype("uint8")[..., None]
    rest, test = split(digits.target, 297, seed=1797)
    return images[rest], digits.target[rest], images[test], digits.target[test]
'''

_SHAPES = '''
def load_data():
    """Drawn shapes: {train:,} images to train on and {test:,} for the test."""
    images, labels = draw_shapes({total}, size={size}, colour={colour}, seed={seed})
    return images[:{train}], labels[:{train}], images[{train}:], labels[{train}:]
'''

_GREY = '''
def load_data():
    """{title}; downloaded on first use."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.{name}.load_data()
    return x_train[..., None], y_train, x_test[..., None], y_test
'''

_COLOUR = '''
def load_data():
    """{title}; downloaded on first use."""
    (x_train, y_train), (x_test, y_test) = keras.datasets.{name}.load_data()
    return x_train, y_train.reshape(-1), x_test, y_test.reshape(-1)
'''

READ_EXAMPLES = '''
def read_examples(values):
    """Images as (examples, height, width, channels); vectors as they are."""
    if values.dtype == bool:
        values = values.astype("uint8") * 255
    elif values.dtype.kind == "f":
        values = values.astype("float32")
    return values[..., None] if values.ndim == 3 else values
'''

READ_LABELS = '''
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
    class_names = [" ".join(str(one).split())[:80] or "(empty)" for one in classes]
    return x_train, y_train, x_test, y_test, class_names
'''

VALUE_SCALE = '''
def value_scale(x_train):
    """What brings values to 0..1; numbers that lie within -1..1 stay as they are."""
    if x_train.dtype == np.uint8:
        return 1 / 255
    largest = max(abs(float(x_train.min())), abs(float(x_train.max())))
    return 1 / largest if largest > 1 else 1.0
'''

_RESIZE = '''
def pixel_weights(old, new):
    """The part of each old pixel in each new one, shape `(new, old)`."""
    ratio = old / new
    centres = np.clip((np.arange(new) + 0.5) * ratio - 0.5, 0, old - 1)
    distance = np.abs(centres[:, None] - np.arange(old))
    weights = np.maximum(0.0, 1.0 - distance / max(1.0, ratio))
    return (weights / weights.sum(axis=1, keepdims=True)).astype("float32")


def resize(images, height, width):
    """Bilinear resizing of float32 images; shrinking averages."""
    images = images.transpose(0, 1, 3, 2) @ pixel_weights(images.shape[2], width).T
    images = images.transpose(0, 2, 3, 1) @ pixel_weights(images.shape[1], height).T
    return images.transpose(0, 3, 2, 1)
'''


def loading(task: Task) -> str:
    """The functions that load the data, make it fit the network, and split and batch it."""
    drawing, text = pictures(task)
    parts = [SPLIT, *([drawing] if drawing else []), text]
    if task.uploaded and task.scales:
        parts.append(VALUE_SCALE)
    if task.fitting is not None and task.fitting.changes:
        parts += fitting_functions(task.fitting, task.uploaded)
    parts.append(_batches(task))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def pictures(task: Task) -> tuple[str, str]:
    """What stands before `load_data` of a set of images, and `load_data` itself."""
    choice = task.choice
    match choice.name:
        case "digits":
            return "", _DIGITS
        case "shapes":
            train, test = task.examples or 0, task.test_examples or 0
            values = {"size": choice.size, "colour": choice.colour, "seed": choice.seed}
            return _drawing(), _SHAPES.format(train=train, test=test, total=train + test, **values)
        case "upload":
            return "", "\n\n".join([READ_EXAMPLES, READ_LABELS, _UPLOAD])
        case "mnist" | "fashion_mnist":
            return "", _GREY.format(title=task.title, name=choice.name)
        case _:
            return "", _COLOUR.format(title=task.title, name=choice.name)


def fitting_functions(fitting: "Fitting", uploaded: bool, name: str = "fit_images") -> list[str]:
    """The functions that bring images to the size and the channels that the network reads."""
    function = _fitting(fitting, uploaded).replace("def fit_images(", f"def {name}(")
    return [*([_RESIZE] if fitting.size is not None else []), function]


def prepared(task: Task) -> str:
    """The statements that end in `train_data`, `validation_data`, `test_data` and `y_test`."""
    lines = []
    rest = ""
    if task.uploaded:
        lines.append("x_train, y_train, x_test, y_test, class_names = load_data(DATA)")
        rest = ", scale" if task.scales else ""
        if task.scales:
            lines.append("scale = value_scale(x_train)")
    else:
        lines.append("x_train, y_train, x_test, y_test = load_data()")
    if task.fitting is not None and task.fitting.changes:
        lines.append("x_train, x_test = fit_images(x_train), fit_images(x_test)")
    elif task.fitting is not None and task.fitting.shape != task.fitting.source:
        shape = ", ".join(str(size) for size in task.fitting.shape)
        lines += [f"{one} = {one}.reshape(len({one}), {shape})" for one in ("x_train", "x_test")]
    size = "round(len(y_train) * VALIDATION_SHARE)"
    if task.examples is None or task.examples * task.settings.validation_share < 1:
        size = f"max(1, {size})"
    lines += [
        f"training, validation = split(y_train, {size}, SEED)",
        f"train_data = batches(x_train[training], y_train[training]{rest}, shuffle=True)",
        f"validation_data = batches(x_train[validation], y_train[validation]{rest})",
        f"test_data = batches(x_test, y_test{rest})",
    ]
    return "\n".join(lines) + "\n"


def class_names(task: Task) -> str:
    """The constant with the names of the classes; empty where the file finds them itself."""
    if task.class_names is None:
        return ""
    names = task.class_names
    if names == tuple(str(number) for number in range(len(names))):
        return f"CLASS_NAMES = [str(number) for number in range({len(names)})]"
    if len(names) > 20:
        rows = ast.unparse(ast.Constant(" ".join(name.replace(" ", "_") for name in names)))
        text = rows[1:-1]
        lines, line = [], ""
        for word in text.split():
            if len(line) + len(word) > 86:
                lines.append(line.rstrip())
                line = ""
            line += f"{word} "
        return 'CLASS_NAMES = """\n' + "\n".join([*lines, line.rstrip()]) + '\n""".split()'
    return f"CLASS_NAMES = {[words(name) for name in names]!r}"


def one_hot(task: Task) -> bool:
    """Whether the loss wants labels as rows of zeros and a one."""
    objective = task.objective
    return objective is not None and objective.units > 1 and task.loss != "sparse_categorical_crossentropy"


def _batches(task: Task) -> str:
    scale = ", scale" if task.uploaded and task.scales else ""
    image = "tf.cast(images, tf.float32)"
    if task.scales:
        image += " * scale" if task.uploaded else " * SCALE"
    label = "labels"
    if one_hot(task):
        label = f"tf.one_hot(labels, {task.objective.units})"
    return f'''
def batches(x, y{scale}, shuffle=False):
    """Batches of float32 inputs with their labels; shuffled anew in every epoch."""
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(x), seed=SEED)
    dataset = dataset.batch(BATCH_SIZE)
    dataset = dataset.map(lambda images, labels: ({image}, {label}))
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread would hold up short epochs
    return dataset.prefetch(2).with_options(options)
'''


def _fitting(fitting: "Fitting", uploaded: bool) -> str:
    shape = f"len(images), {', '.join(value_text(size) for size in fitting.shape)}"
    lines = ["def fit_images(images):", f'    """{" ".join(fitting.notes)}"""']
    if fitting.size is not None or fitting.channels == 1:
        dtype = "images.dtype"
        if uploaded:
            dtype = "dtype"
            lines.append("    dtype = np.uint8 if images.dtype == np.uint8 else np.float32")
        lines += [
            f"    fitted = np.empty(({shape}), dtype={dtype})",
            "    for start in range(0, len(images), 1000):",
            '        part = images[start : start + 1000].astype("float32")',
        ]
        if fitting.channels == 1:
            lines.append(
                '        part = (part @ np.array([0.299, 0.587, 0.114], dtype="float32"))[..., None]'
            )
        if fitting.size is not None:
            lines.append(f"        part = resize(part, {fitting.size[0]}, {fitting.size[1]})")
        if fitting.channels is not None and fitting.channels > 1:
            lines.append(f"        part = np.repeat(part, {fitting.channels}, axis=-1)")
        rounded = "np.clip(np.rint(part), 0, 255)"
        if uploaded:
            lines.append(f"        if dtype == np.uint8:\n            part = {rounded}")
            rounded = "part"
        inner = ", ".join(value_text(size) for size in fitting.shape)
        lines.append(f"        fitted[start : start + 1000] = {rounded}.reshape(-1, {inner})")
        lines.append("    return fitted")
    else:
        lines.append(f"    return np.repeat(images, {fitting.channels}, axis=-1).reshape({shape})")
    return "\n".join(lines)


def _drawing() -> str:
    """The source of the shapes' generator, without annotations and with its comments."""
    from blockwright.data.synthetic import shapes

    texts = [f"_PIXELS_AT_ONCE = {shapes._PIXELS_AT_ONCE:_}"]
    for one in vars(shapes).values():
        if inspect.isfunction(one) and one.__module__ == shapes.__name__:
            texts.append(plain_function(inspect.getsource(one)))
    text = "\n\n\n".join(texts)
    return re.sub(r"(?<![\w.])_([A-Za-z]\w*)", lambda found: _RENAMED.get(found[1], found[1]), text)

"""The part of a generated file that loads its data, makes it fit the network, splits and batches it."""

import textwrap

from blockwright.codegen.data.data_source import SPLIT_AT_RANDOM, Origin, origin
from blockwright.codegen.data.npz_source import array_origin
from blockwright.codegen.formatting import render
from blockwright.codegen.names import words
from blockwright.codegen.program.arguments import value_text
from blockwright.codegen.training_plan import InputData, OutputData, TrainingPlan
from blockwright.tasks.feature_matching import Read
from blockwright.tasks.fitting import Fitting

_MANY_CLASSES = 20

_SPLIT = '''
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

_VALUE_SCALE = '''
def value_scale(x_train):
    """What brings values to 0..1; numbers that lie within -1..1 stay as they are."""
{% if unread %}
    if x_train.dtype == np.uint8:
        return 1 / 255
{% endif %}
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

_FIT_IMAGES = '''
def {{ name }}(images):
    """{{ fitting.notes | join(" ") }}"""
{% if fitting.size is none and fitting.channels != 1 %}
    return np.repeat(images, {{ fitting.channels }}, axis=-1).reshape(len(images), {{ shape }})
{% else %}
    fitted = np.empty((len(images), {{ shape }}), dtype={% if is_bytes %}images.dtype{% else %}"float32"{% endif %})
    for start in range(0, len(images), 1000):
        part = images[start : start + 1000].astype("float32")
{% if fitting.channels == 1 %}
        part = (part @ np.array([0.299, 0.587, 0.114], dtype="float32"))[..., None]
{% endif %}
{% if fitting.size is not none %}
        part = resize(part, {{ fitting.size[0] }}, {{ fitting.size[1] }})
{% endif %}
{% if fitting.channels is not none and fitting.channels > 1 %}
        part = np.repeat(part, {{ fitting.channels }}, axis=-1)
{% endif %}
{% if is_bytes %}
        part = np.clip(np.rint(part), 0, 255)
{% endif %}
        fitted[start : start + 1000] = part.reshape(-1, {{ shape }})
    return fitted
{% endif %}
'''

_PICK = '''
def pick(arrays, places):
    """The examples at some places, of every array."""
    return {name: array[places] for name, array in arrays.items()}
'''

_STANDARDIZE = '''
def standardize(x_train, x_test, training):
    """Columns of mean 0 and deviation 1, both told by the examples that train."""
    known = x_train[training].astype("float64")
    mean, spread = known.mean(axis=0), known.std(axis=0)
    spread[spread <= 1e-12 * np.maximum(1.0, np.abs(mean))] = 1.0  # columns that never change
    return [((x.astype("float64") - mean) * (1.0 / spread)).astype("float32") for x in (x_train, x_test)]
'''

_TO_UNIT = '''
def bring_to_unit(x_train, x_test, training):
    """Columns from 0 to 1, told by the least and the greatest of the examples that train."""
    known = x_train[training].astype("float64")
    least, spread = known.min(axis=0), known.max(axis=0) - known.min(axis=0)
    spread[spread <= 1e-12 * np.maximum(1.0, np.abs(least))] = 1.0  # columns that never change
    return [((x.astype("float64") - least) * (1.0 / spread)).astype("float32") for x in (x_train, x_test)]
'''

_FILL = '''
def fill_missing(x_train, x_test, training{whole}):
    """The mean of the examples that train in the place of missing numbers."""
    means = np.nan_to_num(np.nanmean(x_train[training], axis=0, dtype="float64"))
    means = {means}.astype(x_train.dtype)
    return [np.where(np.isnan(x), means, x) for x in (x_train, x_test)]
'''


def loading(plan: TrainingPlan) -> str:
    """The functions that load the data, make it fit the network, and batch it."""
    source = _origin(plan)
    splits = source.splits | {"split" if plan.split_by is not None else "split_at_random"}
    parts = [_SPLIT] if "split" in splits else []
    parts += [SPLIT_AT_RANDOM] if "split_at_random" in splits else []
    parts += source.helpers
    parts += _load_data(source, plan)
    fittings = _fittings(plan)
    if any(read.fitting.size is not None for read in fittings.values()):
        parts.append(_RESIZE)
    parts += [_fitting(read, name) for name, read in fittings.items()]
    if any(one.scale == "largest" for one in plan.inputs):
        parts.append(render(_VALUE_SCALE, unread=plan.unread))
    if any(one.filled for one in plan.inputs):
        whole = [one.entry.dtype.startswith("int") for one in plan.inputs if one.filled]
        parts.append(_FILL.format(whole="", means="np.rint(means)" if all(whole) else "means"))
    if any(one.scale == "columns" for one in plan.inputs):
        parts.append(_TO_UNIT if plan.settings.scaling == "unit" else _STANDARDIZE)
    if plan.many_inputs or plan.many_outputs:
        parts.append(_PICK)
    parts.append(_batches(plan))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def prepared(plan: TrainingPlan) -> str:
    """The statements that end in `train_data`, `validation_data`, `test_data` and `y_test`."""
    given = "DATA" if plan.uploaded else ""
    targets = ", y_train", ", y_test"
    if not plan.targets:
        targets = "", ""
    lines = [f"x_train{targets[0]}, x_test{targets[1]} = load_data({given})"]
    lines += _largest(plan)
    for one in plan.inputs:
        lines += _fitted(one, plan)
    lines.append(_split(plan))
    for one in plan.inputs:
        lines += _scaled(one, plan)
    for output in plan.outputs:
        lines += _given_back(output, plan)
    x, y = (
        (lambda places: f"pick(x_train, {places})" if plan.many_inputs else f"x_train[{places}]"),
        (lambda places: f"pick(y_train, {places})" if plan.many_outputs else f"y_train[{places}]"),
    )
    lines += [
        f"train_data = batches({x('training')}, {y('training')}, shuffle=True)",
        f"validation_data = batches({x('validation')}, {y('validation')})",
        "test_data = batches(x_test, y_test)",
    ]
    return "\n".join(lines) + "\n"


def class_names(plan: TrainingPlan) -> str:
    """The constant with the names of classes and tags; empty where there are none."""
    named = {
        one.key: one.objective.target.class_names for one in plan.outputs if one.objective.target.class_names
    }
    if not named:
        return ""
    texts = {key: _names(names) for key, names in named.items()}
    if not plan.many_outputs:
        return f"CLASS_NAMES = {next(iter(texts.values()))}"
    return f"CLASS_NAMES = {{{', '.join(f'{key!r}: {text}' for key, text in texts.items())}}}"


def _names(names: tuple[str, ...]) -> str:
    if names == tuple(str(number) for number in range(len(names))):
        return f"[str(number) for number in range({len(names)})]"
    simple = all(name == name.strip() and not set('_\\"') & set(name) and name.split() for name in names)
    if len(names) <= _MANY_CLASSES or not simple:
        return f"[{', '.join(repr(words(name)) for name in names)}]"
    rows = textwrap.wrap(" ".join(name.replace(" ", "_") for name in names), 86, break_long_words=False)
    return '"""\n' + "\n".join(rows) + '\n""".split()'


def at(array: str, key: str, many: bool) -> str:
    """One array of several by name, or the only one."""
    return f'{array}["{key}"]' if many else array


def _fittings(plan: TrainingPlan) -> dict[str, Read]:
    """Every way in which images are fitted, by the name of its function, each with an input that it serves."""
    different: dict[tuple[Fitting, str], Read] = {}
    for one in plan.inputs:
        if one.read.fitting.changes:
            different.setdefault((one.read.fitting, one.read.feature.dtype), one.read)
    return {
        f"fit_images{f'_{number}' if number else ''}": read for number, read in enumerate(different.values())
    }


def _largest(plan: TrainingPlan) -> list[str]:
    """The statement that finds what numbers are divided by."""
    keys = [one.key for one in plan.inputs if one.scale == "largest"]
    if not keys or not plan.many_inputs:
        return ["scale = value_scale(x_train)"] if keys else []
    return [f"scales = {{{', '.join(f'{key!r}: value_scale(x_train[{key!r}])' for key in keys)}}}"]


def _origin(plan: TrainingPlan) -> Origin:
    from blockwright.data.upload_reader import is_table

    if plan.uploaded and not is_table(str(plan.choice.path)):
        return array_origin(plan)
    return origin(plan)


def _load_data(source: Origin, plan: TrainingPlan) -> list[str]:
    plain = (
        len(plan.targets) == len(plan.outputs) == len(plan.inputs) == 1 and plan.inputs[0].read.column is None
    )
    if source.whole and plain:
        return [source.whole]
    before = [source.whole.replace("def load_data(", "def load_images(")] if source.whole else []
    lines = [f"def load_data({source.argument}):", f'    """{source.about}"""']
    lines += [f"    {line}" for line in source.lines]
    pairs = {one.key: source.features[one.read.source] for one in plan.inputs}
    for one in plan.inputs:
        if one.read.column is not None:
            place = f"[:, {one.read.column} : {one.read.column + 1}]"
            train, test = pairs[one.key]
            pairs[one.key] = f"{train}{place}", f"{test}{place}"
    names = ["x_train", "x_test"]
    answers = {one.key: source.targets[one.objective.target.name] for one in plan.targets}
    given = []
    for part, name in enumerate(names):
        given.append(
            _gathered(name, {key: pair[part] for key, pair in pairs.items()}, plan.many_inputs, lines)
        )
        if answers:
            target = name.replace("x_", "y_")
            chosen = {key: pair[part] for key, pair in answers.items()}
            given.append(_gathered(target, chosen, plan.many_outputs, lines))
    lines.append(f"    return {', '.join(given)}")
    return [*before, "\n".join(lines)]


def _gathered(name: str, texts: dict[str, str], many: bool, lines: list[str]) -> str:
    if not many:
        return next(iter(texts.values()))
    entries = ", ".join(f'"{key}": {text}' for key, text in texts.items())
    lines.append(f"    {name} = {{{entries}}}")
    return name


def _fitted(one: InputData, plan: TrainingPlan) -> list[str]:
    fitting = one.read.fitting
    x = [at(name, one.key, plan.many_inputs) for name in ("x_train", "x_test")]
    if fitting.changes:
        function = next(
            name
            for name, read in _fittings(plan).items()
            if (read.fitting, read.feature.dtype) == (fitting, one.read.feature.dtype)
        )
        return [f"{', '.join(x)} = {', '.join(f'{function}({name})' for name in x)}"]
    if fitting.shape != fitting.source and fitting.shape != one.read.feature.shape:
        shape = ", ".join(str(size) for size in fitting.shape)
        return [f"{name} = {name}.reshape(len({name}), {shape})" for name in x]
    return []


def _split(plan: TrainingPlan) -> str:
    share = plan.settings.validation_share
    if plan.split_by is not None:
        by = at("y_train", plan.split_by.key, plan.many_outputs)
        count, function, first = f"len({by})", "split", by
    else:
        one = plan.inputs[0]
        count = f"len({at('x_train', one.key, plan.many_inputs)})"
        function, first = "split_at_random", count
    total = plan.card.train_examples
    size = f"round({count} * VALIDATION_SPLIT)"
    if not 1 <= round(total * share) < total:
        size = f"min(max(1, {size}), {count} - 1)"
    return f"training, validation = {function}({first}, {size}, SEED)"


def _scaled(one: InputData, plan: TrainingPlan) -> list[str]:
    x = [at(name, one.key, plan.many_inputs) for name in ("x_train", "x_test")]
    both, lines = ", ".join(x), []
    if one.filled:
        lines.append(f"{both} = fill_missing({both}, training)")
    if one.scale == "columns":
        function = "bring_to_unit" if plan.settings.scaling == "unit" else "standardize"
        lines.append(f"{both} = {function}({both}, training)")
    elif one.scale == "largest":
        scale = at("scales", one.key, True) if plan.many_inputs else "scale"
        lines += [f'{name} = {name}.astype("float32") * np.float32({scale})' for name in x]
    elif not one.is_text and not one.is_bytes and one.read.feature.kind != "tags":
        dtype = one.entry.dtype
        lines += [f'{name} = {name}.astype("{dtype}")' for name in x]
    return lines


def _given_back(output: OutputData, plan: TrainingPlan) -> list[str]:
    """The statements that make what an output gives back out of what goes in."""
    if output.of is None:
        return []
    lines = []
    for part in ("train", "test"):
        x = at(f"x_{part}", output.of.key, plan.many_inputs)
        if output.objective.shape != output.of.read.fitting.shape:
            shape = ", ".join(str(size) for size in output.objective.shape)
            x = f"{x}.reshape(-1, {shape})"
        if plan.many_outputs and not plan.targets and output is plan.outputs[0]:
            lines.append(f"y_{part} = {{}}")
        lines.append(f"{at(f'y_{part}', output.key, plan.many_outputs)} = {x}")
    return lines


def _batches(plan: TrainingPlan) -> str:
    x = _mapped(
        "x", [(one.key, _as_numbers(one, "x", plan.many_inputs)) for one in plan.inputs], plan.many_inputs
    )
    targets = []
    for one in plan.outputs:
        label = at("y", one.key, plan.many_outputs)
        if one.of is not None:
            targets.append((one.key, _as_numbers(one.of, "y", plan.many_outputs, one.key)))
        elif one.one_hot_units:
            targets.append((one.key, f"tf.one_hot({label}, {one.one_hot_units})"))
    y = _mapped("y", targets, plan.many_outputs)
    mapped = "" if (x, y) == ("x", "y") else f"\n    dataset = dataset.map(lambda x, y: ({x}, {y}))"
    return f'''
def batches(x, y, shuffle=False):
    """Batches of inputs with their targets; shuffled again in every epoch."""
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(dataset), seed=SEED)
    dataset = dataset.batch(BATCH_SIZE){mapped}
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread would hold up short epochs
    return dataset.prefetch(2).with_options(options)
'''


def _as_numbers(one: InputData, name: str, many: bool, key: str | None = None) -> str | None:
    """The expression that makes numbers of bytes; None where values are numbers already."""
    if not one.is_bytes:
        return None
    text = f"tf.cast({at(name, key or one.key, many)}, tf.float32)"
    return f"{text} * SCALE" if one.scale == "bytes" else text


def _mapped(name: str, changed: list[tuple[str, str | None]], many: bool) -> str:
    entries = [(key, text) for key, text in changed if text is not None]
    if not entries:
        return name
    if not many:
        return entries[0][1]
    return f"{{**{name}, {', '.join(f'{key!r}: {text}' for key, text in entries)}}}"


def _fitting(read: Read, name: str) -> str:
    """The function that brings images to the size and the channels that the network reads."""
    fitting, shape = read.fitting, ", ".join(value_text(size) for size in read.fitting.shape)
    return render(
        _FIT_IMAGES, name=name, fitting=fitting, shape=shape, is_bytes=read.feature.dtype == "uint8"
    )

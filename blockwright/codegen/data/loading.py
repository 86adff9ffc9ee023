"""The functions of a generated file that load its data, make it fit the network, and batch it."""

import textwrap

from blockwright.codegen.data.augmentation import augmentation_functions
from blockwright.codegen.data.csv_source import csv_source
from blockwright.codegen.data.data_source import Arrays, DataSource, about, built_in_source
from blockwright.codegen.data.names import at, fitting_functions
from blockwright.codegen.data.npz_source import npz_source
from blockwright.codegen.data.split_call import split_call
from blockwright.codegen.formatting import render
from blockwright.codegen.function_source import plain_source
from blockwright.codegen.names import words
from blockwright.codegen.task_code import task_code
from blockwright.codegen.training_plan import InputData, TrainingPlan
from blockwright.data.upload_reader import is_table
from blockwright.runtime import earlier_resizing, earlier_splitting, scaling
from blockwright.tasks.feature_matching import Read

_MANY_CLASSES = 20

_FIT_IMAGES = '''
def {{ name }}(images):
    """{{ fitting.notes | join(" ") }}"""
{% if fitting.size is none and fitting.channels == 3 %}
    return np.repeat(images, 3, axis=-1){{ reshaped }}
{% else %}
    parts = np.array_split(images, range(1000, len(images), 1000))  # saves memory
    return np.concatenate([{{ fitted }} for part in parts]){{ reshaped }}
{% endif %}
'''

_FIT_IMAGES_EARLIER = '''
def {{ name }}(images):
    """{{ fitting.notes | join(" ") }}"""
{% if fitting.size is none and fitting.channels == 3 %}
    return np.repeat(images, 3, axis=-1){{ reshaped }}
{% else %}
    fitted = []
    for part in np.array_split(images, range(1000, len(images), 1000)):
        part = part.astype("float32")
{% if fitting.channels == 1 %}
        part = (part @ np.array([0.299, 0.587, 0.114], dtype="float32"))[..., None]
{% endif %}
{% if fitting.size is not none %}
        part = resize(part, {{ fitting.size[0] }}, {{ fitting.size[1] }})
{% endif %}
{% if fitting.channels == 3 %}
        part = np.repeat(part, 3, axis=-1)
{% endif %}
        fitted.append({% if is_bytes %}np.clip(np.rint(part), 0, 255).astype("uint8"){% else %}part{% endif %})
    return np.concatenate(fitted){{ reshaped }}
{% endif %}
'''

_PICK = '''
def pick(arrays, indices):
    """Some examples of every array."""
    return {name: array[indices] for name, array in arrays.items()}
'''

_BATCHES = '''
def batches(x, y, shuffle=False):
    """Batches of inputs with their targets, shuffled again in every epoch if asked for."""
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(dataset), seed=SEED)
    dataset = dataset.batch(BATCH_SIZE)
{% if (x, y) != ("x", "y") %}
    dataset = dataset.map(lambda x, y: ({{ x }}, {{ y }}))
{% endif %}
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread would hold up short epochs
    return dataset.prefetch(2).with_options(options)
'''


def loading(plan: TrainingPlan) -> str:
    """The functions that load the data, make it fit the network, and batch it."""
    source = _source(plan)
    functions = [*_earlier_splits(source, plan), *source.helpers, source.function or _load_data(source, plan)]
    earlier = plan.settings.data_version == 1
    fittings = fitting_functions(plan)
    if earlier and any(read.fitting.size is not None for read in fittings.values()):
        functions += [
            plain_source(earlier_resizing.pixel_weights),
            plain_source(earlier_resizing.resize),
        ]
    functions += [_fit_images(name, read, earlier) for name, read in fittings.items()]
    if any(entry.scale == "largest" for entry in plan.inputs):
        functions.append(plain_source(scaling.value_scale))
    if any(entry.filled for entry in plan.inputs):
        functions.append(plain_source(scaling.column_means))
    if any(entry.scale == "columns" for entry in plan.inputs):
        unit = plan.settings.scaling == "unit"
        functions.append(plain_source(scaling.unit_scale if unit else scaling.standard_scale))
    if plan.many_inputs or plan.many_outputs:
        functions.append(_PICK)
    functions += [_batches(plan), *augmentation_functions(plan)]
    return "\n\n\n".join(text.strip("\n") for text in functions) + "\n"


def class_names(plan: TrainingPlan) -> str:
    """The constant with the names of classes and tags; empty where there are none."""
    texts = {
        output.key: _names(output.objective.target.class_names)
        for output in plan.outputs
        if output.objective.target.class_names
    }
    if not texts:
        return ""
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


def _source(plan: TrainingPlan) -> DataSource:
    if not plan.uploaded:
        return built_in_source(plan)
    return csv_source(plan) if is_table(str(plan.choice.path)) else npz_source(plan)


def _earlier_splits(source: DataSource, plan: TrainingPlan) -> list[str]:
    """The splitting functions of data version 1 that the file uses."""
    if plan.settings.data_version != 1:
        return []
    by_class = {plan.stratified_by is not None}
    if source.split is not None:
        by_class.add(bool(source.split.labels))
    functions = [plain_source(earlier_splitting.split)] if True in by_class else []
    return functions + ([plain_source(earlier_splitting.split_at_random)] if False in by_class else [])


def _load_data(source: DataSource, plan: TrainingPlan) -> str:
    """The function `load_data`, which returns the arrays of the training and the test part."""
    x: Arrays = {entry.key: _read(entry, source) for entry in plan.inputs}
    y: Arrays = {output.key: source.targets[output.objective.target.name] for output in plan.targets}
    lines, split = list(source.lines), source.split
    several = plan.many_inputs or (plan.many_outputs and bool(y))
    if split is not None and not several and plan.settings.data_version > 1:
        arrays = [next(iter(texts.values()))[0] for texts in (x, y) if texts]
        returned = split_call(plan, arrays, split.count, str(split.size), split.seed, split.labels)
    else:
        if split is not None:
            call = split_call(plan, None, split.count, str(split.size), split.seed, split.labels)
            lines.append(f"rest, test = {call}")
            x, y = ({key: (f"{text}[rest]", f"{text}[test]") for key, (text,) in of.items()} for of in (x, y))
        returned = ", ".join(
            _collected(f"{letter}_{part}", {key: pair[index] for key, pair in of.items()}, many, lines)
            for letter, of, many in (("x", x, plan.many_inputs), ("y", y, plan.many_outputs))
            if of
            for index, part in enumerate(("train", "test"))
        )
    body = textwrap.indent("\n".join([*lines, f"return {returned}"]), "    ")
    return f'def load_data({source.argument}):\n    """{about(plan)}"""\n{body}'


def _read(entry: InputData, source: DataSource) -> tuple[str, ...]:
    """The expressions of what an input reads: a feature, or one of its columns."""
    column = "" if entry.read.column is None else f"[:, {entry.read.column} : {entry.read.column + 1}]"
    return tuple(f"{text}{column}" for text in source.features[entry.read.source])


def _collected(name: str, texts: dict[str, str], many: bool, lines: list[str]) -> str:
    """The expression of the only array, or the variable with several by name, which a line assigns."""
    if not many:
        return next(iter(texts.values()))
    entries = ", ".join(f'"{key}": {text}' for key, text in texts.items())
    lines.append(f"{name} = {{{entries}}}")
    return name


def _fit_images(name: str, read: Read, earlier: bool) -> str:
    """The function that brings images to the size and the channels that the network reads."""
    fitting, is_bytes = read.fitting, read.feature.dtype == "uint8"
    reshaped, fitted = "", "part"
    if len(fitting.shape) != 3:
        reshaped = f".reshape(len(images), {', '.join(str(size) for size in fitting.shape)})"
    if not is_bytes and not earlier:
        fitted = 'part.astype("float32")'
    if fitting.channels == 1:
        fitted = f"keras.ops.image.rgb_to_grayscale({fitted})"
    if fitting.size is not None:
        antialias = ", antialias=True" if fitting.shrinks else ""
        fitted = f"keras.ops.image.resize({fitted}, {fitting.size}{antialias})"
    if fitting.channels == 3:
        fitted = f"np.repeat({fitted}, 3, axis=-1)"
    template = _FIT_IMAGES_EARLIER if earlier else _FIT_IMAGES
    return render(template, name=name, fitting=fitting, fitted=fitted, reshaped=reshaped, is_bytes=is_bytes)


def _batches(plan: TrainingPlan) -> str:
    x = {entry.key: _as_numbers(entry, "x", plan.many_inputs) for entry in plan.inputs}
    y = {}
    for output in plan.outputs:
        units = task_code(output).one_hot_units(output)
        if output.of is not None:
            y[output.key] = _as_numbers(output.of, "y", plan.many_outputs, output.key)
        elif units:
            y[output.key] = f"tf.one_hot({at('y', output.key, plan.many_outputs)}, {units})"
    return render(_BATCHES, x=_mapped("x", x, plan.many_inputs), y=_mapped("y", y, plan.many_outputs))


def _as_numbers(entry: InputData, name: str, many: bool, key: str | None = None) -> str:
    """The expression that makes numbers of bytes; empty where values are numbers already."""
    if not entry.is_bytes:
        return ""
    text = f"tf.cast({at(name, key or entry.key, many)}, tf.float32)"
    return f"{text} * SCALE" if entry.scale == "bytes" else text


def _mapped(name: str, texts: dict[str, str], many: bool) -> str:
    changed = {key: text for key, text in texts.items() if text}
    if not changed:
        return name
    if not many:
        return next(iter(changed.values()))
    return f"{{**{name}, {', '.join(f'{key!r}: {text}' for key, text in changed.items())}}}"

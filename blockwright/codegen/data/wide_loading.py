"""The part of a file that loads tables, texts, and data for several inputs and outputs."""

from typing import TYPE_CHECKING

from blockwright.codegen.data.data_source import SPLIT_AT_RANDOM, Origin, origin
from blockwright.codegen.data.loading import SPLIT, VALUE_SCALE, fitting_functions, pictures
from blockwright.codegen.data.npz_source import array_origin
from blockwright.codegen.loops.training_config import Task
from blockwright.codegen.loops.wide import Wide, WideInput, WideOutput

if TYPE_CHECKING:
    from blockwright.tasks.fitting import Fitting

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


def wide_loading(task: Task, wide: Wide) -> str:
    """The functions that load the data, make it fit the network, and batch it."""
    source = _origin(task, wide)
    splits = source.splits | {"split" if wide.by is not None else "split_at_random"}
    parts = [SPLIT] if "split" in splits else []
    parts += [SPLIT_AT_RANDOM] if "split_at_random" in splits else []
    parts += source.helpers
    parts.append(_load_data(source, wide))
    for name, fitting in _fittings(wide).items():
        parts += [one for one in fitting_functions(fitting, task.uploaded, name) if one not in parts]
    if any(one.scale == "largest" for one in wide.inputs):
        parts.append(VALUE_SCALE)
    if any(one.filled for one in wide.inputs):
        whole = [one.entry.dtype.startswith("int") for one in wide.inputs if one.filled]
        parts.append(_FILL.format(whole="", means="np.rint(means)" if all(whole) else "means"))
    if any(one.scale == "columns" for one in wide.inputs):
        parts.append(_TO_UNIT if task.settings.scaling == "unit" else _STANDARDIZE)
    if wide.many_inputs or wide.many_outputs:
        parts.append(_PICK)
    parts.append(_batches(wide))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def wide_prepared(task: Task, wide: Wide) -> str:
    """The statements that end in `train_data`, `validation_data`, `test_data` and `y_test`."""
    given = "DATA" if task.uploaded else ""
    targets = ", y_train", ", y_test"
    if not wide.targets:
        targets = "", ""
    lines = [f"x_train{targets[0]}, x_test{targets[1]} = load_data({given})"]
    lines += _largest(wide)
    for one in wide.inputs:
        lines += _fitted(one, wide)
    lines.append(_split(task, wide))
    for one in wide.inputs:
        lines += _scaled(one, wide, task)
    for one in wide.outputs:
        lines += _given_back(one, wide)
    x, y = (
        (lambda places: f"pick(x_train, {places})" if wide.many_inputs else f"x_train[{places}]"),
        (lambda places: f"pick(y_train, {places})" if wide.many_outputs else f"y_train[{places}]"),
    )
    lines += [
        f"train_data = batches({x('training')}, {y('training')}, shuffle=True)",
        f"validation_data = batches({x('validation')}, {y('validation')})",
        "test_data = batches(x_test, y_test)",
    ]
    return "\n".join(lines) + "\n"


def at(array: str, key: str, many: bool) -> str:
    """One array of several by name, or the only one."""
    return f'{array}["{key}"]' if many else array


def one_hot_units(output: WideOutput) -> int | None:
    """How many classes a label is written out in, where the loss wants that."""
    goal = output.goal
    if not goal.task.stratifies or goal.units == 1 or goal.loss == "sparse_categorical_crossentropy":
        return None
    return goal.units


def _fittings(wide: Wide) -> dict[str, "Fitting"]:
    """Every way in which images are fitted, by the name of its function."""
    different: list[Fitting] = []
    for one in wide.inputs:
        if one.read.fitting.changes and one.read.fitting not in different:
            different.append(one.read.fitting)
    return {f"fit_images{f'_{place}' if place else ''}": one for place, one in enumerate(different)}


def _largest(wide: Wide) -> list[str]:
    """The statement that finds what numbers are divided by."""
    keys = [one.key for one in wide.inputs if one.scale == "largest"]
    if not keys or not wide.many_inputs:
        return ["scale = value_scale(x_train)"] if keys else []
    return [f"scales = {{{', '.join(f'{key!r}: value_scale(x_train[{key!r}])' for key in keys)}}}"]


def _origin(task: Task, wide: Wide) -> Origin:
    if task.uploaded:
        from blockwright.data.upload_reader import is_table

        if not is_table(str(task.choice.path)):
            return array_origin(task.choice, wide)
    drawing, text = pictures(task) if task.choice.name not in ("upload",) else ("", "")
    return origin(task.choice, wide, text, drawing)


def _load_data(source: Origin, wide: Wide) -> str:
    lines = [f"def load_data({source.argument}):", f'    """{source.about}"""']
    lines += [f"    {line}" for line in source.lines]
    pairs = {one.key: source.features[one.read.source] for one in wide.inputs}
    for one in wide.inputs:
        if one.read.column is not None:
            place = f"[:, {one.read.column} : {one.read.column + 1}]"
            pairs[one.key] = tuple(f"{text}{place}" for text in pairs[one.key])
    names = ["x_train", "x_test"]
    answers = {one.key: source.targets[one.goal.target.name] for one in wide.targets}
    given = []
    for part, name in enumerate(names):
        given.append(
            _gathered(name, {key: pair[part] for key, pair in pairs.items()}, wide.many_inputs, lines)
        )
        if answers:
            target = name.replace("x_", "y_")
            chosen = {key: pair[part] for key, pair in answers.items()}
            given.append(_gathered(target, chosen, wide.many_outputs, lines))
    lines.append(f"    return {', '.join(given)}")
    return "\n".join(lines)


def _gathered(name: str, texts: dict[str, str], many: bool, lines: list[str]) -> str:
    if not many:
        return next(iter(texts.values()))
    entries = ", ".join(f'"{key}": {text}' for key, text in texts.items())
    lines.append(f"    {name} = {{{entries}}}")
    return name


def _fitted(one: WideInput, wide: Wide) -> list[str]:
    fitting = one.read.fitting
    x = [at(name, one.key, wide.many_inputs) for name in ("x_train", "x_test")]
    if fitting.changes:
        function = next(name for name, same in _fittings(wide).items() if same == fitting)
        return [f"{', '.join(x)} = {', '.join(f'{function}({name})' for name in x)}"]
    if fitting.shape != fitting.source and fitting.shape != one.read.feature.shape:
        shape = ", ".join(str(size) for size in fitting.shape)
        return [f"{name} = {name}.reshape(len({name}), {shape})" for name in x]
    return []


def _split(task: Task, wide: Wide) -> str:
    share = task.settings.validation_share
    if wide.by is not None:
        by = at("y_train", wide.by.key, wide.many_outputs)
        count, function, first = f"len({by})", "split", by
    else:
        one = wide.inputs[0]
        count = f"len({at('x_train', one.key, wide.many_inputs)})"
        function, first = "split_at_random", count
    total = wide.card.train_examples
    size = f"round({count} * VALIDATION_SHARE)"
    if not 1 <= round(total * share) < total:
        size = f"min(max(1, {size}), {count} - 1)"
    return f"training, validation = {function}({first}, {size}, SEED)"


def _scaled(one: WideInput, wide: Wide, task: Task) -> list[str]:
    x = [at(name, one.key, wide.many_inputs) for name in ("x_train", "x_test")]
    both, lines = ", ".join(x), []
    if one.filled:
        lines.append(f"{both} = fill_missing({both}, training)")
    if one.scale == "columns":
        function = "bring_to_unit" if task.settings.scaling == "unit" else "standardize"
        lines.append(f"{both} = {function}({both}, training)")
    elif one.scale == "largest":
        scale = at("scales", one.key, True) if wide.many_inputs else "scale"
        lines += [f'{name} = {name}.astype("float32") * np.float32({scale})' for name in x]
    elif not one.is_text and not one.is_bytes and one.read.feature.kind != "tags":
        dtype = one.entry.dtype
        lines += [f'{name} = {name}.astype("{dtype}")' for name in x]
    return lines


def _given_back(output: WideOutput, wide: Wide) -> list[str]:
    """The statements that make what an output gives back out of what goes in."""
    if output.of is None:
        return []
    lines = []
    for part in ("train", "test"):
        x = at(f"x_{part}", output.of.key, wide.many_inputs)
        if output.goal.shape != output.of.read.fitting.shape:
            shape = ", ".join(str(size) for size in output.goal.shape)
            x = f"{x}.reshape(-1, {shape})"
        if wide.many_outputs and not wide.targets and output is wide.outputs[0]:
            lines.append(f"y_{part} = {{}}")
        lines.append(f"{at(f'y_{part}', output.key, wide.many_outputs)} = {x}")
    return lines


def _batches(wide: Wide) -> str:
    x = _mapped(
        "x", [(one.key, _as_numbers(one, "x", wide.many_inputs)) for one in wide.inputs], wide.many_inputs
    )
    targets = []
    for one in wide.outputs:
        label = at("y", one.key, wide.many_outputs)
        if one.of is not None:
            targets.append((one.key, _as_numbers(one.of, "y", wide.many_outputs, one.key)))
        elif one_hot_units(one):
            targets.append((one.key, f"tf.one_hot({label}, {one_hot_units(one)})"))
    y = _mapped("y", targets, wide.many_outputs)
    mapped = "" if (x, y) == ("x", "y") else f"\n    dataset = dataset.map(lambda x, y: ({x}, {y}))"
    return f'''
def batches(x, y, shuffle=False):
    """Batches of inputs with what the network is to give; shuffled anew in every epoch."""
    dataset = tf.data.Dataset.from_tensor_slices((x, y))
    if shuffle:
        dataset = dataset.shuffle(len(dataset), seed=SEED)
    dataset = dataset.batch(BATCH_SIZE){mapped}
    options = tf.data.Options()
    options.autotune.enabled = False  # its thread would hold up short epochs
    return dataset.prefetch(2).with_options(options)
'''


def _as_numbers(one: WideInput, name: str, many: bool, key: str | None = None) -> str | None:
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

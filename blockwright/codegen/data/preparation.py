"""The statements of a generated file that prepare its data: fitted, scaled, split and batched."""

import math

from blockwright.codegen.data.names import at, fitting_functions
from blockwright.codegen.data.split_call import split_call
from blockwright.codegen.training_plan import InputData, OutputData, TrainingPlan

_PARTS = ("train", "validation", "test")


def preparation(plan: TrainingPlan) -> str:
    """The statements that end in `train_data`, `validation_data`, `test_data` and `y_test`."""
    loaded = "x_train, x_test, y_train, y_test" if plan.targets else "x_train, x_test"
    lines = [f"{loaded} = load_data({'DATA' if plan.uploaded else ''})"]
    by_training_examples = plan.settings.data_version > 2
    lines += [] if by_training_examples else _scales(plan)
    lines += _validation(plan)
    lines += _scales(plan) if by_training_examples else []
    for entry in plan.inputs:
        lines += [*_fitted(entry, plan), *_converted(entry, plan), *_scaled_columns(entry, plan)]
    for output in plan.outputs:
        lines += _reconstructed(output, plan)
    lines += [
        "train_data = batches(x_train, y_train, shuffle=True)",
        "validation_data = batches(x_validation, y_validation)",
        "test_data = batches(x_test, y_test)",
    ]
    return "\n".join(lines) + "\n"


def _scales(plan: TrainingPlan) -> list[str]:
    """The statement that finds what numbers are divided by."""
    keys = [entry.key for entry in plan.inputs if entry.scale == "largest"]
    if not keys or not plan.many_inputs:
        return ["scale = value_scale(x_train)"] if keys else []
    return [f"scales = {{{', '.join(f'{key!r}: value_scale(x_train[{key!r}])' for key in keys)}}}"]


def _arrays(entry: InputData, plan: TrainingPlan) -> list[str]:
    return [at(f"x_{part}", entry.key, plan.many_inputs) for part in _PARTS]


def _each(arrays: list[str], expression: str) -> str:
    """The statement that changes every array, `x` in the expression."""
    listed = ", ".join(arrays)
    return f"{listed} = ({expression} for x in ({listed}))"


def _fitted(entry: InputData, plan: TrainingPlan) -> list[str]:
    fitting = entry.read.fitting
    arrays = _arrays(entry, plan)
    if fitting.changes:
        function = next(
            name
            for name, read in fitting_functions(plan).items()
            if (read.fitting, read.feature.dtype) == (fitting, entry.read.feature.dtype)
        )
        return [_each(arrays, f"{function}(x)")]
    if fitting.shape != fitting.source and fitting.shape != entry.read.feature.shape:
        shape = ", ".join(str(size) for size in fitting.shape)
        return [_each(arrays, f"x.reshape(len(x), {shape})")]
    return []


def _converted(entry: InputData, plan: TrainingPlan) -> list[str]:
    """The statements that give numbers their type, and scale those of no table."""
    arrays = _arrays(entry, plan)
    if entry.scale == "largest":
        scale = at("scales", entry.key, True) if plan.many_inputs else "scale"
        return [_each(arrays, f'x.astype("float32") * np.float32({scale})')]
    feature = entry.read.feature
    unchanged = feature.is_text or entry.is_bytes or feature.kind == "tags" or entry.scale == "columns"
    if unchanged or (entry.filled and not entry.entry.dtype.startswith("float")):
        return []
    loaded = plan.dataset.train.features[entry.read.source].dtype.name
    if loaded == entry.entry.dtype and not plan.unread:
        return []
    return [_each(arrays, f'x.astype("{entry.entry.dtype}")')]


def _validation(plan: TrainingPlan) -> list[str]:
    """The statements that split off the validation part."""
    by = plan.stratified_by
    labels = "" if by is None else at("y_train", by.key, plan.many_outputs)
    count = f"len({labels or _arrays(plan.inputs[0], plan)[0]})"
    size = _validation_size(plan, count)
    if plan.settings.data_version > 1 and not plan.many_inputs and not (plan.many_outputs and plan.targets):
        arrays = ["x_train", "y_train"] if plan.targets else ["x_train"]
        parts = ", ".join(f"{array}, {array.replace('train', 'validation')}" for array in arrays)
        return [f"{parts} = {split_call(plan, arrays, count, size, 'SEED', labels)}"]
    lines = [f"training, validation = {split_call(plan, None, count, size, 'SEED', labels)}"]
    for letter, many in (("x", plan.many_inputs), ("y", plan.many_outputs)):
        if letter == "x" or plan.targets:
            picked = [
                f"pick({letter}_train, {indices})" if many else f"{letter}_train[{indices}]"
                for indices in ("training", "validation")
            ]
            lines.append(f"{letter}_train, {letter}_validation = {', '.join(picked)}")
    return lines


def _validation_size(plan: TrainingPlan, count: str) -> str:
    total, share = plan.card.train_examples, plan.settings.validation_share
    if plan.settings.data_version > 1:
        return "VALIDATION_SPLIT" if math.ceil(total * share) < total else str(plan.validation_size)
    size = f"round({count} * VALIDATION_SPLIT)"
    return size if 1 <= round(total * share) < total else f"min(max(1, {size}), {count} - 1)"


def _scaled_columns(entry: InputData, plan: TrainingPlan) -> list[str]:
    """The statements that fill in the missing numbers of a table, and scale its columns."""
    arrays, lines = _arrays(entry, plan), []
    if entry.filled:
        means, is_integer = f"column_means({arrays[0]})", not entry.entry.dtype.startswith("float")
        lines.append(f"means = np.rint({means})" if is_integer else f"means = {means}")
        filled = "np.where(np.isnan(x), means, x)" + (f'.astype("{entry.entry.dtype}")' if is_integer else "")
        lines.append(_each(arrays, filled))
    if entry.scale == "columns":
        function = "unit_scale" if plan.settings.scaling == "unit" else "standard_scale"
        lines.append(f"shift, factor = {function}({arrays[0]})")
        lines.append(_each(arrays, '((x - shift) * factor).astype("float32")'))
    return lines


def _reconstructed(output: OutputData, plan: TrainingPlan) -> list[str]:
    """The statements that make the targets of an output that reconstructs an input."""
    if output.of is None:
        return []
    arrays = _arrays(output.of, plan)
    if output.objective.shape != output.of.read.fitting.shape:
        shape = ", ".join(str(size) for size in output.objective.shape)
        arrays = [f"{array}.reshape(-1, {shape})" for array in arrays]
    if not plan.many_outputs:
        return [f"y_train, y_validation, y_test = {', '.join(arrays)}"]
    lines = (
        ["y_train, y_validation, y_test = {}, {}, {}"]
        if not plan.targets and output is plan.outputs[0]
        else []
    )
    return lines + [f'y_{part}["{output.key}"] = {array}' for part, array in zip(_PARTS, arrays, strict=True)]

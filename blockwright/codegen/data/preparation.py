"""The statements of a generated file that prepare its data: fitted, scaled, split and batched."""

import math

from blockwright.codegen.data.augmentation import augmentation_statements
from blockwright.codegen.data.names import at, fitting_functions
from blockwright.codegen.data.split_call import split_call
from blockwright.codegen.training_plan import InputData, OutputData, TrainingPlan
from blockwright.recipe.validation import part_counts


def preparation(plan: TrainingPlan) -> str:
    """The statements that end in `train_data`, `validation_data`, `test_data` and `y_test`."""
    loaded = "x_train, x_test, y_train, y_test" if plan.targets else "x_train, x_test"
    lines = [f"{loaded} = load_data({'DATA' if plan.uploaded else ''})"]
    by_training_examples = plan.settings.data_version > 2
    lines += [] if by_training_examples else _scales(plan)
    lines += _validation(plan) + _share(plan) + _random_labels(plan)
    lines += _scales(plan) if by_training_examples else []
    for entry in plan.inputs:
        lines += [*_fitted(entry, plan), *_converted(entry, plan), *_scaled_columns(entry, plan)]
    for output in plan.outputs:
        lines += _reconstructed(output, plan)
    lines.append("train_data = batches(x_train, y_train, shuffle=True)")
    lines += augmentation_statements(plan)
    if plan.validated:
        part = "validation" if "validation" in plan.parts else "test"
        lines.append(f"validation_data = batches(x_{part}, y_{part})")
    lines.append("test_data = batches(x_test, y_test)")
    return "\n".join(lines) + "\n"


def _scales(plan: TrainingPlan) -> list[str]:
    """The statement that finds what numbers are divided by."""
    keys = [entry.key for entry in plan.inputs if entry.scale == "largest"]
    if not keys or not plan.many_inputs:
        return ["scale = value_scale(x_train)"] if keys else []
    return [f"scales = {{{', '.join(f'{key!r}: value_scale(x_train[{key!r}])' for key in keys)}}}"]


def _arrays(entry: InputData, plan: TrainingPlan) -> list[str]:
    return [at(f"x_{part}", entry.key, plan.many_inputs) for part in plan.parts]


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
    """The statements that make the validation part."""
    letters = ["x", "y"] if plan.targets else ["x"]
    match plan.settings.validation:
        case "test" | "none":
            return []
        case "file":
            return [f"{', '.join(f'{letter}_validation' for letter in letters)} = load_validation(DATA)"]
        case "first":
            return [
                f"{letter}_validation, {letter}_train = "
                + ", ".join(
                    _sliced(letter, plan, index)
                    for index in ("VALIDATION_EXAMPLES", "VALIDATION_EXAMPLES, None")
                )
                for letter in letters
            ]
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


def _sliced(letter: str, plan: TrainingPlan, bounds: str) -> str:
    """The expression of a slice of the training examples."""
    if plan.many_inputs if letter == "x" else plan.many_outputs:
        return f"pick({letter}_train, slice({bounds}))"
    return (
        f"{letter}_train[{bounds.removesuffix(', None')}:]" if "," in bounds else f"{letter}_train[:{bounds}]"
    )


def _share(plan: TrainingPlan) -> list[str]:
    """The statements that leave a share of the training examples."""
    if plan.settings.train_share == 1.0:
        return []
    by = plan.share_stratified_by
    labels = "" if by is None else f", stratify={at('y_train', by.key, plan.many_outputs)}"
    whole = plan.settings.model_copy(update={"train_share": 1.0})
    card = plan.card
    total = part_counts(whole, card.train_examples, card.test_examples, card.validation_examples).train
    size = "TRAIN_SHARE" if total * plan.settings.train_share >= 1 else "1"
    call = f"train_size={size}{labels}, random_state=SEED)"
    if not plan.many_inputs and not (plan.many_outputs and plan.targets):
        arrays = ["x_train", "y_train"] if plan.targets else ["x_train"]
        return [
            f"{', '.join(f'{array}, _' for array in arrays)} = train_test_split({', '.join(arrays)}, {call}"
        ]
    count = f"len({at('x_train', plan.inputs[0].key, plan.many_inputs)})"
    lines = [f"chosen, _ = train_test_split(np.arange({count}), {call}"]
    return lines + [_picked(letter, plan, "chosen") for letter in ("x", "y") if letter == "x" or plan.targets]


def _random_labels(plan: TrainingPlan) -> list[str]:
    """The statements that shuffle the targets of the training part."""
    if not plan.settings.random_labels:
        return []
    count = f"len({at('x_train', plan.inputs[0].key, plan.many_inputs)})"
    return [
        "# Random labels: only memorizing helps. Validation and test keep the true ones.",
        f"shuffled = np.random.default_rng(SEED).permutation({count})",
        _picked("y", plan, "shuffled"),
    ]


def _picked(letter: str, plan: TrainingPlan, indices: str) -> str:
    """The statement that takes some of the training examples."""
    many = plan.many_inputs if letter == "x" else plan.many_outputs
    array = f"{letter}_train"
    return f"{array} = pick({array}, {indices})" if many else f"{array} = {array}[{indices}]"


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
        return [f"{', '.join(f'y_{part}' for part in plan.parts)} = {', '.join(arrays)}"]
    lines = (
        [f"{', '.join(f'y_{part}' for part in plan.parts)} = {', '.join('{}' for _ in plan.parts)}"]
        if not plan.targets and output is plan.outputs[0]
        else []
    )
    return lines + [
        f'y_{part}["{output.key}"] = {array}' for part, array in zip(plan.parts, arrays, strict=True)
    ]

"""A loaded data set made ready for a design: which feature goes where, its shape, its scale, a validation part."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from blockwright.data.loading import DataSet
from blockwright.data.prepared import Prepared
from blockwright.data.scaling import column_scale, fill_missing, value_scale
from blockwright.data.splitting import part_size, split, split_plain
from blockwright.schema.data_errors import DataError
from blockwright.schema.features import Feature, Target
from blockwright.schema.text import shape_text
from blockwright.tasks.feature_matching import Read, match_inputs, match_outputs
from blockwright.tasks.fitting import fit_examples

if TYPE_CHECKING:
    import numpy as np

_LARGE = 50.0
MAX_PREPARED_BYTES = 4_000_000_000


class InputForm(Protocol):
    """What is asked of an input of a design; `schema.design.Input` is one."""

    @property
    def id(self) -> str:
        """Its name in the design."""

    @property
    def shape(self) -> Sequence[int | None]:
        """The shape of one example; None where any size will do."""

    @property
    def dtype(self) -> str:
        """`float32`, `int32`, `string` and so on."""


class _Plain(NamedTuple):
    id: str
    shape: Sequence[int | None]
    dtype: str = "float32"


def prepare(
    dataset: DataSet,
    input_shape: Sequence[int | None],
    *,
    validation_share: float = 0.1,
    seed: int = 0,
    scaling: str = "auto",
    design_scales: bool = False,
) -> Prepared:
    """Fit a data set to a design's input and split off a validation part by the seed.

    For a set of one feature and one target; see `prepare_design` for others.

    Args:
        dataset: what `load` gave.
        input_shape: the design's input without batch; None where any size will do.
        validation_share: the part of the training examples kept for validation.
        seed: the same seed gives the same split.
        scaling: `auto` or `unit` bring values to 0..1 (`auto` not when `design_scales`), `none` leaves them.
        design_scales: the design itself starts with a Rescaling or Normalization block.

    Raises `DataError` where the data does not fit the design or the memory.
    """
    entry = _Plain("input", tuple(input_shape))
    return prepare_design(
        dataset,
        [entry],
        {"output": None},
        validation_share=validation_share,
        seed=seed,
        scaling=scaling,
        scaled=("input",) if design_scales else (),
    )


def prepare_design(
    dataset: DataSet,
    inputs: Sequence[InputForm],
    outputs: Mapping[str, Sequence[int | None] | None],
    *,
    chosen: Mapping[str, str] | None = None,
    validation_share: float = 0.1,
    seed: int = 0,
    scaling: str = "auto",
    scaled: Collection[str] = (),
) -> Prepared:
    """Bring features to the inputs of a design and targets to its outputs, and split off a validation part.

    An input reads the feature of its own name, an output learns the target of its own name; what is left is matched
    in order where that is unambiguous. One class target alone is learnt by every output.

    Args:
        dataset: what `load` gave.
        inputs: the inputs of the design (`id`, `shape` without batch, `dtype`).
        outputs: the outputs' ids in order, each with the shape of what it gives an example, without batch; None
            where that is not known.
        chosen: for an output, the name of the target or the feature of tags that it is to learn, or of a feature
            that it is to give back.
        validation_share: the part of the training examples kept for validation.
        seed: the same seed gives the same split; it is split once, by the first target of classes if there is one.
        scaling: `auto` divides by what brings values to 0..1 and standardizes the numeric columns of a table by the
            mean and deviation of the examples that train, except for inputs in `scaled`; `unit` brings all to
            0..1, and `none` leaves them.
        scaled: ids of inputs whose values the design scales itself.

    Raises `DataError` where the data does not fit the design or the memory.
    """
    card = dataset.card
    reads = match_inputs(card, inputs, _shapes(dataset))
    tasks = match_outputs(card, outputs, dict(chosen or {}))
    _check_memory(dataset, reads)
    train, validation, split_note = _split(dataset, tasks, validation_share, seed)
    made = Prepared({}, {}, train, validation, {}, {}, {}, {}, {}, {}, tasks, list(dataset.notes))
    many = len(inputs) > 1
    for entry in inputs:
        read = reads[entry.id]
        notes = _put_input(made, dataset, entry, read, scaling, entry.id in scaled)
        made.notes += [f'"{entry.id}": {note}' for note in notes] if many else notes
    for name, task in tasks.items():
        _put_target(made, dataset, name, task, outputs[name])
    made.notes += _large(made)
    made.notes += [*_unused(dataset, reads, tasks), split_note]
    return made


def _large(made: Prepared) -> list[str]:
    """A sentence for each number that a network, which begins near 0, is long under way to."""
    notes = []
    for name, task in made.tasks.items():
        values = made.targets[name][made.train]
        if task.kind != "number" or abs(values).max() <= _LARGE:
            continue
        notes.append(
            f'"{task.name}" goes from {values.min():,.6g} to {values.max():,.6g} and stays in its own unit. Such large '
            "numbers are learnt slowly: raise the learning rate, to 0.1 or 1 say, or give the data in a larger unit."
        )
    return list(dict.fromkeys(notes))


def _put_input(
    made: Prepared, dataset: DataSet, entry: InputForm, read: Read, scaling: str, design_scales: bool
) -> list[str]:
    """Put one input's arrays and scale where they belong; sentences that say what was done."""
    name, notes = entry.id, list(read.fitting.notes)
    x, x_test = (read.take(part) for part in (dataset.train, dataset.test))
    made.reads[name], made.scales[name] = read.feature, 1.0
    if read.feature.is_text:
        pass
    elif not entry.dtype.startswith("float"):
        if read.feature.columns:
            x, x_test, filled = fill_missing(x, x_test, made.train, read.feature.columns, whole=True)
            notes += filled
    elif read.feature.kind == "tags":
        pass
    elif read.feature.columns:
        x, x_test, filled = fill_missing(x, x_test, made.train, read.feature.columns)
        notes += filled
        shift, note = column_scale(x[made.train], scaling, design_scales)
        if shift is not None:
            x, x_test = shift.apply(x), shift.apply(x_test)
            made.columns[name] = shift
        notes.append(note)
    else:
        made.scales[name], note = value_scale(x, scaling, design_scales)
        notes.append(note)
    x, x_test = (fit_examples(one, read.fitting) for one in (x, x_test))
    if not read.feature.is_text and not entry.dtype.startswith("float"):
        x, x_test = (_whole_numbers(one, entry, read.feature) for one in (x, x_test))
    made.inputs[name], made.test_inputs[name] = x, x_test
    return notes


def _put_target(
    made: Prepared, dataset: DataSet, name: str, task: Target, shape: Sequence[int | None] | None
) -> None:
    made.target_scales[name] = 1.0
    if task.kind != "reconstruction":
        made.targets[name], made.test_targets[name] = (
            part.targets[task.name] if task.name in part.targets else part.features[task.name]
            for part in (dataset.train, dataset.test)
        )
        return
    reader = next((one for one, feature in made.reads.items() if feature.name == task.name), None)
    if reader is None:
        raise DataError(
            f'The output "{name}" is to give back "{task.name}", but no input reads that. Give the design an input '
            f'called "{task.name}", or choose one of: {", ".join(one.name for one in made.reads.values())}.'
        )
    made.target_scales[name] = made.scales[reader]
    x, x_test = made.inputs[reader], made.test_inputs[reader]
    wanted = x.shape[1:] if shape is None else tuple(b if a is None else a for a, b in _aligned(shape, x))
    if wanted != x.shape[1:]:
        flat = x[:1].size
        product = 1
        for length in wanted:
            product *= length
        if flat != product:
            raise DataError(
                f'The output "{name}" gives {shape_text(wanted)} values, but "{task.name}" has '
                f"{shape_text(x.shape[1:])}. "
                f"Let the last block give {shape_text(x.shape[1:])}."
            )
        x, x_test = x.reshape(len(x), *wanted), x_test.reshape(len(x_test), *wanted)
    made.targets[name], made.test_targets[name] = x, x_test
    made.tasks[name] = task.model_copy(update={"shape": tuple(wanted)})


def _aligned(shape: Sequence[int | None], x: "np.ndarray") -> list[tuple[int | None, int]]:
    have = x.shape[1:]
    if len(have) != len(shape):
        have = tuple(length or 1 for length in shape)
    return list(zip(shape, have, strict=True))


def _whole_numbers(x: "np.ndarray", entry: InputForm, feature: Feature) -> "np.ndarray":
    import numpy as np

    dtype = np.dtype(entry.dtype)
    if x.dtype.kind == "f" and len(x):
        odd = np.flatnonzero((x != np.floor(x)).reshape(len(x), -1).any(axis=1))
        if len(odd):
            row = x[odd[0]].reshape(-1)
            value = float(row[row != np.floor(row)][0])
            raise DataError(
                f'The input "{entry.id}" takes whole numbers ({entry.dtype}), but "{feature.name}" holds {value:g}. '
                "Set the input's type to float32."
            )
    if dtype.kind in "iu" and x.size:
        low, high, bounds = x.min(), x.max(), np.iinfo(dtype)
        if low < bounds.min or high > bounds.max:
            raise DataError(
                f'The input "{entry.id}" takes {entry.dtype}, but "{feature.name}" holds values from {low:g} to '
                f"{high:g}. Set the input's type to float32."
            )
    return x.astype(dtype)


def _split(
    dataset: DataSet, tasks: Mapping[str, Target], share: float, seed: int
) -> "tuple[np.ndarray, np.ndarray, str]":
    total = len(dataset.train)
    if total < 2:
        raise DataError(
            "One training example cannot be split into training and validation. Give more of them."
        )
    part = part_size(total, share)
    by = next((task.name for task in tasks.values() if task.kind == "classes"), None)
    if by is None:
        train, validation = split_plain(total, part, seed)
        stratified = False
    else:
        train, validation, stratified = split(dataset.train.targets[by], part, seed)
    how = "stratified by class" if stratified else "at random"
    if stratified and len(dataset.card.targets) > 1:
        how = f'stratified by "{by}"'
    note = (
        f"Of {total:,} training examples {len(train):,} train and {len(validation):,} validate "
        f"(split by seed {seed}, {how}); {len(dataset.test):,} test."
    )
    return train, validation, note


def _unused(dataset: DataSet, reads: Mapping[str, Read], tasks: Mapping[str, Target]) -> list[str]:
    used = {read.source for read in reads.values()}
    learnt = {task.name for task in tasks.values()}
    left = [one.name for one in dataset.card.features if one.name not in used | learnt]
    rest = [one.name for one in dataset.card.targets if one.name not in learnt]
    notes = []
    if left:
        notes.append(f"Not used by the design: {', '.join(left)}.")
    if rest and not any(task.kind == "reconstruction" for task in tasks.values()):
        notes.append(f"Not learnt by the design: {', '.join(rest)}.")
    for name in sorted({task.name for task in tasks.values() if task.kind == "tags"} & used):
        notes.append(f'The design reads "{name}" and is to tell it, so it only has to pass it on.')
    return notes


def _shapes(dataset: DataSet) -> dict[str, tuple[int, ...]]:
    return {name: array.shape[1:] for name, array in dataset.train.features.items()}


def _check_memory(dataset: DataSet, reads: Mapping[str, Read]) -> None:
    for read in reads.values():
        if read.fitting.changes:
            _check_images(dataset, read)


def _check_images(dataset: DataSet, read: Read) -> None:
    import math

    import psutil

    fitting, images = read.fitting, dataset.train.features[read.source]
    examples = len(dataset.train) + len(dataset.test)
    itemsize = 1 if images.dtype.name == "uint8" else 4
    needed = examples * math.prod(fitting.shape) * itemsize
    limit = min(MAX_PREPARED_BYTES, psutil.virtual_memory().available // 2)
    if needed > limit:
        raise DataError(
            f"{examples:,} examples of {shape_text(fitting.shape)} need {needed / 1e6:,.0f} MB of memory; there are "
            f"{limit / 1e6:,.0f}. Give the design a smaller input, such as the data's own {shape_text(fitting.source)}."
        )

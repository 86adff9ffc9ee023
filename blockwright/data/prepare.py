"""A loaded data set prepared for a design: features for its inputs, their shape and scale, and a validation part."""

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
import psutil

from blockwright.data.fit_examples import fit_examples
from blockwright.data.loading import DataSet
from blockwright.data.parts import choose_parts, with_own_validation
from blockwright.data.prepared import Prepared
from blockwright.data.scaling import column_scale, fill_missing, value_scale
from blockwright.data.targets import TARGET_DATA
from blockwright.recipe.settings import DataVersion, Settings
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Feature, Target
from blockwright.schema.text import shape_text
from blockwright.tasks import task_of
from blockwright.tasks.feature_matching import Read, match_inputs, match_outputs

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


def prepare_design(
    dataset: DataSet,
    inputs: Sequence[InputForm],
    outputs: Mapping[str, Sequence[int | None] | None],
    *,
    chosen: Mapping[str, str] | None = None,
    settings: Settings | None = None,
    scaled: Collection[str] = (),
) -> Prepared:
    """Assign features to the inputs of a design and targets to its outputs, and choose what trains and validates.

    An input reads the feature of its own name, an output learns the target of its own name; the rest is matched in
    order if that is unambiguous. A single target of classes is learned by every output.

    Args:
        dataset: the loaded data.
        inputs: the inputs of the design (`id`, `shape` without batch, `dtype`).
        outputs: the ids of the outputs in order, each with its shape without batch, or None if unknown.
        chosen: for an output, the name of the target or the feature of tags to learn, or of the feature to reconstruct.
        settings: how examples are divided into training and validation, by which seed and data version, and whether
            the targets of the training part are shuffled. As `scaling`, `auto` divides by what brings values to 0..1
            and standardizes the numeric columns of a table, and of vectors that no output reconstructs, by the mean
            and deviation of the training examples, except for inputs in `scaled`; `unit` scales everything to 0..1,
            and `none` nothing.
        scaled: ids of inputs whose values the design scales itself.

    Raises `DataError` if the data does not fit the design or the memory.
    """
    settings = settings or Settings()
    dataset, card = with_own_validation(dataset, settings), dataset.card
    reads = match_inputs(card, inputs, _shapes(dataset))
    targets = match_outputs(card, outputs, dict(chosen or {}))
    _check_memory(dataset, reads)
    chosen_parts = choose_parts(dataset, targets, settings)
    train, notes = chosen_parts.train, list(dataset.notes)
    prepared = Prepared(
        {},
        {},
        train,
        chosen_parts.validation,
        {},
        {},
        {},
        {},
        {},
        {},
        {},
        targets,
        notes,
        chosen_parts.on_test,
    )
    several = len(inputs) > 1
    for entry in inputs:
        notes = _put_input(
            prepared,
            dataset,
            entry,
            reads[entry.id],
            settings.scaling,
            entry.id in scaled,
            settings.data_version,
        )
        prepared.notes += [f'"{entry.id}": {note}' for note in notes] if several else notes
    for name, target in targets.items():
        _put_target(prepared, dataset, name, target, outputs[name])
    for name, target in prepared.tasks.items():
        prepared.notes += TARGET_DATA[target.kind].notes(target, prepared.targets[name][train])
    prepared.notes = list(dict.fromkeys(prepared.notes))
    prepared.notes += [*_unused(dataset, reads, targets), *chosen_parts.notes]
    if settings.random_labels:
        prepared.notes.append(_shuffle_targets(prepared, settings.seed))
    return prepared


def _shuffle_targets(prepared: Prepared, seed: int) -> str:
    """Shuffle the targets of the training part; returns a note on that."""
    if any(task_of(target.kind).is_input for target in prepared.tasks.values()):
        raise DataError(
            "Random labels need targets that can be shuffled, but an output reconstructs its input. Switch random "
            "labels off, or let the network predict a target."
        )
    order = np.random.default_rng(seed).permutation(len(prepared.train))
    for name, targets in prepared.targets.items():
        shuffled = targets.copy()
        shuffled[prepared.train] = targets[prepared.train][order]
        prepared.targets[name] = shuffled
    return (
        f"Random labels: the targets of the {len(order):,} training examples are shuffled by seed {seed}, so that only "
        "memorizing helps. Those of validation and test are the true ones."
    )


def _put_input(
    prepared: Prepared,
    dataset: DataSet,
    entry: InputForm,
    read: Read,
    scaling: str,
    design_scales: bool,
    version: DataVersion,
) -> list[str]:
    """Add the arrays and the scale of one input; returns notes on what was done."""
    name, notes = entry.id, list(read.fitting.notes)
    x, x_test = (read.take(part) for part in (dataset.train, dataset.test))
    prepared.reads[name], prepared.scales[name] = read.feature, 1.0
    if read.feature.is_text:
        pass
    elif not entry.dtype.startswith("float"):
        if read.feature.columns:
            x, x_test, prepared.means[name], filled = fill_missing(
                x, x_test, prepared.train, read.feature.columns, whole=True
            )
            notes += filled
    elif read.feature.kind == "tags":
        pass
    elif read.feature.columns or (version > 2 and _is_scaled_by_column(read.feature, x, prepared)):
        if read.feature.columns:
            x, x_test, prepared.means[name], filled = fill_missing(
                x, x_test, prepared.train, read.feature.columns
            )
            notes += filled
        shift, note = column_scale(x[prepared.train], scaling, design_scales)
        if shift is not None:
            x, x_test = shift.apply(x), shift.apply(x_test)
            prepared.columns[name] = shift
        notes.append(note)
    else:
        prepared.scales[name], note = value_scale(x, prepared.train, scaling, design_scales, version)
        notes.append(note)
    x, x_test = (fit_examples(values, read.fitting, version) for values in (x, x_test))
    if not read.feature.is_text and not entry.dtype.startswith("float"):
        x, x_test = (_whole_numbers(values, entry, read.feature) for values in (x, x_test))
    prepared.inputs[name], prepared.test_inputs[name] = x, x_test
    return notes


def _is_scaled_by_column(feature: Feature, values: np.ndarray, prepared: Prepared) -> bool:
    """Whether each value of a vector has its own scale: not bytes, which are pixels, and not what is reconstructed."""
    reconstructed = {target.name for target in prepared.tasks.values() if task_of(target.kind).is_input}
    return feature.kind == "vector" and values.dtype != np.uint8 and feature.name not in reconstructed


def _put_target(
    prepared: Prepared, dataset: DataSet, name: str, target: Target, shape: Sequence[int | None] | None
) -> None:
    prepared.target_scales[name] = 1.0
    if not task_of(target.kind).is_input:
        prepared.targets[name], prepared.test_targets[name] = (
            part.targets[target.name] if target.name in part.targets else part.features[target.name]
            for part in (dataset.train, dataset.test)
        )
        return
    reader = next((entry for entry, feature in prepared.reads.items() if feature.name == target.name), None)
    if reader is None:
        raise DataError(
            f'The output "{name}" is to reconstruct "{target.name}", but no input reads it. Add an input called '
            f'"{target.name}" to the design, or choose one of: '
            f"{', '.join(feature.name for feature in prepared.reads.values())}."
        )
    prepared.target_scales[name] = prepared.scales[reader]
    x, x_test = prepared.inputs[reader], prepared.test_inputs[reader]
    target_shape = (
        x.shape[1:] if shape is None else tuple(b if a is None else a for a, b in _aligned(shape, x))
    )
    if target_shape != x.shape[1:]:
        if math.prod(x.shape[1:]) != math.prod(target_shape):
            raise DataError(
                f'The output "{name}" has the shape {shape_text(target_shape)}, but "{target.name}" has '
                f"{shape_text(x.shape[1:])}. Let the last block output {shape_text(x.shape[1:])}."
            )
        x, x_test = x.reshape(len(x), *target_shape), x_test.reshape(len(x_test), *target_shape)
    prepared.targets[name], prepared.test_targets[name] = x, x_test
    prepared.tasks[name] = target.model_copy(update={"shape": tuple(target_shape)})


def _aligned(shape: Sequence[int | None], x: np.ndarray) -> list[tuple[int | None, int]]:
    have = x.shape[1:]
    if len(have) != len(shape):
        have = tuple(length or 1 for length in shape)
    return list(zip(shape, have, strict=True))


def _whole_numbers(x: np.ndarray, entry: InputForm, feature: Feature) -> np.ndarray:
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


def _unused(dataset: DataSet, reads: Mapping[str, Read], targets: Mapping[str, Target]) -> list[str]:
    used = {read.source for read in reads.values()}
    learned = {target.name for target in targets.values()}
    labeled = {target.name for target in targets.values() if not task_of(target.kind).is_input}
    features = [feature.name for feature in dataset.card.features if feature.name not in used | learned]
    rest = [target.name for target in dataset.card.targets if target.name not in learned]
    notes = []
    if features:
        notes.append(f"Not used by the design: {', '.join(features)}.")
    if rest and learned == labeled:
        notes.append(f"Not learned by the design: {', '.join(rest)}.")
    for name in sorted(labeled & used):
        notes.append(f'The design reads "{name}" and also predicts it, so it only has to pass it on.')
    return notes


def _shapes(dataset: DataSet) -> dict[str, tuple[int, ...]]:
    return {name: array.shape[1:] for name, array in dataset.train.features.items()}


def _check_memory(dataset: DataSet, reads: Mapping[str, Read]) -> None:
    for read in reads.values():
        if read.fitting.changes:
            _check_images(dataset, read)


def _check_images(dataset: DataSet, read: Read) -> None:
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

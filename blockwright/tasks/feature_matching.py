"""Which feature goes into which input of a design, and which target each output learns. Plain data, no numpy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import DataSummary, Feature, Target, tag_target
from blockwright.schema.text import shape_text
from blockwright.tasks.fitting import Fitting, plan_fitting

if TYPE_CHECKING:
    import numpy as np

    from blockwright.schema.data.dataset_card import Card


class Part(Protocol):
    """The training or the test part of a data set: its features by name."""

    features: "dict[str, np.ndarray]"


@dataclass(frozen=True)
class Read:
    """What one input reads: the feature `source` of the set, or one `column` of it, and how that fits the input."""

    source: str
    feature: Feature
    fitting: Fitting
    column: int | None = None

    def take(self, part: "Part") -> "np.ndarray":
        """The values of one part of the data, before they are fitted."""
        values = part.features[self.source]
        return values if self.column is None else values[:, self.column : self.column + 1]


Given = tuple[Feature, int | None]


def match_inputs(
    card: "Card | DataSummary", inputs: Sequence[Any], shapes: Mapping[str, tuple[int, ...]] | None = None
) -> dict[str, Read]:
    """What every input (`id`, `shape`, `dtype`) of a design reads from a data set, and how that fits it.

    `shapes` are those of the loaded arrays where they are known. Raises `DataError` naming both sides where something
    cannot be matched (see `assign`) or fitted.
    """
    chosen, open_inputs = assign(card, inputs)
    if open_inputs:
        raise DataError(unmatched(card, inputs, chosen, open_inputs))
    return {
        entry.id: read(entry, *chosen[entry.id], (shapes or {}).get(chosen[entry.id][0].name))
        for entry in inputs
    }


def assign(card: "Card | DataSummary", inputs: Sequence[Any]) -> tuple[dict[str, Given], list[str]]:
    """The feature, and its column where it is a single one, of every input that has one; and the inputs without.

    First by equal name: a feature, or one column of a table. What is left is matched in order, texts with texts and
    numbers with numbers, by size where that is unambiguous, where there are as many of the one as of the other.
    """
    chosen = {entry.id: match for entry in inputs if (match := _by_name(card, entry.id)) is not None}
    missing: list[str] = []
    for text in (True, False):
        open_inputs = [
            entry for entry in inputs if entry.id not in chosen and (entry.dtype == "string") == text
        ]
        free = _free(card, chosen, text)
        if len(open_inputs) > 1 or len(free) > 1:
            free = _in_shape(open_inputs, free)
        if len(open_inputs) != len(free):
            missing += [entry.id for entry in open_inputs]
        else:
            chosen |= {entry.id: (feature, None) for entry, feature in zip(open_inputs, free, strict=True)}
    return chosen, missing


def unmatched(
    card: "Card | DataSummary", inputs: Sequence[Any], chosen: Mapping[str, Given], missing: Sequence[str]
) -> str:
    """The sentence that says why some inputs have nothing to read."""
    text = next(entry.dtype == "string" for entry in inputs if entry.id == missing[0])
    missing = [entry.id for entry in inputs if entry.id in missing and (entry.dtype == "string") == text]
    kind = "text" if text else "numbers"
    free = _names([feature.name for feature in _free(card, chosen, text)])
    unused = f"has {free} left for that" if free else f"has no {kind} left for that"
    names = ", ".join(feature.name for feature in card.features[:20])
    return (
        f"The design's input{_s(missing)} {_names(missing)} take{'' if len(missing) > 1 else 's'} {kind}, but "
        f"{_quoted(card)} {unused}. It holds {names}: give every input the name of what it reads, and remove the rest."
    )


def _free(card: "Card | DataSummary", chosen: Mapping[str, Given], text: bool) -> list[Feature]:
    taken = {feature.name for feature, _ in chosen.values()}
    return [feature for feature in card.features if feature.name not in taken and feature.is_text == text]


def match_outputs(
    card: "Card | DataSummary", outputs: Mapping[str, Sequence[int | None] | None], chosen: Mapping[str, str]
) -> dict[str, Target]:
    """The target that every output learns.

    First what is chosen (a target, a feature of tags to predict, or another feature to reconstruct), then the target of
    the output's own name. The rest is matched in order where there are as many of both; a single output takes the only
    target of its size; a single target is learned by every output. Raises `DataError` naming both sides otherwise.
    """
    tasks: dict[str, Target] = {}
    for output, name in chosen.items():
        if output in outputs:
            tasks[output] = _chosen_target(card, output, name)
    for output in outputs:
        named = _named_target(card, output)
        if output not in tasks and named is not None:
            tasks[output] = named
    learned = {target.name for target in tasks.values() if target.kind != "reconstruction"}
    open_outputs = [output for output in outputs if output not in tasks]
    free = [target for target in card.targets if target.name not in learned]
    if len(card.targets) == 1:
        free = list(card.targets) * len(open_outputs)
    elif len(open_outputs) == 1 and len(free) > 1:
        shape = outputs[open_outputs[0]]
        free = [
            target for target in free if shape is not None and len(shape) == 1 and shape[0] == target.units
        ] or free
    if open_outputs and len(open_outputs) != len(free):
        raise DataError(
            f"The design has the output{_s(open_outputs)} {_names(open_outputs)}, but {_quoted(card)} has the "
            f"target{_s(free)} {_names([target.name for target in free]) or 'no more'}. Give every output the name of "
            "its target, or choose its target in the training settings."
        )
    tasks |= dict(zip(open_outputs, free, strict=False))
    return {output: tasks[output] for output in outputs}


def _named_target(card: "Card | DataSummary", output: str) -> Target | None:
    """The target, or the feature of tags, that an output has the name of."""
    feature = card.feature(output)
    if card.target(output) is None and feature is not None and feature.kind == "tags":
        return tag_target(feature.choices, output, feature.help)
    return card.target(output)


def _by_name(card: "Card | DataSummary", name: str) -> tuple[Feature, int | None] | None:
    feature = card.feature(name)
    if feature is not None:
        return feature, None
    for feature in card.features:
        if name in feature.columns:
            return feature, feature.columns.index(name)
    return None


def _in_shape(inputs: Sequence[Any], features: list[Feature]) -> list[Feature]:
    """Features in the order of the inputs when each input has its size from exactly one of them."""
    picked = []
    for entry in inputs:
        fitting = [feature for feature in features if fits(entry.shape, feature.shape)]
        if len(fitting) != 1 or fitting[0] in picked:
            return features
        picked.append(fitting[0])
    return picked or features


def fits(input_shape: Sequence[int | None], shape: Sequence[int]) -> bool:
    """Whether examples of a shape fit an input as they are; None is any size."""
    return len(input_shape) == len(shape) and all(
        size is None or size == length for size, length in zip(input_shape, shape, strict=True)
    )


def read(entry: Any, feature: Feature, column: int | None, shape: tuple[int, ...] | None = None) -> Read:
    """How one input reads a feature or one column of it. Raises `DataError` where it cannot."""
    input_shape, source = tuple(entry.shape), feature.name
    shape = feature.shape if shape is None else shape
    if column is not None:
        shape = (1,)
        feature = Feature(
            name=feature.columns[column],
            kind="number",
            shape=shape,
            columns=feature.columns[column : column + 1],
            units=feature.units[column : column + 1],
        )
    text = entry.dtype == "string"
    if text != feature.is_text:
        has = "text" if feature.is_text else "numbers"
        kind = "string" if feature.is_text else "float32"
        raise DataError(
            f'The input "{entry.id}" takes {"text" if text else "numbers"}, but "{feature.name}" holds {has}. '
            f"Set the input's type to {kind}, or rename one of them."
        )
    if not text:
        try:
            is_picture = len(input_shape) != 2 or feature.dtype == "uint8"
            return Read(source, feature, plan_fitting(shape, input_shape, is_picture), column)
        except DataError as error:
            raise DataError(f'Input "{entry.id}": {error}') from None
    if math.prod(length or 1 for length in input_shape) != 1:
        raise DataError(
            f'The input "{entry.id}" takes {shape_text(input_shape)} texts per example, but "{feature.name}" is one. '
            "Set the input's shape to 1."
        )
    return Read(source, feature, Fitting(shape, tuple(length or 1 for length in input_shape)))


def _chosen_target(card: "Card | DataSummary", output: str, name: str) -> Target:
    target = card.target(name)
    if target is not None:
        return target
    feature = card.feature(name)
    if feature is None or feature.is_text:
        names = [target.name for target in card.targets]
        names += [feature.name for feature in card.features if not feature.is_text]
        reason = "is text, which cannot be reconstructed" if feature is not None else "does not exist"
        raise DataError(
            f'The output "{output}" is to learn "{name[:80]}", but in {_quoted(card)} that {reason}. '
            f"Choose one of: {', '.join(names)}."
        )
    if feature.kind == "tags":
        return tag_target(feature.choices, name, feature.help)
    return Target(name=name, kind="reconstruction", shape=feature.shape, help=feature.help)


def _names(names: Sequence[str]) -> str:
    shown = [f'"{name[:60]}"' for name in names[:8]]
    if len(names) > 8:
        shown.append(f"{len(names) - 8} more")
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)


def _quoted(card: "Card | DataSummary") -> str:
    return f'"{card.title[:80]}"'


def _s(things: Sequence[Any]) -> str:
    return "" if len(things) == 1 else "s"

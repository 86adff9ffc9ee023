"""Trainings of other kinds than one image or vector with classes: tables, texts, several inputs or outputs."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.codegen.program.layer_naming import input_names
from blockwright.codegen.program.program import output_names
from blockwright.design.structure import resolve_outputs
from blockwright.layers import names_with
from blockwright.schema.design import Design, Input
from blockwright.schema.findings import DesignError
from blockwright.tasks import task_of

if TYPE_CHECKING:
    from blockwright.data.loading import DataSet
    from blockwright.data.prepare import Prepared
    from blockwright.schema.dataset_cards import Card
    from blockwright.schema.dataset_config import DataChoice
    from blockwright.schema.training import Settings
    from blockwright.tasks.base import Objective
    from blockwright.tasks.feature_matching import Read

_ENOUGH = 200
_LARGE_BYTES = 20_000_000
_IMAGES = ("digits", "shapes", "mnist", "fashion_mnist", "cifar10", "cifar100")


@dataclass(frozen=True)
class WideInput:
    """One input: the name that the network takes it by, what it reads, and how that becomes numbers.

    `scale`: "columns" (each by its mean or range), "bytes" (divided by 255), "largest" (divided by the largest number
    of the training part), "" (as it is). `filled`: whether numbers are missing in it.
    """

    key: str
    entry: Input
    read: "Read"
    scale: str
    filled: bool

    @property
    def is_text(self) -> bool:
        """Whether it takes texts."""
        return self.read.feature.is_text

    @property
    def is_bytes(self) -> bool:
        """Whether its values lie as bytes in memory and become numbers batch by batch."""
        feature = self.read.feature
        held = feature.kind in ("image", "vector") and not feature.columns and feature.dtype == "uint8"
        return held and self.entry.dtype.startswith("float")


@dataclass(frozen=True)
class WideOutput:
    """One output: the name that the network gives it by, what it learns, and for a reconstruction of which input."""

    key: str
    goal: "Objective"
    of: WideInput | None = None


@dataclass(frozen=True)
class Wide:
    """All that the training part of a file depends on.

    Attributes:
        card: the data set, with its real counts.
        inputs, outputs: in the order of the design.
        by: the first output of classes, by which examples are split; None for a split at random.
        dataset: the data, or a small piece of it.
    """

    card: "Card"
    inputs: tuple[WideInput, ...]
    outputs: tuple[WideOutput, ...]
    by: WideOutput | None
    dataset: "DataSet"

    @property
    def many_inputs(self) -> bool:
        """Whether inputs go by their names."""
        return len(self.inputs) > 1

    @property
    def many_outputs(self) -> bool:
        """Whether outputs go by their names."""
        return len(self.outputs) > 1

    @property
    def targets(self) -> tuple[WideOutput, ...]:
        """The outputs that learn a target of the data, not an input."""
        return tuple(one for one in self.outputs if one.of is None)

    def measure(self, output: WideOutput) -> str:
        """The name of what is told of an output beside its loss, as Keras logs it."""
        return f"{output.key}_{output.goal.metric.name}" if self.many_outputs else output.goal.metric.name


def is_wide(design: Design, settings: "Settings", card: "Card | None", output_shape: Any) -> bool:
    """Whether a training is of another kind than one image or vector with classes."""
    if len(design.inputs) > 1 or len(resolve_outputs(design)) > 1 or design.inputs[0].dtype != "float32":
        return True
    bodies = [design.nodes, *(one.nodes for one in design.composites.values())]
    if any(node.block in names_with("adaptation") for nodes in bodies for node in nodes):
        return True
    if any(settings.outputs.get(one) is not None for one in resolve_outputs(design)):
        return True
    if card is None:
        return False
    plain = len(card.features) == 1 and card.features[0].kind in ("image", "vector")
    if (
        not plain
        or card.features[0].columns
        or [task_of(one.kind).stratifies for one in card.targets] != [True]
    ):
        return True
    shape = tuple(output_shape or ())[1:]
    return len(shape) >= 2 and len(shape) == len(design.inputs[0].shape) and shape == design.inputs[0].shape


def read_wide(design: Design, settings: "Settings", choice: "DataChoice", shapes: dict[str, Any]) -> Wide:
    """Work out such a training. Raises `DataError` or `DesignError` with sentences where there can be none.

    Args:
        design: a design without errors.
        settings: how it is trained.
        choice: its data set.
        shapes: the shape of what each output gives an example, without batch.
    """
    from blockwright.data.prepare import prepare_design
    from blockwright.design.output_activation import scales_itself
    from blockwright.schema.dataset_cards import card_of
    from blockwright.tasks.feature_matching import match_inputs
    from blockwright.tasks.objectives import choose_targets, read_objectives

    dataset = _data(choice, settings.seed)
    chosen, _ = choose_targets(design, settings.outputs, dataset.card, shapes)
    prepared = prepare_design(
        dataset,
        design.inputs,
        shapes,
        chosen=chosen,
        validation_share=settings.validation_share,
        seed=settings.seed,
        scaling=settings.scaling,
        scaled=[one.id for one in design.inputs if scales_itself(design, one.id)],
    )
    goals = read_objectives(design, settings, shapes, prepared)
    reads = match_inputs(dataset.card, design.inputs)
    inputs = tuple(
        _input(key, entry, reads[entry.id], prepared, dataset)
        for key, entry in zip(input_names(design), design.inputs, strict=True)
    )
    outputs = tuple(
        WideOutput(key, goal, _given_back(goal, inputs))
        for key, goal in zip(output_names(design), goals, strict=True)
    )
    by = next((one for one in outputs if one.goal.task.stratifies), None)
    card = dataset.card if choice.name == "upload" else card_of(choice)
    return Wide(card, inputs, outputs, by, dataset)


def _input(key: str, entry: Input, read: "Read", prepared: "Prepared", dataset: "DataSet") -> WideInput:
    import numpy as np

    scale = ""
    if entry.id in prepared.columns:
        scale = "columns"
    elif prepared.scales[entry.id] != 1.0:
        scale = "bytes" if read.feature.dtype == "uint8" else "largest"
    filled = False
    if read.feature.columns:
        filled = any(bool(np.isnan(read.take(part)).any()) for part in (dataset.train, dataset.test))
    return WideInput(key, entry, read, scale, filled)


def _given_back(goal: "Objective", inputs: tuple[WideInput, ...]) -> WideInput | None:
    if not goal.task.is_input:
        return None
    return next(one for one in inputs if one.read.feature.name == goal.target.name)


def _data(choice: "DataChoice", seed: int) -> "DataSet":
    """The data, or where it is large a small piece of it that tells the same."""
    if choice.name in _IMAGES:
        return _stand_in(choice)
    changed = 0.0
    if choice.name == "upload":
        path = Path(str(choice.path))
        if path.is_file():
            changed = path.stat().st_mtime
            if path.stat().st_size > _LARGE_BYTES:
                return _loaded.__wrapped__(_document(choice), seed, changed)
    if choice.name in ("tickets", "reviews") and (choice.examples or 0) > _ENOUGH:
        choice = choice.model_copy(update={"examples": _ENOUGH})
    return _loaded(_document(choice), seed, changed)


def _document(choice: "DataChoice") -> str:
    return json.dumps(choice.document(), sort_keys=True)


@lru_cache(maxsize=4)
def _loaded(choice: str, seed: int, changed: float) -> "DataSet":
    from blockwright.data.loading import load

    return load(json.loads(choice), seed=seed)


def _stand_in(choice: "DataChoice") -> "DataSet":
    """Images of the right form, with nothing on them: a file's text depends on no more."""
    import numpy as np

    from blockwright.data.loading import DataSet
    from blockwright.schema.dataset_cards import card_of

    card = card_of(choice)
    labels = np.arange(max(40, 2 * card.num_classes), dtype=np.int32) % card.num_classes
    images = np.zeros((len(labels), *card.shape), dtype=np.uint8)
    images[::2] = 255
    return DataSet.plain(card, images, labels, images, labels)


def problem_of(error: Exception) -> str:
    """The sentence of an error, as it stands behind a colon."""
    if isinstance(error, DesignError):
        return error.findings[0].message
    return str(error)

"""What a generated file trains on and how: everything that its data, training and evaluation parts depend on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from blockwright.codegen.data.data_sample import sample_of
from blockwright.codegen.program.layer_naming import input_names
from blockwright.codegen.program.program import output_names
from blockwright.data.splitting import can_stratify, validation_size
from blockwright.design.wiring import resolve_outputs
from blockwright.recipe.callbacks import Callback
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.recipe.validation import PartCounts, part_counts, part_problem
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_cards import card_of
from blockwright.schema.data.dataset_config import DataChoice, read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.design import Design, Input
from blockwright.schema.findings import DesignError
from blockwright.tasks.base import Objective
from blockwright.tasks.chosen_metrics import chosen_modes
from blockwright.tasks.feature_matching import Read, match_inputs
from blockwright.tasks.monitors import run_callbacks

if TYPE_CHECKING:
    from blockwright.data.loading import DataSet
    from blockwright.data.prepare import Prepared


@dataclass(frozen=True)
class InputData:
    """One input: the name that the network takes it by, what it reads, and how that becomes numbers.

    `scale`: "columns" (each by its mean or range), "bytes" (divided by 255), "largest" (divided by the largest number
    of the training examples), "" (as it is). `filled`: whether numbers are missing in it.
    `pixel_range`: between which values the pixels lie that are augmented; None without augmentation.
    """

    key: str
    entry: Input
    read: Read
    scale: str
    filled: bool
    pixel_range: tuple[float, float] | None = None

    @property
    def is_text(self) -> bool:
        """Whether it takes texts."""
        return self.read.feature.is_text

    @property
    def is_bytes(self) -> bool:
        """Whether its values lie as bytes in memory and become numbers batch by batch."""
        feature = self.read.feature
        stored_as_bytes = (
            feature.kind in ("image", "vector") and not feature.columns and feature.dtype == "uint8"
        )
        return stored_as_bytes and self.scale != "largest" and self.entry.dtype.startswith("float")


@dataclass(frozen=True)
class OutputData:
    """One output: the name that the network gives it by, what it learns, and for a reconstruction of which input."""

    key: str
    objective: Objective
    of: InputData | None = None


@dataclass(frozen=True)
class TrainingPlan:
    """All that the training part of a file depends on.

    Attributes:
        settings: how the network is trained.
        choice: the data set.
        known_card: the data set with its real counts; None where it is not known.
        inputs, outputs: in the order of the design.
        callbacks: those of the settings, with the mode that fits what each monitors.
        loaded: the data, or a small piece of it; None where there is a problem.
        unread: whether the data is an uploaded file that cannot be looked into from here: the file finds out itself.
        problem: why there can be no training part, as a sentence; None where there is one.
    """

    settings: Settings
    choice: DataChoice
    known_card: Card | None = None
    inputs: tuple[InputData, ...] = ()
    outputs: tuple[OutputData, ...] = ()
    callbacks: tuple[Callback, ...] = ()
    loaded: "DataSet | None" = None
    unread: bool = False
    problem: str | None = None

    @property
    def title(self) -> str:
        """The data set's name in words."""
        return self.known_card.title if self.known_card else (self.choice.title or "an uploaded file")

    @property
    def card(self) -> Card:
        """The data set that the file is trained on, with its real counts. ValueError where it is not known."""
        if self.known_card is None:
            raise ValueError(f"The data is not known: {self.problem}")
        return self.known_card

    @property
    def dataset(self) -> "DataSet":
        """The data, or a small piece of it. ValueError where there is a problem."""
        if self.loaded is None:
            raise ValueError(f"The data could not be read: {self.problem}")
        return self.loaded

    @property
    def uploaded(self) -> bool:
        """Whether the data is an uploaded file."""
        return self.choice.name == "upload"

    @property
    def many_inputs(self) -> bool:
        """Whether inputs go by their names."""
        return len(self.inputs) > 1

    @property
    def many_outputs(self) -> bool:
        """Whether outputs go by their names."""
        return len(self.outputs) > 1

    @property
    def validation_size(self) -> int:
        """The number of validation examples."""
        share, version = self.settings.validation_share, self.settings.data_version
        return validation_size(self.card.train_examples, share, version)

    @property
    def stratified_by(self) -> OutputData | None:
        """The first output of classes, by which the validation examples are split off; None for a random split."""
        output = next((output for output in self.outputs if output.objective.task.stratifies), None)
        if output is None or self.settings.data_version == 1:
            return output
        labels = self.dataset.train.targets[output.objective.target.name]
        return output if can_stratify(labels, self.card.train_examples, self.validation_size) else None

    @property
    def validated(self) -> bool:
        """Whether some examples validate."""
        return self.settings.validation != "none"

    @property
    def parts(self) -> tuple[str, ...]:
        """The parts of the examples that have arrays of their own: the test part may also validate."""
        own = self.settings.validation in ("share", "first", "file")
        return ("train", "validation", "test") if own else ("train", "test")

    @property
    def counts(self) -> PartCounts:
        """How many examples train and validate."""
        card = self.card
        return part_counts(self.settings, card.train_examples, card.test_examples, card.validation_examples)

    @property
    def share_stratified_by(self) -> OutputData | None:
        """The first output of classes, by which the share that trains is chosen; None for a random choice."""
        output = next((output for output in self.outputs if output.objective.task.stratifies), None)
        if output is None:
            return None
        total = part_counts(
            self.settings.model_copy(update={"train_share": 1.0}),
            self.card.train_examples,
            self.card.test_examples,
            self.card.validation_examples,
        ).train
        labels = self.dataset.train.targets[output.objective.target.name]
        return output if can_stratify(labels, total, total - self.counts.train) else None

    @property
    def targets(self) -> tuple[OutputData, ...]:
        """The outputs that learn a target of the data, not an input."""
        return tuple(output for output in self.outputs if output.of is None)

    def metric_names(self, output: OutputData) -> list[str]:
        """The names of an output's metrics, as Keras logs them."""
        names = [output.objective.metric.name, *(metric.name for metric in output.objective.metrics)]
        return [f"{output.key}_{name}" if self.many_outputs else name for name in names]


def read_training(
    design: Design,
    settings: dict[str, Any] | None,
    outputs: Sequence[Mapping[str, Any]],
    errors: Sequence[Mapping[str, Any]] = (),
) -> TrainingPlan:
    """Work out the training of a design.

    Args:
        design: the design.
        settings: the document of `recipe.settings.Settings`, whole or in part.
        outputs: what `describe` says of its outputs: `output_shape`, batch first; None where it is not known.
        errors: the findings that stand in the way of building it.

    Raises `SettingsError` for settings that cannot be used.
    """
    chosen = Settings.read(settings)
    choice = read_choice(chosen.data)
    card = card_of(choice) if choice.name != "upload" else None
    if errors:
        problem = f"fix the design first: {errors[0]['message']}"
        return TrainingPlan(chosen, choice, card, problem=problem)
    shapes = {
        name: tuple(output["output_shape"][1:])
        for name, output in zip(resolve_outputs(design), outputs, strict=True)
    }
    try:
        dataset, unread = sample_of(choice, chosen, design, shapes)
        known = card or dataset.card
        undivided = part_problem(chosen, known.train_examples, known.validation_examples)
        if undivided and not (unread and chosen.validation == "first"):
            return TrainingPlan(chosen, choice, card, problem=undivided)
        inputs, objectives = _prepared(design, chosen, shapes, dataset)
        metrics = {objective.output: objective.metric.name for objective in objectives}
        callbacks = run_callbacks(chosen, metrics, chosen_modes(objectives))
    except (DataError, SettingsError) as error:
        return TrainingPlan(chosen, choice, card, problem=str(error))
    except DesignError as error:
        return TrainingPlan(chosen, choice, card, problem=error.findings[0].message)
    learnt = tuple(
        OutputData(key, objective, _source(objective, inputs))
        for key, objective in zip(output_names(design), objectives, strict=True)
    )
    return TrainingPlan(chosen, choice, card or dataset.card, inputs, learnt, callbacks, dataset, unread)


def _prepared(
    design: Design, settings: Settings, shapes: dict[str, Any], dataset: "DataSet"
) -> tuple[tuple[InputData, ...], list[Objective]]:
    from blockwright.training.setup.augmenting import augmented_inputs
    from blockwright.training.setup.prepare_run import prepare_run

    if settings.validation == "first" and settings.validation_examples >= len(dataset.train):
        # A small piece of the data, which tells the same of its form.
        settings = settings.model_copy(update={"validation": "share"})
    prepared, objectives = prepare_run(design, shapes, settings, dataset)
    reads = match_inputs(dataset.card, design.inputs)
    ranges = augmented_inputs(prepared, design.inputs) if settings.augmentations else {}
    inputs = tuple(
        replace(_input(key, entry, reads[entry.id], prepared, dataset), pixel_range=ranges.get(entry.id))
        for key, entry in zip(input_names(design), design.inputs, strict=True)
    )
    return inputs, objectives


def _input(key: str, entry: Input, read: Read, prepared: "Prepared", dataset: "DataSet") -> InputData:
    import numpy as np

    scale = ""
    if entry.id in prepared.columns:
        scale = "columns"
    elif prepared.scales[entry.id] != 1.0:
        is_bytes = read.feature.dtype == "uint8" and prepared.scales[entry.id] == 1 / 255
        scale = "bytes" if is_bytes else "largest"
    filled = False
    if read.feature.columns:
        filled = any(bool(np.isnan(read.take(part)).any()) for part in (dataset.train, dataset.test))
    return InputData(key, entry, read, scale, filled)


def _source(objective: Objective, inputs: tuple[InputData, ...]) -> InputData | None:
    """The input that an output reconstructs."""
    if not objective.task.is_input:
        return None
    return next(entry for entry in inputs if entry.read.feature.name == objective.target.name)

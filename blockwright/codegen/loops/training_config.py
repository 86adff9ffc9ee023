"""What a design is trained on and how: everything that the training part of a generated file depends on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blockwright.codegen.loops.wide import Wide, is_wide, problem_of, read_wide
from blockwright.design.structure import resolve_outputs
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError

if TYPE_CHECKING:
    from blockwright.schema.dataset_config import DataChoice
    from blockwright.schema.training import Settings
    from blockwright.tasks.base import Objective
    from blockwright.tasks.fitting import Fitting


@dataclass(frozen=True)
class Task:
    """A design's training.

    Attributes:
        settings: how it is trained.
        choice: the data set.
        fitting: how its examples become inputs; None where the uploaded file cannot be looked into from here.
        title: the data set's name in words.
        class_names: the classes; None where only the uploaded file knows them.
        examples: training examples before the validation part is split off; None likewise.
        test_examples: test examples of a set that is drawn.
        objective: what the output is trained for.
        scales: whether values are brought to 0..1.
        problem: why there can be no training part; None where there is one.
        wide: all about a training of another kind than one image or vector with classes; the fields about those are
            then empty.
    """

    settings: "Settings"
    choice: "DataChoice"
    title: str
    fitting: "Fitting | None" = None
    class_names: tuple[str, ...] | None = None
    examples: int | None = None
    test_examples: int | None = None
    objective: "Objective | None" = None
    scales: bool = True
    problem: str | None = None
    wide: Wide | None = None

    @property
    def loss(self) -> str:
        """The Keras name of the loss."""
        return self.objective.loss if self.objective else ""

    @property
    def uploaded(self) -> bool:
        """Whether the data is an uploaded file, which only shows itself when the file runs."""
        return self.choice.name == "upload"


def read_task(
    design: Design,
    settings: dict[str, Any] | None,
    outputs: Sequence[Mapping[str, Any]],
    errors: Sequence[Mapping[str, Any]] = (),
) -> Task:
    """Work out the training of a design.

    Args:
        design: the design.
        settings: the document of `training.settings.Settings`, whole or in part.
        outputs: what `describe` says of its outputs: `output_shape`, batch first; None where it is not known.
        errors: the findings that stand in the way of building it.

    Raises `SettingsError` for settings that cannot be used.
    """
    from blockwright.data.upload_reader import check_upload, is_table
    from blockwright.design.output_activation import scales_itself
    from blockwright.schema.data_errors import DataError
    from blockwright.schema.dataset_cards import card_of
    from blockwright.schema.dataset_config import read_choice
    from blockwright.schema.training import Settings
    from blockwright.tasks.fitting import plan_fitting

    chosen = Settings.read(settings)
    choice = read_choice(chosen.data)
    output_shape = outputs[0]["output_shape"] if outputs else None
    card, fitting, problem, wide = None, None, None, None
    try:
        card = check_upload(choice) if choice.name == "upload" else card_of(choice)
    except DataError as error:
        if choice.name != "upload" or is_table(str(choice.path)):
            problem = str(error)
    broad = problem is None and is_wide(design, chosen, card, output_shape)
    if broad:
        wide, problem = _wide(design, chosen, choice, outputs, errors)
    elif problem is None:
        try:
            fitting = plan_fitting(card.shape, design.inputs[0].shape) if card is not None else None
        except DataError as error:
            problem = str(error)
    scales = chosen.scaling != "none"
    try:
        scales = scales and not (chosen.scaling == "auto" and scales_itself(design))
    except DesignError as error:
        problem = problem or str(error)
    objective = None
    if not broad and problem is None:
        classes = (card.num_classes or None) if card else None
        objective = _objective(design, output_shape, classes, chosen.loss)
    return Task(
        settings=chosen,
        choice=choice,
        title=card.title if card else (choice.title or "an uploaded file"),
        fitting=fitting,
        class_names=card.class_names if card and choice.name != "upload" else None,
        examples=card.train_examples if card else None,
        test_examples=card.test_examples if card else None,
        objective=objective,
        scales=scales,
        problem=problem,
        wide=wide,
    )


def _wide(
    design: Design,
    settings: "Settings",
    choice: "DataChoice",
    outputs: Sequence[Mapping[str, Any]],
    errors: Sequence[Mapping[str, Any]],
) -> tuple["Wide | None", str | None]:
    """The training, or why there is none."""
    from blockwright.schema.data_errors import DataError

    if errors:
        return None, f"mend the design first: {errors[0]['message']}"
    shapes = {
        name: tuple(one["output_shape"][1:])
        for name, one in zip(resolve_outputs(design), outputs, strict=True)
    }
    try:
        return read_wide(design, settings, choice, shapes), None
    except (DataError, DesignError) as error:
        return None, problem_of(error)


def _objective(design: Design, output_shape: Any, num_classes: int | None, loss: str) -> "Objective":
    """What the output is trained for; a design that is not finished gets what it will most likely be trained for."""
    from blockwright.design.output_activation import last_activation
    from blockwright.schema.features import class_target
    from blockwright.tasks.base import Objective, OutputSpec, first_output
    from blockwright.tasks.classification import Classification

    if num_classes is None:
        units = output_shape[-1] if output_shape and isinstance(output_shape[-1], int) else 10
        num_classes = max(2, units)
    task, target = Classification(), class_target(tuple(str(number) for number in range(num_classes)))
    output = first_output(design) if design.nodes else "output"
    if design.nodes:
        shape = tuple(output_shape or (None,))[1:]
        for wanted in (loss, "binary_crossentropy"):
            try:
                return task.objective(OutputSpec(design, output, shape, target, wanted))
            except DesignError:
                continue
    try:
        activation = last_activation(design) if design.nodes else "softmax"
    except (DesignError, KeyError):
        activation = "softmax"
    if loss == "auto":
        loss = "binary_crossentropy" if activation == "sigmoid" else "sparse_categorical_crossentropy"
    elif loss not in task.losses:
        loss = "binary_crossentropy"
    logits = task.from_logits(activation)
    return Objective(output, target, (num_classes,), loss, 1.0, activation, logits, 0.0, 1.0, task)

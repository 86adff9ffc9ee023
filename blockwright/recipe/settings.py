"""The settings of a run: plain data that travels in links and runs, checked all at once."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from blockwright.recipe import augmentations, callbacks
from blockwright.recipe import metrics as recipe_metrics
from blockwright.recipe.augmentations import AUGMENTATIONS, ChosenAugmentations
from blockwright.recipe.callbacks import CALLBACKS, ChosenCallbacks
from blockwright.recipe.callbacks.model_checkpoint import ModelCheckpoint
from blockwright.recipe.class_weight import ClassWeight
from blockwright.recipe.defaults import BATCH_SIZE, DATA, VALIDATION_SHARE
from blockwright.recipe.loops import Loop
from blockwright.recipe.losses import AUTO, loss_text, read_loss
from blockwright.recipe.member import choice_of
from blockwright.recipe.metrics import METRICS, ChosenMetrics
from blockwright.recipe.numbers import Number, Whole
from blockwright.recipe.optimizers import OPTIMIZERS, Optimizer
from blockwright.recipe.optimizers.adam import Adam
from blockwright.recipe.schedules import SCHEDULES, Schedule
from blockwright.recipe.schedules.constant import Constant
from blockwright.recipe.setting_problems import problem_sentence, setting_path
from blockwright.recipe.start_weights import SourceRun
from blockwright.recipe.validation import Validation
from blockwright.schema.data.dataset_config import read_choice

MAX_OUTPUTS = 16
MAX_CHECKPOINTS = 50
DataVersion = Literal[1, 2, 3]
DATA_VERSION: DataVersion = 3
"""How examples are split, fitted and scaled.

Since version 2 scikit-learn splits them and Keras resizes images. Since version 3 values are scaled by the training
examples without the validation examples, bytes by what they hold instead of always by 255, and vectors column by column
as tables are.
"""


if TYPE_CHECKING:
    OptimizerChoice = Optimizer
    ScheduleChoice = Schedule
else:
    OptimizerChoice = choice_of(OPTIMIZERS)
    ScheduleChoice = choice_of(SCHEDULES)


class SettingsError(ValueError):
    """Settings that cannot be used; `sentences` say why, all at once; `fields` which setting each is about."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.fields = [field for field, _ in problems]
        self.sentences = [sentence for _, sentence in problems]
        super().__init__(" ".join(self.sentences))


def _known_loss(value: object) -> object:
    return loss_text(read_loss(value))


LossSetting = Annotated[str, BeforeValidator(_known_loss)]


class OutputSettings(BaseModel):
    """How one output is trained.

    Attributes:
        loss: the loss to minimize, with its arguments as in `huber:delta=2`; `auto` is the loss of the run, or else one
            that fits its target.
        weight: the weight of its loss in the total loss; 0 leaves it out.
        target: the name of the target that it learns, or of a feature that it reconstructs; None matches by name
            and order.
        label_smoothing: how much of the true class its cross-entropy spreads over all classes; None takes that of the
            run.
        class_weight: how much the examples of each class count in the loss: `balanced` has all classes count alike,
            numbers by class count for those, and 1 for the others; None has all examples count alike.
        metrics: what is reported of it beside its loss and the metric of its task; None takes those of the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    loss: LossSetting = AUTO
    weight: Annotated[Number, Field(ge=0, le=1e6)] = 1.0
    target: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    label_smoothing: Annotated[Number, Field(ge=0, lt=1)] | None = None
    class_weight: ClassWeight = None
    metrics: ChosenMetrics | None = None

    def document(self) -> dict[str, Any]:
        """These settings as JSON, without what is None."""
        return self.model_dump(mode="json", exclude_none=True)


class Settings(BaseModel):
    """How a design is trained. Every field has a default that suits the tutorial networks.

    `optimizer` has its own arguments; its name alone stands for their defaults. `validation_share` is a part of the
    training examples: a tenth leaves `digits` 43 steps an epoch, so that the tutorial Inception's batch normalization
    is ready to be validated by the second epoch (94 to 95 % over seeds 0 to 3; with a fifth held back, 84 to 95 %).
    `validation`: which examples validate (see `recipe.validation`); `validation_examples` counts the first ones.
    `augmentations` vary the training images in the input pipeline.
    `train_share` is the part of the other training examples that is trained on. `random_labels` shuffles their targets.
    `schedule` changes the learning rate over the run.
    `scaling`: `auto` brings values to 0..1 unless the design does so itself, `unit` always does, `none` never.
    `preprocessing`: whether the preprocessing that the design begins with runs in the network or in the input pipeline.
    `data_version`: `DATA_VERSION`, except for the runs of earlier versions, whose data stays as it was.
    `from_logits`: `auto` tells a cross-entropy where an output has no softmax or sigmoid; with `never` it takes such
    values for probabilities, a mistake that is worth seeing once.
    `loop`: who runs epochs and batches (see `recipe.loops`); with `compiled` the steps run as graphs (`@tf.function`).
    `log_every`: after how many batches the loss and the metrics are printed; 0 for never.
    `precision`: `auto` takes bfloat16 for images where the processor computes with it. `live` records points within
    the epoch.
    `metrics` are reported of every output that they fit, beside its loss and the metric of its task.
    `weights_from` is a run whose weights it starts from, block by block; None for random ones.
    `outputs` says more of single outputs, by their ids; `loss`, `label_smoothing` and `metrics` are for all those that
    say none of their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    optimizer: OptimizerChoice = Adam()
    learning_rate: Annotated[Number, Field(gt=0, le=1e12)] = 1e-3
    schedule: ScheduleChoice = Constant()
    loss: LossSetting = AUTO
    label_smoothing: Annotated[Number, Field(ge=0, lt=1)] = 0.0
    batch_size: Annotated[Whole, Field(ge=1, le=65_536)] = BATCH_SIZE
    epochs: Annotated[Whole, Field(ge=1, le=10_000)] = 5
    validation: Validation = "share"
    validation_share: Annotated[Number, Field(gt=0, le=0.9)] = VALIDATION_SHARE
    validation_examples: Annotated[Whole, Field(ge=1, le=100_000_000)] = 10_000
    train_share: Annotated[Number, Field(gt=0, le=1)] = 1.0
    random_labels: StrictBool = False
    augmentations: ChosenAugmentations = ()
    seed: Annotated[Whole, Field(ge=0, le=2**31 - 1)] = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    from_logits: Literal["auto", "never"] = "auto"
    loop: Loop = "fit"
    compiled: StrictBool = True
    log_every: Annotated[Whole, Field(ge=0, le=1_000_000)] = 0
    scaling: Literal["auto", "unit", "none"] = "auto"
    preprocessing: Literal["network", "pipeline"] = "network"
    data: dict[str, Any] = {"name": DATA}
    data_version: DataVersion = DATA_VERSION
    live: StrictBool = True
    callbacks: ChosenCallbacks = ()
    metrics: ChosenMetrics = ()
    weights_from: SourceRun = None
    outputs: Annotated[dict[str, OutputSettings], Field(max_length=MAX_OUTPUTS)] = {}

    @field_validator("callbacks")
    @classmethod
    def _one_learning_rate(cls, callbacks: ChosenCallbacks, info: ValidationInfo) -> ChosenCallbacks:
        schedule = info.data.get("schedule", Constant())
        for callback in callbacks:
            if callback.name == "reduce_lr_on_plateau" and schedule.name != "constant":
                raise PydanticCustomError(
                    "both",
                    "`schedule` and the callback {title} both set the learning rate; remove one of them.",
                    {"title": callback.title},
                )
        return callbacks

    @field_validator("callbacks")
    @classmethod
    def _few_checkpoints(cls, callbacks: ChosenCallbacks, info: ValidationInfo) -> ChosenCallbacks:
        epochs = info.data.get("epochs", 1)
        for callback in callbacks:
            kept = callback.kept_epochs(epochs) if isinstance(callback, ModelCheckpoint) else 0
            if kept > MAX_CHECKPOINTS:
                raise PydanticCustomError(
                    "both",
                    "ModelCheckpoint would keep the weights of {kept} epochs; at most {most} are kept. Set "
                    "`every_epochs` to {least} or more, or keep only the best epoch.",
                    {"kept": f"{kept:,}", "most": MAX_CHECKPOINTS, "least": -(-epochs // MAX_CHECKPOINTS)},
                )
        return callbacks

    @field_validator("data", mode="before")
    @classmethod
    def _data(cls, value: object) -> object:
        if not isinstance(value, str | dict):
            raise ValueError('must be an object such as {"name": "digits"}')
        return read_choice(value).document()

    @classmethod
    def read(cls, document: dict[str, Any] | None = None) -> "Settings":
        """Read settings; what is left out has its default. Raises `SettingsError` with every problem at once."""
        if document is not None and not isinstance(document, dict):
            raise SettingsError([("", "Training settings are an object of names and values.")])
        try:
            return cls.model_validate(upgraded(document or {}))
        except ValidationError as error:
            problems = error.errors(include_url=False)
            raise SettingsError(
                [(setting_path(problem), problem_sentence(problem, *_owner(problem))) for problem in problems]
            ) from None

    def document(self) -> dict[str, Any]:
        """The settings as JSON, all of them, so that a later change of a default changes no run.

        `outputs`, `augmentations`, `callbacks`, `metrics` and `weights_from` are left out if they are empty.
        """
        exclude = {"outputs", "augmentations", "callbacks", "metrics", "weights_from"}
        document = self.model_dump(mode="json", exclude=exclude)
        if self.weights_from is not None:
            document["weights_from"] = self.weights_from
        if self.augmentations:
            document["augmentations"] = augmentations.document(self.augmentations)
        if self.callbacks:
            document["callbacks"] = callbacks.document(self.callbacks)
        if self.metrics:
            document["metrics"] = recipe_metrics.document(self.metrics)
        if self.outputs:
            document["outputs"] = {name: output.document() for name, output in self.outputs.items()}
        return document

    @staticmethod
    def of_stored_run(document: dict[str, Any]) -> dict[str, Any]:
        """The settings of a stored run with what earlier versions did not write."""
        return upgraded({"data_version": 1, **document})

    def updates(self, steps_per_epoch: int) -> int:
        """How often the run changes the weights: a schedule counts these."""
        return max(1, self.epochs * steps_per_epoch // (self.optimizer.gradient_accumulation_steps or 1))

    def output(self, name: str) -> OutputSettings:
        """The settings of that output."""
        return self.outputs.get(name, OutputSettings())


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """The settings with the optimizer as an object.

    Earlier versions wrote its name and beside it `momentum`, which only SGD used, and `weight_decay`, which only AdamW
    used. Settings that already have the object are returned as they are.
    """
    name = document.get("optimizer", "adam")
    if not isinstance(name, str) or ":" in name:
        return document
    earlier = {
        argument: document[argument] for argument in ("momentum", "weight_decay") if argument in document
    }
    if not earlier and "optimizer" not in document:
        return document
    used = {"sgd": "momentum", "adamw": "weight_decay"}.get(name)
    arguments = {used: earlier[used]} if used in earlier else {}
    rest = {key: value for key, value in document.items() if key not in earlier}
    return {**rest, "optimizer": {"name": name, **arguments}}


def _owner(problem: ErrorDetails) -> tuple[str, list[str]]:
    """What a name is where the problem is, and the names that are valid there."""
    match problem["loc"]:
        case ("outputs", _, "metrics", _, name, *_) | ("metrics", _, name, *_):
            metric = METRICS[str(name)]
            return f"an argument of the metric {metric.title}", list(metric.fields())
        case ("outputs", _, "metrics", *_) | ("metrics", *_):
            return "a metric", list(METRICS)
        case ("outputs", *_):
            return "a setting of an output", list(OutputSettings.model_fields)
        case ("optimizer", name, *_):
            optimizer = OPTIMIZERS[str(name)]
            return f"an argument of {optimizer.title}", list(optimizer.fields())
        case ("optimizer",):
            return "an optimizer", list(OPTIMIZERS)
        case ("schedule", name, *_):
            schedule = SCHEDULES[str(name)]
            return f"an argument of the schedule {schedule.title}", list(schedule.fields())
        case ("schedule",):
            return "a schedule", list(SCHEDULES)
        case ("callbacks", _, name, *_):
            callback = CALLBACKS[str(name)]
            return f"a setting of {callback.title}", list(callback.fields())
        case ("callbacks", *_):
            return "a callback", list(CALLBACKS)
        case ("augmentations", _, name, *_):
            augmentation = AUGMENTATIONS[str(name)]
            return f"a setting of {augmentation.title}", list(augmentation.fields())
        case ("augmentations", *_):
            return "an augmentation", list(AUGMENTATIONS)
    return "a training setting", list(Settings.model_fields)

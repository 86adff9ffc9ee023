"""The settings of a run: plain data that travels in links and runs, checked all at once."""

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    field_validator,
)
from pydantic_core import ErrorDetails

from blockwright.recipe import callbacks
from blockwright.recipe.callbacks import CALLBACKS, ChosenCallbacks
from blockwright.recipe.loops import Loop
from blockwright.schema.data.dataset_config import read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.run.losses import AUTO, LOSS_SETTINGS

OPTIMIZERS = ("adam", "adamw", "sgd", "rmsprop")
MAX_OUTPUTS = 16
DataVersion = Literal[1, 2, 3]
DATA_VERSION: DataVersion = 3
"""How examples are split, fitted and scaled.

Since version 2 scikit-learn splits them and Keras resizes images. Since version 3 values are scaled by the training
examples without the validation examples, bytes by what they hold instead of always by 255, and vectors column by column
as tables are.
"""


class SettingsError(ValueError):
    """Settings that cannot be used; `sentences` say why, all at once; `fields` which setting each is about."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.fields = [field for field, _ in problems]
        self.sentences = [sentence for _, sentence in problems]
        super().__init__(" ".join(self.sentences))


def _known_loss(value: object) -> object:
    if value not in LOSS_SETTINGS:
        *first, last = (repr(name) for name in LOSS_SETTINGS)
        raise ValueError(f"must be {', '.join(first)} or {last}")
    return value


LossSetting = Annotated[str, BeforeValidator(_known_loss)]


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")
    return value


class OutputSettings(BaseModel):
    """How one output is trained.

    Attributes:
        loss: the loss to minimize; `auto` is the loss of the run, or else one that fits its target.
        weight: the weight of its loss in the total loss; 0 leaves it out.
        target: the name of the target that it learns, or of a feature that it reconstructs; None matches by name
            and order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    loss: LossSetting = AUTO
    weight: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False), BeforeValidator(_number)] = 1.0
    target: Annotated[str, Field(min_length=1, max_length=120)] | None = None

    def document(self) -> dict[str, Any]:
        """These settings as JSON, without `target` if it is None."""
        return self.model_dump(mode="json", exclude_none=True)


class Settings(BaseModel):
    """How a design is trained. Every field has a default that suits the tutorial networks.

    `momentum` is used by SGD, `weight_decay` by AdamW. `validation_share` is a part of the training examples: a
    tenth leaves `digits` 43 steps an epoch, so that the tutorial Inception's batch normalization is ready to be
    validated by the second epoch (94 to 95 % over seeds 0 to 3; with a fifth held back, 84 to 95 %).
    `scaling`: `auto` brings values to 0..1 unless the design does so itself, `unit` always does, `none` never.
    `data_version`: `DATA_VERSION`, except for the runs of earlier versions, whose data stays as it was.
    `loop`: who runs epochs and batches (see `recipe.loops`); with `compiled` the steps run as graphs (`@tf.function`).
    `log_every`: after how many batches the loss and the metrics are printed; 0 for never.
    `precision`: `auto` takes bfloat16 for images where the processor computes with it. `live` records points within
    the epoch.
    `outputs` says more of single outputs, by their ids; `loss` is for all those that say none of their own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    optimizer: Literal["adam", "adamw", "sgd", "rmsprop"] = "adam"
    learning_rate: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)] = 1e-3
    momentum: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.9
    weight_decay: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.004
    loss: LossSetting = AUTO
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 32
    epochs: Annotated[int, Field(ge=1, le=10_000)] = 5
    validation_share: Annotated[float, Field(gt=0, le=0.9, allow_inf_nan=False)] = 0.1
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    loop: Loop = "fit"
    compiled: StrictBool = True
    log_every: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    scaling: Literal["auto", "unit", "none"] = "auto"
    data: dict[str, Any] = {"name": "digits"}
    data_version: DataVersion = DATA_VERSION
    live: StrictBool = True
    callbacks: ChosenCallbacks = ()
    outputs: Annotated[dict[str, OutputSettings], Field(max_length=MAX_OUTPUTS)] = {}

    @field_validator("learning_rate", "momentum", "weight_decay", "validation_share", mode="before")
    @classmethod
    def _numbers(cls, value: object) -> object:
        return _number(value)

    @field_validator("batch_size", "epochs", "seed", "log_every", mode="before")
    @classmethod
    def _whole(cls, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError("must be a whole number")
        return value

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
            return cls.model_validate(document or {})
        except ValidationError as error:
            raise SettingsError([_problem(problem) for problem in error.errors(include_url=False)]) from None

    def document(self) -> dict[str, Any]:
        """The settings as JSON, all of them, so that a later change of a default changes no run.

        `outputs` and `callbacks` are left out if they are empty.
        """
        document = self.model_dump(mode="json", exclude={"outputs", "callbacks"})
        if self.callbacks:
            document["callbacks"] = callbacks.document(self.callbacks)
        if self.outputs:
            document["outputs"] = {name: output.document() for name, output in self.outputs.items()}
        return document

    @staticmethod
    def of_stored_run(document: dict[str, Any]) -> dict[str, Any]:
        """The settings of a stored run with what earlier versions did not write."""
        return {"data_version": 1, **document}

    def output(self, name: str) -> OutputSettings:
        """The settings of that output."""
        return self.outputs.get(name, OutputSettings())


def _owner(name: str) -> tuple[str, type[BaseModel]]:
    """What a name that is not known was given to."""
    family, _, rest = name.partition(".")
    if family == "callbacks":
        callback = CALLBACKS[rest.partition(".")[0]]
        return f"a setting of {callback.title}", callback
    return (
        ("a setting of an output", OutputSettings)
        if family == "outputs"
        else ("a training setting", Settings)
    )


def _problem(problem: ErrorDetails) -> tuple[str, str]:
    # A callback goes by its name, not by its place in the list.
    parts = problem["loc"]
    parts = (*parts[:1], *parts[2:]) if parts[:1] == ("callbacks",) else parts
    name = ".".join(map(str, parts))[:80]
    value: Any = problem.get("input")
    received = f"Received: {name}={repr(value)[:60]}."
    context = problem.get("ctx", {})
    bounds = {"greater_than": "gt", "greater_than_equal": "ge", "less_than": "lt", "less_than_equal": "le"}
    words = {"gt": "greater than", "ge": "at least", "lt": "less than", "le": "at most"}
    kind = problem["type"]
    if kind == "value_error" and isinstance(context.get("error"), DataError):
        return name, str(context["error"])
    if kind == "value_error":
        sentence = f"`{name}` {context['error']}. {received}"
    elif name == "callbacks":
        known = ", ".join(CALLBACKS)
        sentence = (
            f"`{name}` must hold {callbacks.EXAMPLE[1:-1]} or the like. Valid names: {known}. {received}"
        )
    elif kind in bounds:
        limit = context[bounds[kind]]
        bound = f"{limit:,}" if isinstance(limit, int) else f"{limit:g}"
        sentence = f"`{name}` must be {words[bounds[kind]]} {bound}. {received}"
    elif kind == "extra_forbidden":
        noun, model = _owner(name)
        sentence = f"`{name}` is not {noun}; remove it. Valid names: {', '.join(model.model_fields)}."
    elif kind in ("model_type", "model_attributes_type", "dict_type"):
        example = '{"loss": "mean_squared_error", "weight": 0.5}'
        sentence = f"`{name}` must be an object such as {example}. {received}"
        if name == "outputs":
            sentence = f'`outputs` must be an object of outputs, such as {{"price": {example}}}. {received}'
    elif kind == "too_long":
        sentence = f"`{name}` has {len(value):,} entries; a design has at most {MAX_OUTPUTS} outputs."
    elif kind == "string_type":
        sentence = f"`{name}` must be text. {received}"
    elif kind in ("string_too_short", "string_too_long"):
        sentence = f"`{name}` must be a name of 1 to {context.get('max_length', 120)} characters. {received}"
    elif kind == "literal_error":
        sentence = f"`{name}` must be {context['expected']}. {received}"
    elif kind == "finite_number":
        sentence = f"`{name}` must be a finite number. {received}"
    elif kind in ("int_type", "float_type"):
        sentence = f"`{name}` must be a {'whole ' if kind == 'int_type' else ''}number. {received}"
    elif kind == "bool_type":
        sentence = f"`{name}` must be true or false. {received}"
    else:
        sentence = f"`{name}` is not usable: {problem['msg'][:1].lower() + problem['msg'][1:]}. {received}"
    return name, sentence

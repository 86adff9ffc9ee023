"""The optimizer Muon."""

from typing import ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.numbers import Number, Whole
from blockwright.recipe.optimizers.optimizer import EPSILON_HELP, Beta, Optimizer, Small


class Muon(Optimizer):
    """`keras.optimizers.Muon`.

    `exclude_layers` is left out: it names layers by their paths, which differ between the APIs.
    """

    title: ClassVar[str] = "Muon"
    help: ClassVar[str] = (
        "Makes the step of each weight matrix turn in all directions equally, which often "
        "needs fewer steps. Weights that are not matrices, such as those of convolutions, and "
        "embeddings are trained by Adam with weight decay."
    )
    keras_class: ClassVar[str] = "optimizers.Muon"
    usual: ClassVar[tuple[str, ...]] = ("momentum", "weight_decay")
    typical_rate: ClassVar[str] = "0.001 to 0.02"

    name: Literal["muon"] = "muon"
    weight_decay: Number | None = Field(
        0.004,
        ge=0,
        le=1,
        title="Weight decay",
        description="How strongly each step pulls the weight matrices towards zero; empty for not at all.",
    )
    momentum: Beta = Field(
        0.95, title="Momentum", description="How much of the average gradient each step keeps."
    )
    nesterov: StrictBool = Field(
        True, title="Nesterov momentum", description="Looks one step ahead along the average gradient."
    )
    ns_steps: Whole = Field(
        5,
        ge=1,
        le=100,
        title="Newton-Schulz steps",
        description="How often each step is refined before it turns in all directions equally.",
    )
    rms_rate: Number | None = Field(
        0.2,
        gt=0,
        le=1e6,
        title="Scale of a step",
        description="Scales the steps to the size that those of Adam have, so that the same learning rates "
        "suit; empty for no scaling.",
    )
    exclude_embeddings: StrictBool = Field(
        True, title="Exclude embeddings", description="Lets Adam train the embeddings."
    )
    adam_lr_ratio: Number = Field(
        1.0,
        gt=0,
        le=1e6,
        title="Learning rate ratio of Adam",
        description="The learning rate of the weights that Adam trains, as a multiple of the learning rate.",
    )
    adam_beta_1: Beta = Field(
        0.9,
        title="Beta 1 of Adam",
        description="How much of the average gradient each step keeps. Larger values make the steps smoother "
        "and slower to turn.",
    )
    adam_beta_2: Beta = Field(
        0.999,
        title="Beta 2 of Adam",
        description="How much of the average size of the gradients each step keeps. It sets how quickly the "
        "step size of each weight adapts.",
    )
    adam_weight_decay: Number | None = Field(
        0.004,
        ge=0,
        le=1,
        title="Weight decay of Adam",
        description="How strongly each step pulls the weights that Adam trains towards zero; empty for not at "
        "all.",
    )
    epsilon: Small = Field(1e-7, title="Epsilon", description=EPSILON_HELP)
    muon_a: Number = Field(
        3.4445,
        ge=-100,
        le=100,
        title="Polynomial a",
        description="The first coefficient of the Newton-Schulz polynomial.",
    )
    muon_b: Number = Field(
        -4.775,
        ge=-100,
        le=100,
        title="Polynomial b",
        description="The second coefficient of the Newton-Schulz polynomial.",
    )
    muon_c: Number = Field(
        2.0315,
        ge=-100,
        le=100,
        title="Polynomial c",
        description="The third coefficient of the Newton-Schulz polynomial.",
    )

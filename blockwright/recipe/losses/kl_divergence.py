"""Kullback-Leibler divergence."""

from typing import ClassVar, Literal

from blockwright.recipe.losses.loss import Loss


class KLDivergence(Loss):
    """Kullback-Leibler divergence."""

    title: ClassVar[str] = "Kullback-Leibler divergence"
    help: ClassVar[str] = (
        "How much the probabilities differ from the true ones; with one-hot classes it equals their "
        "cross-entropy."
    )
    keras_class: ClassVar[str] = "losses.KLDivergence"
    axis_title: ClassVar[str] = "Loss (Kullback-Leibler divergence, nats)"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    needs_probabilities: ClassVar[bool] = True
    needs_several: ClassVar[bool] = True

    name: Literal["kl_divergence"] = "kl_divergence"

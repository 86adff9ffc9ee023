"""Root mean squared error of one-hot classes."""

from typing import ClassVar, Literal

from blockwright.recipe.metrics.metric import Metric


class OneHotRMSE(Metric):
    """Root mean squared error of one-hot classes."""

    title: ClassVar[str] = "Root mean squared error of one-hot classes"
    help: ClassVar[str] = (
        "How far the probabilities of all classes are from 1 for the true class and 0 for the others: "
        "the squares are summed over the classes and averaged over the examples, then the root is "
        "taken."
    )
    own_class: ClassVar[str] = "blockwright.runtime.metrics.one_hot_rmse.OneHotRMSE"
    kinds: ClassVar[tuple[str, ...]] = ("classes",)
    reads: ClassVar[Literal["classes", "probabilities"]] = "classes"
    better: ClassVar[Literal["min", "max"]] = "min"

    name: Literal["one_hot_rmse"] = "one_hot_rmse"

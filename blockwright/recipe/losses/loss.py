"""What losses have in common: which outputs they fit, and in which form they take targets and values."""

from typing import Any, ClassVar

from pydantic import ConfigDict

from blockwright.recipe.member import Member


class Loss(Member):
    """A loss of Keras that an output can be trained with.

    Attributes:
        axis_title: how the vertical axis of a learning curve calls it.
        kinds: the kinds of tasks that it fits.
        takes_logits: whether its Keras class has the argument `from_logits`.
        smooths_labels: whether its Keras class has the argument `label_smoothing`.
        needs_probabilities: whether it fails on logits.
        needs_several: whether it needs several values for each example.
        has_short_name: whether its name alone stands for it with its defaults in `compile`.
        takes_class_numbers: whether it takes classes as their numbers, not as one-hot rows.
    """

    axis_title: ClassVar[str]
    kinds: ClassVar[tuple[str, ...]]
    takes_logits: ClassVar[bool] = False
    smooths_labels: ClassVar[bool] = False
    needs_probabilities: ClassVar[bool] = False
    needs_several: ClassVar[bool] = False
    has_short_name: ClassVar[bool] = True
    takes_class_numbers: ClassVar[bool] = False

    model_config = ConfigDict(strict=True)

    def output_arguments(self, shape: tuple[int, ...]) -> dict[str, Any]:
        """The arguments that follow from the shape of the output, without batch."""
        return {}

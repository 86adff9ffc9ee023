"""What metrics have in common: which outputs they fit, in which form they read targets and outputs, "
"and how they count."""

from importlib import import_module
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from blockwright.recipe.member import Member


class Metric(Member):
    """A metric that a run can report of an output, beside its loss and the metric of its task.

    Attributes:
        own_class: the path of its class where that is not one of Keras but stands in generated files.
        kinds: the kinds of tasks that it fits.
        reads: what it reads of an output of classes: `classes` one-hot rows and a probability for each class, also
            where one unit decides between two; `probabilities` the same, but of one unit only that of the second class.
        is_share: whether it is a share from 0 to 1, shown as a percentage.
        better: whether more (`max`) or less (`min`) of it is better.
        needs_several: whether it needs several values for each example.
        needs_vectors: whether each example must be a list of values.
        takes_scores: whether it takes logits as they are, not probabilities.
    """

    keras_class: ClassVar[str] = ""
    own_class: ClassVar[str] = ""
    kinds: ClassVar[tuple[str, ...]]
    reads: ClassVar[Literal["classes", "probabilities"]] = "probabilities"
    is_share: ClassVar[bool] = False
    better: ClassVar[Literal["min", "max"]] = "max"
    needs_several: ClassVar[bool] = False
    needs_vectors: ClassVar[bool] = False
    takes_scores: ClassVar[bool] = False

    model_config = ConfigDict(strict=True)

    @property
    def label(self) -> str:
        """How the page calls it with these arguments."""
        return self.title

    @classmethod
    def fits(cls, kind: str, shape: tuple[int, ...]) -> bool:
        """Whether an output of a kind of task and of that shape, without batch, can be measured by it."""
        if kind not in cls.kinds or (cls.needs_vectors and len(shape) != 1):
            return False
        return not cls.needs_several or any(size != 1 for size in shape[-1:])

    def output_arguments(self, kind: str, units: int) -> dict[str, Any]:
        """The arguments that follow from the output, of so many values."""
        return {}

    def keras_object(self, **more: Any) -> Any:
        """The metric, under its name in settings and events."""
        more = {"name": self.name, **more}
        if not self.own_class:
            return super().keras_object(**more)
        module, _, name = self.own_class.rpartition(".")
        return getattr(import_module(module), name)(**more, **self.arguments())

    def expression(self, *first: str, **more: str) -> str:
        """The expression that makes the same object; that of an own class, which stands in the file."""
        text = super().expression(*first, name=repr(self.name), **more)
        if not self.own_class:
            return text
        return f"{self.own_class.rpartition('.')[2]}({text.partition('(')[2]}"

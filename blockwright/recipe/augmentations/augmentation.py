"""What augmentations have in common: layers of Keras that vary the images of a batch at random."""

from typing import Any, ClassVar

from pydantic import ConfigDict

from blockwright.recipe.member import Member


class Augmentation(Member):
    """A layer of Keras that varies training images in the input pipeline of a run.

    Attributes:
        takes_range: whether it needs to know between which values pixels lie.
    """

    takes_range: ClassVar[bool] = False

    model_config = ConfigDict(strict=True)

    def layer(self, seed: int, value_range: tuple[float, float]) -> Any:
        """The layer. It computes in float32 in any run, as the pipeline does."""
        ranged = {"value_range": value_range} if self.takes_range else {}
        return self.keras_object(seed=seed, dtype="float32", **ranged)

    def written(self, seed: str, value_range: tuple[float, float]) -> str:
        """The expression that makes the same layer."""
        ranged = {"value_range": repr(value_range)} if self.takes_range else {}
        return self.expression(**ranged, seed=seed, dtype='"float32"')

"""How layers learn from the training data before training: a vocabulary, boundaries of ranges, mean and variance.

The layers themselves are passed in; nothing here imports Keras.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any


class Adaptation(ABC):
    """What one kind of layer learns, and how it is fitted, described, saved and restored.

    Attributes:
        given_by: the argument that, when it is given, leaves nothing to learn.
        in_weights: whether what was learned is saved with the weights.
        lost_inside: whether Keras does not save what was learned where the layer is a part of another layer.
        learns: what is learned, in words.
        noun: what a single learned item is called.
    """

    given_by = "vocabulary"
    in_weights = False
    lost_inside = False
    learns = "vocabulary"
    noun = "value"

    def is_given(self, layer: Any) -> bool:
        """Whether the layer was given what it would learn."""
        return layer.get_config().get(self.given_by) is not None

    @abstractmethod
    def is_fitted(self, layer: Any) -> bool:
        """Whether the layer has what it needs to compute."""

    def fit(self, layer: Any, batches: Iterable[Any]) -> None:
        """Let the layer learn from batches of its input (tensors)."""
        layer.adapt(batches)

    @abstractmethod
    def summary(self, layer: Any) -> str | None:
        """What the layer learned, as in "1,000 words"; None if there was nothing to learn."""

    def state(self, layer: Any) -> dict[str, Any]:
        """What was learned and is not saved with the weights, as JSON."""
        return {}

    def restore(self, layer: Any, state: dict[str, Any]) -> None:  # noqa: B027  the weights may hold it all
        """Give a new layer what `state` returned."""


class Vocabulary(Adaptation):
    """The different values, the most frequent first; `noun` is what one of them is called."""

    def __init__(self, noun: str) -> None:
        self.noun = noun

    def is_fitted(self, layer: Any) -> bool:
        lookup = getattr(layer, "_lookup_layer", layer)
        return getattr(lookup, "_frozen_vocab_size", None) is not None

    def summary(self, layer: Any) -> str | None:
        count = len(layer.get_vocabulary(include_special_tokens=False))
        return f"{count:,} {self.noun}{'' if count == 1 else 's'}" if count else None

    def state(self, layer: Any) -> dict[str, Any]:
        return {
            "vocabulary": [word if isinstance(word, str) else int(word) for word in layer.get_vocabulary()]
        }

    def restore(self, layer: Any, state: dict[str, Any]) -> None:
        layer.set_vocabulary(list(state["vocabulary"]))


class Boundaries(Adaptation):
    """Where ranges end that hold about equally many examples each."""

    given_by = "bin_boundaries"
    lost_inside = True
    learns = "list of boundaries"

    def is_given(self, layer: Any) -> bool:
        return layer.num_bins is None

    def is_fitted(self, layer: Any) -> bool:
        return layer.bin_boundaries is not None

    def fit(self, layer: Any, batches: Iterable[Any]) -> None:
        """As many boundaries as asked for: of few different values Keras makes fewer, which changes the width."""
        layer.adapt(batches)
        boundaries = list(layer.bin_boundaries) or [0.0]
        missing = layer.num_bins - 1 - len(boundaries)
        layer.bin_boundaries = boundaries + [boundaries[-1]] * missing

    def summary(self, layer: Any) -> str:
        return f"the boundaries of {len(layer.bin_boundaries) + 1:,} ranges"

    def state(self, layer: Any) -> dict[str, Any]:
        return {"bin_boundaries": [float(boundary) for boundary in layer.bin_boundaries]}

    def restore(self, layer: Any, state: dict[str, Any]) -> None:
        layer.bin_boundaries = [float(boundary) for boundary in state["bin_boundaries"]]


class MeanAndVariance(Adaptation):
    """Mean and variance of every feature."""

    given_by = "mean"
    in_weights = True
    learns = "mean and variance"

    def is_given(self, layer: Any) -> bool:
        return layer.input_mean is not None

    def is_fitted(self, layer: Any) -> bool:
        """Always: its weights begin at mean 0 and variance 1."""
        return True

    def fit(self, layer: Any, batches: Iterable[Any]) -> None:
        """In double precision; Keras's own `adapt` takes batches in float32 layers only."""
        count, mean, squares = 0, 0.0, 0.0
        for batch in batches:
            values = batch.numpy().astype("float64")
            axes = {axis % values.ndim for axis in layer.axis}
            reduced = tuple(axis for axis in range(values.ndim) if axis not in axes)
            size = math.prod(values.shape[axis] for axis in reduced)
            batch_mean = values.mean(axis=reduced)
            # Chan, Golub and LeVeque 1983: the moments of the whole from those of two parts.
            difference, total = batch_mean - mean, count + size
            squares = squares + ((values - values.mean(axis=reduced, keepdims=True)) ** 2).sum(axis=reduced)
            squares = squares + difference**2 * count * size / total
            mean, count = mean + difference * size / total, total
        layer.adapt_mean.assign(mean)
        layer.adapt_variance.assign(squares / count)
        layer.finalize_state()

    def summary(self, layer: Any) -> str:
        count = math.prod(layer.adapt_mean.shape) if len(layer.adapt_mean.shape) else 1
        return "the mean and the variance" if count == 1 else f"the means and variances of {count:,} values"

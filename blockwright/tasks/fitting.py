"""How examples are brought to the shape that a design reads: resizing, grey and colour, flattening."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from blockwright.schema.data.errors import DataError
from blockwright.schema.text import shape_text


@dataclass(frozen=True)
class Fitting:
    """How examples become inputs. Sizes are None where nothing changes; `shape` is what comes out."""

    source: tuple[int, ...]
    shape: tuple[int, ...]
    size: tuple[int, int] | None = None
    channels: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def shrinks(self) -> bool:
        """Whether images are resized to fewer pixels in a direction, so that pixels are averaged."""
        return self.size is not None and (self.size[0] < self.source[0] or self.size[1] < self.source[1])

    @property
    def changes(self) -> bool:
        """Whether anything but the arrangement of the values changes."""
        return self.size is not None or self.channels is not None


def plan_fitting(
    source: Sequence[int], input_shape: Sequence[int | None], is_picture: bool = True
) -> Fitting:
    """How examples of shape `source` fit an input of `input_shape` (None: any size; no batch in either).

    What is no picture, such as a series of measurements, is not resized.

    Raises `DataError` where they cannot: vectors for an image input, channels that are neither grey nor colour, a
    series of another length.
    """
    source, input_shape = tuple(source), tuple(input_shape)
    if len(source) == 1:
        return _plan_vectors(source, input_shape)
    if len(input_shape) == 1:
        return _plan_flattened(source, input_shape[0])
    if len(input_shape) == 2:
        sizes = tuple(size or length for size, length in zip(input_shape, source, strict=False))
        if not is_picture and sizes != source[:2]:
            raise DataError(
                f"The design reads series of {shape_text(sizes)} (steps x values), but the data holds series of "
                f"{shape_text(source[:2])}. Set the design's input to {shape_text(source[:2])}."
            )
        inner = _plan_images(source, (*input_shape, 1))
        return Fitting(source, inner.shape[:2], inner.size, inner.channels, inner.notes)
    if len(input_shape) == 3:
        return _plan_images(source, input_shape)
    raise DataError(
        f"The design reads examples of {shape_text(input_shape)}, but the data holds images of {shape_text(source)}. "
        "Give the input a shape of height, width and channels."
    )


def adapted_shape(source: Sequence[int], input_shape: Sequence[int | None]) -> tuple[int, ...]:
    """The shape of an input that reads examples of shape `source` as they are, in place of `input_shape`.

    An input of values stays one, and reads all of an image's; one of rows and steps stays one for grey images.
    """
    source = tuple(source)
    if len(input_shape) == 1:
        return (math.prod(source),)
    if len(input_shape) == 2 and len(source) == 3 and source[2] == 1:
        return source[:2]
    return source


def _plan_vectors(source: tuple[int, ...], input_shape: tuple[int | None, ...]) -> Fitting:
    if len(input_shape) != 1:
        raise DataError(
            f"The design reads images ({shape_text(input_shape)}), but the data holds vectors of {source[0]:,} values. "
            f"Set the design's input to {source[0]}, or save the data as images."
        )
    if input_shape[0] not in (None, source[0]):
        raise DataError(
            f"The design reads {input_shape[0]:,} values, but the data holds vectors of {source[0]:,}. "
            f"Set the design's input to {source[0]}."
        )
    return Fitting(source, source)


def _plan_flattened(source: tuple[int, ...], values: int | None) -> Fitting:
    if values is None or values == math.prod(source):
        return Fitting(source, (math.prod(source),), notes=(_flattened(source),))
    for channels in (1, 3):
        side = math.isqrt(values // channels)
        if side * side * channels == values:
            inner = _plan_images(source, (side, side, channels))
            notes = (*inner.notes, _flattened((side, side, channels)))
            return Fitting(source, (values,), inner.size, inner.channels, notes)
    raise DataError(
        f"The design reads {values:,} values, but the data holds images of {shape_text(source)}, which is "
        f"{math.prod(source):,} values. Set the design's input to {math.prod(source)}."
    )


def _plan_images(source: tuple[int, ...], input_shape: tuple[int | None, ...]) -> Fitting:
    height, width, channels = (size or length for size, length in zip(input_shape, source, strict=True))
    notes = []
    new_size, new_channels = None, None
    if (height, width) != source[:2]:
        new_size = (height, width)
        notes.append(
            f"Images are resized from {shape_text(source[:2])} to {height} x {width} pixels (bilinear)."
        )
    if channels != source[2]:
        if (source[2], channels) not in ((1, 3), (3, 1)):
            raise DataError(
                f"The design reads {channels} channels, but the data holds images of {source[2]}. "
                f"Set the channels of the design's input to {source[2]}."
            )
        new_channels = channels
        notes.append(
            "Grey images are repeated in all three colour channels."
            if channels == 3
            else "Colour images are turned into grey."
        )
    return Fitting(source, (height, width, channels), new_size, new_channels, tuple(notes))


def _flattened(shape: tuple[int, ...]) -> str:
    return f"Images of {shape_text(shape)} are flattened to {math.prod(shape):,} values."

"""Example images as bytes and as PNG. NumPy and Pillow are imported when needed."""

import base64
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_SHOWN_SIDE = 64
_SMALL_BYTES = 127
"""Bytes up to here have a scale of their own, such as 0 and 1, or 0 to 16; as in `runtime.scaling.value_scale`."""


def value_range(images: "np.ndarray") -> tuple[float, float]:
    """The values of black and white: for bytes 0 and 255, or the largest where it is small; else least and largest."""
    if images.dtype.name == "uint8":
        largest = int(images.max(initial=0))
        return 0.0, float(largest) if 0 < largest <= _SMALL_BYTES else 255.0
    low, high = float(images.min()), float(images.max())
    return min(low, 0.0) if low > -1e-6 else low, high if high > low else low + 1.0


def to_uint8(images: "np.ndarray", low: float, high: float) -> "np.ndarray":
    """Images as bytes, `low` becoming 0 and `high` 255."""
    import numpy as np

    if images.dtype == np.uint8 and (low, high) == (0.0, 255.0):
        return images
    scaled = (images.astype(np.float32) - np.float32(low)) * np.float32(255.0 / (high - low))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def png_base64(image: "np.ndarray", side: int = _SHOWN_SIDE) -> str:
    """One image, uint8 `(height, width, channels)`, as PNG in base64; small ones are enlarged by an integer factor."""
    from PIL import Image

    picture = Image.fromarray(displayable(image))
    times = max(1, side // max(picture.size))
    if times > 1:
        picture = picture.resize((picture.width * times, picture.height * times), Image.Resampling.NEAREST)
    elif max(picture.size) > 2 * side:
        picture.thumbnail((2 * side, 2 * side))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=False)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def displayable(image: "np.ndarray") -> "np.ndarray":
    """The channels that Pillow can draw: `(height, width)` or `(height, width, 3)`."""
    return image[..., :3] if image.shape[-1] >= 3 else image[..., 0]

"""A look at a data set: its card, how many examples each class has, and a few of its images."""

import base64
import io
from typing import TYPE_CHECKING, Any

from blockwright.data import downloading
from blockwright.data.cards import card_of
from blockwright.data.choice import DataChoice, read_choice
from blockwright.data.loading import load

if TYPE_CHECKING:
    import numpy as np

MAX_SAMPLES = 24
_SHOWN_SIDE = 64


def preview(choice: str | dict[str, Any] | DataChoice, *, download: bool = False) -> dict[str, Any]:
    """A preview as JSON: `card`, `balance` (examples of each class, by part), `samples` (label and PNG), `notes`.

    A data set that is not on this machine yet is not downloaded unless `download` is set: then `available` is false,
    and balance and samples are empty. Raises `DataError`.
    """
    chosen = read_choice(choice)
    if chosen.name in downloading.SOURCES and not download and not downloading.is_downloaded(chosen.name):
        known = card_of(chosen)
        size = f" ({known.download_bytes / 1e6:,.0f} MB)" if known.download_bytes else ""
        return {
            "card": known.document(),
            "available": False,
            "balance": {"train": [], "test": []},
            "samples": [],
            "notes": [f"{known.title} is downloaded when it is first trained on{size}."],
        }
    import numpy as np

    dataset = load(chosen)
    count = dataset.card.num_classes
    return {
        "card": dataset.card.document(),
        "available": True,
        "balance": {
            "train": np.bincount(dataset.y_train, minlength=count).tolist(),
            "test": np.bincount(dataset.y_test, minlength=count).tolist(),
        },
        "samples": _samples(dataset.x_train, dataset.y_train, dataset.class_names),
        "notes": dataset.notes,
    }


def _samples(images: "np.ndarray", labels: "np.ndarray", names: tuple[str, ...]) -> list[dict[str, str]]:
    import numpy as np

    if images.ndim != 4:
        return []
    each = max(1, min(3, MAX_SAMPLES // len(names)))
    places = [np.flatnonzero(labels == number)[:each] for number in range(min(len(names), MAX_SAMPLES))]
    chosen = np.concatenate(places)
    low, high = value_range(images)
    return [
        {"label": names[int(labels[place])], "png_base64": png_base64(to_uint8(images[place], low, high))}
        for place in chosen
    ]


def value_range(images: "np.ndarray") -> tuple[float, float]:
    """The values that stand for black and white: 0 and 255 for bytes, else the least and the greatest there are."""
    if images.dtype.name == "uint8":
        return 0.0, 255.0
    low, high = float(images.min()), float(images.max())
    return min(low, 0.0) if low > -1e-6 else low, high if high > low else low + 1.0


def to_uint8(images: "np.ndarray", low: float, high: float) -> "np.ndarray":
    """Images as bytes, `low` becoming 0 and `high` 255."""
    import numpy as np

    if images.dtype == np.uint8:
        return images
    scaled = (images.astype(np.float32) - np.float32(low)) * np.float32(255.0 / (high - low))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


def png_base64(image: "np.ndarray", side: int = _SHOWN_SIDE) -> str:
    """One image, uint8 `(height, width, channels)`, as PNG in base64; small ones are enlarged in whole steps."""
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
    """What Pillow can draw: grey `(height, width)` or `(height, width, 3)`; otherwise the first channels."""
    return image[..., :3] if image.shape[-1] >= 3 else image[..., 0]

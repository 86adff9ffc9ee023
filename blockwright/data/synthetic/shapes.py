"""Ten shapes drawn by a seeded generator: learned in a minute, not trivial, at any size, without a download."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_PIXELS_AT_ONCE = 2_000_000


def draw_shapes(
    examples: int, size: int, colour: bool, seed: int, num_classes: int = 10
) -> tuple["np.ndarray", "np.ndarray"]:
    """Draw shapes at random places, sizes and angles on a sloping background, with noise.

    Returns images, uint8 of shape `(examples, size, size, 3 or 1)`, and class indices, uint8 of shape `(examples,)`,
    balanced and in random order. The same arguments give the same images.
    """
    import numpy as np

    generator = np.random.default_rng([seed, size, int(colour)])
    labels = generator.permutation(np.arange(examples) % num_classes).astype(np.uint8)
    images = np.empty((examples, size, size, 3 if colour else 1), dtype=np.uint8)
    step = max(1, _PIXELS_AT_ONCE // (size * size))
    for start in range(0, examples, step):
        part = slice(start, min(start + step, examples))
        images[part] = _draw_images(labels[part], size, colour, generator)
    return images, labels


def _draw_images(
    labels: "np.ndarray", size: int, colour: bool, generator: "np.random.Generator"
) -> "np.ndarray":
    import numpy as np

    count = len(labels)
    channels = 3 if colour else 1

    def draw(low: float, high: float, *shape: int) -> np.ndarray:
        return generator.uniform(low, high, (count, *shape)).astype(np.float32)

    radius = draw(0.42, 0.8, 1, 1)
    free = 1.0 - radius
    axis = (np.arange(size, dtype=np.float32) + 0.5) / size * 2 - 1
    right = (axis[None, None, :] - free * draw(-1, 1, 1, 1)) / radius
    down = (axis[None, :, None] - free * draw(-1, 1, 1, 1)) / radius
    angle = draw(0, 2 * np.pi, 1, 1)
    x = right * np.cos(angle) + down * np.sin(angle)
    y = down * np.cos(angle) - right * np.sin(angle)
    distance = np.empty((count, size, size), dtype=np.float32)
    for number in np.unique(labels):
        chosen = labels == number
        distance[chosen] = _distance_to(int(number), x[chosen], y[chosen])
    soft = 2.0 / (size * radius)
    ink = np.clip(0.5 - distance / soft, 0, 1)[..., None]

    background = draw(0.05, 0.4, 1, 1, channels)
    foreground = background + draw(0.3, 0.6, 1, 1, channels)
    inverted = generator.random((count, 1, 1, 1)) < 0.5
    slope = draw(-0.08, 0.08, 1, 1) * axis[None, None, :] + draw(-0.08, 0.08, 1, 1) * axis[None, :, None]
    values = background + (foreground - background) * ink + slope[..., None]
    values = np.where(inverted, 1 - values, values)
    values += generator.normal(0, 0.05, values.shape).astype(np.float32)
    return (np.clip(values, 0, 1) * 255).astype(np.uint8)


def _distance_to(number: int, x: "np.ndarray", y: "np.ndarray") -> "np.ndarray":
    """How far outside the shape a point lies (negative: inside), for shapes within the unit circle."""
    import numpy as np

    match number:
        case 0:
            return np.hypot(x, y) - 0.85
        case 1:
            return np.abs(np.hypot(x, y) - 0.72) - 0.16
        case 2:
            return (np.hypot(x, y / 0.5) - 0.98) * 0.6
        case 3:
            return np.maximum(np.abs(x), np.abs(y)) - 0.68
        case 4:
            return np.abs(np.maximum(np.abs(x), np.abs(y)) - 0.56) - 0.14
        case 5:
            return _polygon(x, y, 3) - 0.45
        case 6:
            return _star(x, y)
        case 7:
            arm, bar = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
            return np.maximum(arm - 0.9, bar - 0.25)
        case 8:
            return np.maximum(np.hypot(x, y) - 0.9, 0.68 - np.hypot(x - 0.45, y))
        case _:
            return np.maximum(np.hypot(x, y) - 0.95, -x)


def _polygon(x: "np.ndarray", y: "np.ndarray", sides: int) -> "np.ndarray":
    import numpy as np

    turn = 2 * np.pi / sides
    angle = np.arctan2(y, x)
    return np.hypot(x, y) * np.cos(np.mod(angle, turn) - turn / 2)


def _star(x: "np.ndarray", y: "np.ndarray") -> "np.ndarray":
    """A five-pointed star, outer radius 0.98, inner 0.42: the distance to the edge line of the nearest point."""
    import numpy as np

    turn = 2 * np.pi / 5
    angle = np.abs(np.mod(np.arctan2(y, x), turn) - turn / 2)
    length = np.hypot(x, y)
    along, across = length * np.cos(angle), length * np.sin(angle)
    inner_along, inner_across = 0.42 * np.cos(turn / 2), 0.42 * np.sin(turn / 2)
    edge_x, edge_y = inner_along - 0.98, inner_across
    scale = np.hypot(edge_x, edge_y)
    return ((along - 0.98) * edge_y - across * edge_x) / scale

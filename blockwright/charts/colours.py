"""Colours of the charts: distinguishable with red-green colour blindness, and readable on light and dark.

Training and validation differ in hue, in lightness and in their marker, so that no chart rests on hue alone.
"""

TRAINING = "#3b8bd4"
VALIDATION = "#e08214"
TRAINING_FAINT = "rgba(59, 139, 212, 0.55)"
CORRECT = "30, 104, 178"
WRONG = "172, 88, 0"
NEUTRAL = "#7f8c9a"
TRANSPARENT = "rgba(0, 0, 0, 0)"


EMPTY = "rgba(127, 140, 154, 0.08)"


def ramp(rgb: str) -> list[list[float | str]]:
    """A scale for counts: nothing at all is a faint tile, one is seen, the most is full colour.

    The colours are partly clear, so that the page shows through, light or dark.
    """
    return [[0.0, EMPTY], [1e-9, f"rgba({rgb}, 0.22)"], [1.0, f"rgba({rgb}, 1)"]]

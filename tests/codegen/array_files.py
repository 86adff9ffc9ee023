"""Files of several arrays, and networks that read them, for the tests of generated files."""

from pathlib import Path

import numpy as np

from blockwright.schema.design import Design
from tests.codegen.apis.test_network import made
from tests.network.designs import node


def several(path: Path, test: bool = False) -> Path:
    """Grey images as bytes, colour ones as numbers, whole numbers and flags; a grade, a price and tags."""
    numbers = np.random.default_rng(0)
    arrays = {}
    for part, count in (("train", 90), ("test", 24)) if test else (("train", 90),):
        arrays |= {
            f"x_{part}_flags": numbers.random((count, 3)) > 0.5,
            f"x_{part}_grey": numbers.integers(0, 256, (count, 6, 6), dtype="uint8"),
            f"x_{part}_photo": numbers.normal(size=(count, 8, 8, 3)) * 3,
            f"x_{part}_sizes": numbers.integers(-9, 300, (count, 4)),
            f"y_{part}_grade": np.array(["low", "mid", "top"])[numbers.permutation(count) % 3],
            f"y_{part}_price": numbers.random(count) * 2,
            f"y_{part}_topics": (numbers.random((count, 4)) > 0.5).astype("int8"),
            f"y_{part}_unused": numbers.integers(0, 2, count),
        }
    np.savez(path, **arrays)
    return path


def reader() -> Design:
    """A network for such files, whose images it resizes; outputs stand in the order of their names."""
    return made(
        [("flags", (3,)), ("grey", (8, 8, 3)), ("photo", (5, 5, 3)), ("sizes", (4,))],
        [
            node("GlobalAveragePooling2D", "a", ["grey"]),
            node("Flatten", "b", ["photo"]),
            node("Concatenate", "all", ["a", "b", "sizes", "flags"]),
            node("Dense", "mixed", units=6, activation="relu"),
            node("Dense", "grade", ["mixed"], units=3, activation="softmax"),
            node("Dense", "price", ["mixed"], units=1),
            node("Dense", "topics", ["mixed"], units=4, activation="sigmoid"),
        ],
        ["grade", "price", "topics"],
    )


def single(path: Path, kind: str) -> tuple[Path, Design, dict]:
    """A file with one input and one target of a kind, a network for it, and what is said of the data."""
    numbers = np.random.default_rng(1)
    x = numbers.normal(size=(60, 5)).astype("float64") * 7
    said: dict = {}
    match kind:
        case "tags":
            y, units = (numbers.random((60, 3)) > 0.5).astype("uint8"), 3
        case "number":
            y, units, said = numbers.random((60, 1)) * 90, 1, {"task": "number"}
        case "one-hot tags":
            y, units, said = np.eye(3)[numbers.permutation(60) % 3], 3, {"task": "tags"}
        case _:
            y, units = np.eye(3)[numbers.permutation(60) % 3], 3
    np.savez(path, x_train=x, y_train=y)
    design = made([("row", (5,))], [node("Normalization", "scaled"), node("Dense", "answer", units=units)])
    return path, design, {"name": "upload", "path": str(path), **said}

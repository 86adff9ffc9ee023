"""The features and targets of a data set: what a network reads and predicts. Plain data."""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Feature(BaseModel):
    """A feature that every example of a data set has.

    Attributes:
        name: unique among the features of a data set.
        kind: `image`, `vector` (numbers that belong together, such as the numeric columns of a table), `text`,
            `number`, `category` (one of `choices`, as text), `tags` (a 0 or 1 for each of `choices`) or `sequence`.
        shape: of one example, without the batch: `(height, width, channels)`, `(values,)`, `(1,)` for text.
        dtype: the type of its values: `uint8`, `float32` and so on, or `string`.
        help: a description.
        columns: the column name of each value, for the numeric columns of a table; empty for other vectors.
        units: the unit of each column, `""` for none; empty if unknown.
        choices: the possible values of categories and tags.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Literal["image", "vector", "text", "number", "category", "tags", "sequence"]
    shape: tuple[int, ...]
    dtype: str = "float32"
    help: str = ""
    columns: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()

    @property
    def is_text(self) -> bool:
        """Whether its values are strings, which only an input of dtype `string` accepts."""
        return self.dtype == "string"

    @property
    def values(self) -> int:
        """The number of values per example."""
        return math.prod(self.shape)


class Target(BaseModel):
    """A target that a network predicts for every example.

    Attributes:
        name: unique among the targets of a data set.
        kind: `classes` (one of `class_names`), `number` (a quantity), `tags` (any of `class_names`), or
            `reconstruction` (a feature to reconstruct; only in prepared data, never on a card).
        class_names: the classes or tags in order; empty for numbers.
        unit: of a number, such as `mg/dl`; `""` for none.
        shape: of one example: `()` for classes, `(1,)` for a number, `(tags,)` for tags.
        help: a description.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Literal["classes", "number", "tags", "reconstruction"]
    class_names: tuple[str, ...] = ()
    unit: str = ""
    shape: tuple[int, ...] = ()
    help: str = ""

    @property
    def exclusive_classes(self) -> tuple[str, ...]:
        """The classes of which every example has exactly one; empty for numbers and tags."""
        return () if self.shape else self.class_names

    @property
    def units(self) -> int:
        """The number of units of its output layer: one per class, tag, number or reconstructed value."""
        return len(self.class_names) or math.prod(self.shape)


class DataSummary(BaseModel):
    """The features and targets of a data set: a short form of its card.

    It is read from the document of a card, or from `{"name", "shape", "num_classes"}` of an image data set.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    features: tuple[Feature, ...] = ()
    targets: tuple[Target, ...] = ()

    @classmethod
    def read(cls, data: dict[str, Any]) -> "DataSummary":
        """Read the `data` of a request. Raises `ValidationError` if its features or targets are invalid."""
        features, shape = data.get("features") or (), data.get("shape")
        if not features and shape:
            features = (plain_feature(tuple(shape)),)
        targets, classes = data.get("targets") or (), data.get("num_classes")
        if not targets and isinstance(classes, int):
            targets = (class_target(tuple(map(str, range(classes)))),) if classes > 0 else ()
        name = str(data.get("title") or data.get("name") or "the data")
        return cls(title=name, features=features, targets=targets)

    def feature(self, name: str) -> Feature | None:
        """The feature with this name, or None."""
        return next((feature for feature in self.features if feature.name == name), None)

    def target(self, name: str) -> Target | None:
        """The target with this name, or None."""
        return next((target for target in self.targets if target.name == name), None)


def plain_feature(shape: tuple[int, ...], dtype: str | None = None) -> Feature:
    """The only feature of a data set of images `(height, width, channels)` or plain vectors `(values,)`."""
    if len(shape) == 1:
        return Feature(name="features", kind="vector", shape=shape, dtype=dtype or "float32")
    return Feature(name="image", kind="image", shape=shape, dtype=dtype or "uint8")


def class_target(class_names: tuple[str, ...], name: str = "class", help: str = "") -> Target:
    """A target of one class out of several."""
    return Target(name=name, kind="classes", class_names=class_names, help=help)


def number_target(name: str, unit: str = "", help: str = "") -> Target:
    """A target of one number."""
    return Target(name=name, kind="number", unit=unit, shape=(1,), help=help)


def tag_target(names: tuple[str, ...], name: str = "tags", help: str = "") -> Target:
    """A target of any number of tags out of several."""
    return Target(name=name, kind="tags", class_names=names, shape=(len(names),), help=help)

"""What the examples of a data set are made of: features that go into a network, targets that come out. Plain data."""

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict


class Feature(BaseModel):
    """One thing that every example has and a network may read.

    Attributes:
        name: how designs and people call it; unique among the features of a set.
        kind: `image`, `vector` (numbers that belong together, such as the numeric columns of a table), `text`,
            `number`, `category` (one of `choices`, as text), `tags` (a 0 or 1 for each of `choices`) or `sequence`.
        shape: of one example, without the batch: `(height, width, channels)`, `(values,)`, `(1,)` for text.
        dtype: how its values are held: `uint8`, `float32` and so on, or `string`.
        help: what it is, in words.
        columns: for the numbers of a table, the name of each value in order; empty for other vectors.
        units: beside `columns`, the unit of each, `""` where it has none; empty where nothing is known of them.
        choices: for categories and tags, what there is to choose from.
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
        """Whether its values are strings, which only an input of dtype `string` takes."""
        return self.dtype == "string"

    @property
    def values(self) -> int:
        """How many values an example has."""
        return math.prod(self.shape)


class Target(BaseModel):
    """One thing that a network is to tell of every example.

    Attributes:
        name: how designs and people call it; unique among the targets of a set.
        kind: `classes` (one of `class_names`), `number` (a measurement), `tags` (any of `class_names`), or
            `reconstruction` (a feature given back; never on a card, only in what a design is prepared for).
        class_names: the classes or tags by number; empty for numbers.
        unit: of a number, such as `mg/dl`; `""` where it has none.
        shape: of one example: `()` for classes, `(1,)` for a number, `(tags,)` for tags.
        help: what it is, in words.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Literal["classes", "number", "tags", "reconstruction"]
    class_names: tuple[str, ...] = ()
    unit: str = ""
    shape: tuple[int, ...] = ()
    help: str = ""

    @property
    def units(self) -> int:
        """How many values the last layer gives for it: one a class or tag, one a number, one a value given back."""
        return len(self.class_names) or math.prod(self.shape)


class DataSummary(BaseModel):
    """What a data set holds, as far as a design has to know: a short form of its card.

    The card's own document can be read as one, and so can `{"name", "shape", "num_classes"}` of a set of images.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    features: tuple[Feature, ...] = ()
    targets: tuple[Target, ...] = ()

    @classmethod
    def read(cls, data: dict[str, Any]) -> "DataSummary":
        """What the `data` of a request says. Raises `ValidationError` where its features or targets are none."""
        features, shape = data.get("features") or (), data.get("shape")
        if not features and shape:
            features = (plain_feature(tuple(shape)),)
        name = str(data.get("title") or data.get("name") or "the data")
        return cls(title=name, features=features, targets=data.get("targets") or ())

    def feature(self, name: str) -> Feature | None:
        """The feature of that name; None where there is none."""
        return next((one for one in self.features if one.name == name), None)

    def target(self, name: str) -> Target | None:
        """The target of that name; None where there is none."""
        return next((one for one in self.targets if one.name == name), None)


def plain_feature(shape: tuple[int, ...], dtype: str | None = None) -> Feature:
    """The one feature of a set of images `(height, width, channels)` or plain vectors `(values,)`."""
    if len(shape) == 1:
        return Feature(name="features", kind="vector", shape=shape, dtype=dtype or "float32")
    return Feature(name="image", kind="image", shape=shape, dtype=dtype or "uint8")


def class_target(class_names: tuple[str, ...], name: str = "class", help: str = "") -> Target:
    """A target of one class out of several."""
    return Target(name=name, kind="classes", class_names=class_names, help=help)


def number_target(name: str, unit: str = "", help: str = "") -> Target:
    """A target of one number, such as a measurement."""
    return Target(name=name, kind="number", unit=unit, shape=(1,), help=help)


def tag_target(names: tuple[str, ...], name: str = "tags", help: str = "") -> Target:
    """A target of any number of tags out of several."""
    return Target(name=name, kind="tags", class_names=names, shape=(len(names),), help=help)

"""What a card says of a data set before it is loaded."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from blockwright.schema.data.features import Feature, Target, class_target, plain_feature


class Card(BaseModel):
    """The description of a data set.

    `features` and `targets` describe its examples. A data set of images or vectors with classes needs neither: they
    follow from `shape` (`[height, width, channels]` or `[values]`, no batch) and `class_names`. A data set with
    several features has the `shape` `[]`; one without exactly one target of classes has `num_classes` 0.
    `validation_examples` counts those of a validation part of its own.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    summary: str
    source: str
    licence: str
    shape: tuple[int, ...]
    num_classes: int
    class_names: tuple[str, ...]
    train_examples: int
    test_examples: int
    embedded: bool
    download_bytes: int | None = None
    validation_examples: int = 0
    features: tuple[Feature, ...] = ()
    targets: tuple[Target, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        """Derive features and targets from shape and classes, or the reverse."""
        if not isinstance(values, dict):
            return values
        values = dict(values)
        if not values.get("features"):
            values["features"] = (plain_feature(tuple(values["shape"])),)
        elif "shape" not in values:
            features = values["features"]
            values["shape"] = features[0].shape if len(features) == 1 else ()
        if not values.get("targets"):
            values["targets"] = (class_target(tuple(values["class_names"])),)
        elif "class_names" not in values:
            targets = values["targets"]
            values["class_names"] = targets[0].exclusive_classes if len(targets) == 1 else ()
            values["num_classes"] = len(values["class_names"])
        return values

    def feature(self, name: str) -> Feature | None:
        """The feature with this name, or None."""
        return next((feature for feature in self.features if feature.name == name), None)

    def target(self, name: str) -> Target | None:
        """The target with this name, or None."""
        return next((target for target in self.targets if target.name == name), None)

    def brief(self) -> dict[str, Any]:
        """The short form that the rules check a design against."""
        return {
            "name": self.title,
            "shape": list(self.shape),
            "num_classes": self.num_classes,
            "features": [feature.model_dump(mode="json", exclude_defaults=True) for feature in self.features],
            "targets": [target.model_dump(mode="json", exclude_defaults=True) for target in self.targets],
        }

    def document(self) -> dict[str, Any]:
        """The card as JSON."""
        return self.model_dump(mode="json")

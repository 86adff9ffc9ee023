"""Networks to begin from: each a JSON file beside this one, with its source and its parameter count."""

import json
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from blockwright.design.parse import read_design
from blockwright.design.tutorials import Tutorial
from blockwright.schema.design import Design


class Preset(BaseModel):
    """A network to begin from.

    Attributes:
        key: the file's name without its ending.
        params: the number of parameters that Keras counts for the design as it stands.
        macs: the multiply-adds of one example.
        digits_macs: the same with the input changed to the images of `digits`; None where that cannot be built, and
            for networks of other data or large images.
        params_note: for which input and number of classes, and what the source says where it differs.
        source: the paper, tutorial or guide that it comes from.
        big: whether it was made for large images, and takes hours where the small ones take minutes.
        data: the data set that it is made for, by name; None where any set of images with classes will do.
        tutorial: how the tutorial that it comes from trains it, and what it reaches.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    summary: str
    group: str
    order: int
    source: str
    params: int
    macs: int
    digits_macs: int | None = None
    params_note: str
    big: bool = False
    data: str | None = None
    tutorial: Tutorial | None = None
    design: Design


@cache
def presets() -> tuple[Preset, ...]:
    """Every preset, in the order of the gallery."""
    loaded = []
    for file in files(__package__).iterdir():
        if file.name.endswith(".json"):
            document = json.loads(file.read_text(encoding="utf-8"))
            document["design"] = read_design(document["design"])
            loaded.append(Preset(key=file.name.removesuffix(".json"), **document))
    return tuple(sorted(loaded, key=lambda preset: preset.order))


def preset(key: str) -> Preset:
    """The preset of that key; ValueError naming the keys there are, where there is none."""
    for candidate in presets():
        if candidate.key == key:
            return candidate
    raise ValueError(
        f'There is no preset "{key}". There are: {", ".join(candidate.key for candidate in presets())}.'
    )


def preset_with_tutorial(design: Design) -> tuple[Preset, Tutorial] | None:
    """The preset whose tutorial trains the network of a design, whatever the size of its input; else None."""
    for candidate in presets():
        tutorial = candidate.tutorial
        if tutorial is not None and tutorial.trains(candidate.design, design):
            return candidate, tutorial
    return None

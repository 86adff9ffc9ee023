"""The document `preprocessing.json`: how a run turned values into what its network reads. Plain data."""

from typing import Literal, TypedDict

Numbers = float | list[float]
"""One number for all values of an example, or one for each column."""


class InputPreprocessing(TypedDict):
    """What one input reads: `(values - shift) * factor` as `dtype`, after `fill` has replaced missing numbers.

    Attributes:
        reads: the feature of the data that it reads.
        kind: the kind of that feature.
        columns: the names of its values in order, for the columns of a table and for tags; empty for others.
        choices: the values of a category, or the tags; empty for others.
        shape: the shape of one example, without batch.
        dtype: the type that the network takes; `string` for texts, which are passed on as they are.
    """

    reads: str
    kind: Literal["image", "vector", "text", "number", "category", "tags", "sequence"]
    columns: list[str]
    choices: list[str]
    shape: list[int]
    dtype: str
    fill: Numbers
    shift: Numbers
    factor: Numbers


class OutputMeaning(TypedDict):
    """What one output stands for: `class_names` are the classes or tags in order, `unit` is that of a number."""

    kind: str
    target: str
    class_names: list[str]
    unit: str


class Preprocessing(TypedDict):
    """The whole document: by input and by output, in the order of the design."""

    format: Literal[1]
    inputs: dict[str, InputPreprocessing]
    outputs: dict[str, OutputMeaning]

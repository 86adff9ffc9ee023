"""The choice of a data set in settings, links and runs: plain data, validated."""

import os
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError
from pydantic_core import ErrorDetails

from blockwright.schema.data.errors import DataError

BUILT_IN = (
    "digits",
    "shapes",
    "mnist",
    "fashion_mnist",
    "cifar10",
    "cifar100",
    "iris",
    "wine",
    "breast_cancer",
    "diabetes",
    "tickets",
    "reviews",
)
DRAWN = ("shapes", "tickets", "reviews")
TABLE_SUFFIXES = (".csv", ".tsv", ".txt")
MAX_DRAWN_BYTES = 500_000_000

_USED = {
    "shapes": ("size", "colour", "examples", "seed"),
    "tickets": ("examples", "seed"),
    "reviews": ("examples", "seed"),
    "upload": ("path", "title", "target", "task"),
}


class DataChoice(BaseModel):
    """The data set to use.

    `size` and `colour` apply to `shapes`, `examples` and `seed` to generated data sets, `path` and `title` to `upload`.
    An uploaded table also needs `target`, the column to predict. `task` sets whether the target of a file is one of
    several classes, a number, or any of several tags.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal[*BUILT_IN, "upload"]  # type: ignore[valid-type]
    size: Annotated[int, Field(strict=True, ge=8, le=256)] = 28
    colour: StrictBool = False
    examples: Annotated[int, Field(strict=True, ge=20, le=100_000)] = 2000
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = 0
    path: Annotated[str, Field(min_length=1, max_length=4096)] | None = None
    title: Annotated[str, Field(max_length=200)] | None = None
    target: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    task: Literal["classes", "number", "tags"] | None = None

    def document(self) -> dict[str, Any]:
        """The choice as JSON, with only the options that this data set uses."""
        keys = _USED.get(self.name, ())
        return {"name": self.name} | {
            key: getattr(self, key) for key in keys if getattr(self, key) is not None
        }


def choice_from_argument(
    dataset: str | os.PathLike[str], target: str | None = None, task: str | None = None
) -> dict[str, Any]:
    """The choice for an argument of the command line: a file in .npz or .csv format, or a data set's name.

    `target` is for tables, `task` for any file. Raises `DataError` if there is a target but no file.
    """
    name = os.fspath(dataset)
    is_file = isinstance(dataset, os.PathLike) or os.sep in name or name.endswith((".npz", *TABLE_SUFFIXES))
    if is_file:
        path = Path(name)
        choice = {"name": "upload", "path": str(path.resolve()), "title": path.name}
        return choice | {
            key: value for key, value in (("target", target), ("task", task)) if value is not None
        }
    if target is not None or task is not None:
        raise DataError(f"A target is chosen for a file in .csv format; {name[:60]!r} has its own.")
    return {"name": name}


def check_file(choice: dict[str, Any]) -> None:
    """Raise `DataError` if the file of a choice does not exist."""
    if choice.get("name") != "upload" or Path(path := str(choice.get("path"))).is_file():
        return
    if Path(path).is_dir():
        raise DataError(f"{path[:300]} is a folder. Give the path of a file in .npz or .csv format.")
    raise DataError(
        f"There is no file {path[:300]}. Check the path, or name a data set: {', '.join(BUILT_IN)}."
    )


def read_choice(source: str | dict[str, Any] | DataChoice) -> DataChoice:
    """Read a choice: a name, or `{"name": ...}` with its options. Raises `DataError` listing every problem."""
    if isinstance(source, DataChoice):
        return source
    document = {"name": source} if isinstance(source, str) else source
    if not isinstance(document, dict):
        raise DataError('A data set is chosen with an object such as {"name": "digits"}.')
    name = document.get("name")
    if name not in (*BUILT_IN, "upload"):
        raise DataError(
            f"There is no data set called {str(name)[:60]!r}. Choose one of: {', '.join(BUILT_IN)}, "
            "or a file in .npz or .csv format."
        )
    try:
        choice = DataChoice.model_validate(document)
    except ValidationError as error:
        raise DataError(" ".join(_sentence(problem) for problem in error.errors(include_url=False))) from None
    if choice.name == "upload" and choice.path is None:
        raise DataError("An uploaded data set needs the path of its file. Upload the file again.")
    pixel_bytes = choice.size**2 * (3 if choice.colour else 1) * choice.examples
    if choice.name == "shapes" and pixel_bytes > MAX_DRAWN_BYTES:
        raise DataError(
            f"{choice.examples:,} shapes of {choice.size} x {choice.size} pixels need {pixel_bytes / 1e6:,.0f} MB; "
            f"the limit is {MAX_DRAWN_BYTES // 1_000_000} MB. Draw fewer or smaller images."
        )
    return choice


def _sentence(problem: ErrorDetails) -> str:
    key = ".".join(str(part) for part in problem["loc"])[:60]
    received = repr(problem.get("input"))[:60]
    limits = problem.get("ctx", {})
    match problem["type"]:
        case "extra_forbidden":
            return f"`{key}` is not an option of a data set; remove it."
        case "greater_than_equal":
            return f"`{key}` of the data set must be at least {limits['ge']}. Received: {key}={received}."
        case "less_than_equal":
            return f"`{key}` of the data set must be at most {limits['le']:,}. Received: {key}={received}."
        case "int_type":
            return f"`{key}` of the data set must be a whole number. Received: {key}={received}."
        case "literal_error":
            return f"`{key}` of the data set must be {limits['expected']}. Received: {key}={received}."
        case "bool_type":
            return f"`{key}` of the data set must be true or false. Received: {key}={received}."
        case _:
            return f"`{key}` of the data set is invalid: {problem['msg']}. Received: {key}={received}."

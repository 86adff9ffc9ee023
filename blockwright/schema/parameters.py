"""The arguments of blocks as plain data: their kinds, their ranges, and what is wrong with a value."""

import math
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal[
    "int",
    "float",
    "bool",
    "choice",
    "text",
    "size",
    "size3",
    "borders",
    "shape",
    "number-range",
    "numbers",
    "integers",
    "words",
]

MOST_ENTRIES = 10_000
"""The longest list that an argument takes, where it does not say so itself."""


@dataclass(frozen=True)
class Setting:
    """What a block's signature says of one argument beyond its type: `Annotated[int, Setting(...)]`.

    Args:
        help: one or two plain sentences, shown beside the field.
        minimum, maximum: the range, both ends included; for sizes and ranges it holds for each member.
        step: the step of the field's buttons.
        choices: the allowed words, for a choice.
        most: how many entries a list may have.
        holes: whether null may stand in a "shape", for a size that is taken as it comes.
    """

    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    most: int | None = None
    holes: bool = False


class Param(BaseModel):
    """One argument of a block.

    `kind` "size" is a whole number or a pair of them (rows, columns), "size3" one or three of them, "borders" one,
    a pair, or a pair for each dimension (before, after), "shape" a list of whole numbers, and "number-range" a
    number or a pair of them. "numbers" and "integers" are one number or a list of at most `most`, "words" is a
    list of at most `most` short texts. `optional` means that null is allowed.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    default: Any = None
    required: bool = False
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    most: int | None = None
    holes: bool = False
    help: str = ""

    def complaint(self, value: object) -> str | None:
        """What this argument must be, when `value` is not that; None when it is."""
        if value is None:
            return None if self.optional else f"must be {self.expected()}"
        if not self._fits(value):
            return f"must be {self.expected()}"
        return None

    def nearest(self, value: object) -> Any:
        """The value that suits best in place of one that does not; None where there is none.

        A number out of its range becomes the end of the range that it is beyond, anything else the default.
        """
        low, high = self.minimum, self.maximum
        if (
            self.kind in ("int", "float")
            and isinstance(value, int | float)
            and self._number(value, whole=self.kind == "int", bounded=False)
        ):
            nearest = value if low is None else max(low, value)
            nearest = nearest if high is None else min(high, nearest)
            return int(nearest) if self.kind == "int" else nearest
        return self.default if self.complaint(self.default) is None else None

    def expected(self) -> str:
        """What the argument takes, in words, to follow 'must be'."""
        between = self._between()
        words = {
            "int": f"a whole number{between}",
            "float": f"a number{between}",
            "bool": "true or false",
            "choice": "one of " + ", ".join(f'"{choice}"' for choice in self.choices),
            "text": "text of at most 200 characters",
            "size": f"a whole number{between}, or a pair of them",
            "shape": f"a list of 1 to 6 whole numbers{f', each{between}' if between else ''}"
            + (", or null in their place" if self.holes else ""),
            "number-range": f"a number{between}, or a pair of them",
            "size3": f"a whole number{between}, or three of them",
            "borders": f"a whole number{between}, a pair of them, or a pair for each dimension",
            "numbers": f"a number{between}, or a list of at most {self._most():,}",
            "integers": f"a whole number{between}, or a list of at most {self._most():,}",
            "words": f"a list of at most {self._most():,} texts of up to 200 characters",
        }[self.kind]
        return words + (", or null" if self.optional else "")

    def _between(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f" between {_plain(self.minimum)} and {_plain(self.maximum)}"
        if self.minimum is not None:
            return f" of at least {_plain(self.minimum)}"
        if self.maximum is not None:
            return f" of at most {_plain(self.maximum)}"
        return ""

    def _fits(self, value: object) -> bool:
        if self.kind == "bool":
            return isinstance(value, bool)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        if self.kind == "text":
            return isinstance(value, str) and len(value) <= 200
        if self.kind == "int":
            return self._number(value, whole=True)
        if self.kind == "float":
            return self._number(value, whole=False)
        if self.kind == "words":
            if not isinstance(value, list | tuple) or not 1 <= len(value) <= self._most():
                return False
            return all(isinstance(text, str) and len(text) <= 200 for text in value)
        if self.kind in ("numbers", "integers", "size3"):
            whole = self.kind != "numbers"
            if not isinstance(value, list | tuple):
                return self._number(value, whole=whole)
            fits = len(value) == 3 if self.kind == "size3" else 1 <= len(value) <= self._most()
            return fits and all(self._number(item, whole=whole) for item in value)
        if self.kind == "borders":
            return self._borders(value)
        if self.kind == "shape":
            if not isinstance(value, list | tuple) or not 1 <= len(value) <= 6:
                return False
            return all(self._number(size, whole=True) or (self.holes and size is None) for size in value)
        whole = self.kind == "size"
        if self.kind == "size" and isinstance(value, str):
            return value in self.choices
        if isinstance(value, list | tuple):
            return len(value) == 2 and all(self._number(item, whole=whole) for item in value)
        return self._number(value, whole=whole)

    def _borders(self, value: object) -> bool:
        if not isinstance(value, list | tuple):
            return self._number(value, whole=True)
        if all(isinstance(item, list | tuple) for item in value):
            pairs = 2 <= len(value) <= 3 and all(len(item) == 2 for item in value)
            return pairs and all(self._number(number, whole=True) for item in value for number in item)
        return len(value) in (2, 3) and all(self._number(item, whole=True) for item in value)

    def _most(self) -> int:
        return self.most if self.most is not None else MOST_ENTRIES

    def _number(self, value: object, whole: bool, bounded: bool = True) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(value, float) and not math.isfinite(value):
            return False
        if whole and not isinstance(value, int):
            return False
        if not bounded:
            return True
        low = self.minimum is None or value >= self.minimum
        return low and (self.maximum is None or value <= self.maximum)


def _plain(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) and not number.is_integer() else str(int(number))

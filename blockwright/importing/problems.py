"""What cannot be imported, each with its name and place, and what was left behind."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from blockwright.schema.findings import DesignError, Finding

MOST_FINDINGS = 30
_NAMES_IN_A_NOTE = 3
_LONGEST = 60


class ImportProblem(DesignError):
    """A Keras model that cannot become a design; `findings` say what stands in the way, and where."""


class Unfit(ValueError):
    """One layer, call or argument that cannot be carried over; the message is a full sentence."""


class Follows(Unfit):
    """What may only be wrong because something above it is; not told where something above it is wrong."""


def short(value: object, most: int = _LONGEST) -> str:
    """A value of the file for a message, cut to `most` characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= most else text[: most - 1] + "…"


def word(value: object, most: int = _LONGEST) -> str:
    """A name of the file for a message: on one line, cut to `most` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= most else text[: most - 1] + "…"


def refuse(code: str, message: str) -> ImportProblem:
    """The problem that ends an import at once."""
    return ImportProblem([Finding(code=code, severity="error", message=message)])


@dataclass
class Report:
    """Collects problems, so that all of them are told at once, and what notes are made of."""

    findings: list[Finding] = field(default_factory=list)
    left_out: int = 0
    _notes: dict[str, list[str]] = field(default_factory=dict)

    def problem(self, place: str, message: str, code: str = "import", node: str | None = None) -> None:
        """Something at `place`, for example "layers[12] 'conv1' (Lambda)", that cannot be imported."""
        if len(self.findings) >= MOST_FINDINGS:
            self.left_out += 1
            return
        finding = Finding(code=code, node=node, severity="error", message=f"{place}: {message}")
        if finding not in self.findings:
            self.findings.append(finding)

    def note(self, kind: str, name: str) -> None:
        """A layer that loses something which changes no count, shape or output; `kind` is a key of the notes."""
        self._notes.setdefault(kind, []).append(name)

    def raise_if_any(self) -> None:
        """End the import if there was any problem."""
        if not self.findings:
            return
        findings = list(self.findings)
        if self.left_out:
            message = f"There are {self.left_out:,} more problems of this kind in the file."
            findings.append(Finding(code="import", severity="error", message=message))
        raise ImportProblem(findings)

    def notes(self) -> list[str]:
        """One sentence for each kind of thing that was left behind."""
        return [f"{_SENTENCES.get(kind, kind)} {_named(names)}" for kind, names in self._notes.items()]


_SENTENCES = {
    "initial weights": "Initial weights are drawn in the default way here, which matters only where training "
    "begins anew:",
    "regularizer": "Regularizers were left out, so the loss in training has no such term:",
    "constraint": "Constraints on weights were left out:",
    "inference": "Layers that always ran as in prediction behave differently in training here:",
    "batch size": "A fixed batch size was left open:",
    "renamed": "Names were changed to be short and different from each other:",
    "output names": "Names of outputs were left out; an output is called after the node that gives it:",
}


def _named(names: Iterable[str]) -> str:
    different = list(dict.fromkeys(names))
    listed = ", ".join(f'"{word(name)}"' for name in different[:_NAMES_IN_A_NOTE])
    more = len(different) - _NAMES_IN_A_NOTE
    return f"{listed} and {more:,} more." if more > 0 else f"{listed}."


def kind_of(value: Any) -> str:
    """What a value of the file is, in words."""
    if value is None:
        return "nothing"
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number"}
    return names.get(type(value), "a number")

"""What cannot be imported, each with its name and path in the file, and what was left out."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from blockwright.importing.import_rules import CannotImport
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.rules import Rule, every_rule

MAX_FINDINGS = 30
_MAX_NAMES = 3
_MAX_LENGTH = 60


class ImportProblem(DesignError):
    """A Keras model that cannot become a design; `findings` say why, and where."""


class Unsupported(ValueError):
    """One layer, call or argument that cannot be imported; the message is a full sentence."""


class SecondaryProblem(Unsupported):
    """What may only follow from a problem in a layer before it, and is not reported if there is one."""


def short(value: object) -> str:
    """A value of the file for a message, cut to 60 characters."""
    return _cut(json.dumps(value, ensure_ascii=False, default=str))


def short_name(value: object) -> str:
    """A name of the file for a message: on one line, cut to 60 characters."""
    return _cut(" ".join(str(value).split()))


def _cut(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else text[: _MAX_LENGTH - 1] + "…"


def refuse(code: str, message: str) -> ImportProblem:
    """The problem that ends an import at once, by the code of its rule."""
    return ImportProblem([_rule(code).error(message)])


def _rule(code: str) -> type[Rule[Any]]:
    return next(rule for rule in every_rule(Rule) if rule.code == code)


@dataclass
class Report:
    """Collects problems, so that all of them are reported at once, and the notes."""

    findings: list[Finding] = field(default_factory=list)
    omitted: int = 0
    _notes: dict[str, list[str]] = field(default_factory=dict)

    def problem(
        self, path: str, message: str, node: str | None = None, code: str = CannotImport.code
    ) -> None:
        """Something at `path`, for example "layers[12] 'conv1' (Lambda)", that cannot be imported."""
        if len(self.findings) >= MAX_FINDINGS:
            self.omitted += 1
            return
        finding = _rule(code).error(f"{path}: {message}", node)
        if finding not in self.findings:
            self.findings.append(finding)

    def note(self, kind: str, name: str) -> None:
        """A layer that loses something without changing counts, shapes or outputs; `kind` is a key of `_NOTES`."""
        self._notes.setdefault(kind, []).append(name)

    def raise_if_any(self) -> None:
        """End the import if there was any problem."""
        if not self.findings:
            return
        findings = list(self.findings)
        if self.omitted:
            findings.append(CannotImport.error(f"The file has {self.omitted:,} more problems."))
        raise ImportProblem(findings)

    def notes(self) -> list[str]:
        """One sentence for each kind of thing that was left out."""
        return [f"{_NOTES[kind]} {_listed(names)}" for kind, names in self._notes.items()]


_NOTES = {
    "initial weights": "Initial weights come from default initializers, which only matters if you train from scratch:",
    "regularizer": "Regularizers were left out, so the training loss does not include them:",
    "constraint": "Weight constraints were left out:",
    "inference": "Layers that always ran in inference mode behave differently in training here:",
    "batch size": "The fixed batch size was removed:",
    "renamed": "Names were changed to be short and unique:",
}


def _listed(names: Iterable[str]) -> str:
    unique = list(dict.fromkeys(names))
    listed = ", ".join(f'"{short_name(name)}"' for name in unique[:_MAX_NAMES])
    more = len(unique) - _MAX_NAMES
    return f"{listed} and {more:,} more." if more > 0 else f"{listed}."


def json_kind(value: Any) -> str:
    """What a value of the file is, in words."""
    if value is None:
        return "nothing"
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number"}
    return names.get(type(value), "a number")

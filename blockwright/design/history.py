"""Undo and redo: the versions of a design, bounded, as plain data that a session can hold."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from blockwright.design.parse import read_design
from blockwright.schema.design import Design

MAX_VERSIONS = 100


class Version(BaseModel):
    """One version of the design and what was done to reach it."""

    model_config = ConfigDict(frozen=True)

    design: Design
    label: str


class History(BaseModel):
    """The versions of a design, oldest first, and which of them is the current one."""

    model_config = ConfigDict(frozen=True)

    versions: tuple[Version, ...]
    position: int = 0

    @classmethod
    def start(cls, design: Design, label: str = "Opened") -> Self:
        """A history that begins with this design."""
        return cls(versions=(Version(design=design, label=label),))

    @property
    def current(self) -> Design:
        """The design as it stands."""
        return self.versions[self.position].design

    @property
    def undoes(self) -> str | None:
        """What undo would take back, or None when there is nothing."""
        return self.versions[self.position].label if self.position > 0 else None

    @property
    def redoes(self) -> str | None:
        """What redo would bring back, or None when there is nothing."""
        return self.versions[self.position + 1].label if self.position + 1 < len(self.versions) else None

    @property
    def can_undo(self) -> bool:
        """Whether there is an older version."""
        return self.undoes is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a newer version."""
        return self.redoes is not None

    def push(self, design: Design, label: str) -> Self:
        """The history with a new current version; what had been undone is dropped. No change, no version."""
        if design == self.current:
            return self
        design = _sharing(design, self.current)
        versions = (*self.versions[: self.position + 1], Version(design=design, label=label))[-MAX_VERSIONS:]
        return self.model_copy(update={"versions": versions, "position": len(versions) - 1})

    def undo(self) -> Self:
        """One version back; the same history when there is none."""
        return self.model_copy(update={"position": max(0, self.position - 1)})

    def redo(self) -> Self:
        """One version forward; the same history when there is none."""
        return self.model_copy(update={"position": min(len(self.versions) - 1, self.position + 1)})

    def document(self) -> dict[str, Any]:
        """The history as JSON."""
        return {
            "place": self.position,
            "versions": [
                {"label": version.label, "design": version.design.document()} for version in self.versions
            ],
        }

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """The history from what `document` gave."""
        versions = tuple(
            Version(design=read_design(version["design"]), label=version["label"])
            for version in document["versions"]
        )
        return cls(versions=versions, position=document["place"])


def _sharing(design: Design, before: Design) -> Design:
    """`design` holding the very nodes of `before` wherever they are equal, so that versions cost what changed."""
    earlier = {node.id: node for node in before.nodes}
    nodes = tuple(earlier[node.id] if earlier.get(node.id) == node else node for node in design.nodes)
    return design.model_copy(update={"nodes": nodes})

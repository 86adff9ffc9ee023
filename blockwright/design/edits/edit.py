"""What all edits have in common: plain data that is checked when it is read, and one pure function `apply`."""

from abc import abstractmethod
from collections.abc import Collection
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

from blockwright.schema.design import Design


class BaseEdit(BaseModel):
    """One change to a design.

    Attributes:
        inside: the composite block whose content is edited; None for the design itself.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True, defer_build=True
    )

    of_whole_design: ClassVar[bool] = False
    """Whether the edit makes no sense inside a composite block."""

    label_format: ClassVar[str]
    """What was done, as the undo history names it, with the edit's values in braces; or override `label`."""

    inside: str | None = Field(None, validation_alias="in")

    @abstractmethod
    def apply(self, design: Design) -> Design:
        """The changed design. Raises `EditError` where the edit cannot be made."""

    @property
    def label(self) -> str:
        """What was done, as the undo history names it."""
        values = {name: listing(value) if isinstance(value, tuple | dict) else value for name, value in self}
        return self.label_format.format_map(values)

    @classmethod
    def keys(cls) -> dict[str, bool]:
        """The keys of the edit's JSON, without "op" and "in", and whether each is required."""
        return {
            str(field.validation_alias or name): field.is_required()
            for name, field in cls.model_fields.items()
            if name not in ("op", "inside")
        }


def listing(names: Collection[object]) -> str:
    """A few names, or how many blocks they are."""
    return ", ".join(map(str, names)) if len(names) <= 3 else f"{len(names)} blocks"

"""The saved designs of a workspace."""

import re
import time
from typing import Any

from sqlalchemy import delete, func, select, update

from blockwright.runs.database import tables
from blockwright.runs.database.database import Database, to_json
from blockwright.runs.owners import check_owner
from blockwright.runs.records import SavedDesign

LONGEST_NAME = 120
LARGEST_DOCUMENT = 2_000_000
MOST_DESIGNS = 500

_KEY = re.compile(r"[A-Za-z0-9_.-]{1,64}")


def clean_name(name: str, kind: str) -> str:
    """Clean a typed name: one line, no surrounding space.

    Raises:
        ValueError: nothing remains of it.
    """
    cleaned = "".join(mark if mark.isprintable() else " " for mark in str(name))
    cleaned = " ".join(cleaned.split())[:LONGEST_NAME].rstrip()
    if not cleaned:
        raise ValueError(f"A {kind} needs a name of 1 to {LONGEST_NAME} characters. Received: {name!r:.40}.")
    return cleaned


def check_document(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """Check and return `document`, a JSON object of limited size.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(document, dict):
        raise ValueError(f"The {kind} must be a JSON object. Received: {type(document).__name__}.")
    try:
        size = len(to_json(document))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"The {kind} cannot be saved as JSON: {error}") from error
    if size > LARGEST_DOCUMENT:
        raise ValueError(f"The {kind} is too large to save: {size:,} characters of {LARGEST_DOCUMENT:,}.")
    return document


class DesignStore(Database):
    """Saved designs by owner and key."""

    def save_design(self, owner: str, key: str, name: str, document: dict[str, Any]) -> SavedDesign:
        """Save `document` under `key`, replacing an earlier one.

        Raises:
            ValueError: a bad key, an empty name, too large a document, or too many designs.
        """
        check_owner(owner)
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ValueError(
                f'A design is saved under a key of 1 to 64 letters, digits, "-", "_", ".". Received: {key!r:.80}.'
            )
        values: dict[str, Any] = {
            "name": clean_name(name, "design"),
            "document": check_document(document, "design"),
            "updated": time.time(),
        }
        table = tables.designs
        with self.writing() as connection:
            same_key = (table.c.owner == owner) & (table.c.key == key)
            if connection.execute(update(table).where(same_key).values(values)).rowcount == 0:
                count = select(func.count()).select_from(table).where(table.c.owner == owner)
                if connection.execute(count).scalar_one() >= MOST_DESIGNS:
                    raise ValueError(
                        f"This workspace already has {MOST_DESIGNS} designs. Delete some of them first."
                    )
                connection.execute(table.insert().values(owner=owner, key=key, **values))
        return SavedDesign(key=key, **values)

    def designs(self, owner: str) -> list[SavedDesign]:
        """The owner's designs, the latest first."""
        table = tables.designs
        query = select(table).where(table.c.owner == owner).order_by(table.c.updated.desc(), table.c.key)
        with self.reading() as connection:
            return [_saved(row) for row in connection.execute(query)]

    def design(self, owner: str, key: str) -> SavedDesign | None:
        """The owner's design under `key`, or None."""
        table = tables.designs
        query = select(table).where(table.c.owner == owner, table.c.key == key)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _saved(row)

    def delete_design(self, owner: str, key: str) -> bool:
        """Delete the owner's design under `key`; False if there is none."""
        table = tables.designs
        with self.writing() as connection:
            result = connection.execute(delete(table).where(table.c.owner == owner, table.c.key == key))
            return result.rowcount == 1


def _saved(row: Any) -> SavedDesign:
    return SavedDesign(key=row.key, name=row.name, document=row.document, updated=row.updated)

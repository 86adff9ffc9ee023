"""The saved designs of a workspace. Lists read what describes them, never their documents."""

import itertools
import re
import time
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Connection

from blockwright.runs.database import tables
from blockwright.runs.database.database import Database, to_json
from blockwright.runs.owners import check_owner
from blockwright.runs.records import DesignEntry, SavedDesign, design_digest
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits

LONGEST_NAME = 120
LARGEST_DOCUMENT = 2_000_000
MOST_DESIGNS = 500
MAX_BLOCKS = 40
"""How many names of blocks are kept beside a document."""

SHARED = "link-"
"""What the keys of designs begin with that are kept for short links."""
MOST_SHARED = 100

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


class DesignsFull(ValueError):
    """A design that the workspace has no room for."""


def check_document(document: dict[str, Any], kind: str) -> dict[str, Any]:
    """Check and return `document`, a JSON object of limited size.

    Raises:
        ValueError: it is not.
    """
    document_size(document, kind)
    return document


def document_size(document: dict[str, Any], kind: str) -> int:
    """The bytes of a JSON object of limited size.

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
    return size


def outline(document: dict[str, Any]) -> dict[str, Any]:
    """What lists show of a document: its `nodes`, `blocks` and `changed`, see `DesignEntry`."""
    design = document.get("design")
    nodes = design.get("nodes") if isinstance(design, dict) else None
    nodes = nodes if isinstance(nodes, list) else []
    count = len(nodes)
    shown = nodes
    if count > MAX_BLOCKS:
        shown = [nodes[index * count // MAX_BLOCKS] for index in range(MAX_BLOCKS)]
    return {
        "nodes": count,
        "blocks": [str(node.get("block", ""))[:200] if isinstance(node, dict) else "" for node in shown],
        "changed": bool(document.get("changed")),
    }


def design_outline(document: object) -> dict[str, str]:
    """What lists show of a run's design: its `design_name` and `design_digest`, see `RunEntry`."""
    name = document.get("name") if isinstance(document, dict) else None
    return {"design_name": str(name or "")[:200], "design_digest": design_digest(document)}


class DesignStore(Database):
    """Saved designs by owner and key."""

    def save_design(self, owner: str, key: str, name: str, document: dict[str, Any]) -> SavedDesign:
        """Save `document` under `key`, replacing an earlier one.

        Raises:
            DesignsFull: the workspace has too many designs, or they take too much space together.
            ValueError: a bad key, an empty name, or too large a document.
        """
        check_owner(owner)
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise ValueError(
                f'A design is saved under a key of 1 to 64 letters, digits, "-", "_", ".". Received: {key!r:.80}.'
            )
        size = document_size(document, "design")
        saved = SavedDesign(key, clean_name(name, "design"), document, time.time())
        values = {
            "name": saved.name,
            "updated": saved.updated,
            "size": size,
            **outline(document),
            "document": document,
        }
        table = tables.designs
        with self.writing() as connection:
            same_key = (table.c.owner == owner) & (table.c.key == key)
            earlier = connection.execute(select(table.c.size).where(same_key)).scalar_one_or_none()
            if not key.startswith(SHARED):
                self._check_room(connection, owner, key, size, earlier)
            if earlier is None:
                connection.execute(table.insert().values(owner=owner, key=key, **values))
            else:
                connection.execute(update(table).where(same_key).values(values))
        return saved

    def _check_room(
        self, connection: Connection, owner: str, key: str, size: int, earlier: int | None
    ) -> None:
        """Refuse a design that the workspace has no room for; `earlier` is the size of what it replaces."""
        table = tables.designs
        others = (table.c.owner == owner) & (table.c.key != key) & ~table.c.key.startswith(SHARED)
        query = select(func.count(), func.coalesce(func.sum(table.c.size), 0)).where(others)
        count, used = connection.execute(query).one()
        if earlier is None and count >= MOST_DESIGNS:
            raise DesignsFull(
                f"This workspace already has {MOST_DESIGNS} designs. Delete some of them first."
            )
        limit = WorkspaceLimits.from_environment().design_bytes
        # What does not grow is saved even where an administrator has lowered the limit.
        if limit and size > (earlier or 0) and used + size > limit:
            raise DesignsFull(
                f"The designs and drafts of this workspace may take {limit / 1e6:,.0f} MB together; with this one, of "
                f"{size / 1e6:,.1f} MB, they would take {(used + size) / 1e6:,.1f} MB. Delete designs that you no "
                "longer need (“Open a file or a link” on the page Start), or download this one as a file."
            )

    def designs(self, owner: str) -> list[DesignEntry]:
        """The owner's designs, the latest first, without their documents."""
        table = tables.designs
        columns = [table.c[name] for name in DesignEntry.__dataclass_fields__]
        mine = (table.c.owner == owner) & ~table.c.key.startswith(SHARED)
        query = select(*columns).where(mine).order_by(table.c.updated.desc(), table.c.key)
        with self.reading() as connection:
            return [DesignEntry(*row) for row in connection.execute(query)]

    def share_design(self, owner: str, code: str, name: str, document: dict[str, Any]) -> None:
        """Keep `document` for everyone who has its code.

        Of an owner's the latest are kept: `MOST_SHARED` at most, and as many bytes as the owner's designs may take.

        Raises:
            ValueError: as `save_design`.
        """
        limit = WorkspaceLimits.from_environment().design_bytes
        self.save_design(owner, SHARED + code, name, document)
        table = tables.designs
        mine = (table.c.owner == owner) & table.c.key.startswith(SHARED)
        with self.writing() as connection:
            query = (
                select(table.c.key, table.c.size).where(mine).order_by(table.c.updated.desc(), table.c.key)
            )
            rows = connection.execute(query).all()
            taken = list(itertools.accumulate(row.size for row in rows))
            old = [
                row.key
                for index, row in enumerate(rows)
                if index >= MOST_SHARED or (limit and index and taken[index] > limit)
            ]
            if old:
                connection.execute(delete(table).where(mine, table.c.key.in_(old)))

    def shared_design(self, code: str) -> SavedDesign | None:
        """The design that anyone shared under this code, or None."""
        table = tables.designs
        columns = [table.c[name] for name in SavedDesign.__dataclass_fields__]
        query = select(*columns).where(table.c.key == SHARED + code).order_by(table.c.updated).limit(1)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else SavedDesign(*row)

    def design(self, owner: str, key: str) -> SavedDesign | None:
        """The owner's design under `key`, or None."""
        table = tables.designs
        columns = [table.c[name] for name in SavedDesign.__dataclass_fields__]
        query = select(*columns).where(table.c.owner == owner, table.c.key == key)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else SavedDesign(*row)

    def delete_design(self, owner: str, key: str) -> bool:
        """Delete the owner's design under `key`; False if there is none."""
        table = tables.designs
        with self.writing() as connection:
            result = connection.execute(delete(table).where(table.c.owner == owner, table.c.key == key))
            return result.rowcount == 1

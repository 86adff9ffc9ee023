"""Small tables in text for the tests."""

from pathlib import Path


def write_table(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    """A file with that content."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def numbered(header: str, row: str, rows: int = 40) -> str:
    """A table whose rows come from a pattern, `{i}` being the number of the row, `{h}` half of it."""
    lines = [row.format(i=i, h=i / 2, c="ab"[i % 2], t=i % 3) for i in range(rows)]
    return "\n".join([header, *lines]) + "\n"


def upload(path: Path, target: str | None = None, **more: str) -> dict[str, str]:
    """The choice of an uploaded table."""
    given = {"target": target} if target is not None else {}
    return {"name": "upload", "path": str(path), "title": "Mine", **given, **more}

"""The source of a block, as it stands in `blocks/`: read as text, never imported by the server."""

import ast
from functools import lru_cache
from pathlib import Path

BLOCKS = Path(__file__).parents[4] / "blocks"


def source_of(block: str) -> tuple[str, str] | None:
    """The name of the file that defines the class `block`, and its text; None where no file here does."""
    for path in sorted(BLOCKS.glob("*.py")):
        try:
            stamp = path.stat().st_mtime_ns
        except FileNotFoundError:
            continue
        text, classes = _read(path, stamp)
        if block in classes:
            return path.name, text
    return None


@lru_cache(maxsize=256)
def _read(path: Path, stamp: int) -> tuple[str, frozenset[str]]:
    """The text of a file and the classes in it; none where it cannot be read as Python."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return text, frozenset()
    return text, frozenset(statement.name for statement in tree.body if isinstance(statement, ast.ClassDef))

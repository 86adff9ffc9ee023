"""The documents name only files, commands and identifiers that exist."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = ("docs/ARCHITECTURE.md", "CONTRIBUTING.md", "README.md")
# Folders that a path in a document may be relative to.
BASES = (ROOT, ROOT / "blockwright")
SOURCES = (
    *ROOT.glob("*.py"),
    *(path for part in ("blockwright", "blocks", "pages", "tests") for path in (ROOT / part).rglob("*.py")),
)


def without_code_blocks(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def quoted(document: str) -> list[str]:
    """What a document puts in backticks, code blocks excluded."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(r"`([^`\n]+)`", without_code_blocks(text))


def exists(path: str) -> bool:
    return any(any(base.glob(path.rstrip("/"))) for base in BASES)


@cache
def definitions() -> frozenset[str]:
    """Every name that the sources define: functions, classes, attributes, `Class.attribute`, modules."""
    return frozenset(name for path in SOURCES for name in defined_in(path))


def defined_in(path: Path) -> Iterator[str]:
    dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    yield dotted
    yield dotted.removeprefix("blockwright.")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for name in names_of(node):
            yield name
            yield f"{dotted}.{name}"
            if isinstance(node, ast.ClassDef):
                attributes = [attribute for part in node.body for attribute in names_of(part)]
                yield from attributes
                yield from (f"{name}.{attribute}" for attribute in attributes)


def names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return [target.id for target in targets if isinstance(target, ast.Name)]


def make_targets() -> set[str]:
    return set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def is_missing(name: str) -> bool:
    """Whether a name in backticks looks like a file, a target of make or an identifier of ours, and is none."""
    if command := re.fullmatch(r"make ([\w-]+)", name):
        return command[1] not in make_targets()
    if re.fullmatch(r"[\w.*/-]*/[\w.*/-]*", name) or re.fullmatch(
        r"[\w.-]+\.(py|md|toml|json|yaml|js|jsx|txt)", name
    ):
        return not exists(name)
    if re.fullmatch(r"[\w.]+(\(\))?", name):
        return name.removesuffix("()") not in definitions()
    return False


def test_the_architecture_names_only_what_exists():
    names = [name for name in quoted("docs/ARCHITECTURE.md") if is_missing(name)]
    assert names == []
    assert len(quoted("docs/ARCHITECTURE.md")) > 80


@pytest.mark.parametrize("document", DOCUMENTS)
def test_paths_and_commands_of_a_document_exist(document):
    names = [name for name in quoted(document) if "/" in name or name.startswith("make ")]
    assert [name for name in names if is_missing(name)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_of_a_document_lead_to_files(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    files = [target for target in targets if not target.startswith("http")]
    assert [file for file in files if not ((ROOT / document).parent / file).exists()] == []


def test_a_name_that_does_not_exist_is_found():
    assert [
        name
        for name in ("design/nothing.py", "make nothing", "Design.nothing", "NoSuchClass")
        if not is_missing(name)
    ] == []
    assert [
        name
        for name in ("design/link.py", "make quick", "Design.document", "encode_link", "blocks/")
        if is_missing(name)
    ] == []

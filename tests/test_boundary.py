"""The process boundary: what the server may never load. Who may import whom is held by import-linter (`make lint`)."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "blockwright"

SERVER_SIDE = ("schema", "recipe", "layers", "design", "tasks", "runs", "charts", "ui")
NEVER = ("tensorflow", "keras", "sklearn", "scipy", "torch")
HEAVY = (*NEVER, "pandas", "pyarrow")
NOT_AT_FIRST = (*HEAVY, "numpy", "sqlalchemy", "blockwright.recipe.settings")

KERAS_ROOMS = (
    "inference",
    "network",
    "importing",
    "training",
    "evaluation",
    "codegen",
    "runtime",
    "export",
)

ALLOWED = {
    "streamlit": ("app.py", "pages/", "blockwright/ui/"),
    "keras": ("blocks/", *(f"blockwright/{room}/" for room in KERAS_ROOMS)),
    "plotly": ("blockwright/charts/",),
    "sqlalchemy": ("blockwright/runs/",),
}
ALLOWED["tensorflow"] = ALLOWED["keras"]


def sources() -> list[Path]:
    found = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "blocks").rglob("*.py")]
    return [*found, *PACKAGE.rglob("*.py")]


def module_level_imports(path: Path) -> Iterator[str]:
    """The dotted names that a file imports when it is imported itself."""
    stack: list[ast.AST] = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.If | ast.Try | ast.With) and not _for_types_only(node):
            stack.extend(ast.iter_child_nodes(node))


def _for_types_only(node: ast.AST) -> bool:
    """Whether it is `if TYPE_CHECKING:`, which is never so when a file is imported."""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("library", sorted(ALLOWED))
def test_a_library_is_imported_only_where_it_belongs(library):
    strangers = [
        str(path.relative_to(ROOT))
        for path in sources()
        if any(name.split(".")[0] == library for name in module_level_imports(path))
        and not str(path.relative_to(ROOT)).startswith(ALLOWED[library])
    ]
    assert strangers == []


def test_no_module_imports_streamlit_and_keras_at_once():
    names = {path: {name.split(".")[0] for name in module_level_imports(path)} for path in sources()}
    assert [path for path, found in names.items() if {"streamlit", "keras"} <= found] == []


def test_the_server_side_loads_nothing_heavy():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for part in SERVER_SIDE
        for path in sorted((PACKAGE / part).rglob("*.py"))
    ] + ["blockwright.backend.client", "blockwright"]
    code = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print(*[name for name in {HEAVY!r} if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert answer.stdout.strip() == ""


def test_the_first_page_waits_for_no_library_that_only_other_pages_need():
    lines = [
        line
        for file in ("app.py", "pages/start.py")
        for line in (ROOT / file).read_text(encoding="utf-8").splitlines()
        if line.startswith(("from blockwright", "import blockwright"))
    ]
    code = "; ".join(
        ["import sys", *lines, f"print([name for name in {NOT_AT_FIRST!r} if name in sys.modules])"]
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    assert answer.stdout == "[]\n"


def test_every_page_runs_without_tensorflow(tmp_path):
    """The whole app, page by page, in a process of its own; what it loaded is looked up afterwards."""
    code = f"""
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file({str(ROOT / "app.py")!r}, default_timeout=60).run()
for page in {sorted(path.name for path in (ROOT / "pages").glob("*.py"))!r}:
    app.switch_page("pages/" + page).run()
    print("PAGE", page, len(app.exception))
print("LOADED", *[name for name in {NEVER!r} if name in sys.modules])
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        env={**os.environ, "BLOCKWRIGHT_HOME": str(tmp_path)},
        check=False,
    )
    pages = [line for line in answer.stdout.splitlines() if line.startswith("PAGE")]
    assert len(pages) == 7, answer.stderr
    assert all(line.endswith(" 0") for line in pages)
    assert "LOADED" in answer.stdout.splitlines()[-1]
    assert answer.stdout.splitlines()[-1] == "LOADED"

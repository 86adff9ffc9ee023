"""The canvas library in the repository is what its sources make, with the licences of what it contains."""

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from blockwright.ui.frontend import mount

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "blockwright" / "ui" / "frontend" / "canvas"
COMPONENTS = ROOT / "blockwright" / "ui" / "frontend"
LIBRARY = COMPONENTS / "canvas_library.js"


def digest() -> str:
    """The same digest that `build.mjs` writes into the first line of what it builds."""
    names = ["build.mjs", "package-lock.json", "package.json"]
    names += ["../matching.js", "../outbox.js", "../patch.js"]
    names += [f"src/{one.name}" for one in (SOURCES / "src").iterdir() if not one.name.endswith(".test.js")]
    found = hashlib.sha256()
    for name in sorted(names):
        found.update(f"{name}\n".encode())
        found.update((SOURCES / name).read_bytes())
    return found.hexdigest()


def test_the_library_was_built_from_these_sources():
    first = LIBRARY.read_text(encoding="utf-8").partition("\n")[0]
    assert first == f"// sources sha256 {digest()}", "Sources were changed: run `make bundle`."


def test_every_package_in_the_library_has_its_licence():
    head = LIBRARY.read_text(encoding="utf-8").partition("*/")[0]
    named = re.findall(r"^ \* (\S+ \S+ \(.+\))$", head, re.MULTILINE)
    texts = (SOURCES / "LICENSES").read_text(encoding="utf-8").split("=" * 80)
    assert [text.strip().partition("\n")[0] for text in texts] == named
    assert {"@xyflow/react", "@dagrejs/dagre", "react", "react-dom"} <= {one.split()[0] for one in named}
    assert all(re.search(r"\((MIT|ISC|BSD-3-Clause)\)$", one) for one in named)
    assert all(re.search("copyright", text, re.IGNORECASE) for text in texts)


def test_no_package_that_may_be_in_the_library_is_left_out():
    """A package can contain what it depends on in the very file that it publishes, where no bundler sees it."""
    locked = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    published = {
        (name.rpartition("node_modules/")[2], package["version"])
        for name, package in locked.items()
        if name and not package.get("dev") and "/@types/" not in name
    }
    head = LIBRARY.read_text(encoding="utf-8").partition("*/")[0]
    assert set(re.findall(r"^ \* (\S+) (\S+) \(.+\)$", head, re.MULTILINE)) == published


def test_versions_are_pinned_exactly():
    package = json.loads((SOURCES / "package.json").read_text(encoding="utf-8"))
    wanted = package["dependencies"] | package["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    locked = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in one for place, one in locked.items() if place)


def test_what_travels_with_every_update_is_small():
    assert len(mount("canvas")) < 400


def test_nothing_of_ours_writes_markup():
    ours = [*(SOURCES / "src").iterdir(), *(file for file in COMPONENTS.glob("*.js") if file != LIBRARY)]
    for file in ours:
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"innerHTML|dangerously|insertAdjacentHTML|document\.write|eval\(", text), (
            file.name
        )


@pytest.mark.allcode
def test_building_again_gives_the_same_bytes(tmp_path: Path):
    assert shutil.which("npm"), "This test builds the canvas again, for which it needs Node.js 20 with npm."
    shutil.copytree(COMPONENTS, tmp_path / "frontend", ignore=shutil.ignore_patterns("node_modules"))
    folder = tmp_path / "frontend" / "canvas"
    built = tmp_path / "built"
    built.mkdir()
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=240)
    subprocess.run(["node", "build.mjs", str(built)], cwd=folder, check=True, timeout=120)
    assert (built / LIBRARY.name).read_bytes() == LIBRARY.read_bytes()
    assert (built / "LICENSES").read_bytes() == (SOURCES / "LICENSES").read_bytes()

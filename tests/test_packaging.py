"""`pip install .`: what the wheel contains, and the `blockwright` command that it installs."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from blockwright.design.presets import preset

ROOT = Path(__file__).parents[1]
PARTS = (
    "pyproject.toml",
    "requirements.txt",
    "README.md",
    "LICENSE",
    "NOTICE",
    "blockwright",
    "blocks",
    "pages",
    "tests",
)
CANVAS = Path("blockwright/ui/frontend/canvas")


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the sources, since the build leaves folders beside them."""
    sources = tmp_path_factory.mktemp("sources")
    for part in PARTS:
        if (ROOT / part).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "node_modules")
            shutil.copytree(ROOT / part, sources / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, sources / part)
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "--no-build-isolation", "-w", folder, sources)
    (file,) = folder.glob("*.whl")
    return file


def test_the_wheel_contains_the_two_packages_with_their_data_and_nothing_else(wheel):
    expected = {
        path.relative_to(ROOT).as_posix()
        for package in ("blockwright", "blocks")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and CANVAS not in path.relative_to(ROOT).parents
    } | {f"{CANVAS}/LICENSES"}
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert packed == expected


def test_the_metadata_names_the_licence_and_the_pinned_requirements(wheel):
    with zipfile.ZipFile(wheel) as archive:
        metadata = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        lines = archive.read(metadata).decode().splitlines()
        licences = {name.rpartition("/")[2] for name in archive.namelist() if ".dist-info/" in name}
    assert {"LICENSE", "NOTICE"} <= licences
    required = {
        re.split(r"[ =;]", line.removeprefix("Requires-Dist: "))[0]
        for line in lines
        if line.startswith("Requires-Dist")
    }
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert required == {line.split("==")[0] for line in pinned if line and not line.startswith("#")}


def test_an_installed_blockwright_command_describes_an_example(wheel, tmp_path):
    environment = tmp_path / "environment"
    venv.create(environment, symlinks=os.name != "nt")
    variables = {"base": str(environment), "platbase": str(environment)}
    scheme = "nt" if os.name == "nt" else "posix_prefix"
    site_packages = Path(sysconfig.get_path("purelib", scheme, variables))
    # The requirements are those of the tests' own environment.
    (site_packages / "requirements.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    scripts = Path(sysconfig.get_path("scripts", scheme, variables))
    pip("--python", scripts / "python", "install", "--no-deps", wheel)
    design = tmp_path / "design.json"
    design.write_text(preset("lenet5").design.text(), encoding="utf-8")
    answer = subprocess.run(
        [scripts / "blockwright", "describe", "design.json"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "61,706 parameters" in answer.stdout


def test_the_changelog_has_an_entry_for_the_version():
    with open(ROOT / "pyproject.toml", "rb") as file:
        version = tomllib.load(file)["project"]["version"]
    assert f"\n## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_notice_lists_every_bundled_package():
    licences = (ROOT / CANVAS / "LICENSES").read_text(encoding="utf-8")
    bundled = re.findall(r"^(\S+ [\d.]+ \([\w.-]+\))$", licences, re.MULTILINE)
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert re.findall(r"^  (\S+ [\d.]+ \([\w.-]+\))$", notice, re.MULTILINE) == bundled
    assert len(bundled) > 10

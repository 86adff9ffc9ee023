"""The locked requirements are those of the readable lists, complete, with hashes, and name no index."""

import re
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LISTS = ("requirements", "requirements-dev")


def listed(name: str) -> list[Requirement]:
    """The requirements of a readable list, included files too."""
    lines = [
        line.partition(" #")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines()
    ]
    requirements = []
    for line in filter(None, lines):
        if line.startswith("-r "):
            requirements += listed(line.removeprefix("-r "))
        elif not line.startswith("#"):
            requirements.append(Requirement(line))
    return requirements


def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """Each locked requirement with its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [(Requirement(line.partition("--hash")[0]), re.findall(r"--hash=(\S+)", line)) for line in lines]


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_stands_in_the_lock_with_the_same_version(name):
    versions = {(canonicalize_name(one.name), str(one.specifier)) for one, _ in locked(f"{name}.lock")}
    wanted = {(canonicalize_name(one.name), str(one.specifier)) for one in listed(f"{name}.txt")}
    assert wanted - versions == set(), "Requirements were changed: run `make lock`."


def test_tensorflow_for_gpus_is_the_same_version():
    (gpu,) = listed("requirements-gpu.txt")
    versions = {str(one.specifier) for one in listed("requirements.txt") if one.name.startswith("tensorflow")}
    assert (gpu.name, gpu.extras) == ("tensorflow", {"and-cuda"})
    assert versions == {str(gpu.specifier)}


@pytest.mark.parametrize("name", LISTS)
def test_every_locked_package_has_one_version_and_hashes(name):
    for requirement, hashes in locked(f"{name}.lock"):
        assert re.fullmatch(r"==[^,*]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement


@pytest.mark.parametrize("name", LISTS)
def test_the_lock_holds_what_the_installed_packages_need(name):
    present = {canonicalize_name(one.name) for one, _ in locked(f"{name}.lock")}
    waiting = [one for one in listed(f"{name}.txt") if one.marker is None or one.marker.evaluate()]
    needed: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in needed:
            continue
        needed.add(key)
        for text in metadata.requires(requirement.name) or []:
            dependency = Requirement(text)
            extras = requirement.extras or {""}
            if dependency.marker is None or any(
                dependency.marker.evaluate({"extra": extra}) for extra in extras
            ):
                waiting.append(dependency)
    missing = {key for key, _ in needed} - present
    assert missing == set(), "Requirements were changed: run `make lock`."


@pytest.mark.parametrize("name", LISTS)
def test_a_lock_names_no_place_to_install_from(name):
    text = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host|file:| @ ", text)

"""What the forking process imports, and when."""

import os
import subprocess
import sys

import pytest

CODE = """
import os, sys
from blockwright.backend import preload
before = list(sys.modules)

def loaded():
    return [name for name in ("keras", "sklearn", "scipy", "matplotlib") if name in sys.modules]

def fork():
    pid = os.fork()
    if pid == 0:
        print("child", *loaded(), flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
    print("parent", *loaded()[:3], flush=True)

from blocks import discover
print("blocks", {block.__module__ for block in discover().values()} <= set(before), flush=True)
print("first", *loaded(), flush=True)
fork()
fork()
fork()
from sklearn.datasets import load_digits
print("digits", len(load_digits().target), flush=True)
"""


@pytest.mark.slow
def test_what_training_needs_is_imported_after_the_first_two_forks():
    answer = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=240, check=True
    )
    assert answer.stdout.splitlines()[:9] == [
        "blocks True",
        "first keras",
        "child keras",
        "parent keras",
        "child keras",
        "parent keras sklearn scipy",
        "child keras sklearn scipy",
        "parent keras sklearn scipy",
        "digits 1797",
    ]


UNITS = """
import os, sys
for name in ("keras", "tensorflow", "blockwright.network", "blocks"):
    sys.modules[name] = sys
from blockwright.backend import preload
preload.log.exception = lambda text, name: print("told of", name, flush=True)

with preload.without_optional():
    try:
        import sklearn.datasets
    except ModuleNotFoundError as error:
        print(error, error.name, flush=True)
preload.import_all(["no_such_module", "wave"])
print("wave" in sys.modules, flush=True)
rest = preload.DeferredImports(["colorsys"], after=2)
rest.forked()
print("colorsys" in sys.modules, flush=True)
if os.fork() == 0:
    rest.forked()
    print("colorsys" in sys.modules, flush=True)
    os._exit(0)
os.wait()
rest.forked()
print("colorsys" in sys.modules, flush=True)
del sys.modules["colorsys"]
rest.forked()
print("colorsys" in sys.modules, flush=True)
"""


def test_modules_are_imported_once_by_the_process_that_forks_and_faults_end_nothing():
    answer = subprocess.run(
        [sys.executable, "-c", UNITS],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert answer.stdout.splitlines() == [
        "sklearn is not imported here. sklearn",
        "told of no_such_module",
        "True",
        "False",
        "False",
        "True",
        "False",
    ]

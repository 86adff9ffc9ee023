"""Imported once by the fork server, so that every child process starts with its modules loaded.

Only imports: no TensorFlow operation may run before the fork. The modules that answer the first call about
a design come first; those for training and data are imported after the first two child processes, which answer such
calls, are forked.
"""

import gc
import importlib.util
import logging
import os
import pkgutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

DESIGN_MODULES = ("tensorflow", "keras", "blockwright.backend.service.calls", "blockwright.network")
TRAINING_MODULES = (
    "sklearn.datasets",
    "sklearn.linear_model",
    "sklearn.metrics",
    "sklearn.model_selection",
    "PIL.Image",
    "sqlalchemy.dialects.sqlite",
    "blockwright.backend.workers.worker",
    "blockwright.data.prepare",
    "blockwright.data.preview",
    "blockwright.training.run_steps",
    "blockwright.training.worker",
    "blockwright.evaluation",
)
OPTIONAL = frozenset({"IPython", "matplotlib", "pandas", "scipy", "sklearn"})
"""Optional dependencies of Keras and TensorFlow (data frames as inputs, an image gallery, the scikit-learn
interface) that are not used here. Skipping them saves half of the import time and 30 MB."""
FIRST_PROCESSES = 2

log = logging.getLogger(__name__)


class _OptionalFinder(MetaPathFinder):
    """Makes the optional libraries look as if they were not installed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in OPTIONAL:
            raise ModuleNotFoundError(f"{name} is not imported here.", name=name)


@contextmanager
def without_optional() -> Iterator[None]:
    """Hide the optional dependencies of Keras from imports within this context."""
    finder = _OptionalFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def import_all(names: Iterable[str]) -> None:
    """Import modules and exclude their objects from garbage collection.

    Otherwise a collection in a child process would copy every shared page. Collecting is also off during the
    imports, which saves a fifth of the time.
    """
    gc.disable()
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            # An error here would end the fork server; the child process that needs the module raises it again.
            log.exception("Could not import %s before forking.", name)
    gc.freeze()
    gc.enable()


def block_modules() -> list[str]:
    """The modules of all blocks: 5 MB that every child process would otherwise import for itself."""
    package = importlib.util.find_spec("blocks")
    folders = package.submodule_search_locations if package else None
    return [f"blocks.{module.name}" for module in pkgutil.iter_modules(folders or [])]


class DeferredImports:
    """Imports modules once the current process has forked `after` child processes."""

    def __init__(self, modules: Sequence[str], after: int):
        self._modules = modules
        self._left = after
        self._pid = os.getpid()

    def forked(self) -> None:
        """Count a fork in the parent process; a no-op in other processes and once the modules are imported."""
        if os.getpid() != self._pid or self._left <= 0:
            return
        self._left -= 1
        if self._left == 0:
            import_all(self._modules)


with without_optional():
    import_all(DESIGN_MODULES)
    import_all(block_modules())
os.register_at_fork(after_in_parent=DeferredImports(TRAINING_MODULES, FIRST_PROCESSES).forked)

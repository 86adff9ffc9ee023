"""Imported once by the process that forks the others, so that each of them has everything from its first moment.

Only imports: no TensorFlow operation may run before the fork. What answers the first question about a design comes
first; what training and data sets need is imported as soon as the first two children, which answer such questions,
are forked, and before any other.
"""

import gc
import importlib
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

DESIGNING = ("tensorflow", "keras", "blockwright.backend.service", "blockwright.network")
TRAINING = (
    "sklearn.datasets",
    "sklearn.metrics",
    "PIL.Image",
    "blockwright.backend.worker",
    "blockwright.data.prepare",
    "blockwright.data.preview",
    "blockwright.training.worker",
    "blockwright.evaluation",
)
OPTIONAL = frozenset({"IPython", "matplotlib", "pandas", "scipy", "sklearn"})
"""What Keras and TensorFlow import only to offer more when it is there (data frames as inputs, a gallery of images,
scikit-learn's interface): half of the time that they take, and 30 MB, for nothing that is used here."""
FIRST_CHILDREN = 2

log = logging.getLogger(__name__)


class _Absent(MetaPathFinder):
    """Says of some libraries that they are not installed."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name.partition(".")[0] in OPTIONAL:
            raise ModuleNotFoundError(f"{name} is not imported here.", name=name)


@contextmanager
def without_optional() -> Iterator[None]:
    """While it lasts, what is optional to Keras seems not to be installed; afterwards it can be imported as ever."""
    absent = _Absent()
    sys.meta_path.insert(0, absent)
    try:
        yield
    finally:
        sys.meta_path.remove(absent)


def import_all(names: Iterable[str]) -> None:
    """Import them, and keep them out of every garbage collection: no child has to walk over them, which would copy
    every shared page; and while they are imported there is nothing to find, which saves a fifth of the time."""
    gc.disable()
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            # An error here would end the forking process; the child that needs the module meets it again, and says so.
            log.exception("Could not import %s before forking.", name)
    gc.freeze()
    gc.enable()


class Rest:
    """Imports the modules after the process that made it has forked `after` children."""

    def __init__(self, modules: Sequence[str], after: int):
        self._modules = modules
        self._left = after
        self._pid = os.getpid()

    def forked(self) -> None:
        """To be called in the parent after every fork; does nothing in other processes, nor a second time."""
        if os.getpid() != self._pid or self._left <= 0:
            return
        self._left -= 1
        if self._left == 0:
            import_all(self._modules)


with without_optional():
    import_all(DESIGNING)
os.register_at_fork(after_in_parent=Rest(TRAINING, FIRST_CHILDREN).forked)

"""Building layers for their shapes and counts only, with no number of their weights ever made."""

from collections.abc import Iterator
from contextlib import contextmanager

import keras
from keras.src.backend.common import global_state


@contextmanager
def without_weights() -> Iterator[None]:
    """Layers built in here know how many weights they have, but allocate none of them.

    They must not be run. Keras keeps such variables in a list, to make them when the next scope of another
    kind closes; they are taken off it here, since that would allocate them after all, and never let go.
    """
    waiting = global_state.get_global_attribute("uninitialized_variables", [], set_to_default=True)
    before = len(waiting)
    try:
        with keras.StatelessScope(initialize_variables=False):
            yield
    finally:
        del waiting[before:]

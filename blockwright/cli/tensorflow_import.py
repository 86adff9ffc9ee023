"""Import TensorFlow quietly."""

import os
import sys


def import_tensorflow() -> None:
    """Import TensorFlow without its messages about the hardware, which none of its settings turns off."""
    sys.stderr.flush()
    stderr = os.dup(2)
    null = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(null, 2)
        import keras  # noqa: F401
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(null)

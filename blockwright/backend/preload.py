"""Imported once by the process that forks the others, so that each of them has everything from its first moment.

Only imports: no TensorFlow operation may run before the fork.
"""

import gc
import importlib
import logging
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

MODULES = (
    "keras",
    "tensorflow",
    "sklearn.datasets",
    "sklearn.metrics",
    "PIL.Image",
    "blockwright.backend.service",
    "blockwright.backend.worker",
    "blockwright.data.preparing",
    "blockwright.data.preview",
    "blockwright.modeling",
    "blockwright.training.worker",
    "blockwright.evaluation",
)

for _name in MODULES:
    try:
        importlib.import_module(_name)
    except Exception:
        # An error here would end the forking process; the child that needs the module meets it again and reports it.
        logging.getLogger(__name__).exception("Could not import %s before forking.", _name)

# What is imported stays: no collection in a child has to walk over it, which would copy every shared page.
gc.collect()
gc.freeze()

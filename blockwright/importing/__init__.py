"""Designs from the JSON of Keras models: read as plain data, never through Keras, so that nothing in it runs."""

from blockwright.importing.importer import Imported, import_model
from blockwright.importing.problems import ImportProblem

__all__ = ["ImportProblem", "Imported", "import_model"]

"""A design as source code: a complete Python file or notebook that runs without Blockwright."""

from blockwright.modeling.source.document import APIS, LOOPS
from blockwright.modeling.source.generating import Source, generate, notebook

__all__ = ["APIS", "LOOPS", "Source", "generate", "notebook"]

"""A design as source code: a complete Python file or notebook that runs without Blockwright."""

from blockwright.codegen.assemble import APIS, LOOPS
from blockwright.codegen.generate import Source, generate

__all__ = ["APIS", "LOOPS", "Source", "generate"]

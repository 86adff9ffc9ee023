"""The canvas: the design as nodes and connections."""

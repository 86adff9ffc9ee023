"""What of a design is written down: nodes, names, arguments and calls, before any text."""

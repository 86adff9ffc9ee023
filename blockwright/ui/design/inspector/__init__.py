"""The inspector: the form of the selected block."""

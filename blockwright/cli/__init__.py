"""The same abilities without a browser: one module per command."""

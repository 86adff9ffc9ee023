"""The same abilities without a browser: one module a command."""

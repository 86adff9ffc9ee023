"""Training a design: settings as plain data, and the worker that carries a run out."""

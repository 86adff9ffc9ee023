"""The backend: a program of its own that forks design services and training workers, and the client that asks it.

`python -m blockwright.backend` runs it; pages and the command line use `blockwright.backend.client`. Neither this
program nor its clients import TensorFlow: only the children that it forks have it.
"""

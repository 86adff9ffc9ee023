"""The backend: a program that forks design services and training workers, and the client that calls it.

`python -m blockwright.backend` runs it; pages and the command line use `blockwright.backend.client`. Neither this
program nor its clients import TensorFlow; only its child processes do.
"""

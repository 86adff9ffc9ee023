"""Defaults that are known without all choices of a training: the first page tells from them how long an epoch takes."""

DATA = "digits"
VALIDATION_SHARE = 0.1
BATCH_SIZE = 32

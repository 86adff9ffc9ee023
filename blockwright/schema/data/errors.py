"""The error of data sets."""


class DataError(ValueError):
    """Data that cannot be used; the message is a full sentence that says why and what to do."""

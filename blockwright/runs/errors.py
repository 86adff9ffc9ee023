"""What goes wrong with the store, apart from it, so that to know its name takes no SQLAlchemy."""


class StoreError(RuntimeError):
    """The run store cannot be used; the message says why and what to do."""

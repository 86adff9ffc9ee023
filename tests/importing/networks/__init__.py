"""Networks of the kinds that tutorials build, small: each function gives a model and values for its inputs."""

from collections.abc import Callable

from tests.importing.networks import forms, generators, images, operations, sequences, tables, transformers

MODULES = (images, generators, sequences, transformers, tables, operations, forms)


def networks() -> dict[str, Callable]:
    """Every network by its name, with the kind before it."""
    return {
        f"{module.__name__.rsplit('.', 1)[-1]}-{name}": one
        for module in MODULES
        for name, one in vars(module).items()
        if callable(one) and one.__module__ == module.__name__ and not name.startswith("_")
    }

"""Networks of the kinds that tutorials build, small: each function gives a model and values for its inputs."""

from collections.abc import Callable

from tests.importing.networks import forms, generators, images, operations, sequences, tables, transformers

MODULES = (images, generators, sequences, transformers, tables, operations, forms)


def networks() -> dict[str, Callable]:
    """Every network by its name, with the kind before it."""
    return {
        f"{module.__name__.rsplit('.', 1)[-1]}-{name}": function
        for module in MODULES
        for name, function in vars(module).items()
        if callable(function) and function.__module__ == module.__name__ and not name.startswith("_")
    }

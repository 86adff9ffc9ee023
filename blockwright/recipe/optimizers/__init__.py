"""The optimizers of Keras: one module for each."""

from blockwright.recipe.member import members
from blockwright.recipe.optimizers.optimizer import COMMON, Optimizer

OPTIMIZERS: dict[str, type[Optimizer]] = members(__name__, __path__, Optimizer)
"""Every optimizer by its name in settings, links and run folders."""

__all__ = ["COMMON", "OPTIMIZERS", "Optimizer"]

"""How the learning rate changes during a run: one module for each schedule."""

from blockwright.recipe.member import members
from blockwright.recipe.schedules.schedule import Schedule

SCHEDULES: dict[str, type[Schedule]] = members(__name__, __path__, Schedule)  # type: ignore[type-abstract]
"""Every schedule by its name in settings, links and run folders."""

__all__ = ["SCHEDULES", "Schedule"]

"""The run store: designs, runs, what happens in them, and what people ask of them. No Keras, no Streamlit.

Any process may be killed at any moment and started again: whatever matters is in here or in a run's folder.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from blockwright.runs.home import home, run_folder

if TYPE_CHECKING:
    from blockwright.runs.errors import StoreError
    from blockwright.runs.history import History, fold
    from blockwright.runs.records import ACTIVE, COMMAND_LINE, ENDINGS, Command, Event, Run, SavedDesign
    from blockwright.runs.store import RunStore

__all__ = [
    "ACTIVE",
    "COMMAND_LINE",
    "ENDINGS",
    "Command",
    "Event",
    "History",
    "Run",
    "RunStore",
    "SavedDesign",
    "StoreError",
    "fold",
    "home",
    "run_folder",
]

# Imported when they are asked for: most of who needs the home folder needs no SQLAlchemy.
_PLACES = {
    "errors": ("StoreError",),
    "history": ("History", "fold"),
    "records": ("ACTIVE", "COMMAND_LINE", "ENDINGS", "Command", "Event", "Run", "SavedDesign"),
    "store": ("RunStore",),
}
_LATER = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> object:
    if name in _LATER:
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

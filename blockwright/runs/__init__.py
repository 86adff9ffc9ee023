"""The run store: designs, runs, what happens in them, and what people ask of them. No Keras, no Streamlit.

Any process may be killed at any moment and started again: whatever matters is in here or in a run's folder.
"""

from blockwright.runs.history import History, fold
from blockwright.runs.home import home, run_folder
from blockwright.runs.records import ACTIVE, COMMAND_LINE, ENDINGS, Command, Event, Run, SavedDesign
from blockwright.runs.store import RunStore, StoreError

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

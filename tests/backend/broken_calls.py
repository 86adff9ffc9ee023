"""A table of calls that the backend can read, and its children cannot."""

import multiprocessing

from tests.backend.fakes import CALLS as WORKING

if multiprocessing.parent_process() is not None:
    raise ImportError("This child is missing something.")

CALLS = WORKING

"""The run whose weights another run starts from, instead of random ones."""

import re
from typing import Annotated

from pydantic import BeforeValidator

START = "start_weights.npz"
"""The file of the weights that a run has taken from another one, in its folder and beside its code."""
_RUN = re.compile(r"[a-z0-9]{8,64}")


def _run_id(value: object) -> object:
    if value is not None and not (isinstance(value, str) and _RUN.fullmatch(value)):
        raise ValueError("must be the id of a run: 8 to 64 small letters and digits")
    return value


SourceRun = Annotated[str | None, BeforeValidator(_run_id)]
"""The type of the setting."""

"""Waiting for what has to come, without sleeping longer than needed."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def eventually(condition: Callable[[], Result], seconds: float = 40.0) -> Result:
    """The first true answer of `condition`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(
                f"This did not come true within {seconds:.0f} seconds; the last answer: {answer!r}"
            )
        time.sleep(0.01)

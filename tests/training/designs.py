"""Small designs that train in a second, and a watcher that acts on a run from another thread."""

import threading
import time
from collections.abc import Callable
from typing import Any

from blockwright.design.parse import read_design
from blockwright.runs.records import Run
from blockwright.runs.store import RunStore
from blockwright.schema.design import Design


def design(*nodes: dict[str, Any], shape=(8, 8, 1), **more: Any) -> Design:
    named = [{"id": f"n{index}", **node} for index, node in enumerate(nodes)]
    return read_design(
        {
            "format": 1,
            "name": "Small",
            "inputs": [{"id": "image", "shape": list(shape)}],
            "nodes": named,
            **more,
        }
    )


def dense(units: int = 10, activation: str = "softmax") -> Design:
    return design(
        {"block": "Flatten"},
        {"block": "Dense", "params": {"units": 24, "activation": "relu"}},
        {"block": "Dense", "params": {"units": units, "activation": activation}},
    )


def linear() -> Design:
    """Two layers without activation: too large a learning rate makes their product overflow at once."""
    return design(
        {"block": "Flatten"},
        {"block": "Dense", "params": {"units": 24}},
        {"block": "Dense", "params": {"units": 10}},
    )


def convolutional() -> Design:
    return design(
        {"block": "ConvBlock", "params": {"filters": 8}},
        {"block": "Dropout", "params": {"rate": 0.2}},
        {"block": "GlobalAveragePooling2D"},
        {"block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    )


def new_run(store: RunStore, design: Design, owner: str = "me", **settings: Any) -> Run:
    return store.create_run(owner, "A run", design.document(), settings, here=True)


def wait_until(condition: Callable[[], Any], seconds: float = 60.0) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.02)
    raise TimeoutError("The condition did not come true.")


class Watcher(threading.Thread):
    """Runs `act` beside the run; what goes wrong in it fails the test."""

    def __init__(self, act: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self._act = act
        self._done = False

    def run(self) -> None:
        self._act()
        self._done = True

    def __enter__(self) -> "Watcher":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.join(60)
        assert self._done, "The watcher of the run did not come to its end."


def kinds(store: RunStore, run_id: str) -> list[str]:
    return [event.kind for event in store.events(run_id)]


def only(event: dict[str, Any]) -> dict[str, float]:
    """The values of the only output of an event."""
    (values,) = event["outputs"].values()
    return values

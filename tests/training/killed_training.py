"""A training whose process is killed at a batch: for a process of its own."""

import os
import signal
from typing import Any


def train_until_killed(home: str, batches: int, design: dict[str, Any], settings: dict[str, Any]) -> None:
    """Train in this process as the command line does, and kill it after that many batches."""
    os.environ["BLOCKWRIGHT_HOME"] = home
    from blockwright.training import local
    from blockwright.training.loops.callbacks import RunCallback

    whole, trained = RunCallback.on_train_batch_end, 0

    def on_train_batch_end(self: RunCallback, batch: int, logs: Any = None) -> None:
        nonlocal trained
        trained += 1
        if trained == batches:
            os.kill(os.getpid(), signal.SIGKILL)
        whole(self, batch, logs)

    RunCallback.on_train_batch_end = on_train_batch_end  # type: ignore[method-assign]
    local.train(design, "digits", **settings)

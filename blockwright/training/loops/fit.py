"""Training by Keras's `fit`."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import keras
import tensorflow as tf

from blockwright.runs.events import Epoch
from blockwright.training.loops.callbacks import DirectCallbacks, LossNotFinite, RunCallback
from blockwright.training.loops.reporter import Reporter, StopRun
from blockwright.training.setup.acceleration import fused_batch_normalization
from blockwright.training.setup.metrics import LoggedValues


@dataclass
class Outcome:
    """How a loop ended: `finished`, `stopped` by request, or `diverged` (see `diverged_at`: epoch, batch)."""

    status: Literal["finished", "stopped", "diverged"]
    epochs: list[Epoch] = field(default_factory=list)
    diverged_at: tuple[int, int] | None = None


def fit(
    model: keras.Model,
    training: tf.data.Dataset,
    validation: tf.data.Dataset,
    *,
    epochs: int,
    examples: int,
    batch_size: int,
    live: bool,
    reporter: Reporter,
    keep: Callable[[Epoch], None],
    logged: LoggedValues,
) -> Outcome:
    """Train a compiled model with Keras's `fit`; an epoch has `examples` examples.

    `keep` is called with the event of each epoch whose losses are finite. Requests are honoured at the next batch.
    """
    callback = RunCallback(reporter, examples, batch_size, live, keep, logged)
    callbacks = DirectCallbacks([callback], add_history=True, model=model, epochs=epochs)
    try:
        with fused_batch_normalization():
            # Repeated, so that an epoch is one pass through one iterator: left to itself, Keras opens two an epoch, and
            # every other shuffled order would be skipped that a loop over the same data sees.
            model.fit(
                training.repeat(),
                steps_per_epoch=math.ceil(examples / batch_size),
                validation_data=validation,
                epochs=epochs,
                callbacks=callbacks,
                shuffle=False,
                verbose=0,
            )
    except StopRun:
        return Outcome("stopped", callback.epochs)
    except LossNotFinite as problem:
        return Outcome("diverged", callback.epochs, (problem.epoch, problem.batch))
    return Outcome("finished", callback.epochs)

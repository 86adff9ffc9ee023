"""Training in a run: a loop with the events, the requests and the divergence of the run."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import keras
import tensorflow as tf

from blockwright.runs.events import Epoch
from blockwright.tasks.base import Objective
from blockwright.training.loops.callbacks import DirectCallbacks, LossNotFinite, RunCallback
from blockwright.training.loops.loop import Training, TrainingLoop
from blockwright.training.loops.reporter import Reporter, StopRun
from blockwright.training.setup.acceleration import fused_batch_normalization
from blockwright.training.setup.metrics import LoggedValues


@dataclass
class Outcome:
    """How a loop ended: `finished`, `stopped` by request, or `diverged` (see `diverged_at`: epoch, batch)."""

    status: Literal["finished", "stopped", "diverged"]
    epochs: list[Epoch] = field(default_factory=list)
    diverged_at: tuple[int, int] | None = None


def run_loop(
    loop: TrainingLoop,
    model: keras.Model,
    objectives: Sequence[Objective],
    batches: tf.data.Dataset,
    validation: tf.data.Dataset | None,
    *,
    epochs: int,
    examples: int,
    batch_size: int,
    live: bool,
    compiled: bool,
    reporter: Reporter,
    keep: Callable[[Epoch], None],
    callbacks: Sequence[keras.callbacks.Callback] = (),
    finished: Sequence[Epoch] = (),
    has_ended: bool = False,
) -> Outcome:
    """Train a compiled model by a loop; an epoch has `examples` examples.

    The epochs after those `finished` are trained; none where a callback `has_ended` the training there.

    `keep` is called with the event of each epoch whose losses are finite. Requests are honoured at the next batch. The
    further `callbacks` are called before the run's own events are sent.
    """
    of_run = RunCallback(reporter, examples, batch_size, live, keep, LoggedValues(objectives), finished)
    training = Training(
        model,
        objectives,
        batches,
        validation,
        steps=math.ceil(examples / batch_size),
        epochs=range(len(finished), epochs),
        callbacks=DirectCallbacks([*callbacks, of_run], add_history=True, model=model, epochs=epochs),
        compiled=compiled,
    )
    try:
        with fused_batch_normalization():
            if training.epochs and not has_ended:
                loop.train(training)
            else:
                _end_training(training)
    except StopRun:
        return Outcome("stopped", of_run.epochs)
    except LossNotFinite as problem:
        return Outcome("diverged", of_run.epochs, (problem.epoch, problem.batch))
    return Outcome("finished", of_run.epochs)


def _end_training(training: Training) -> None:
    """What a loop does before its first epoch and after its last one."""
    training.callbacks.on_train_begin()
    training.model.optimizer.finalize_variable_values(training.model.trainable_variables)
    training.callbacks.on_train_end()

"""The one-cycle learning rate, which Keras has no class for."""

from typing import Any

import keras
import tensorflow as tf


class OneCycle(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate that rises in a line to its full value, and falls in a line until the last step."""

    def __init__(
        self,
        learning_rate: float,
        steps: int,
        warmup: float = 0.3,
        initial: float = 0.04,
        final: float = 0.0001,
    ) -> None:
        self.learning_rate = learning_rate
        self.steps = steps
        self.warmup = warmup
        self.initial = initial
        self.final = final

    def __call__(self, step: Any) -> Any:
        done = tf.cast(step, tf.float32) / self.steps
        rising = self.initial + (1 - self.initial) * done / max(self.warmup, 1e-9)
        falling = 1 - (1 - self.final) * tf.minimum((done - self.warmup) / (1 - self.warmup), 1.0)
        return self.learning_rate * tf.where(done < self.warmup, rising, falling)

    def get_config(self) -> dict[str, Any]:
        return {
            "learning_rate": self.learning_rate,
            "steps": self.steps,
            "warmup": self.warmup,
            "initial": self.initial,
            "final": self.final,
        }

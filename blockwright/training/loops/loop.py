"""What every training loop is given, and what it must do."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import keras
import tensorflow as tf

from blockwright.recipe.loops import Loop
from blockwright.tasks.base import Objective

if TYPE_CHECKING:
    from blockwright.network import DesignedModel


@dataclass(frozen=True)
class Training:
    """What a loop trains.

    Attributes:
        model: made from the loop's `model_class`, and compiled.
        objectives: what each of its outputs learns.
        batches: the training examples, in another order each time they are read.
        validation: the validation examples; None without any.
        steps: batches per epoch.
        epochs: the numbers of the epochs, from 0; it begins later where a run goes on.
        callbacks: a list in the form of Keras, whose model is set. A loop calls what `fit` calls, with the same logs,
            and ends where one of them sets `model.stop_training`.
        compiled: whether the steps run as graphs (`@tf.function`), not line by line in Python.
    """

    model: keras.Model
    objectives: Sequence[Objective]
    batches: tf.data.Dataset
    validation: tf.data.Dataset | None
    steps: int
    epochs: range
    callbacks: keras.callbacks.CallbackList
    compiled: bool = True


class TrainingLoop(ABC):
    """One way to run epochs and batches. All compute the same numbers."""

    name: ClassVar[Loop]

    def model_class(self) -> "type[DesignedModel]":
        """The class that the network is made from."""
        from blockwright.network import DesignedModel

        return DesignedModel

    @abstractmethod
    def train(self, training: Training) -> None:
        """Train until the last epoch; what a callback raises ends it at once."""

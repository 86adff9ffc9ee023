"""Training by Keras's `fit`."""

from typing import ClassVar

from blockwright.recipe.loops import Loop
from blockwright.training.loops.loop import Training, TrainingLoop


class FitLoop(TrainingLoop):
    """`model.fit`."""

    name: ClassVar[Loop] = "fit"

    def train(self, training: Training) -> None:
        # Repeated, so that an epoch is one pass through one iterator: left to itself, Keras opens two an epoch, and
        # every other shuffled order would be skipped that a loop over the same data sees.
        training.model.fit(
            training.batches.repeat(),
            steps_per_epoch=training.steps,
            validation_data=training.validation,
            initial_epoch=training.epochs.start,
            epochs=training.epochs.stop,
            callbacks=training.callbacks,
            shuffle=False,
            verbose=0,
        )

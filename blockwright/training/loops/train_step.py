"""Training by `fit` of a model whose `train_step` and `test_step` are overridden."""

from typing import TYPE_CHECKING, ClassVar

from blockwright.recipe.loops import Loop
from blockwright.runtime.training_steps import TrainingSteps
from blockwright.training.loops.fit import FitLoop

if TYPE_CHECKING:
    from blockwright.network import DesignedModel


class TrainStepLoop(FitLoop):
    """`model.fit`, which calls the steps that generated files show."""

    name: ClassVar[Loop] = "train_step"

    def model_class(self) -> "type[DesignedModel]":
        from blockwright.network import DesignedModel

        class SteppedModel(TrainingSteps, DesignedModel):
            """A network of a design with steps of its own."""

        return SteppedModel

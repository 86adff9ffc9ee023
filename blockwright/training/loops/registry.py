"""The training loops by the names that settings have for them."""

from blockwright.recipe.loops import LOOPS as TEXTS
from blockwright.recipe.loops import Loop
from blockwright.training.loops.custom import CustomTrainingLoop
from blockwright.training.loops.fit import FitLoop
from blockwright.training.loops.loop import TrainingLoop
from blockwright.training.loops.train_step import TrainStepLoop

LOOPS: dict[Loop, TrainingLoop] = {
    loop.name: loop for loop in (FitLoop(), TrainStepLoop(), CustomTrainingLoop())
}

if LOOPS.keys() != TEXTS.keys():
    raise ValueError(f"These training loops are not in both lists: {sorted(LOOPS.keys() ^ TEXTS.keys())}.")

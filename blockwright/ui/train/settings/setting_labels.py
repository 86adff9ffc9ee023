"""How optimizers, losses and the like are called in the page."""

from blockwright.recipe.loops import LOOPS
from blockwright.recipe.losses import LOSSES
from blockwright.recipe.optimizers import OPTIMIZERS
from blockwright.recipe.validation import VALIDATIONS

TITLES: dict[str, str] = {
    **{name: optimizer.title for name, optimizer in OPTIMIZERS.items()},
    "auto": "Automatic",
    **{name: loss.title for name, loss in LOSSES.items()},
    "float32": "32 bits (float32)",
    "bfloat16": "Mixed 16 bits (bfloat16)",
    **{str(name): loop.title for name, loop in LOOPS.items()},
    "never": "Never, a common mistake",
    **{str(name): validation.title for name, validation in VALIDATIONS.items()},
    "network": "In the network",
    "pipeline": "In the input pipeline",
    "unit": "Scale to 0 … 1",
    "none": "None",
}

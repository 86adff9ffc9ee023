"""How optimizers, losses and the like are called in the page."""

from blockwright.recipe.loops import LOOPS
from blockwright.recipe.optimizers import OPTIMIZERS
from blockwright.recipe.validation import VALIDATIONS
from blockwright.schema.run.losses import LOSSES

TITLES: dict[str, str] = {
    **{name: optimizer.title for name, optimizer in OPTIMIZERS.items()},
    "auto": "Automatic",
    **{loss.name: loss.title for loss in LOSSES.values()},
    "float32": "32 bits (float32)",
    "bfloat16": "Mixed 16 bits (bfloat16)",
    **{str(name): loop.title for name, loop in LOOPS.items()},
    **{str(name): validation.title for name, validation in VALIDATIONS.items()},
    "network": "In the network",
    "pipeline": "In the input pipeline",
    "unit": "Scale to 0 … 1",
    "none": "None",
}

"""The training loops that can be chosen, and what the pages say of each."""

from dataclasses import dataclass
from typing import Literal

Loop = Literal["fit", "train_step", "custom"]


@dataclass(frozen=True)
class LoopText:
    """What is said of a loop: `title`, and in a sentence `help` what it is."""

    title: str
    help: str


LOOPS: dict[Loop, LoopText] = {
    "fit": LoopText("fit", "Keras runs the epochs and batches: one call, `model.fit(…)`."),
    "train_step": LoopText(
        "train_step",
        "`fit` with `train_step` and `test_step` of the model overridden: what happens in a batch is written out.",
    ),
    "custom": LoopText(
        "Custom loop",
        "A training loop from scratch: epochs, batches, `tf.GradientTape` and `@tf.function` are all written out.",
    ),
}
"""All of them compute the same; they differ in how much of it is written out."""

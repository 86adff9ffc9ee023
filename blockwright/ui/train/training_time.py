"""How long an epoch will take: a rough estimate before a run starts, or what the network's last run took."""

import os
from typing import TYPE_CHECKING, NamedTuple

from blockwright.recipe.validation import PartCounts, part_counts
from blockwright.runs.records import RunEntry, design_digest
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.design import Design
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_queries import my_runs
from blockwright.ui.train.data.training_preview import examples
from blockwright.ui.widgets.number_format import rough_duration, short

if TYPE_CHECKING:
    from blockwright.recipe.settings import Settings

# Multiply-adds a second and processor core while training in float32, backward pass included, measured on two busy
# cores: 16 billion for ResNet-50 and 10 billion for MobileNet at 224 x 224, 24 billion for the small ResNet, 18
# billion for the tutorial Inception (40 in the README's table: 231 images a second at 117 million multiply-adds), 5
# billion for a perceptron, 4 billion for a small MobileNet.
RATE = 15e9
# The backward pass computes the gradients of values and of weights: twice the forward pass.
TRAINING_PASSES = 3
STEP_SECONDS = 0.003
SHORT_SECONDS = 10
_RUNS_LOOKED_AT = 20


def estimate(macs: int, counts: PartCounts, batch_size: int, cores: int) -> float:
    """Seconds of an epoch, from the multiply-adds of an example: training and validation on that many cores."""
    train, validation = counts
    work = macs * (TRAINING_PASSES * train + validation)
    return work / (RATE * cores) + STEP_SECONDS * max(1, -(-train // batch_size))


def cores() -> int:
    """The processor cores that this program may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


class EpochTime(NamedTuple):
    """Seconds of an epoch, and where they are known from."""

    seconds: float
    how: str


def epoch_time(design: Design, card: Card, settings: "Settings", macs: int | None) -> EpochTime | None:
    """How long an epoch of training a design takes: as in its last run, else a rough estimate; None if unknown."""
    counts = part_counts(settings, card.train_examples, card.test_examples, card.validation_examples)
    speed = _measured(design, my_runs(_RUNS_LOOKED_AT))
    if speed is not None:
        return EpochTime(
            counts.train / speed, f"as fast as in its last run, {speed:,.0f} {examples(card)} a second"
        )
    if macs is None:
        return None
    count = cores()
    return EpochTime(
        estimate(macs, counts, settings.batch_size, count),
        f"a rough estimate from {short(macs)} multiply-adds for each of the {examples(card)} and the speed of "
        f"{count} processor {'core' if count == 1 else 'cores'}; it may take three times as long or a third of it",
    )


def guess(design: Design, card: Card, settings: "Settings", macs: int | None) -> str:
    """How long an epoch takes, and where that is known from, before it is measured; "" where it is unknown."""
    time = epoch_time(design, card, settings, macs)
    if time is None:
        return ""
    if time.seconds < SHORT_SECONDS:
        return "A few seconds per epoch on this machine, by a rough estimate."
    return f"About {rough_duration(time.seconds)} per epoch on this machine: {time.how}."


def _measured(design: Design, runs: list[RunEntry]) -> float | None:
    """Examples per second in the latest run of the very same network that finished an epoch."""
    digest = design_digest(design.document())
    for run in runs:
        if run.design_digest == digest:
            epochs = follow(run.id).epochs
            if epochs and epochs[-1]["examples_per_second"] > 0:
                return epochs[-1]["examples_per_second"]
    return None

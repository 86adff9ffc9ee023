"""What only a run shows: whether anything can be trained, whether layers learn something, what has no effect."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blockwright.recipe.callbacks import choosing_weights
from blockwright.recipe.settings import Settings
from blockwright.schema.rules import Problem, ReportedRule, Rule

if TYPE_CHECKING:
    from blockwright.network.model import DesignedModel


class NothingToTrain(Rule["DesignedModel"]):
    """Training changes weights, so a network needs some that are not frozen. Add a Dense block, or unfreeze one."""

    code = "nothing-to-train"

    def check(self, view: "DesignedModel") -> Iterator[Problem]:
        if not view.trainable_variables:
            why = "none of its blocks has weights. Add a Dense block."
            if any(not node.trainable for node in view.design.nodes):
                why = "every block that has weights is frozen. Let one of them train."
            yield Problem(None, f'"{view.design.name}" has nothing to train: {why}')


class NothingToLearn(ReportedRule):
    """A layer that learns its words from the data needs some in it. Connect other data, or give it a vocabulary."""

    code = "nothing-to-learn"


def ineffective(settings: Settings, steps_per_epoch: int) -> Iterator[str]:
    """Sentences on settings that others leave without effect."""
    batches, accumulated = settings.epochs * steps_per_epoch, settings.optimizer.gradient_accumulation_steps
    if accumulated is not None and accumulated > batches:
        yield (
            f"Gradients are accumulated over {accumulated:,} batches, but the run has {batches:,}: its weights never "
            "change. Accumulate over fewer batches, or train for more epochs."
        )
    if settings.optimizer.use_ema and choosing_weights(settings.callbacks):
        yield (
            "The run is tested with the weights of its best epoch, so the average of the weights is not used. Switch "
            "off `restore_best_weights` and `save_best_only` to test the average."
        )

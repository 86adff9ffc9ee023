"""Rules about what only a run shows: whether anything can be trained, and whether layers find something to learn."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

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

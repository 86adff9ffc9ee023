"""Batch normalization as runs compute it, so that a file gives the numbers of its run and not only nearly so."""

from blockwright.codegen.function_source import plain_source
from blockwright.codegen.program.program import Plan
from blockwright.runtime.batch_normalization import BatchNormalization

PLAIN = "layers.BatchNormalization("
FUSED = "BatchNormalization("


def fused_class(plan: Plan, ranks: dict[str, int]) -> str:
    """The class that stands in for Keras's own; empty for a network whose images are not normalized.

    Args:
        plan: the design in order.
        ranks: by node id, how many dimensions its result has, with the batch.
    """
    steps = [step for step in plan.steps if step.kind.name == "BatchNormalization"]
    inner = [step for own in plan.own.values() for step in own.body.steps]
    inner = [step for step in inner if step.kind.name == "BatchNormalization"]
    inside = bool(inner) or any("BatchNormalization" in block.layers for block in plan.blocks.values())
    if not inside and not any(ranks.get(step.id) == 4 for step in steps):
        return ""
    return f"@keras.saving.register_keras_serializable()\n{plain_source(BatchNormalization)}"

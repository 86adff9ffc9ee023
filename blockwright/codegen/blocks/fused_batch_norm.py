"""Batch normalization as runs compute it, so that a file gives the numbers of its run and not only nearly so."""

from blockwright.codegen.function_source import plain_source
from blockwright.codegen.program.program import Plan
from blockwright.runtime.batch_normalization import BatchNormalization

FUSED = BatchNormalization.__name__


def fused_class(plan: Plan, ranks: dict[str, int]) -> str:
    """The class that stands in for Keras's own; empty for a network whose images are not normalized.

    Args:
        plan: the design in order.
        ranks: by node id, how many dimensions its result has, with the batch.
    """
    inside = any(FUSED in block.layers for block in plan.blocks.values()) or any(
        step.kind.name == FUSED for block in plan.own_blocks.values() for step in block.body.steps
    )
    if not inside and not any(step.kind.name == FUSED and ranks.get(step.id) == 4 for step in plan.steps):
        return ""
    return f"@keras.saving.register_keras_serializable()\n{plain_source(BatchNormalization)}"

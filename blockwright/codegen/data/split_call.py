"""The call that splits examples in a generated file."""

from collections.abc import Sequence

from blockwright.codegen.training_plan import TrainingPlan


def split_call(
    plan: TrainingPlan, arrays: Sequence[str] | None, count: str, size: str, seed: str, labels: str
) -> str:
    """The expression that splits examples, as the data version of the run does.

    Args:
        plan: what the file trains.
        arrays: the expressions of the arrays to split; None to split the indices of the examples.
        count: the expression of the number of examples.
        size: the expression of the number, or of the share, of examples to split off.
        seed: the expression of the seed.
        labels: the expression of the labels to stratify by; empty for a split at random.
    """
    if plan.settings.data_version == 1:
        return f"split({labels}, {size}, {seed})" if labels else f"split_at_random({count}, {size}, {seed})"
    arguments = [*(arrays or [f"np.arange({count})"]), f"test_size={size}"]
    arguments += [f"stratify={labels}"] if labels else []
    return f"train_test_split({', '.join([*arguments, f'random_state={seed}'])})"

"""Names and expressions that the functions and the statements of a generated file share."""

from blockwright.codegen.training_plan import TrainingPlan
from blockwright.tasks.feature_matching import Read


def at(array: str, key: str, many: bool) -> str:
    """One array of several by name, or the only one."""
    return f'{array}["{key}"]' if many else array


def fitting_functions(plan: TrainingPlan) -> dict[str, Read]:
    """The functions that fit images, by name, each with an input that it serves."""
    different = {
        (entry.read.fitting, entry.read.feature.dtype): entry.read
        for entry in reversed(plan.inputs)
        if entry.read.fitting.changes
    }
    reads = reversed(different.values())
    return {f"fit_images{f'_{number}' if number else ''}": read for number, read in enumerate(reads)}

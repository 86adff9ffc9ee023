"""What the outputs of a design are trained for: which target each learns, and by which loss. Plain data and NumPy."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from blockwright.recipe.class_weight import BALANCED, ClassWeight
from blockwright.recipe.settings import OutputSettings, Settings, SettingsError
from blockwright.schema.data.features import DataSummary, Target
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.tasks import task_of
from blockwright.tasks.base import Objective
from blockwright.tasks.chosen_metrics import metric_problems, metrics_of
from blockwright.tasks.feature_matching import assign
from blockwright.tasks.output_spec import OutputSpec

if TYPE_CHECKING:
    import numpy as np

    from blockwright.schema.data.dataset_card import Card

OutputShapes = Mapping[str, Sequence[int | None]]


class PreparedTargets(Protocol):
    """What is read here of prepared data: for each output its target, its values and the scale of those."""

    tasks: dict[str, Target]
    targets: "dict[str, np.ndarray]"
    target_scales: dict[str, float]
    train: "np.ndarray"


def choose_targets(
    design: Design,
    outputs: Mapping[str, OutputSettings],
    card: "Card | DataSummary",
    shapes: Mapping[str, Sequence[int | None] | None],
) -> tuple[dict[str, str], list[str]]:
    """The name of the target of each output whose target does not follow from names and order; and notes about it.

    A target that is set comes first. An output of the shape of an input of at least two axes, which is no shape for
    classes, numbers or tags, reconstructs that input.

    Args:
        design: the design.
        outputs: the settings of single outputs, by their ids.
        card: the card of the data.
        shapes: the shape of each output for one example, without batch; None where it is not known.
    """
    chosen = {
        name: settings.target for name, settings in outputs.items() if settings.target and name in shapes
    }
    features, _ = assign(card, design.inputs)
    notes = []
    for output, shape in shapes.items():
        if output in chosen or card.target(output) is not None or shape is None or len(shape) < 2:
            continue
        for entry in design.inputs:
            if entry.dtype.startswith("float") and entry.id in features and _same_shape(entry.shape, shape):
                chosen[output] = features[entry.id][0].name
                notes.append(
                    f'"{output}" has the shape of the input "{entry.id}", so it learns to reconstruct it.'
                )
                break
    unknown = [name for name in outputs if name not in shapes]
    if unknown:
        names = ", ".join(f'"{name[:60]}"' for name in unknown[:8])
        notes.append(f"The settings also name {names}, which is not an output of the design; it is ignored.")
    return chosen, notes


def read_objectives(
    design: Design, settings: Settings, shapes: OutputShapes, prepared: PreparedTargets
) -> list[Objective]:
    """What each output is trained for, in the order of the design.

    Raises `DesignError` with the findings of all outputs that do not fit their target or their loss, and
    `SettingsError` for weights of classes that are not there.
    """
    objectives: list[Objective] = []
    findings: list[Finding] = []
    problems: list[tuple[str, str]] = []
    for output, shape in shapes.items():
        target = prepared.tasks[output]
        spec = OutputSpec(
            design,
            output,
            tuple(shape),
            target,
            loss_setting(settings, output),
            _value_range(prepared, output),
            label_smoothing=label_smoothing(settings, output),
        )
        chosen = settings.output(output)
        problem = class_weight_problem(chosen.class_weight, output, target)
        if problem is not None:
            problems.append((f"outputs.{output}.class_weight", problem))
        try:
            objective = task_of(target.kind).objective(spec, chosen.weight)
            metrics = metrics_of(settings, output, target, shape)
            tells_loss = settings.from_logits == "auto"
            class_weight = chosen.class_weight
            objectives.append(
                replace(objective, class_weight=class_weight, metrics=metrics, tells_loss=tells_loss)
            )
        except DesignError as error:
            findings += error.findings
    if findings:
        raise DesignError(findings)
    problems += metric_problems(settings, prepared.tasks, shapes)
    if problems:
        raise SettingsError(problems)
    return objectives


def class_weight_problem(class_weight: ClassWeight, output: str, target: Target) -> str | None:
    """Why the classes of a target cannot have these weights, as a sentence; None where they can."""
    if class_weight is None:
        return None
    if not task_of(target.kind).stratifies:
        return (
            f'`class_weight` of the output "{output}" cannot be used: it learns "{target.name}", which has no classes. '
            "Remove it."
        )
    unknown = (
        [] if class_weight == BALANCED else [name for name in class_weight if name not in target.class_names]
    )
    if not unknown:
        return None
    names = ", ".join(f'"{name[:60]}"' for name in unknown[:8])
    classes = ", ".join(f'"{name[:60]}"' for name in target.class_names[:20])
    return (
        f'`class_weight` of the output "{output}" has weights for {names}, but "{target.name}" has no such class. '
        f"Its classes: {classes}."
    )


def loss_setting(settings: Settings, output: str) -> str:
    """The setting of the loss of an output: its own, or without one that of all outputs."""
    loss = settings.output(output).loss
    return loss if loss != "auto" else settings.loss


def label_smoothing(settings: Settings, output: str) -> float:
    """The label smoothing of an output: its own, or without one that of all outputs."""
    own = settings.output(output).label_smoothing
    return settings.label_smoothing if own is None else own


def hints(objectives: Sequence[Objective], settings: Settings) -> list[str]:
    """Sentences on what is unusual about objectives, or will make training slow."""
    return [hint for objective in objectives for hint in objective.task.hints(objective, settings)]


def _value_range(prepared: PreparedTargets, output: str) -> tuple[float, float]:
    used, scale = prepared.targets[output][prepared.train], prepared.target_scales[output]
    return float(used.min()) * scale, float(used.max()) * scale


def _same_shape(shape: Sequence[int | None], other: Sequence[int | None]) -> bool:
    return len(shape) == len(other) and all(
        size is None or length is None or size == length for size, length in zip(shape, other, strict=True)
    )

"""What each output of a design learns, from which head, by which loss. Plain data and NumPy, no Keras."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from blockwright.design.output_activation import last_activation
from blockwright.design.structure import partial_wiring
from blockwright.schema.design import Design
from blockwright.schema.features import Target
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.text import shape_text
from blockwright.schema.training import Settings
from blockwright.tasks.classification_output import Head, choose_loss, ending, read_head, refusal

if TYPE_CHECKING:
    import numpy as np

    from blockwright.schema.dataset_cards import Card

NUMBER_LOSSES = (
    "mean_squared_error",
    "mean_absolute_error",
    "huber",
    "mean_squared_logarithmic_error",
    "binary_crossentropy",
)
TAG_LOSSES = ("binary_crossentropy", "mean_squared_error", "mean_absolute_error", "huber")
_RANGES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, float("inf")),
    "softplus": (0.0, float("inf")),
    "exponential": (0.0, float("inf")),
}
_SLACK = 1e-6


class Prepared(Protocol):
    """What is read here of the data that was prepared: for each output its target, its values and their scale."""

    tasks: dict[str, Target]
    targets: "dict[str, np.ndarray]"
    target_scales: dict[str, float]
    train: "np.ndarray"


@dataclass(frozen=True)
class Goal:
    """What one output learns.

    Attributes:
        output: the output's id, as the design writes it.
        target: what it learns.
        shape: the shape of what it gives an example, without batch.
        loss: the Keras name of its loss.
        weight: how much that loss counts.
        activation: its last activation.
        head: how its values are read where it tells classes; None otherwise.
        low, high: the least and greatest value of its training targets, as they are trained on; 0 and 1 for classes
            and tags.
    """

    output: str
    target: Target
    shape: tuple[int, ...]
    loss: str
    weight: float
    activation: str
    head: Head | None = None
    low: float = 0.0
    high: float = 1.0

    @property
    def kind(self) -> Literal["classes", "number", "tags", "reconstruction"]:
        """What kind of target it learns."""
        return self.target.kind

    @property
    def measure(self) -> Literal["accuracy", "mae"]:
        """What is told beside its loss: the share of right answers, or the mean absolute error."""
        return "accuracy" if self.kind in ("classes", "tags") else "mae"

    @property
    def scores(self) -> bool:
        """Whether its values are scores that a sigmoid or softmax turns into probabilities."""
        return self.head.values == "scores" if self.head else self.activation != "sigmoid"


_COUNTING = ("multi_hot", "count", "tf_idf")


def choose_targets(
    design: Design, settings: Settings, card: "Card", shapes: Mapping[str, Sequence[int | None]]
) -> tuple[dict[str, str], list[str]]:
    """For outputs whose target does not follow from names and order, which one it is; and sentences about it.

    What the settings choose comes first. An output of the very shape of an input of at least two axes, which is no
    shape for classes, numbers or tags, gives that input back.

    Args:
        design: the design.
        settings: its settings.
        card: the card of the data.
        shapes: the shape of what each output gives an example, without batch.
    """
    from blockwright.tasks.feature_matching import match_inputs

    chosen = {name: one.target for name, one in settings.outputs.items() if one.target and name in shapes}
    notes = []
    for output, shape in shapes.items():
        if output in chosen or card.target(output) is not None or len(shape) < 2:
            continue
        alike = [
            one
            for one in design.inputs
            if one.dtype.startswith("float") and len(one.shape) == len(shape) and _same(one.shape, shape)
        ]
        if alike:
            chosen[output] = match_inputs(card, design.inputs)[alike[0].id].source
            notes.append(
                f'"{output}" has the shape of the input "{alike[0].id}", so it learns to give it back.'
            )
    unknown = [name for name in settings.outputs if name not in shapes]
    if unknown:
        names = ", ".join(f'"{name[:60]}"' for name in unknown[:8])
        notes.append(f"The settings also name {names}, which the design has no output of; that is left out.")
    return chosen, notes


def read_goals(
    design: Design, settings: Settings, shapes: Mapping[str, Sequence[int | None]], prepared: "Prepared"
) -> list[Goal]:
    """The goal of every output, in the order of the design.

    Raises `DesignError` with a finding for each output that does not fit its target or its loss.
    """
    goals: list[Goal] = []
    findings: list[Finding] = []
    for output, shape in shapes.items():
        try:
            goals.append(_read_goal(design, settings, output, tuple(shape), prepared, len(shapes) > 1))
        except DesignError as error:
            findings += error.findings
    if findings:
        raise DesignError(findings)
    return goals


def hints(goals: Sequence[Goal], settings: Settings) -> list[str]:
    """Sentences on what is unusual about goals, or will make training slow."""
    found = []
    many = len(goals) > 1
    for goal in goals:
        which = f' of "{goal.output}"' if many else ""
        usual = ("softmax", "sigmoid", "linear") if goal.kind == "classes" else ("sigmoid", "linear")
        if goal.kind in ("classes", "tags") and goal.activation not in usual:
            better = (
                "Softmax, or none, is usual for classes."
                if goal.kind == "classes"
                else "Sigmoid is usual for tags."
            )
            found.append(
                f"The last activation{which} is {goal.activation}; its values are taken as scores. {better}"
            )
        far = max(abs(goal.low), abs(goal.high))
        if goal.kind == "number" and far > 10 and settings.learning_rate * 1_000 < far:
            found.append(
                f'The numbers of "{goal.target.name}" go from {goal.low:g} to {goal.high:g}: with a learning rate of '
                f"{settings.learning_rate:g} it takes many steps to reach them. A larger one may suit, such as "
                f"{10 ** len(str(int(far / 100))) / 100:g}."
            )
    return found


def _read_goal(
    design: Design,
    settings: Settings,
    output: str,
    shape: tuple[int | None, ...],
    prepared: "Prepared",
    many: bool,
) -> Goal:
    target, said = prepared.tasks[output], settings.output(output)
    _check_counted(design, output, shape)
    wanted = said.loss if said.loss != "auto" else settings.loss
    if target.kind == "classes":
        data = f'"{target.name}"' if many else "the data"
        head = read_head(design, (None, *shape), len(target.class_names), output, data)
        loss = choose_loss(design, head, wanted, output)
        return Goal(output, target, (head.units,), loss, said.weight, head.activation, head)
    node_id, named = ending(design, output)
    _check_shape(node_id, named, target, shape)
    activation = last_activation(design, output)
    whole = tuple(length or 0 for length in shape)
    if target.kind == "tags":
        if activation == "softmax":
            raise refusal(
                node_id,
                f'{named} ends in softmax, where one tag takes from the others, but an example of "{target.name}" may '
                "have several tags. Use sigmoid.",
            )
        loss = _choose(wanted, "binary_crossentropy", TAG_LOSSES, node_id, named, "tells tags")
        if activation != "sigmoid" and loss != "binary_crossentropy":
            raise refusal(
                node_id,
                f"The loss {loss} needs {named} to give shares from 0 to 1. Set its activation to sigmoid, or choose "
                "binary_crossentropy.",
            )
        return Goal(output, target, whole, loss, said.weight, activation)
    low, high = _range(prepared.targets[output], prepared.train, prepared.target_scales[output])
    _check_range(node_id, named, target, activation, low, high)
    between = low >= 0 and high <= 1
    fits = "binary_crossentropy" if activation == "sigmoid" and between else "mean_squared_error"
    loss = _choose(wanted, fits, NUMBER_LOSSES, node_id, named, "gives numbers")
    if loss == "binary_crossentropy" and fits != loss:
        raise refusal(
            node_id,
            f"The loss binary_crossentropy needs {named} to end in sigmoid and values from 0 to 1; it ends in "
            f'{activation}, and "{target.name}" goes from {low:g} to {high:g}. Choose mean_squared_error.',
        )
    if loss == "mean_squared_logarithmic_error" and low < 0:
        raise refusal(
            node_id,
            f'The loss {loss} needs values of 0 and above, but "{target.name}" goes from {low:g} to {high:g}. Choose '
            "mean_squared_error.",
        )
    return Goal(output, target, whole, loss, said.weight, activation, None, low, high)


def _check_counted(design: Design, output: str, shape: tuple[int | None, ...]) -> None:
    """Words that are counted in a row: Keras takes them for `1 x words` when it builds the network."""
    if len(shape) != 2 or shape[0] != 1:
        return
    above = partial_wiring(design).above(output)
    for node in design.nodes:
        if (
            node.id in above
            and node.block == "TextVectorization"
            and node.params.get("output_mode") in _COUNTING
        ):
            _, named = ending(design, output)
            raise refusal(
                node.id,
                f'{named} gives {shape_text(shape)} values an example, because `TextVectorization` "{node.id}" counts '
                f'the words of each text in a row of its own. Put Flatten behind "{node.id}".',
            )


def _choose(wanted: str, fits: str, allowed: tuple[str, ...], node_id: str, named: str, what: str) -> str:
    if wanted == "auto":
        return fits
    if wanted not in allowed:
        raise refusal(
            node_id,
            f"The loss {wanted} is not for {named}, which {what}. Choose auto, or one of: {', '.join(allowed)}.",
        )
    return wanted


def _check_shape(node_id: str, named: str, target: Target, shape: tuple[int | None, ...]) -> None:
    if target.kind == "reconstruction":
        if None in shape:
            raise refusal(
                node_id,
                f"{named} gives {shape_text(shape)} values an example, which leaves a size open. Give the design's "
                f'input its size, so that "{target.name}" can be given back.',
            )
        return
    units = target.units
    is_tags = target.kind == "tags"
    what = f'"{target.name}" has {units:,} tags' if is_tags else f'"{target.name}" is {_numbers(units)}'
    if len(shape) != 1 or shape[0] is None:
        raise refusal(
            node_id,
            f"{named} gives {shape_text(shape)} values an example, but {what}. Add Flatten or a pooling over all "
            f"places, then Dense with units={units}.",
        )
    if shape[0] != units:
        raise refusal(node_id, f"{named} gives {shape[0]:,} values, but {what}. Set units={units}.")


def _check_range(node_id: str, named: str, target: Target, activation: str, low: float, high: float) -> None:
    if activation == "softmax" and target.units == 1:
        raise refusal(
            node_id,
            f'{named} has one unit with softmax, which always gives 1. For "{target.name}" leave its activation out.',
        )
    least, most = _RANGES.get(activation, (float("-inf"), float("inf")))
    slack = _SLACK * max(1.0, abs(low), abs(high))
    if low < least - slack or high > most + slack:
        gives = f"{least:g} and above" if most == float("inf") else f"{least:g} to {most:g}"
        raise refusal(
            node_id,
            f'{named} ends in {activation}, which gives {gives}, but "{target.name}" goes from {low:g} to {high:g}. '
            "Leave its activation out.",
        )


def _range(targets: "np.ndarray", train: "np.ndarray", scale: float) -> tuple[float, float]:
    used = targets[train]
    return float(used.min()) * scale, float(used.max()) * scale


def _same(one: Sequence[int | None], other: Sequence[int | None]) -> bool:
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _numbers(count: int) -> str:
    return "one number" if count == 1 else f"{count:,} numbers"

"""What an output needs to learn its target: rules that the pages and training both ask, through `Task.check`."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blockwright.design.edits.insertions import Layers, append_layers, insert_after
from blockwright.layers import SPECS
from blockwright.schema.rules import Candidate, Problem, Rule
from blockwright.tasks.output_spec import OutputSpec

if TYPE_CHECKING:
    from blockwright.tasks.base import Task

# What an activation can output; others have no bounds.
_RANGES = {
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "relu": (0.0, float("inf")),
    "softplus": (0.0, float("inf")),
    "exponential": (0.0, float("inf")),
}
_UNBOUNDED = (-float("inf"), float("inf"))
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class TaskOutput:
    """An output and the task of its target."""

    task: "Task"
    spec: OutputSpec

    @property
    def needs(self) -> str:
        """What the target is, as the end of a sentence."""
        return self.task.needs(self.spec.target)

    @property
    def units(self) -> int:
        """How many values the target needs."""
        return self.task.units(self.spec.target)

    def head(self) -> tuple[str, dict[str, object]]:
        """A layer that gives the target's values."""
        params: dict[str, object] = {"units": self.units}
        if self.task.activation != "linear":
            params["activation"] = self.task.activation
        return "Dense", params

    def append(self, layers: Layers, label: str) -> Candidate:
        """A fix that adds layers after the output."""
        return label, append_layers(self.spec.design, self.spec.output, layers)

    def activate(self, activation: str) -> Candidate:
        """A fix that lets the output end in an activation; `linear` for none."""
        label = "Remove the activation" if activation == "linear" else f"Set activation to {activation}"
        return label, self.spec.set_activation(activation)


class OutputRule(Rule[TaskOutput]):
    """A rule about an output and its target."""


class CountedWords(OutputRule):
    """`TextVectorization` puts the word counts of each text in a row of its own, `1 x words`. Add Flatten after it."""

    code = "counted-words"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        if len(spec.shape) != 2 or spec.shape[0] != 1:
            return
        path = {spec.wires.node_of(spec.output), *spec.wires.above(spec.output)}
        for node in spec.design.nodes:
            layer = SPECS.get(node.block)
            if node.id in path and layer is not None and layer.counts_words(node.params):
                message = (
                    f"{spec.name} outputs {spec.shape_text}, because `{node.block}` "
                    f'"{node.id}" puts the word counts of each text in a row of its own. Add Flatten after "{node.id}".'
                )
                fix = ("Insert Flatten", insert_after(spec.design, node.id, "Flatten"))
                yield Problem(node.id, message, (fix,))
                return


class OpenOutputSize(OutputRule):
    """Only values of a fixed size can be compared with those of an input. Give the design's input a fixed size."""

    code = "open-output-size"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        if None in view.spec.shape:
            message = (
                f"{view.spec.name} outputs {view.spec.shape_text}, so its size is not fixed. Give the design's input "
                f'a fixed size, so that "{view.spec.target.name}" can be reconstructed.'
            )
            yield Problem(view.spec.last.id, message)


class NoHead(OutputRule):
    """The values of a target are a list, so an output with further dimensions can't be compared. Pool, then add Dense.

    Before data is chosen this is a note, because most designs learn classes, but not all.
    """

    code = "no-head"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        if len(spec.shape) == 1 and (spec.is_expected or spec.shape[0] is not None):
            return
        outputs = f"{spec.name} outputs {spec.shape_text}"
        if spec.is_expected and len(spec.shape) == 2:
            return  # one result for each step, as taggers have
        if spec.is_expected:
            message = (
                f"{outputs}. A classifier ends in one value for each class: add pooling and a Dense layer."
            )
            yield Problem(spec.last.id, message, severity="note")
            return
        pool = {2: "GlobalAveragePooling1D", 3: "GlobalAveragePooling2D"}.get(len(spec.shape), "Flatten")
        message = f"{outputs}, but {view.needs}. Add {pool}, then Dense with units={view.units}."
        fix = view.append([(pool, {}), view.head()], f"Add {pool} and Dense")
        yield Problem(spec.last.id, message, (fix,))


class HeadUnits(OutputRule):
    """An output has one value for each value of its target. Set the units of its last layer.

    More units than classes are a warning: such a network trains, and learns that no example has the other classes.
    """

    code = "head-units"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec, units = view.spec, view.spec.shape[0]
        if units is None or spec.is_expected or view.task.fits_units(spec.target, units):
            return
        deciding = spec.deciding
        values = "1 value" if units == 1 else f"{units:,} values"
        message = f"{spec.name_of(deciding)} outputs {values}, but {view.needs}."
        if deciding.block == "Dense":
            message += f" Set units={view.units}."
            edit = {"op": "set", "node": deciding.id, "params": {"units": view.units}}
            fix: Candidate = (f"Set units to {view.units}", [edit])
        else:
            message += f" Add Dense with units={view.units}."
            unit = "unit" if view.units == 1 else "units"
            fix = view.append([view.head()], f"Add Dense of {view.units} {unit}")
        unused = view.task.takes_more_units and units > view.units
        yield Problem(deciding.id, message, (fix,), "warning" if unused else None)


class DropoutLast(OutputRule):
    """Dropout as the last layer drops outputs during training. Remove it, or move it up."""

    code = "dropout-last"
    severity = "warning"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        last = view.spec.last
        if last.block in SPECS and SPECS[last.block].drops:
            message = f"{view.spec.name} is the last layer and drops outputs during training. Remove it, or move it up."
            yield Problem(last.id, message, ((f"Remove {last.id}", [{"op": "remove", "node": last.id}]),))


class SoftmaxOfOne(OutputRule):
    """Softmax makes values add up to 1, so a single value is always 1. Use sigmoid, or one unit for each class."""

    code = "softmax-of-one"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        if spec.units == 1 and spec.activation == "softmax":
            message = f"{spec.name} has one unit with softmax, which always outputs 1."
            message += f" {view.task.instead_of_softmax(spec.target)}"
            fix = view.activate(view.task.activation_of(1))
            yield Problem(spec.last.id, message, (fix,), "warning" if spec.is_expected else None)


class SoftmaxLast(OutputRule):
    """Softmax makes the probabilities of all tags add up to 1, but an example may have several. Use sigmoid."""

    code = "softmax-last"
    severity = "warning"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        if spec.activation == "softmax":
            message = (
                f"{spec.name} ends in softmax, where the probabilities of all tags add up to 1, but an example of "
                f'"{spec.target.name}" may have several tags. Use sigmoid, unless each has one.'
            )
            yield Problem(spec.last.id, message, (view.activate("sigmoid"),))


class SigmoidLast(OutputRule):
    """Sigmoid scores each of several classes independently. Where every example has one class, use softmax."""

    code = "sigmoid-last"
    severity = "warning"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        if spec.units > 1 and spec.activation == "sigmoid":
            message = (
                f"{spec.name} ends in sigmoid, which scores each of {spec.units:,} classes independently. Where every "
                "example has one class, use softmax."
            )
            yield Problem(spec.last.id, message, (view.activate("softmax"),))


class ActivationLast(OutputRule):
    """Values after another activation than softmax or sigmoid are treated as logits. Use the usual one, or none."""

    code = "activation-last"
    severity = "warning"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        if spec.activation not in ("softmax", "sigmoid", "linear"):
            usual = view.task.activation_of(spec.units)
            message = (
                f"{spec.name} ends in {spec.activation}, and its values are treated as logits. "
                f"Use {usual}, or no activation."
            )
            yield Problem(spec.last.id, message, (view.activate(usual),))


class NoActivation(OutputRule):
    """Without an activation an output gives logits, which the loss takes as they are. Add one to get probabilities."""

    code = "no-activation"
    severity = "note"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        # Before data is chosen, one value without an activation may as well be a number.
        if (
            spec.activation != "linear"
            or (spec.is_expected and spec.units == 1)
            or spec.last.block not in SPECS
        ):
            return
        usual = view.task.activation_of(spec.units)
        values = "a probability" if spec.units == 1 else "probabilities"
        message = f"{spec.name} outputs logits. The loss takes them as they are; add {usual} to get {values}."
        yield Problem(spec.last.id, message, (view.activate(usual),))


class OutputLoss(OutputRule):
    """A loss must fit the target and the values of the output. Choose auto, or one of those that the message names."""

    code = "output-loss"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        message = view.task.loss_problem(view.spec)
        if message is not None:
            yield Problem(view.spec.last.id, message)


class OutputRange(OutputRule):
    """An activation must be able to output the values of the target. Remove it where they go further."""

    code = "output-range"

    def check(self, view: TaskOutput) -> Iterator[Problem]:
        spec = view.spec
        if spec.value_range is None:
            return
        (low, high), (least, most) = spec.value_range, _RANGES.get(spec.activation, _UNBOUNDED)
        tolerance = _TOLERANCE * max(1.0, abs(low), abs(high))
        if least - tolerance <= low and high <= most + tolerance:
            return
        outputs = f"{least:g} and above" if most == float("inf") else f"{least:g} to {most:g}"
        message = (
            f"{spec.name} ends in {spec.activation}, which outputs {outputs}, but {spec.range_text}. Remove its "
            "activation."
        )
        yield Problem(spec.last.id, message, (view.activate("linear"),))

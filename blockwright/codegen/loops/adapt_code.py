"""The part of a file that lets layers learn from the training examples before training, wherever they stand."""

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from blockwright.codegen.data.names import at
from blockwright.codegen.program.adapt_layers import learns, resolved
from blockwright.codegen.program.program import Plan
from blockwright.codegen.program.program_nodes import Body, Step
from blockwright.codegen.training_plan import InputData, TrainingPlan
from blockwright.layers import SPECS
from blockwright.layers.declaration.adaptation import Boundaries, MeanAndVariance

# In batches of 256, as the app does: the numbers depend on it.
_LATER = "|later|"

_REACHED = '''
class ReachedError(Exception):
    """The values have come to the layer that they are wanted for."""
'''.strip("\n")

_VALUES_AT = '''
def values_at(model, layer, examples):
    """What comes to a layer somewhere inside a network."""
    collected = []

    def note(inputs, *_, **__):
        collected.append(np.asarray(inputs))
        raise ReachedError  # the layers behind may not have learnt yet

    layer.call = note
    for batch in tf.data.Dataset.from_tensor_slices(examples).batch(256):
        with contextlib.suppress(ReachedError):
            model(batch, training=False)
    del layer.call
    return np.concatenate(collected)
'''.strip("\n")

_VALUES_AT_ALL = '''
def values_at_all(model, layer, examples, places, later=()):
    """What comes to a layer that stands at several places: an array for each."""
    collected = []

    def note(inputs, *_, **__):
        collected.append(np.asarray(inputs))
        if len(collected) % places == 0:
            raise ReachedError
        return step_aside(layer)(inputs)

    layer.call = note
    for later_layer in later:
        later_layer.call = step_aside(later_layer)
    for batch in tf.data.Dataset.from_tensor_slices(examples).batch(256):
        with contextlib.suppress(ReachedError):
            model(batch, training=False)
    for patched in (layer, *later):
        del patched.call
    return [np.concatenate(collected[place::places]) for place in range(places)]


def step_aside(layer):
    """What a layer does that has not learnt yet: only the shape of its results is right."""

    def call(inputs, *_, **__):
        if isinstance(layer, layers.Normalization):
            return inputs
        made = layer.compute_output_spec(inputs)
        return tf.zeros([size or 1 for size in made.shape], made.dtype)

    return call
'''.strip("\n")

_LEARN_BOUNDS = '''
def learn_bounds(layer, arrays):
    """Let a Discretization learn the bounds of its ranges, as many as it was asked for."""
    layer.adapt(
        [values[start : start + 256] for values in arrays for start in range(0, len(values), 256)]
    )
    bounds = list(layer.bin_boundaries) or [0.0]
    layer.bin_boundaries = bounds + bounds[-1:] * (layer.num_bins - 1 - len(bounds))
'''.strip("\n")


def learning(training: TrainingPlan, plan: Plan, api: str) -> tuple[str, str]:
    """The functions, and the statements that let layers learn, in the order in which values reach them."""
    lines = _Lines(training, plan, api).network()
    text = "\n".join(lines)
    functions = [
        function
        for name, function in (
            ("values_at", _REACHED),
            ("values_at(", _VALUES_AT),
            ("values_at_all(", _VALUES_AT_ALL),
            ("learn_bounds(", _LEARN_BOUNDS),
        )
        if name in text
    ]
    if "values_at" in text:
        lines.insert(0, f"examples = {_all_examples(training)}")
    return "\n\n\n".join(functions), "\n".join(lines) + ("\n" if lines else "")


class _Lines:
    """Writes the statements for a network and for the inside of its blocks."""

    def __init__(self, training: TrainingPlan, plan: Plan, api: str) -> None:
        self._training = training
        self._plan = plan
        self._api = api
        self._unrolled = False
        self._order: list[str] = []

    def network(self) -> list[str]:
        """The statements for the whole network; where layers stand at several places, without loops."""
        lines = self._body(self._plan.body, self._of_network, None, 1, 0)
        if not any(_LATER in line for line in lines):
            return lines
        self._unrolled, self._order = True, []
        complete = []
        for line in self._body(self._plan.body, self._of_network, None, 1, 0):
            before, mark, after = line.partition(_LATER)
            if mark:
                number, _, after = after.partition("|")
                later = self._order[int(number) :]
                line = f"{before}, later=({', '.join(later)},){after}" if later else f"{before}{after}"
            complete.append(line)
        return complete

    def _body(
        self,
        body: Body,
        layers_of: Callable[[Step], tuple[str, list[str]]],
        around: Mapping[str, Any] | None,
        times: int,
        depth: int,
    ) -> list[str]:
        """The statements for the layers of a body.

        Args:
            body: the network, or the inside of a block.
            layers_of: the head of a loop over the layers of a repeated step, and what stands for each layer.
            around: the values of the arguments of the block; None for the network.
            times: how often the block runs.
            depth: how many loops stand around it.
        """
        lines: list[str] = []
        for step in body.steps:
            block = self._plan.own_blocks.get(step.kind.name)
            params = resolved(step.owner.params, around or {})
            if not body.first_use(step):
                continue
            loop, layers = layers_of(step)
            deeper, runs = depth + bool(loop), times * body.uses(step)
            inner: list[str] = []
            for layer in layers:
                if learns(step.kind.name, params):
                    inside = around is not None or bool(loop) or len(layers) > 1
                    inner.append(self._learn(step, body, layer, runs, inside))
                elif block is not None and step.kind.name in self._plan.learning:
                    arguments = {**self._plan.design.composites[block.name].params, **params}
                    inside_of = self._inside(layer, block.body, deeper)
                    inner += self._body(block.body, inside_of, arguments, runs, deeper)
            lines += [loop, *(textwrap.indent(line, "    ") for line in inner)] if loop and inner else inner
        return lines

    def _of_network(self, step: Step) -> tuple[str, list[str]]:
        times = step.node.repeat
        if self._api == "subclassing":
            return self._places(f"model.{self._plan.body.owner_variable(step)}", times, "layer")
        if times == 1:
            return "", [f'model.get_layer("{step.layer_name}")']
        if self._unrolled:
            names = (f"{step.layer_name}_{number}" for number in range(1, times + 1))
            return "", [f'model.get_layer("{name}")' for name in names]
        layers = f'[model.get_layer(f"{step.layer_name}_{{number}}") for number in range(1, {times + 1})]'
        return f"for layer in {layers}:", ["layer"]

    def _inside(self, outer: str, body: Body, depth: int) -> Callable[[Step], tuple[str, list[str]]]:
        variable = "layer" if depth == 0 else "inner" if depth == 1 else f"inner_{depth}"
        return lambda step: self._places(f"{outer}.{body.owner_variable(step)}", step.node.repeat, variable)

    def _places(self, name: str, times: int, variable: str) -> tuple[str, list[str]]:
        if times == 1:
            return "", [name]
        if self._unrolled:
            return "", [f"{name}[{number}]" for number in range(times)]
        return f"for {variable} in {name}:", [variable]

    def _learn(self, step: Step, body: Body, layer: str, runs: int, inside: bool) -> str:
        """The statement that lets one layer learn; `runs` is how often it runs for one batch."""
        self._order.append(layer)
        inputs = {data.entry.id: data for data in self._training.inputs}
        uses = [use for use in body.steps if use.owner.id == step.owner.id]
        if not inside and all(use.reads[0].id in inputs for use in uses):
            arrays = [_examples(inputs[use.reads[0].id], self._training) for use in uses]
            listed, only = f"[{', '.join(arrays)}]", arrays[0]
        elif runs == 1:
            only = f"values_at(model, {layer}, examples)"
            listed = f"[{only}]"
        else:
            listed = only = (
                f"values_at_all(model, {layer}, examples, places={runs}{_LATER}{len(self._order)}|)"
            )
        adaptation = SPECS[step.kind.name].adaptation
        if isinstance(adaptation, Boundaries):
            return f"learn_bounds({layer}, {listed})"
        text = f"np.concatenate({listed})" if runs > 1 else only
        if isinstance(adaptation, MeanAndVariance):
            text += '.astype("float64")'
        return f"{layer}.adapt({text})"


def _examples(data: InputData, training: TrainingPlan) -> str:
    text = at("x_train", data.key, training.many_inputs)
    if data.is_bytes:
        text += '.astype("float32")' + (" * SCALE" if data.scale == "bytes" else "")
        text = f"({text})" if data.scale == "bytes" else text
    return text


def _all_examples(training: TrainingPlan) -> str:
    if not training.many_inputs:
        return _examples(training.inputs[0], training)
    entries = (f"{data.key!r}: {_examples(data, training)}" for data in training.inputs)
    return f"{{{', '.join(entries)}}}"

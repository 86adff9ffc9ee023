"""The ranks, argument rules and multiply-adds of recurrent layers."""

from collections.abc import Callable, Sequence
from typing import Any

from blockwright.layers.declaration.layer_functions import ArgumentRule, Macs, Params
from blockwright.layers.declaration.shapes import Shape, known_sizes, points_in
from blockwright.layers.declaration.windows import UNKNOWN_CHANNELS, strides_rule, window_rule

STATES = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1}
GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


def steps_rank(params: Params, rank: int | None) -> int:
    """Vectors: one for each step, or that of the last step."""
    return 3 if params.get("return_sequences") else 2


def films_rank(params: Params, rank: int | None) -> int:
    """Images: one for each step, or that of the last step."""
    return 5 if params.get("return_sequences") else 4


def both_states(params: Params) -> int:
    """The number of states of a layer that reads in both directions."""
    return 2 * STATES[params["layer"]]


def states_rule(states: Callable[[Params], int]) -> ArgumentRule:
    """Initial states must be all there, and as wide as the layer; `states` gives their number."""

    def rule(params: Params, shapes: Sequence[Shape]) -> str | None:
        units, count = params["units"], states(params)
        if len(shapes) not in (1, 1 + count):
            return f"It has {count} initial states: connect a sequence and all of them, or the sequence only."
        for shape in shapes[1:]:
            if shape != (None, units):
                return f"An initial state must have {units:,} values, one for each unit."
        if shapes[0][-1] is None:
            return "It has weights for each feature, so their number must be known."
        return None

    return rule


def films_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    """The images must be of known size, and fit the kernel and strides."""
    *sizes, channels = shapes[0][2:]
    if channels is None:
        return UNKNOWN_CHANNELS
    if None in sizes:
        return "Its state is an image, so the height and width must be known."
    return strides_rule(params, len(sizes)) or window_rule(params, [(None, *sizes, channels)])


def gates_macs(gates: int) -> Macs:
    """For each step and gate the products of the input and of the state with their weights.

    An LSTM has four such products (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), a GRU
    three (Cho et al. 2014, arXiv:1406.1078), a simple recurrent layer one.
    """

    def macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
        sizes = known_sizes(*shapes[0][1:])
        if sizes is None:
            return None
        steps, features = sizes
        return gates * steps * layer.units * (features + layer.units)

    return macs


def both_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """Twice the multiply-adds of one direction."""
    inner = layer.forward_layer
    once = gates_macs(GATES[type(inner).__name__])(inner, shapes, result)
    return None if once is None else 2 * once


def films_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """Four convolutions of the input and of the state, at every step (Shi et al. 2015, arXiv:1506.04214)."""
    sizes = known_sizes(shapes[0][1], shapes[0][-1], points_in((None, *result[-3:])))
    if sizes is None:
        return None
    steps, channels, points = sizes
    kernel = layer.kernel_size[0] * layer.kernel_size[1]
    return 4 * steps * points * kernel * (channels + layer.filters) * layer.filters

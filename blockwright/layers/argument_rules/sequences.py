"""Recurrent layers, attention, and what is beside them."""

from collections.abc import Callable
from typing import Any

from blockwright.layers.costs import Shape


def _recurrent(states: int) -> Callable[[dict[str, Any], list[Shape]], str | None]:
    def wrong(params: dict[str, Any], given: list[Shape]) -> str | None:
        units = params["units"]
        if len(given) not in (1, 1 + states):
            return f"It begins with {states} states: let it read a sequence and all of them, or the sequence only."
        for shape in given[1:]:
            if shape != (None, units):
                return f"A state that it begins with must be {units:,} numbers, as many as it has units."
        if given[0][-1] is None:
            return "It has weights for each feature, so their number must be known."
        return None

    return wrong


def _both_ways(params: dict[str, Any], given: list[Shape]) -> str | None:
    return _recurrent(4 if params["layer"] == "LSTM" else 2)(params, given)


def _convolutional_lstm(params: dict[str, Any], given: list[Shape]) -> str | None:
    if given[0][-1] is None:
        return "It has weights for each channel, so their number must be known."
    return None


def _multi_head(params: dict[str, Any], given: list[Shape]) -> str | None:
    query, value, key = given[0], given[min(1, len(given) - 1)], given[-1]
    if len(query) < 3 or any(len(shape) != len(query) for shape in given):
        return "It reads sequences (steps, channels), all of them with as many dimensions."
    if any(shape[-1] is None for shape in given):
        return "It has weights for each channel, so their number must be known."
    if len(given) == 3 and key[1:-1] != value[1:-1]:
        return "Keys and values must be as many: each key leads to one value."
    if params["use_causal_mask"] and len(query) > 3:
        return "Later steps can be hidden in sequences (steps, channels) only."
    return None


def _attention(params: dict[str, Any], given: list[Shape]) -> str | None:
    query, value, key = given[0], given[min(1, len(given) - 1)], given[-1]
    if len(given) == 2:
        key = value
    if any(len(shape) != 3 for shape in given):
        return "It reads sequences (steps, channels)."
    if query[-1] != key[-1] or query[-1] is None:
        return "Queries and keys are compared channel by channel, so both must have as many of them."
    if key[1] != value[1]:
        return "Keys and values must be as many: each key leads to one value."
    return None


def _repeat_vector(params: dict[str, Any], given: list[Shape]) -> str | None:
    return (
        None
        if len(given[0]) == 2
        else "It repeats a list of numbers; put Flatten or a global pooling before it."
    )


RULES = {
    "LSTM": _recurrent(2),
    "GRU": _recurrent(1),
    "SimpleRNN": _recurrent(1),
    "Bidirectional": _both_ways,
    "ConvLSTM2D": _convolutional_lstm,
    "MultiHeadAttention": _multi_head,
    "Attention": _attention,
    "AdditiveAttention": _attention,
    "RepeatVector": _repeat_vector,
}

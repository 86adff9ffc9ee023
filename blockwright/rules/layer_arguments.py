"""Rules about arguments that are each right but do not fit together."""

from collections.abc import Iterator

from blockwright.layers import names_with
from blockwright.rules.node_errors import NodeError, NodeErrorRule
from blockwright.schema.rules import Candidate, Problem


class UnequalStrides(NodeErrorRule):
    """TensorFlow has this layer with the same stride in both directions only. Set one number."""

    code = "unequal-strides"

    def check(self, view: NodeError) -> Iterator[Problem]:
        strides = _pair(view.params.get("strides"))
        if view.node.block in names_with("equal_strides") and strides and strides[0] != strides[1]:
            message = (
                f"{view.name} has strides of {_words(strides)}, but must have the same stride in both directions. "
                "Set one number."
            )
            yield Problem(view.node.id, message, (_set(view, "strides", max(strides)),))


class StridesAndDilation(NodeErrorRule):
    """Keras takes strides or a dilation rate above 1, not both. Set the other to 1."""

    code = "strides-and-dilation"

    def check(self, view: NodeError) -> Iterator[Problem]:
        strides, dilation = _pair(view.params.get("strides")), _pair(view.params.get("dilation_rate"))
        if strides and dilation and max(strides) > 1 and max(dilation) > 1:
            message = (
                f"{view.name} has strides of {_words(strides)} and a dilation rate of {_words(dilation)}, but only "
                "one of the two may be above 1. Set the other to 1."
            )
            yield Problem(view.node.id, message, (_set(view, "dilation_rate", 1),))


class Groups(NodeErrorRule):
    """The groups of a convolution share its filters and channels equally. Set a number that divides both."""

    code = "groups"

    def check(self, view: NodeError) -> Iterator[Problem]:
        groups, filters = view.params.get("groups") or 1, view.params.get("filters")
        channels = view.shape[-1] if len(view.shape) > 2 else None
        counts = [count for count in (filters, channels) if count is not None]
        if any(count % groups for count in counts):
            message = (
                f"`groups` of {view.name} must divide both its filters ({filters}) and the channels of its input "
                f"({channels or 'open'}). Received: groups={groups}."
            )
            divisors = [
                number for number in range(1, groups + 1) if not any(count % number for count in counts)
            ]
            yield Problem(view.node.id, message, (_set(view, "groups", max(divisors)),))


def _set(view: NodeError, name: str, value: int) -> Candidate:
    return f"Set {name} to {value}", [{"op": "set", "node": view.node.id, "params": {name: value}}]


def _pair(value: int | list[int] | tuple[int, ...] | None) -> tuple[int, ...]:
    """One number for each direction; none where there is no such argument."""
    if value is None:
        return ()
    return (value, value) if isinstance(value, int) else tuple(value)


def _words(sizes: tuple[int, ...]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else " x ".join(map(str, sizes))

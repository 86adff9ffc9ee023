"""Which results carry a mask, the marks of the steps that are padding, and which layers read one.

In Keras a layer hands the mask of what it reads on, or ends it; an operation such as `a + b` always ends it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from blocks import discover
from blockwright.importing.file.calls import Call, Wire, wires_in
from blockwright.importing.file.model_config import Layer, Level
from blockwright.importing.operations.operations import operation_name
from blockwright.layers import SPECS, makes_mask, names_with
from blockwright.schema.catalog import BlockType

_ENDING = frozenset(
    {"ExpandDims", "GetItem", "Matmul", "Mean", "Pad", "Repeat", "Reshape", "Split", "Transpose"}
)
"""Operations whose equal here ends a mask by itself, like the operation."""

_UNDECLARED_READERS = frozenset({"RNN"})
_UNDECLARED_PASSERS = frozenset({"TimeDistributed"})
"""Classes of a file that are no layer of a design by themselves."""


def any_made(config: dict[str, Any]) -> bool:
    """Whether any layer of a model, or of the models inside it, marks padding."""
    return any(makes_mask(name, inner) for name, inner in _layers(config))


def _layers(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    stack = [config]
    while stack:
        entries = stack.pop().get("layers")
        for entry in entries if isinstance(entries, list) else ():
            inner = entry.get("config") if isinstance(entry, dict) else None
            inner = {"layers": inner} if isinstance(inner, list) else inner
            if isinstance(inner, dict) and isinstance(entry.get("class_name"), str):
                stack.append(inner)
                yield entry["class_name"], inner


def hands_on(block: BlockType, params: dict[str, Any], read: Sequence[bool], results: int) -> list[bool]:
    """Which results of a layer may carry a mask, from which of the values that it reads do."""
    spec = SPECS.get(block.name)
    if spec is None:
        passed = _block_passes_mask(block.name) and any(read)
    elif spec.mask == "steps":
        passed = bool(params.get("return_sequences")) and any(read[:1])
    elif spec.mask == "first":
        passed = any(read[:1])
    else:
        passed = spec.makes_mask(params) or (spec.mask == "passes" and any(read))
    return [passed, *[False] * (results - 1)]


def _block_passes_mask(name: str) -> bool:
    return name in discover() and discover()[name].passes_mask


def wants_none(block: BlockType, read_below: bool) -> bool:
    """Whether a layer that stands for an operation must not be given a mask: it would compute with it, or hand it on.

    Args:
        read_below: whether something further on would read the mask.
    """
    if block.name == "Identity":
        return False
    return block.name in names_with("uses_mask") or (read_below and _passes_mask(block.name))


def masks_given(call: Call, reads: Sequence[Wire]) -> Iterator[tuple[str, Sequence[Wire]]]:
    """The arguments of a call that are masks, each with what is read and would carry it."""
    for name, place in (("mask", None), ("query_mask", 0), ("value_mask", 1), ("key_mask", 2)):
        if any(wires_in(call.kwargs.get(name))):
            yield name, reads if place is None else [reads[min(place, len(reads) - 1)]]


def read_below(level: Level) -> set[str]:
    """The layers whose results would have their mask read: by a layer further on, or by the loss at an output.

    Operations count as if they handed masks on, since the layers that stand for them may do so.
    """
    needed: set[str] = set()
    stack = [wire.layer for wire in level.outputs]
    for layer in level.layers.values():
        if layer.kind == "model" or layer.class_name in names_with("uses_mask") | _UNDECLARED_READERS:
            stack += _reads(layer)
    while stack:
        source = level.layers.get(stack.pop())
        if source is None or source.name in needed:
            continue
        needed.add(source.name)
        if _hands_on(source):
            stack += _reads(source)
    return needed


def _hands_on(layer: Layer) -> bool:
    if layer.kind == "operation":
        return operation_name(layer.entry) not in _ENDING
    return layer.class_name in _UNDECLARED_PASSERS or _passes_mask(layer.class_name)


def _passes_mask(name: str) -> bool:
    return name in names_with("passes_mask") or _block_passes_mask(name)


def _reads(layer: Layer) -> Iterator[str]:
    for call in layer.calls:
        for wire in call.wires():
            yield wire.layer

"""Which tensors carry a mask, marking the padded steps of a sequence, and which layers read one.

In Keras a layer passes the mask of what it reads on, or ends it; an operation such as `a + b` always ends it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from blocks import discover
from blockwright.importing.file.calls import Call, TensorRef, tensors_in
from blockwright.importing.file.model_config import Layer, ModelConfig
from blockwright.importing.file.operation_names import operation_name
from blockwright.layers import SPECS, makes_mask, names_with
from blockwright.schema.catalog import BlockType

_ENDING_OPERATIONS = frozenset(
    {"ExpandDims", "GetItem", "Matmul", "Mean", "Pad", "Repeat", "Reshape", "Split", "Transpose"}
)
"""Operations whose block ends a mask by itself, like the operation."""

_WRAPPERS_THAT_READ = frozenset({"RNN"})
_WRAPPERS_THAT_PASS = frozenset({"TimeDistributed"})
"""Classes of a file that are not layers of a design by themselves."""


def creates_masks(config: dict[str, Any]) -> bool:
    """Whether any layer of a model, or of the models nested in it, creates a mask."""
    return any(makes_mask(class_name, nested) for class_name, nested in _layers(config))


def _layers(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    stack = [config]
    while stack:
        entries = stack.pop().get("layers")
        for entry in entries if isinstance(entries, list) else ():
            nested = entry.get("config") if isinstance(entry, dict) else None
            nested = {"layers": nested} if isinstance(nested, list) else nested
            if isinstance(nested, dict) and isinstance(entry.get("class_name"), str):
                stack.append(nested)
                yield entry["class_name"], nested


def output_masks(
    block: BlockType, params: dict[str, Any], read: Sequence[bool], num_results: int
) -> list[bool]:
    """Which results of a layer may carry a mask, from which of its inputs do."""
    spec = SPECS.get(block.name)
    if spec is None:
        passed = _block_passes_mask(block.name) and any(read)
    elif spec.mask == "steps":
        passed = bool(params.get("return_sequences")) and any(read[:1])
    elif spec.mask == "first":
        passed = any(read[:1])
    else:
        passed = spec.makes_mask(params) or (spec.mask == "passes" and any(read))
    return [passed, *[False] * (num_results - 1)]


def _block_passes_mask(name: str) -> bool:
    return name in discover() and discover()[name].passes_mask


def must_drop_masks(block: BlockType, is_read: bool) -> bool:
    """Whether a block that stands for an operation must read no mask: it would compute with it, or pass it on.

    Args:
        is_read: whether a later layer would read the mask of its output.
    """
    if block.name == "Identity":
        return False
    return block.name in names_with("uses_mask") or (is_read and _passes_mask(block.name))


def mask_arguments(call: Call, reads: Sequence[TensorRef]) -> Iterator[tuple[str, Sequence[TensorRef]]]:
    """The arguments of a call that are masks, each with the inputs that would carry it."""
    for name, position in (("mask", None), ("query_mask", 0), ("value_mask", 1), ("key_mask", 2)):
        if any(tensors_in(call.kwargs.get(name))):
            yield name, reads if position is None else [reads[min(position, len(reads) - 1)]]


def layers_whose_mask_is_read(model: ModelConfig) -> set[str]:
    """The layers whose outputs would have their mask read: by a later layer, or by the loss at an output.

    Operations count as if they passed masks on, since the blocks that stand for them may do so.
    """
    needed: set[str] = set()
    stack = [tensor.layer for tensor in model.outputs]
    for layer in model.layers.values():
        if layer.kind == "model" or layer.class_name in names_with("uses_mask") | _WRAPPERS_THAT_READ:
            stack += _reads(layer)
    while stack:
        source = model.layers.get(stack.pop())
        if source is None or source.name in needed:
            continue
        needed.add(source.name)
        if _may_pass_mask(source):
            stack += _reads(source)
    return needed


def _may_pass_mask(layer: Layer) -> bool:
    if layer.kind == "operation":
        return operation_name(layer.entry) not in _ENDING_OPERATIONS
    return layer.class_name in _WRAPPERS_THAT_PASS or _passes_mask(layer.class_name)


def _passes_mask(name: str) -> bool:
    return name in names_with("passes_mask") or _block_passes_mask(name)


def _reads(layer: Layer) -> Iterator[str]:
    for call in layer.calls:
        for tensor in call.tensors():
            yield tensor.layer

"""The two ends of a network: the activation that gives an output, and who scales an input. Plain data."""

from typing import Any

from blockwright.design.composites import inner_first
from blockwright.design.structure import checked_wiring
from blockwright.design.wiring import Wiring, partial_wiring
from blockwright.layers import SPECS, names_with
from blockwright.schema.design import Design, Node, port


def last_activation(design: Design, output: str | None = None, wires: Wiring | None = None) -> str:
    """The activation that an output goes through, by its Keras name; `linear` for none.

    Args:
        design: the design.
        output: one of its outputs, as the design writes it; None for the first.
        wires: how its nodes are wired, where that is known already.
    """
    wires = wires or partial_wiring(design)
    activation, _ = _activation(design, wires, output or wires.outputs[0], {})
    return activation or "linear"


def scales_itself(design: Design, input_id: str | None = None) -> bool:
    """Whether the design brings an input's raw values to scale itself, with a Rescaling or Normalization near it.

    Blocks that turn values into numbers of their own, such as an Embedding, count as well: they want raw values.
    `input_id` None means the first input.
    """
    return _scales(design, checked_wiring(design), input_id or design.inputs[0].id)


def _activation(
    design: Design, wires: Wiring, source: str, params: dict[str, Any]
) -> tuple[str | None, str | None]:
    """The activation above `source`; or None and the input where nothing stood in between that decides it."""
    ids = design.ids()
    node_id, result = port(ids, source)
    while node_id in wires.reads:
        node = design.node(node_id)
        reads = wires.reads[node_id]
        if node.enabled:
            owner = owner_of(design, node)
            activation = _value(owner.params.get("activation", _default_activation(owner.block)), params)
            if isinstance(activation, str) and activation != "linear":
                return activation, None
            if owner.block in names_with("activation"):
                return SPECS[owner.block].activation, None
            if _is_own_block(design, owner.block):
                inner_activation, entry = _inside(design, owner, result, params)
                if entry is None:
                    return inner_activation, None
                reads = reads[design.composites[owner.block].inputs.index(entry) :]
            elif owner.block not in names_with("passes_activation"):
                return "linear", None
        if not reads:
            return "linear", None
        node_id, result = port(ids, reads[0])
    return None, node_id


def _is_own_block(design: Design, block: str) -> bool:
    """Whether it is a block of the design's own that can be built; a Keras layer comes before one of its name."""
    return block not in SPECS and block in inner_first(design.composites)


def _default_activation(block: str) -> str | None:
    """The activation that a layer has where its arguments name none."""
    param = SPECS[block].param("activation") if block in SPECS else None
    return None if param is None else param.default


def _inside(
    design: Design, node: Node, result: int, outer_params: dict[str, Any]
) -> tuple[str | None, str | None]:
    body, defaults = design.body(node.block), design.composites[node.block].params
    params = defaults | {name: _value(value, outer_params) for name, value in node.params.items()}
    wires = partial_wiring(body)
    if result >= len(wires.outputs):
        return "linear", None
    return _activation(body, wires, wires.outputs[result], params)


def _scales(design: Design, wires: Wiring, source: str) -> bool:
    stack = wires.readers(source)
    visited = set()
    while stack:
        node_id = stack.pop()
        if node_id in visited:
            continue
        visited.add(node_id)
        node = design.node(node_id)
        owner = owner_of(design, node)
        if node.enabled and owner.block in names_with("scales_input"):
            return True
        if node.enabled and owner.block in design.composites:
            body = design.body(owner.block)
            if body.inputs and _scales(body, partial_wiring(body), body.inputs[0].id):
                return True
        if not node.enabled or owner.block in names_with("keeps_values"):
            stack.extend(wires.readers(node_id))
    return False


def owner_of(design: Design, node: Node) -> Node:
    """The node whose layer a node uses: the one that it shares with, or itself."""
    if node.shares is None:
        return node
    return next((other for other in design.nodes if other.id == node.shares), node)


def _value(value: Any, params: dict[str, Any]) -> Any:
    """An argument as it is, or what the composite block around it gives for it."""
    if isinstance(value, dict) and set(value) == {"param"}:
        return params.get(value["param"])
    return value

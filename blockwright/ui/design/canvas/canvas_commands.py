"""From what was done on the canvas to edits of the design. Everything here comes from a browser and is checked."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from blockwright.design.edits import EditError, apply_edits
from blockwright.design.edits.edit_helpers import free_name
from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, port
from blockwright.ui.design.canvas.canvas_pasting import pasted

FARTHEST = 1e6
_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,59}")


@dataclass(frozen=True)
class Plan:
    """Edits that are one step of the history; `select` is what is selected then, None for the nodes that are new."""

    edits: list[dict[str, Any]]
    label: str
    select: tuple[str, ...] | None = ()


def planned(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    """The edits for one deed on `design`, which is the whole network or the inside of one of its blocks.

    Raises EditError for a deed that makes no sense.
    """
    what = deed.get("do")
    plan = _PLANS.get(what) if isinstance(what, str) else None
    if plan is None:
        raise EditError(f"The canvas asked for something that is not known: {str(what)[:40]}.")
    return plan(deed, design, known)


def _connect(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    source = _source(deed, design)
    to = _text(deed, "to")
    if deed.get("output") is True:
        outputs = list(resolve_outputs(design))
        if source in outputs:
            raise EditError(f'"{source}" is an output already.')
        if to not in outputs:
            raise EditError(f'There is no output named "{to[:60]}" any more.')
        outputs[outputs.index(to)] = source
        return Plan([{"op": "outputs", "outputs": outputs}], f"Give {source} in place of {to}", (source,))
    reads = _reads(design, to)
    slot = _slot(deed)
    kind = known.blocks.get(design.node(to).block) if known else None
    most = kind.max_inputs if kind else 1
    if slot is None and most is not None and len(reads) >= most:
        if most != 1:
            raise EditError(f'"{to}" reads at most {most} nodes. Take one of its wires away first.')
        slot = 0 if reads else None
    edit = {"op": "wire", "from": source, "to": to, "slot": slot}
    return Plan([edit], f"Let {to} read {source}", (to,))


def _disconnect(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    source = _source(deed, design)
    to = _text(deed, "to")
    if deed.get("output") is True:
        return _without_output(design, to)
    _reads(design, to)
    edit = {"op": "unwire", "from": source, "to": to, "slot": _slot(deed)}
    return Plan([edit], f"Cut {source} to {to}", (to,))


def _reconnect(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    """Take one end of a wire to another place, as one step: `new` names the wire as it shall be."""
    new = deed.get("new")
    if not isinstance(new, dict):
        raise EditError("The canvas named no wire.")
    before, source = _source(deed, design), _source(new, design)
    old_to, to = _text(deed, "to"), _text(new, "to")
    same_kind = (deed.get("output") is True) == (new.get("output") is True)
    if same_kind and old_to == to:
        if new.get("output") is True:
            return _connect({**new, "do": "connect"}, design, known)
        return Plan([_exchange(deed, new, before, source, design)], f"Let {to} read {source}", (to,))
    cut = _disconnect(deed, design, known)
    cut_off = apply_edits(design, cut.edits)
    drawn = _connect(new, cut_off, known)
    return Plan([*cut.edits, *drawn.edits], drawn.label, drawn.select)


def _exchange(
    deed: dict[str, Any], new: dict[str, Any], before: str, source: str, design: Design
) -> dict[str, Any]:
    """The edit for a wire that stays at its node: it comes from elsewhere, or changes places with another one."""
    to = _text(deed, "to")
    reads = list(_reads(design, to))
    slot, goal = _slot(deed), _slot(new)
    if slot is None:
        slot = reads.index(before) if before in reads else -1
    if not 0 <= slot < len(reads) or reads[slot] != before:
        raise EditError(f'"{to}" does not read "{before}" any more.')
    if goal is None or goal == slot:
        return {"op": "wire", "from": source, "to": to, "slot": slot}
    reads[slot] = source
    goal = min(max(goal, 0), len(reads) - 1)
    reads[slot], reads[goal] = reads[goal], reads[slot]
    return {"op": "connect", "node": to, "inputs": reads}


def _output(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    if deed.get("on") is not True:
        return _without_output(design, _text(deed, "output" if "output" in deed else "node"))
    node = _node(design, _text(deed, "node"))
    outputs = resolve_outputs(design)
    if node in outputs:
        raise EditError(f'"{node}" is an output already.')
    return Plan([{"op": "outputs", "outputs": [*outputs, node]}], f"Make {node} an output", (node,))


def _without_output(design: Design, output: str) -> Plan:
    outputs = resolve_outputs(design)
    kept = [one for one in outputs if one != output]
    if len(kept) == len(outputs):
        raise EditError(f'"{output[:60]}" is no output.')
    if not kept:
        raise EditError("A network gives at least one output. Make another block an output first.")
    return Plan([{"op": "outputs", "outputs": kept}], f"{output} is no output", None)


def _insert(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    at = _place(deed.get("at"))
    wire = deed.get("wire")
    if "node" in deed:
        node = _node(design, _text(deed, "node"))
        return Plan([_into(wire, design) | {"node": node}], f"Put {node} into a wire", (node,))
    block = _text(deed, "block")
    params = known.starting_params(block) if known else {}
    new: dict[str, Any] = {"block": block} | ({"params": params} if params else {})
    label = f"Add {block}"
    if isinstance(wire, dict) and wire.get("output") is True:
        return Plan(_before_output(new, wire, design), label, None)
    if isinstance(wire, dict) and wire.get("to") is not None:
        return Plan([_into(wire, design) | new], label, None)
    if isinstance(wire, dict):
        return Plan(_branch(new | at, _source(wire, design), design), label, None)
    if at:
        free = {} if not design.nodes and len(design.inputs) == 1 else {"inputs": []}
        return Plan([{"op": "insert"} | free | new | at], label, None)
    return Plan(_after(deed.get("after"), new, design), label, None)


def _into(wire: Any, design: Design) -> dict[str, Any]:
    if not isinstance(wire, dict):
        raise EditError("The canvas named no wire.")
    to = _text(wire, "to")
    _reads(design, to)
    return {"op": "splice", "from": _source(wire, design), "to": to, "slot": _slot(wire)}


def _branch(new: dict[str, Any], source: str, design: Design) -> list[dict[str, Any]]:
    """A new node that reads `source`, beside whoever reads it already."""
    name = free_name(design, new["block"])
    return [
        {"op": "insert", "id": name, "inputs": []} | new,
        {"op": "wire", "from": source, "to": name, "slot": None},
    ]


def _before_output(new: dict[str, Any], wire: dict[str, Any], design: Design) -> list[dict[str, Any]]:
    """A new node that reads what was an output, and is the output in its place."""
    source, outputs = _source(wire, design), list(resolve_outputs(design))
    if source not in outputs:
        raise EditError(f'"{source}" is no output any more.')
    name = free_name(design, new["block"])
    outputs[outputs.index(source)] = name
    return [
        {"op": "insert", "id": name, "inputs": [source]} | new,
        {"op": "outputs", "outputs": outputs},
    ]


def _after(after: Any, new: dict[str, Any], design: Design) -> list[dict[str, Any]]:
    """A new node after the selected one: in its wire where it has one, else in the place that the stack would give."""
    if not isinstance(after, str) or after not in design.ids():
        return [{"op": "insert"} | new]
    ids = design.ids()
    reads = resolve_reads(design)
    wires = [
        (node, slot)
        for node, sources in reads.items()
        for slot, source in enumerate(sources)
        if port(ids, source) == (after, 0)
    ]
    if len(wires) == 1:
        ((to, slot),) = wires
        return [{"op": "splice", "from": reads[to][slot], "to": to, "slot": slot} | new]
    outputs = resolve_outputs(design)
    if not wires and after in outputs:
        return _before_output(new, {"from": after}, design)
    if (not wires and after in reads) or (after not in reads and design.nodes):
        return _branch(new, after, design)
    place = 0 if after not in reads else design.index(after) + 1
    return [{"op": "insert", "index": place} | new]


def _remove(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    names = _names(deed)
    inputs = [one.id for one in design.inputs if one.id in names]
    nodes = [name for name in names if name not in inputs]
    edits: list[dict[str, Any]] = [{"op": "remove_many", "nodes": nodes}] if nodes else []
    edits += [{"op": "remove_input", "input": one} for one in inputs]
    return Plan(edits, f"Remove {_several(names)}")


def _duplicate(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    names = _names(deed)
    return Plan([{"op": "duplicate_many", "nodes": names}], f"Duplicate {_several(names)}", None)


def _paste(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    nodes, composites = pasted(deed, design, known)
    more = {"composites": composites} if composites else {}
    label = f"Paste {len(nodes)} {'block' if len(nodes) == 1 else 'blocks'}"
    return Plan([{"op": "paste", "nodes": nodes} | more | _place(deed.get("at"))], label, None)


def _put(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    places = deed.get("nodes")
    if not isinstance(places, list) or not places or not all(isinstance(one, dict) for one in places):
        raise EditError("The canvas named no block to place.")
    names = [_text(one, "id") for one in places]
    edits = [
        {"op": "place", "node": name, "at": one.get("at")} for name, one in zip(names, places, strict=True)
    ]
    return Plan(edits, f"Place {_several(names)}", tuple(names))


def _arrange(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    return Plan([{"op": "arrange"}], "Arrange everything")


def _enable(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    names = _names(deed)
    enabled = deed.get("enabled") is True
    edits = [{"op": "enable", "node": _node(design, name), "enabled": enabled} for name in names]
    return Plan(edits, f"Switch {_several(names)} {'on' if enabled else 'off'}", tuple(names))


def _compose(deed: dict[str, Any], design: Design, known: Catalog | None) -> Plan:
    names = _names(deed)
    name = deed.get("name")
    named = {"name": _block_name(name, known)} if isinstance(name, str) and name else {}
    edit = {"op": "compose", "nodes": names} | named
    return Plan([edit], f"Make a block of {_several(names)}", None)


def _block_name(name: str, known: Catalog | None) -> str:
    if not _NAME.fullmatch(name):
        raise EditError(
            "The name of a block is one word of letters and digits that begins with a capital, such as ResidualUnit. "
            f"Received: {name[:60]}."
        )
    if known is not None and name in known.blocks:
        raise EditError(f"There is a block named {name} already. Choose another name.")
    return name


_PLANS: dict[Any, Callable[[dict[str, Any], Design, Catalog | None], Plan]] = {
    "connect": _connect,
    "disconnect": _disconnect,
    "reconnect": _reconnect,
    "output": _output,
    "insert": _insert,
    "remove": _remove,
    "duplicate": _duplicate,
    "paste": _paste,
    "place": _put,
    "arrange": _arrange,
    "enable": _enable,
    "compose": _compose,
}


def _text(deed: dict[str, Any], name: str) -> str:
    value = deed.get(name)
    if not isinstance(value, str):
        raise EditError(f"The canvas named no `{name}`.")
    return value


def _names(deed: dict[str, Any]) -> list[str]:
    names = deed.get("nodes")
    if not isinstance(names, list) or not names or not all(isinstance(one, str) for one in names):
        raise EditError("The canvas named no block.")
    return names


def _node(design: Design, name: str) -> str:
    if not any(node.id == name for node in design.nodes):
        raise EditError(f'There is no block named "{name[:60]}" any more.')
    return name


def _reads(design: Design, name: str) -> tuple[str, ...]:
    return resolve_reads(design)[_node(design, name)]


def _source(wire: dict[str, Any], design: Design) -> str:
    name, number = _text(wire, "from"), wire.get("port", 0)
    if name not in design.ids():
        raise EditError(f'There is no block named "{name[:60]}" any more.')
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 1000:
        raise EditError(f'"{name}" has no such result.')
    return f"{name}/{number}" if number else name


def _slot(wire: dict[str, Any]) -> int | None:
    slot = wire.get("slot")
    return slot if isinstance(slot, int) and not isinstance(slot, bool) else None


def _place(at: Any) -> dict[str, Any]:
    if at is None:
        return {}
    pair = isinstance(at, list) and len(at) == 2
    if not pair or not all(isinstance(one, int | float) and abs(one) <= FARTHEST for one in at):
        raise EditError("A place on the canvas is a pair of numbers, such as [120, 80].")
    return {"at": at}


def _several(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 3 else f"{len(names)} blocks"

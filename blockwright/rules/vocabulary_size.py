"""Words and categories as numbers: whether what reads them expects as many of them, and in the shape they come in."""

from collections.abc import Iterator, Mapping

from blockwright.design.edits.edit_helpers import unused_name
from blockwright.inference.shape_inference import infer_shapes
from blockwright.inference.shape_view import ShapeView
from blockwright.layers import SPECS, names_with
from blockwright.rules.fixes import Candidate, Edits, first_working
from blockwright.rules.message_format import named, shape_words
from blockwright.schema.design import Design, Node
from blockwright.schema.findings import Finding

_COUNTED_BY = {
    "PositionalEmbedding": "vocabulary_size",
    **{name: spec.token_param for name, spec in SPECS.items() if spec.token_param is not None},
}
_ENDING = frozenset({"Flatten", "Reshape"})
_CARRYING = names_with("per_step") | {"Dropout", "Identity", "BatchNormalization"}


def check(view: ShapeView) -> Iterator[Finding]:
    """Findings about layers that number words, and those that read the numbers."""
    for node_id in view.costs:
        node = view.nodes[node_id]
        if node.block in _COUNTED_BY:
            yield from _beyond(view, node)
        elif node.block == "TextVectorization" and len(view.shapes[node_id]) == 3:
            yield from _counted(view, node)


def beyond_learned(design: Design, learnt: Mapping[str, int]) -> list[Finding]:
    """The findings for numbers of words that were learnt, `learnt` many by the id of each node, and have no room."""
    seen = infer_shapes(design)
    readers = [seen.nodes[one] for one in seen.costs if seen.nodes[one].block in _COUNTED_BY]
    return [finding for reader in readers for finding in _beyond(seen, reader, learnt)]


def _beyond(view: ShapeView, reader: Node, learnt: Mapping[str, int] | None = None) -> Iterator[Finding]:
    """Numbers of words that are larger than what the reader has room for, which fails while the network runs."""
    maker = _maker(view, reader)
    if maker is None:
        return
    param = _COUNTED_BY[reader.block]
    room = view.params(reader)[param]
    if learnt is None:
        made, sure = SPECS[maker.block].token_count(view.params(maker))
    else:
        made, sure = learnt.get(view.owner(maker).id, 0), True
    sure = sure and reader.block != "CategoryEncoding"
    if room is None or (made is not None and made <= room):
        return
    most = "any count of" if made is None else f"up to {made:,}"
    fails = "and fails at" if sure else "and would fail at"
    fails = "and leaves out" if reader.block == "CategoryEncoding" else f"{fails} the first of"
    message = (
        f"{named(maker)} numbers {most} values, but {named(reader)} has room for {room:,} ({param}), {fails} those "
        "beyond. "
    )
    limit = {"op": "set", "node": view.owner(maker).id, "params": {"max_tokens": room}}
    if made is None:
        message += f"Set `max_tokens` of {maker.id} to {room:,}."
        candidates: list[Candidate] = [(f"Set max_tokens to {room:,}", [limit])]
    else:
        message += f"Set `{param}` to {made:,}."
        grow = {"op": "set", "node": view.owner(reader).id, "params": {param: made}}
        candidates = [(f"Set {param} to {made:,}", [grow]), (f"Set max_tokens to {room:,}", [limit])]
    fix = first_working(view, reader.id, candidates)
    severity = "error" if sure else "warning"
    yield Finding(code="tokens-beyond", node=reader.id, severity=severity, message=message, fix=fix)


def _maker(view: ShapeView, reader: Node) -> Node | None:
    """The layer whose numbers a node reads, through layers that leave them as they are."""
    node = view.node_at(view.sources(reader.id)[0])
    passed: set[str] = set()
    while (
        node is not None
        and (node.block in names_with("rearranges") or not node.enabled)
        and view.sources(node.id)
    ):
        if node.id in passed:
            return None
        passed.add(node.id)
        node = view.node_at(view.sources(node.id)[0])
    if node is None or node.block not in names_with("token_count") or node.id not in view.costs:
        return None
    return node if view.params(node).get("output_mode", "int") == "int" else None


def _counted(view: ShapeView, node: Node) -> Iterator[Finding]:
    """Keras takes a list of words for `1 x words` when it builds the network, and gives the words alone in it."""
    readers = [one for one in view.wires.readers(node.id) if view.nodes[one].block not in _ENDING]
    given = node.id in view.wires.outputs
    if not readers and not given:
        return
    width = shape_words((None, view.shapes[node.id][-1]))
    wrong = _first_misled(view, node.id)
    message = (
        f"{named(node)} gives {width} for each text when the network runs, but Keras counts them "
        f"as {shape_words(view.shapes[node.id])} when it builds it"
    )
    message += (
        f', so {named(view.nodes[wrong])} is made for a shape that it never reads. Add Flatten after "{node.id}".'
        if wrong
        else f'. Add Flatten after "{node.id}", and both are the same.'
    )
    fix = first_working(view, node.id, [("Insert Flatten", _flattened(view, node, readers, given))])
    severity = "error" if wrong else "warning"
    yield Finding(code="text-shape", node=node.id, severity=severity, message=message, fix=fix)


def _first_misled(view: ShapeView, start: str) -> str | None:
    """The first layer below for which the dimension that is not there makes a difference."""
    carried = {start}
    for node_id in view.wires.order:
        sources = {view.wires.node_of(one) for one in view.sources(node_id)}
        node = view.nodes[node_id]
        if node_id == start or not sources & carried or node.block in _ENDING:
            continue
        together = node.block == "Concatenate" and sources <= carried and view.params(node)["axis"] in (-1, 2)
        if not node.enabled or node.block in _CARRYING or together:
            carried.add(node_id)
        else:
            return node_id
    return None


def _flattened(view: ShapeView, node: Node, readers: list[str], given: bool) -> Edits:
    """Edits that put one Flatten between a node and all that read it."""
    name = unused_name(view.design.ids(), "Flatten")
    place = view.design.index(node.id) + 1
    edits: Edits = [{"op": "insert", "block": "Flatten", "index": place, "id": name, "inputs": [node.id]}]
    for reader in readers:
        sources = [name if view.wires.node_of(one) == node.id else one for one in view.sources(reader)]
        edits.append({"op": "connect", "node": reader, "inputs": sources})
    if given and view.design.outputs is not None:
        outputs = [name if view.wires.node_of(one) == node.id else one for one in view.design.outputs]
        edits.append({"op": "outputs", "outputs": outputs})
    return edits

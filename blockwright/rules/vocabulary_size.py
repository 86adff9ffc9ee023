"""Rules about words and categories as numbers: whether what reads them expects as many of them, and in their shape."""

from collections.abc import Iterator, Mapping
from functools import cache

from blocks import discover
from blockwright.design.edits.insertions import insert_after
from blockwright.inference.shape_inference import infer_shapes
from blockwright.inference.shape_view import ShapeView
from blockwright.layers import SPECS, names_with
from blockwright.rules.fixes import tried
from blockwright.rules.message_format import named, shape_words
from blockwright.rules.network_rule import NetworkRule
from blockwright.schema.design import Design, Node
from blockwright.schema.findings import Finding
from blockwright.schema.rules import Candidate, Problem


class TokensBeyond(NetworkRule):
    """A layer that looks numbers up has room for so many. Give it more, or number fewer values."""

    code = "tokens-beyond"
    inside = True

    def check(self, view: ShapeView) -> Iterator[Problem]:
        for node_id in view.costs:
            yield from self.check_reader(view, view.nodes[node_id])

    def check_reader(
        self, view: ShapeView, reader: Node, learned: Mapping[str, int] | None = None
    ) -> Iterator[Problem]:
        """Numbers that are larger than what the reader has room for, which fails while the network runs.

        `learned` is how many words were learned from the data, by the id of each node; without it what the arguments
        say is taken.
        """
        spec = SPECS.get(reader.block)
        param = _token_param(reader.block)
        maker = None if param is None else _maker(view, reader)
        if param is None or maker is None:
            return
        room = view.params(reader)[param]
        token_count = SPECS[maker.block].token_count
        if learned is not None:
            count: int | None = learned.get(view.owner(maker).id, 0)
            is_certain = True
        else:
            count, is_certain = token_count(view.params(maker)) if token_count is not None else (None, False)
        leaves_out = spec is not None and spec.leaves_out_tokens
        is_certain = is_certain and not leaves_out
        if room is None or (count is not None and count <= room):
            return
        most = "any count of" if count is None else f"up to {count:,}"
        fails = "and fails at" if is_certain else "and would fail at"
        fails = "and leaves out" if leaves_out else f"{fails} the first of"
        message = (
            f"{named(maker)} numbers {most} values, but {named(reader)} has room for {room:,} ({param}), {fails} those "
            "beyond. "
        )
        limit: Candidate = (
            f"Set max_tokens to {room:,}",
            [{"op": "set", "node": view.owner(maker).id, "params": {"max_tokens": room}}],
        )
        if count is None:
            message += f"Set `max_tokens` of {maker.id} to {room:,}."
            fixes: tuple[Candidate, ...] = (limit,)
        else:
            message += f"Set `{param}` to {count:,}."
            grow = {"op": "set", "node": view.owner(reader).id, "params": {param: count}}
            fixes = ((f"Set {param} to {count:,}", [grow]), limit)
        yield Problem(reader.id, message, fixes, None if is_certain else "warning")


class TextShape(NetworkRule):
    """Keras takes a list of word counts for `1 x words` when it builds a network, not when it runs. Add Flatten."""

    code = "text-shape"
    inside = True

    def check(self, view: ShapeView) -> Iterator[Problem]:
        for node_id in view.costs:
            node = view.nodes[node_id]
            if node.block != "TextVectorization" or len(view.shapes[node_id]) != 3:
                continue
            readers = [
                reader for reader in view.wires.readers(node_id) if not _sets_shape(view.nodes[reader].block)
            ]
            if not readers and node_id not in view.wires.outputs:
                continue
            width = shape_words((None, view.shapes[node_id][-1]))
            wrong = _first_misled(view, node_id)
            message = (
                f"{named(node)} outputs {width} for each text when the network runs, but Keras counts them "
                f"as {shape_words(view.shapes[node_id])} when it builds it"
            )
            if wrong:
                message += f", so {named(view.nodes[wrong])} is built for a shape that it never reads"
            message += f'. Add Flatten after "{node_id}"{"." if wrong else ", and both are the same."}'
            fix = ("Insert Flatten", insert_after(view.design, node_id, "Flatten"))
            yield Problem(node_id, message, (fix,), None if wrong else "warning")


def beyond_learned(design: Design, learned: Mapping[str, int]) -> list[Finding]:
    """The findings for numbers of words that were learned, `learned` many by the id of each node, and have no room."""
    view, rule = infer_shapes(design), TokensBeyond()
    choose_fix = tried(view)
    return [
        rule.finding(problem, choose_fix)
        for node_id in view.costs
        for problem in rule.check_reader(view, view.nodes[node_id], learned)
    ]


@cache
def _token_param(block: str) -> str | None:
    """The argument of a layer or block that says how many different tokens it can read."""
    if block in SPECS:
        return SPECS[block].token_param
    own = discover().get(block)
    return None if own is None else own.token_param


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


def _first_misled(view: ShapeView, start: str) -> str | None:
    """The first layer below for which the dimension that is not there makes a difference."""
    carried = {start}
    for node_id in view.wires.order:
        sources = {view.wires.node_of(source) for source in view.sources(node_id)}
        node = view.nodes[node_id]
        if node_id == start or not sources & carried or _sets_shape(node.block):
            continue
        together = node.block == "Concatenate" and sources <= carried and view.params(node)["axis"] in (-1, 2)
        if not node.enabled or together or _keeps_dimensions(node.block):
            carried.add(node_id)
        else:
            return node_id
    return None


def _sets_shape(block: str) -> bool:
    """Whether the result has a shape of its own, whatever dimensions come in."""
    return block in SPECS and SPECS[block].sets_shape


def _keeps_dimensions(block: str) -> bool:
    """Whether a dimension more or less before the last one changes nothing."""
    return block in SPECS and (SPECS[block].per_step or SPECS[block].on_any_rank)

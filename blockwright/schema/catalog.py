"""What a design may be built from: every block with its form, as plain data, and the check of a design against it."""

import json
from collections.abc import Container, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator

from blockwright.schema.design import Design, Node, port
from blockwright.schema.findings import Finding, Fix, shortened
from blockwright.schema.parameters import Param

CATEGORIES = (
    "Blocks",
    "Own blocks",
    "Convolution",
    "Pooling",
    "Dense and shape",
    "Activation",
    "Normalization",
    "Regularization",
    "Merging",
    "Sequences",
    "Attention",
    "Text and features",
    "Preprocessing",
    "Augmentation",
    "Array operations",
)


class BlockType(BaseModel):
    """One block of the catalog: how it is called, what it takes, and what its documentation says.

    It reads from `min_inputs` to `max_inputs` nodes, None for any number, and gives `outputs` results; None where
    the arguments decide how many. `many_inputs` says the same as `max_inputs` not being 1.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    category: str
    title: str
    summary: str
    doc: str
    params: tuple[Param, ...] = ()
    many_inputs: bool = False
    min_inputs: int = 1
    max_inputs: int | None = 1
    outputs: int | None = 1
    origin: Literal["block", "keras", "design"] = "keras"
    when: str | None = None
    paper: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _agree_on_inputs(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        if "max_inputs" in given:
            return {**given, "many_inputs": given["max_inputs"] != 1}
        return {**given, "max_inputs": None if given.get("many_inputs") else 1}

    def param(self, name: str) -> Param | None:
        """The argument of that name, or None."""
        return next((param for param in self.params if param.name == name), None)

    def defaults(self) -> dict[str, Any]:
        """Every argument with its default; a required one with a value to begin from."""
        return {param.name: param.default for param in self.params}


class Catalog:
    """Every block that a design may use, by name."""

    def __init__(self, blocks: Iterable[BlockType]) -> None:
        self.blocks: dict[str, BlockType] = {block.name: block for block in blocks}
        self.unusable: frozenset[str] = frozenset()
        """Blocks that a design defines, but so that they cannot be built."""

    @classmethod
    def from_list(cls, entries: Iterable[Mapping[str, Any]]) -> Self:
        """The catalog from what `to_list` gave."""
        return cls(BlockType.model_validate(entry) for entry in entries)

    def to_list(self) -> list[dict[str, Any]]:
        """The catalog as JSON."""
        return [block.model_dump(mode="json") for block in self.blocks.values()]

    def by_category(self) -> dict[str, list[BlockType]]:
        """The blocks of each category, in the order of the palette."""
        found: dict[str, list[BlockType]] = {category: [] for category in CATEGORIES}
        for block in self.blocks.values():
            found.setdefault(block.category, []).append(block)
        return {category: blocks for category, blocks in found.items() if blocks}

    def defaults(self, block: str) -> dict[str, Any]:
        """The defaults of a block's arguments; KeyError for a block that is not here."""
        return self.blocks[block].defaults()

    def starting_params(self, block: str) -> dict[str, Any]:
        """The arguments that a newly placed block must carry, because they have no default of their own."""
        kind = self.blocks.get(block)
        return {} if kind is None else {param.name: param.default for param in kind.params if param.required}

    def check_param(self, block: str, node_id: str, name: str, value: object) -> Finding | None:
        """The finding for one argument of one node, or None when it is right."""
        kind = self.blocks[block]
        param = kind.param(name)
        place = f'`{block}` "{node_id}"'
        if param is None:
            near = get_close_matches(name, [one.name for one in kind.params], n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            takes = ", ".join(f"`{one.name}`" for one in kind.params) or "no arguments"
            return _error(
                "unknown-param",
                node_id,
                f"{place} has no argument `{name[:60]}`.{hint} It takes {takes}.",
                Fix(label=f"Remove {name[:60]}", edits=[{"op": "set", "node": node_id, "unset": [name]}]),
            )
        complaint = param.complaint(value)
        if complaint is None:
            return None
        fix = None
        if not param.required:
            edit: dict[str, Any] = {"op": "set", "node": node_id, "unset": [name]}
            fix = Fix(label=f"Use the default, {json.dumps(param.default)}", edits=[edit])
        elif (nearest := param.nearest(value)) is not None:
            edit = {"op": "set", "node": node_id, "params": {name: nearest}}
            fix = Fix(label=f"Set {name} to {json.dumps(nearest)}", edits=[edit])
        return _error(
            "param", node_id, f"`{name}` of {place} {complaint}. Received: {name}={shortened(value)}.", fix
        )

    def check_node(self, node: Node, known: Container[str]) -> list[Finding]:
        """Every finding of one node that needs no shapes: block, arguments, number of inputs.

        `known` are the names of the nodes and inputs around it, which a fix may let it read.
        """
        kind = self.blocks.get(node.block)
        if kind is None:
            return [self._unknown(node)]
        found = [self.check_param(node.block, node.id, name, value) for name, value in node.params.items()]
        findings = [finding for finding in found if finding is not None]
        for param in kind.params:
            if param.required and param.name not in node.params and node.shares is None:
                edit = {"op": "set", "node": node.id, "params": {param.name: param.default}}
                findings.append(
                    _error(
                        "missing-param",
                        node.id,
                        f'`{node.block}` "{node.id}" needs `{param.name}`: {param.expected()}.',
                        Fix(label=f"Set {param.name} to {json.dumps(param.default)}", edits=[edit]),
                    )
                )
        findings += _arity(kind, node, known)
        return findings

    def check(self, design: Design) -> list[Finding]:
        """Every finding of a design that needs no shapes, node by node."""
        known = design.ids()
        return [finding for node in design.nodes for finding in self.check_node(node, known)]

    def _unknown(self, node: Node) -> Finding:
        if node.block == "Lambda":
            sentence = (
                f'`Lambda` "{node.id}" carries code, and a design never runs code. Use a named layer instead.'
            )
            return _error("code-refused", node.id, sentence)
        if node.block in self.unusable:
            sentence = (
                f'"{node.id}" is a `{node.block}`, which contains itself or is nested too deep. '
                "Mend that block first."
            )
            return _error("unusable-block", node.id, sentence)
        near = _nearest(node.block, tuple(self.blocks))
        hint = f" Did you mean `{near[0]}`?" if near else " See the palette for what there is."
        fix = None
        if near:
            edit = {
                "op": "replace",
                "node": node.id,
                "block": near[0],
                "params": self._carried(node, near[0]),
            }
            fix = Fix(label=f"Use {near[0]}", edits=[edit])
        return _error(
            "unknown-block",
            node.id,
            f'There is no block `{node.block}`, which "{node.id}" asks for.{hint}',
            fix,
        )

    def _carried(self, node: Node, block: str) -> dict[str, Any]:
        """The arguments for a node that becomes another block: its own where that takes them, and what it needs."""
        params = [(self.blocks[block].param(name), value) for name, value in node.params.items()]
        kept = {
            param.name: value
            for param, value in params
            if param is not None and param.complaint(value) is None
        }
        return {**self.starting_params(block), **kept}


@lru_cache(maxsize=1024)
def _nearest(name: str, known: tuple[str, ...]) -> list[str]:
    return get_close_matches(name, known, n=1, cutoff=0.5)


def _arity(kind: BlockType, node: Node, known: Container[str]) -> list[Finding]:
    """What is wrong with how many nodes a node reads; one that reads none yet is not connected."""
    reads = len(node.inputs) if node.inputs is not None else 1
    place = f'`{node.block}` "{node.id}"'
    if kind.max_inputs is not None and reads > kind.max_inputs:
        most = kind.max_inputs
        kept = [one for one in node.inputs or () if port(known, one)[0] in known][:most]
        advice = " Put an Add or Concatenate before it." if most == 1 else ""
        sentence = f"{place} reads {_nodes(kind)}, but {reads} are given.{advice}"
        edit = {"op": "connect", "node": node.id, "inputs": kept}
        enough = len(kept) >= max(1, kind.min_inputs)
        fix = Fix(label=f"Read only {' and '.join(kept)}", edits=[edit]) if enough else None
        return [_error("too-many-inputs", node.id, sentence, fix)]
    if 0 < reads < kind.min_inputs:
        sentence = f"{place} reads {_nodes(kind)}, but only {reads} is given. Let it read another one too."
        return [_error("too-few-inputs", node.id, sentence)]
    return []


def _nodes(kind: BlockType) -> str:
    """How many nodes a block reads, in words: "one node", "two nodes", "one to three nodes"."""
    least, most = kind.min_inputs, kind.max_inputs
    if most is None:
        return f"{_COUNTS.get(least, least)} or more nodes"
    if least == most:
        return f"{_COUNTS.get(most, most)} node{'s' if most > 1 else ''}"
    return f"{_COUNTS.get(least, least)} to {_COUNTS.get(most, most)} nodes"


_COUNTS = {1: "one", 2: "two", 3: "three", 4: "four"}


def _error(code: str, node: str | None, message: str, fix: Fix | None = None) -> Finding:
    return Finding(code=code, node=node, severity="error", message=message, fix=fix)

"""Rules about one node by itself: its block, its arguments, and how many inputs it has."""

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node, port
from blockwright.schema.findings import Finding, shortened
from blockwright.schema.rules import Candidate, Problem, Rule, every_rule

_COUNTS = {1: "one", 2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True)
class NodeView:
    """A node, the catalog, and the ids of the nodes and inputs around it, which a fix may connect it to."""

    node: Node
    catalog: Catalog
    sources: Container[str]

    @property
    def name(self) -> str:
        """The node as messages call it."""
        return f'`{self.node.block}` "{self.node.id}"'

    @property
    def block(self) -> BlockType:
        """Its entry of the catalog."""
        return self.catalog.blocks[self.node.block]

    @property
    def input_count(self) -> int:
        """How many inputs it has; one where they are left out."""
        return 1 if self.node.inputs is None else len(self.node.inputs)


class BlockRule(Rule[NodeView]):
    """A rule about a block that the catalog does not have."""


class ArgumentRule(Rule[NodeView]):
    """A rule about a node whose block the catalog has."""


class CodeRefused(BlockRule):
    """A design is plain data and never runs code, so `Lambda` is not supported. Use another layer."""

    code = "code-refused"

    def check(self, view: NodeView) -> Iterator[Problem]:
        if view.node.block == "Lambda":
            message = f"{view.name} contains code, and a design never runs code. Use another layer instead."
            yield Problem(view.node.id, message)


class UnusableBlock(BlockRule):
    """A composite block that contains itself or is nested too deep cannot be used. Fix that block first."""

    code = "unusable-block"

    def check(self, view: NodeView) -> Iterator[Problem]:
        if view.node.block in view.catalog.unusable:
            message = (
                f'"{view.node.id}" is a `{view.node.block}`, which contains itself or is nested too deep. '
                "Fix that block first."
            )
            yield Problem(view.node.id, message)


class UnknownBlock(BlockRule):
    """A block must be in the palette or be a composite block. Use the one with the most similar name."""

    code = "unknown-block"

    def check(self, view: NodeView) -> Iterator[Problem]:
        node = view.node
        near = _nearest(node.block, tuple(view.catalog.blocks))
        hint = f" Did you mean `{near[0]}`?" if near else " See the palette for all blocks."
        fixes: tuple[Candidate, ...] = ()
        if near:
            params = _kept_arguments(view, near[0])
            edit = {"op": "replace", "node": node.id, "block": near[0], "params": params}
            fixes = ((f"Use {near[0]}", [edit]),)
        yield Problem(node.id, f'There is no block `{node.block}`, which "{node.id}" uses.{hint}', fixes)


class UnknownArgument(ArgumentRule):
    """A node can only have the arguments of its block. Remove the others."""

    code = "unknown-param"

    def check(self, view: NodeView) -> Iterator[Problem]:
        for name in view.node.params:
            if view.block.param(name) is not None:
                continue
            names = [param.name for param in view.block.params]
            takes = ", ".join(f"`{name}`" for name in names) or "no arguments"
            near = get_close_matches(name, names, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else ""
            edit = {"op": "set", "node": view.node.id, "unset": [name]}
            yield Problem(
                view.node.id,
                f"{view.name} has no argument `{name[:60]}`.{hint} It takes {takes}.",
                ((f"Remove {name[:60]}", [edit]),),
            )


class WrongArgument(ArgumentRule):
    """An argument must have the right type and be in its range. Use its default, or the nearest value in the range."""

    code = "param"

    def check(self, view: NodeView) -> Iterator[Problem]:
        for name, value in view.node.params.items():
            param = view.block.param(name)
            complaint = None if param is None else param.complaint(value)
            if param is None or complaint is None:
                continue
            fixes: tuple[Candidate, ...] = ()
            if not param.required:
                edit: dict[str, Any] = {"op": "set", "node": view.node.id, "unset": [name]}
                fixes = ((f"Use the default, {json.dumps(param.default)}", [edit]),)
            elif (nearest := param.nearest(value)) is not None:
                edit = {"op": "set", "node": view.node.id, "params": {name: nearest}}
                fixes = ((f"Set {name} to {json.dumps(nearest)}", [edit]),)
            message = f"`{name}` of {view.name} {complaint}. Received: {name}={shortened(value)}."
            yield Problem(view.node.id, message, fixes)


class MissingArgument(ArgumentRule):
    """An argument without a default must be set, unless the node shares weights. Start with a common value."""

    code = "missing-param"

    def check(self, view: NodeView) -> Iterator[Problem]:
        for param in view.block.params:
            if param.required and param.name not in view.node.params and view.node.shares is None:
                edit = {"op": "set", "node": view.node.id, "params": {param.name: param.default}}
                label = f"Set {param.name} to {json.dumps(param.default)}"
                message = f"{view.name} needs `{param.name}`: {param.expected()}."
                yield Problem(view.node.id, message, ((label, [edit]),))


class TooManyInputs(ArgumentRule):
    """Most blocks take a limited number of inputs. Merge them before it, or keep the first ones."""

    code = "too-many-inputs"

    def check(self, view: NodeView) -> Iterator[Problem]:
        most = view.block.max_inputs
        if most is None or view.input_count <= most:
            return
        inputs = [name for name in view.node.inputs or () if port(view.sources, name)[0] in view.sources]
        first = inputs[:most]
        advice = " Add an Add or Concatenate before it." if most == 1 else ""
        message = f"{view.name} takes {_input_range(view.block)}, but has {view.input_count} inputs.{advice}"
        edit = {"op": "connect", "node": view.node.id, "inputs": first}
        enough = len(first) >= max(1, view.block.min_inputs)
        fixes = ((f"Keep only {' and '.join(first)}", [edit]),) if enough else ()
        yield Problem(view.node.id, message, fixes)


class TooFewInputs(ArgumentRule):
    """Some blocks need several inputs. Add another input."""

    code = "too-few-inputs"

    def check(self, view: NodeView) -> Iterator[Problem]:
        if 0 < view.input_count < view.block.min_inputs:
            expected = _input_range(view.block)
            message = f"{view.name} takes {expected}, but has only {view.input_count}. Add another input."
            yield Problem(view.node.id, message)


_BLOCK_RULES = [rule() for rule in every_rule(BlockRule)]
_ARGUMENT_RULES = [rule() for rule in every_rule(ArgumentRule)]


def check_node(catalog: Catalog, node: Node, sources: Container[str]) -> list[Finding]:
    """Every finding about one node that needs no shapes: block, arguments, number of inputs.

    `sources` are the ids of the nodes and inputs around it, which a fix may connect it to.
    """
    view = NodeView(node, catalog, sources)
    if node.block in catalog.blocks:
        return [finding for rule in _ARGUMENT_RULES for finding in rule.findings(view)]
    return next(findings for rule in _BLOCK_RULES if (findings := rule.findings(view)))


def check_arguments(catalog: Catalog, design: Design) -> list[Finding]:
    """Every finding about the nodes of a design that needs no shapes, node by node."""
    sources = design.ids()
    return [finding for node in design.nodes for finding in check_node(catalog, node, sources)]


def check_argument(catalog: Catalog, block: str, node_id: str, name: str, value: object) -> Finding | None:
    """The finding about one argument of a node whose block the catalog has; None where it is right."""
    view = NodeView(Node.model_construct(id=node_id, block=block, params={name: value}), catalog, ())
    return next(
        (finding for rule in (UnknownArgument(), WrongArgument()) for finding in rule.findings(view)), None
    )


def _kept_arguments(view: NodeView, block: str) -> dict[str, Any]:
    """The arguments for a node that becomes another block: its own where that takes them, and what it needs."""
    replacement = view.catalog.blocks[block]
    params = {
        name: value
        for name, value in view.node.params.items()
        if (param := replacement.param(name)) is not None and param.complaint(value) is None
    }
    return {**view.catalog.starting_params(block), **params}


@lru_cache(maxsize=1024)
def _nearest(name: str, names: tuple[str, ...]) -> list[str]:
    return get_close_matches(name, names, n=1, cutoff=0.5)


def _input_range(block: BlockType) -> str:
    """How many inputs a block takes, in words: "one input", "two inputs", "one to three inputs"."""
    least, most = block.min_inputs, block.max_inputs
    if most is None:
        return f"{_COUNTS.get(least, least)} or more inputs"
    if least == most:
        return f"{_COUNTS.get(most, most)} input{'s' if most > 1 else ''}"
    return f"{_COUNTS.get(least, least)} to {_COUNTS.get(most, most)} inputs"

"""Rules about the definitions of a design's composite blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blockwright.design.composites import (
    MAX_DEPTH,
    MAX_LAYERS,
    MOST_COUNTED,
    layer_count,
    nesting_depths,
    reference,
    sorted_inner_first,
    uses,
)
from blockwright.schema.design import Design
from blockwright.schema.findings import Finding
from blockwright.schema.rules import Candidate, Problem, Rule, every_rule


@dataclass(frozen=True)
class CompositeView:
    """A design, what each composite block uses, and those that do not contain themselves, the inner ones first."""

    design: Design
    inner: Mapping[str, set[str]]
    order: list[str]

    @property
    def depths(self) -> dict[str, int]:
        """How deep each block of `order` nests others, itself counted."""
        return nesting_depths(self.inner, self.order)


class CompositeRule(Rule[CompositeView]):
    """A rule about the definitions of a design's composite blocks."""


class CompositeCycle(CompositeRule):
    """A block that contains itself cannot be built. Remove the node inside it that leads back to it."""

    code = "composite-cycle"

    def check(self, view: CompositeView) -> Iterator[Problem]:
        for name in view.inner:
            if name in view.order:
                continue
            path = _cycle(name, view.inner)
            if len(path) == 1:
                message = f"The block `{name}` uses a block that contains itself, so it cannot be built."
                yield Problem(None, message)
                continue
            parts = [*path[:6], *(["…"] if len(path) > 7 else path[6:-1]), path[-1]]
            inside = " -> ".join(part if part == "…" else f"`{part}`" for part in parts)
            nodes = [node.id for node in view.design.composites[name].nodes if node.block == path[1]]
            edits = [{"op": "remove", "in": name, "node": node} for node in nodes]
            message = (
                f"The block `{name}` contains itself ({inside}), so it cannot be built. "
                "Remove one of these blocks."
            )
            yield Problem(None, message, ((f"Remove {path[1]} from {name}", edits),))


class CompositeDepth(CompositeRule):
    """How deep composite blocks can be nested is limited. Ungroup a level of them."""

    code = "composite-depth"

    def check(self, view: CompositeView) -> Iterator[Problem]:
        depths = view.depths
        outermost = depths.keys() - {name for outer in view.order for name in view.inner[outer]}
        for name, depth in depths.items():
            if depth > MAX_DEPTH and name in outermost:
                message = (
                    f"The block `{name}` is nested {depth} levels deep, but at most {MAX_DEPTH} are supported. "
                    "Ungroup a level of blocks."
                )
                yield Problem(None, message)


class TooManyLayers(CompositeRule):
    """Keras takes milliseconds to build a layer, so their number is limited. Repeat or nest fewer blocks."""

    code = "too-many-layers"

    def check(self, view: CompositeView) -> Iterator[Problem]:
        if len(view.order) < len(view.inner) or any(depth > MAX_DEPTH for depth in view.depths.values()):
            return
        count = layer_count(view.design)
        if count <= MAX_LAYERS:
            return
        many = f"{count:,} blocks" if count < MOST_COUNTED else f"more than {MOST_COUNTED:,} blocks"
        message = (
            f'"{view.design.name}" has {many}, repeated and nested ones included, but at most {MAX_LAYERS:,} are '
            "supported. Repeat or nest fewer blocks."
        )
        yield Problem(None, message)


class UnknownReference(CompositeRule):
    """A value that refers to an argument of a composite block must name one that the block has. Use the default."""

    code = "unknown-argument"

    def check(self, view: CompositeView) -> Iterator[Problem]:
        for name, composite in view.design.composites.items():
            arguments = [f"`{param}`" for param in composite.params]
            arguments_text = f"only {', '.join(arguments)}" if arguments else "no arguments"
            for node in composite.nodes:
                for param, value in node.params.items():
                    argument = reference(value)
                    if argument is None or argument in composite.params:
                        continue
                    message = (
                        f'In the block `{name}`, `{param}` of `{node.block}` "{node.id}" refers to the argument '
                        f"`{argument}`, but `{name}` has {arguments_text}."
                    )
                    edit = {"op": "set", "in": name, "node": node.id, "unset": [param]}
                    yield Problem(None, message, ((f"Use the default of {param}", [edit]),))


class UnusedArgument(CompositeRule):
    """An argument that no node inside the block uses has no effect. Remove it."""

    code = "unused-argument"
    severity = "note"

    def check(self, view: CompositeView) -> Iterator[Problem]:
        for name, composite in view.design.composites.items():
            used = {reference(value) for node in composite.nodes for value in node.params.values()}
            for param in composite.params:
                if param not in used:
                    edit = {"op": "unexpose", "composite": name, "name": param}
                    message = f"The block `{name}` has the argument `{param}`, but no node inside uses it."
                    yield Problem(None, message, ((f"Remove {param}", [edit]),))


class CompositeEmpty(CompositeRule):
    """A block without nodes has no output. Add a block to it, or remove it."""

    code = "composite-empty"

    def check(self, view: CompositeView) -> Iterator[Problem]:
        for name, composite in view.design.composites.items():
            if not composite.nodes:
                yield Problem(None, f"The block `{name}` is empty. Add a block to it, or remove it.")


class CompositeUnused(CompositeRule):
    """A composite block that no node uses only makes the design longer. Remove it."""

    code = "composite-unused"
    severity = "note"

    def check(self, view: CompositeView) -> Iterator[Problem]:
        used = {node.block for node in view.design.nodes}
        for name in reversed(view.order):
            if name in used:
                used |= view.inner[name]
        for name in view.order:
            if name not in used:
                fix = _removal(name, view.inner, view.order)
                message = f"The block `{name}` is defined, but no node uses it."
                yield Problem(None, message, () if fix is None else (fix,))


_RULES = [rule() for rule in every_rule(CompositeRule)]


def check_composites(design: Design) -> list[Finding]:
    """Findings about the definitions of a design's composite blocks, and about the number of blocks in all."""
    inner = uses(design.composites)
    view = CompositeView(design, inner, sorted_inner_first(inner))
    return [finding for rule in _RULES for finding in rule.findings(view)]


def _removal(name: str, inner: Mapping[str, set[str]], order: list[str]) -> Candidate | None:
    """Remove a block that no node uses, and before it those that use it; None where one of them has no end."""
    removed = {name}
    for outer in order:
        if inner[outer] & removed:
            removed.add(outer)
    if any(parts & removed for outer, parts in inner.items() if outer not in removed):
        return None
    outer_first = [outer for outer in reversed(order) if outer in removed]
    return f"Remove {' and '.join(outer_first)}", [{"op": "undefine", "name": outer} for outer in outer_first]


def _cycle(name: str, inner: Mapping[str, set[str]]) -> list[str]:
    """A way from a composite back to itself; just its name where it only leads into a cycle."""
    trail: dict[str, str] = {}
    stack = [name]
    while stack:
        current = stack.pop()
        for used in sorted(inner[current]):
            if used == name:
                path = [name, current]
                while path[-1] != name:
                    path.append(trail[path[-1]])
                return path[::-1] if current != name else [name, name]
            if used not in trail:
                trail[used] = current
                stack.append(used)
    return [name]

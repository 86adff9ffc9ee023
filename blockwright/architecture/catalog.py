"""What a design may be built from: every block with its form, as plain data, and the check of a design against it."""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from blockwright.architecture.findings import Finding, Fix
from blockwright.architecture.spec import Design, Node

Kind = Literal["int", "float", "bool", "choice", "text", "size", "shape", "number-range"]

CATEGORIES = (
    "Blocks",
    "Convolution",
    "Pooling",
    "Dense and shape",
    "Activation",
    "Normalization",
    "Regularization",
    "Merging",
    "Preprocessing",
    "Augmentation",
)


@dataclass(frozen=True)
class Setting:
    """What a block's signature says of one argument beyond its type: `Annotated[int, Setting(...)]`.

    Args:
        help: one or two plain sentences, shown beside the field.
        minimum, maximum: the range, both ends included; for sizes and ranges it holds for each member.
        step: the step of the field's buttons.
        choices: the allowed words, for a choice.
    """

    help: str
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()


class Param(BaseModel):
    """One argument of a block.

    `kind` "size" is a whole number or a pair of them (rows, columns), "shape" a list of whole numbers, and
    "number-range" a number or a pair of them. `optional` means that null is allowed.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: Kind
    default: Any = None
    required: bool = False
    optional: bool = False
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] = ()
    help: str = ""

    def complaint(self, value: object) -> str | None:
        """What this argument must be, when `value` is not that; None when it is."""
        if value is None:
            return None if self.optional else f"must be {self.expected()}"
        if not self._fits(value):
            return f"must be {self.expected()}"
        return None

    def expected(self) -> str:
        """What the argument takes, in words, to follow 'must be'."""
        between = self._between()
        words = {
            "int": f"a whole number{between}",
            "float": f"a number{between}",
            "bool": "true or false",
            "choice": "one of " + ", ".join(f'"{choice}"' for choice in self.choices),
            "text": "text of at most 200 characters",
            "size": f"a whole number{between}, or a pair of them",
            "shape": f"a list of 1 to 6 whole numbers, each{between}"
            if between
            else "a list of 1 to 6 whole numbers",
            "number-range": f"a number{between}, or a pair of them",
        }[self.kind]
        return words + (", or null" if self.optional else "")

    def _between(self) -> str:
        if self.minimum is not None and self.maximum is not None:
            return f" between {_plain(self.minimum)} and {_plain(self.maximum)}"
        if self.minimum is not None:
            return f" of at least {_plain(self.minimum)}"
        if self.maximum is not None:
            return f" of at most {_plain(self.maximum)}"
        return ""

    def _fits(self, value: object) -> bool:
        if self.kind == "bool":
            return isinstance(value, bool)
        if self.kind == "choice":
            return isinstance(value, str) and value in self.choices
        if self.kind == "text":
            return isinstance(value, str) and len(value) <= 200
        if self.kind == "int":
            return self._number(value, whole=True)
        if self.kind == "float":
            return self._number(value, whole=False)
        if self.kind == "shape":
            fits = isinstance(value, list | tuple) and 1 <= len(value) <= 6
            return fits and all(self._number(one, whole=True) for one in value)
        whole = self.kind == "size"
        if self.kind == "size" and isinstance(value, str):
            return value in self.choices
        if isinstance(value, list | tuple):
            return len(value) == 2 and all(self._number(one, whole=whole) for one in value)
        return self._number(value, whole=whole)

    def _number(self, value: object, whole: bool) -> bool:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if isinstance(value, float) and not math.isfinite(value):
            return False
        if whole and not isinstance(value, int):
            return False
        low = self.minimum is None or value >= self.minimum
        return low and (self.maximum is None or value <= self.maximum)


class BlockType(BaseModel):
    """One block of the catalog: how it is called, what it takes, and what its documentation says."""

    model_config = ConfigDict(frozen=True)

    name: str
    category: str
    title: str
    summary: str
    doc: str
    params: tuple[Param, ...] = ()
    many_inputs: bool = False
    origin: Literal["block", "keras"] = "keras"
    when: str | None = None
    paper: str | None = None

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
            edit = {"op": "set", "node": node_id, "unset": [name]}
            fix = Fix(label=f"Use the default, {json.dumps(param.default)}", edits=[edit])
        return _error(
            "param", node_id, f"`{name}` of {place} {complaint}. Received: {name}={_received(value)}.", fix
        )

    def check_node(self, node: Node) -> list[Finding]:
        """Every finding of one node that needs no shapes: block, arguments, number of inputs."""
        kind = self.blocks.get(node.block)
        if kind is None:
            return [self._unknown(node)]
        found = [self.check_param(node.block, node.id, name, value) for name, value in node.params.items()]
        findings = [finding for finding in found if finding is not None]
        for param in kind.params:
            if param.required and param.name not in node.params:
                edit = {"op": "set", "node": node.id, "params": {param.name: param.default}}
                findings.append(
                    _error(
                        "missing-param",
                        node.id,
                        f'`{node.block}` "{node.id}" needs `{param.name}`: {param.expected()}.',
                        Fix(label=f"Set {param.name} to {json.dumps(param.default)}", edits=[edit]),
                    )
                )
        reads = len(node.inputs) if node.inputs is not None else 1
        if reads > 1 and not kind.many_inputs:
            edit = {"op": "connect", "node": node.id, "inputs": [node.inputs[0]]}
            findings.append(
                _error(
                    "too-many-inputs",
                    node.id,
                    f'`{node.block}` "{node.id}" reads one node, but {reads} are given. '
                    "Put an Add or Concatenate before it.",
                    Fix(label=f"Read only {node.inputs[0]}", edits=[edit]),
                )
            )
        return findings

    def check(self, design: Design) -> list[Finding]:
        """Every finding of a design that needs no shapes, node by node."""
        return [finding for node in design.nodes for finding in self.check_node(node)]

    def _unknown(self, node: Node) -> Finding:
        if node.block == "Lambda":
            sentence = (
                f'`Lambda` "{node.id}" carries code, and a design never runs code. Use a named layer instead.'
            )
            return _error("code-refused", node.id, sentence)
        near = get_close_matches(node.block, list(self.blocks), n=1, cutoff=0.5)
        hint = f" Did you mean `{near[0]}`?" if near else " See the palette for what there is."
        fix = None
        if near:
            fix = Fix(label=f"Use {near[0]}", edits=[{"op": "replace", "node": node.id, "block": near[0]}])
        return _error(
            "unknown-block",
            node.id,
            f'There is no block `{node.block}`, which "{node.id}" asks for.{hint}',
            fix,
        )


def _error(code: str, node: str | None, message: str, fix: Fix | None = None) -> Finding:
    return Finding(code=code, node=node, severity="error", message=message, fix=fix)


def _plain(number: float) -> str:
    return f"{number:g}" if isinstance(number, float) and not number.is_integer() else str(int(number))


def _received(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"

"""Rules about layers with inputs of another kind of value, or of other dimensions, than they can compute with."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from blockwright.design.edits.insertions import insert_between
from blockwright.inference.input_rules import input_problem, reads_sequence, takes, takes_dtypes
from blockwright.layers.declaration.value_kinds import FRACTIONS, TEXT, WHOLE, kind_of
from blockwright.rules.message_format import shape_words
from blockwright.rules.node_errors import NodeError, NodeErrorRule
from blockwright.schema.rules import Candidate, Problem


class _KindRule(NodeErrorRule, ABC):
    """A rule about the kind of values of a node's inputs. The subclass says which, and what helps."""

    layer: tuple[str, dict[str, Any]] | None = None
    """A layer that makes the right kind of the wrong one."""

    @abstractmethod
    def applies(self, kind: str, expected: frozenset[str]) -> bool:
        """Whether it is about inputs of that kind for a node that computes with the expected ones."""

    @abstractmethod
    def advice(self, expected: frozenset[str]) -> str:
        """What to do, as a sentence."""

    def check(self, view: NodeError) -> Iterator[Problem]:
        block, expected = view.node.block, takes(view.node.block)
        dtypes = dict(zip(view.sources, view.shapes.input_dtypes(view.node.id), strict=True))
        wrong = [source for source, dtype in dtypes.items() if not takes_dtypes(block, [dtype])]
        if not wrong or not self.applies(kind_of(dtypes[wrong[0]]), expected):
            return
        dtype = dtypes[wrong[0]]
        verb = "computes with" if expected == {FRACTIONS} else "reads"
        message = (
            f'{view.name} {verb} {" or ".join(sorted(expected))}, but "{wrong[0]}" outputs {kind_of(dtype)} ({dtype}). '
            f"{self.advice(expected)}"
        )
        fixes = () if self.layer is None else (_insert(view, wrong, *self.layer),)
        yield Problem(view.node.id, message, fixes)


class NeedsNumbers(_KindRule):
    """Most layers compute with numbers, not with text. Turn words into numbers first."""

    code = "needs-numbers"
    layer = ("TextVectorization", {})

    def applies(self, kind: str, expected: frozenset[str]) -> bool:
        return kind == TEXT

    def advice(self, expected: frozenset[str]) -> str:
        if WHOLE in expected:
            return "Add TextVectorization before it, which gives each word its number."
        return "Add TextVectorization and an Embedding before it, which turn words into numbers."


class NeedsFloats(_KindRule):
    """Layers with weights compute with fractions. Make the input float32, or rescale it."""

    code = "needs-floats"
    layer = ("Rescaling", {"scale": 1.0})

    def applies(self, kind: str, expected: frozenset[str]) -> bool:
        return kind != TEXT and FRACTIONS in expected

    def advice(self, expected: frozenset[str]) -> str:
        return "Change the input to float32, or add Rescaling after it."


class NeedsText(_KindRule):
    """A layer that splits texts into words needs texts. Connect an input of text."""

    code = "needs-text"

    def applies(self, kind: str, expected: frozenset[str]) -> bool:
        return kind != TEXT and expected == {TEXT}

    def advice(self, expected: frozenset[str]) -> str:
        return "Connect an input of text."


class NeedsWholeNumbers(_KindRule):
    """A layer that looks numbers up needs whole ones. Change the input to int32."""

    code = "needs-whole-numbers"

    def applies(self, kind: str, expected: frozenset[str]) -> bool:
        return kind != TEXT and FRACTIONS not in expected and expected != {TEXT}

    def advice(self, expected: frozenset[str]) -> str:
        return "Change the input to int32."


class Unsuitable(NodeErrorRule):
    """A layer's arguments must fit its input, as its documentation says. Change the ones that the message names."""

    code = "unsuitable"

    def check(self, view: NodeError) -> Iterator[Problem]:
        node, shape, shapes = view.node, view.shape, view.shapes
        reason = input_problem(node.block, node.params, view.input_shapes, shapes.input_dtypes(node.id))
        reason = reason or _reason_of_block(view)
        if reason is None:
            return
        message = f'{view.name} cannot take the output of "{view.source}", {shape_words(shape)}. {reason}'
        fixes: list[Candidate] = []
        sizes = [size for size in shape[1:] if size is not None]
        if reads_sequence(node.block) and len(shape) not in (1, 3) and len(sizes) == len(shape) - 1:
            steps = [sizes[0], 1] if len(sizes) == 1 else [sizes[0], math.prod(sizes[1:])]
            edits = _insert(view, [view.source], "Reshape", {"target_shape": steps})[1]
            fixes.append((f"Reshape to {shape_words((None, *steps))}", edits))
        fixes += [
            (f"Use the default of {param.name}", [{"op": "set", "node": node.id, "unset": [param.name]}])
            for param in shapes.catalog.blocks[node.block].params
            if param.name in node.params and not param.required and f"`{param.name}`" in reason
        ]
        yield Problem(node.id, message, tuple(fixes))


def _reason_of_block(view: NodeError) -> str | None:
    """What a block says itself, not one of the layers inside it."""
    block = view.shapes.catalog.blocks.get(view.node.block)
    is_own = block is not None and block.origin == "block" and view.error.layer == view.node.block
    return str(view.error) if is_own and "\n" not in str(view.error) else None


def _insert(view: NodeError, sources: list[str], block: str, params: dict[str, Any]) -> Candidate:
    chains = {source: [(block, params)] for source in sources}
    return f"Insert {block}", insert_between(view.shapes.design, view.sources, view.node.id, chains)

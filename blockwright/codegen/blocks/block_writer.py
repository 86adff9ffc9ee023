"""A specialized block written down: as a Layer class, or as a function for the Functional API."""

import ast
import copy
import inspect
from collections.abc import Mapping
from typing import Any

from blockwright.codegen.blocks.constant_folding import ConstantFolder, literal, names_in, own_attribute
from blockwright.codegen.blocks.specialize_blocks import SpecializedBlock, parts_of
from blockwright.codegen.names import docstring, snake
from blockwright.layers import SPECS


class NotAFunction(Exception):
    """A block that cannot be written as a function of plain layers; it stays a class."""


NOT_BUILT = """
    def get_build_config(self):
        \"\"\"None: a model that is loaded calls its layers, and that builds them.\"\"\"
""".rstrip("\n")

FREEZE_PARTS = """
        if not self.trainable:
            self.trainable = True  # Keras passes on only a change to the layers inside.
            self.trainable = False
""".strip("\n")


def as_class(block: SpecializedBlock, in_graph: bool = False) -> str:
    """The source of a block as a subclass of `keras.layers.Layer`, ready to be saved and loaded.

    `in_graph`: whether a model of layers is made of it, which Keras would build apart from calling it.
    """
    stored = _stored(block)
    lines = ["@keras.saving.register_keras_serializable()", f"class {block.name}(layers.Layer):"]
    lines.append(f'    """{docstring(block.summary)}"""\n')
    lines.append(f"    def __init__(self, {_parameters(block.defaults)}**kwargs):")
    lines.append("        super().__init__(**kwargs)")
    parts = parts_of(block.init)
    for name, attribute in stored.items():
        if attribute not in parts:
            lines.append(f"        self.{attribute} = {name}")
    lines += [_indented(statement, 8) for statement in block.init]
    methods = {method.name: method for method in block.methods}
    make_parts = methods.pop("make_parts", None)
    if make_parts is not None:
        lines.append("\n" + _indented(_as_build(make_parts), 4))
    if block.frozen:
        lines.append(FREEZE_PARTS)
    lines += ["\n" + _indented(method, 4) for method in methods.values()]
    if stored and "get_config" not in methods:
        entries = ", ".join(f'"{name}": self.{attribute}' for name, attribute in stored.items())
        lines.append(f"\n    def get_config(self):\n        return {{**super().get_config(), {entries}}}")
    if in_graph and make_parts is None and "build" not in methods:
        lines.append(NOT_BUILT)
    return "\n".join(lines) + "\n"


def as_function(block: SpecializedBlock, blocks: Mapping[str, SpecializedBlock], closed: set[str]) -> str:
    """The source of a block as a function of plain layers.

    Args:
        block: the block.
        blocks: every block of the file.
        closed: the blocks that stay classes.

    Raises `NotAFunction` where the source does not allow it: weights of its own, loops, parts used twice, or
    parts made in another order than they are used, which would give them other initial weights.
    """
    call = block.call
    if len(block.methods) != 1 or call.name != "call" or len(call.args.args) != 2 or block.helpers:
        raise NotAFunction(block.name)
    parts = parts_of(block.init)
    if len(parts) != len(block.init):
        raise NotAFunction(block.name)
    wiring = _Inlined(block, parts, blocks, closed)
    body = [line for statement in call.body for line in wiring.statement(copy.deepcopy(statement))]
    wiring.check()
    data = call.args.args[1].arg
    lines = [f"def {snake(block.name)}({f'{data}, {_parameters(block.defaults)}'[:-2]}):"]
    lines.append(f'    """{docstring(block.summary)}"""')
    lines += [_indented(statement, 4) for statement in body]
    return "\n".join(lines) + "\n"


def _as_build(method: ast.FunctionDef) -> ast.FunctionDef:
    """`make_parts` as the method that Keras itself calls with what comes in."""
    method = copy.deepcopy(method)
    method.name = "build"
    method.body.append(ast.parse(f"super().build({method.args.args[1].arg})").body[0])
    return method


def _stored(block: SpecializedBlock) -> dict[str, str]:
    """For each argument the attribute that keeps it for `get_config`."""
    parts = parts_of(block.init)
    stored = {}
    for name in block.defaults:
        value = parts.get(name)
        taken = value is not None and not (isinstance(value, ast.Name) and value.id == name)
        stored[name] = f"{name}_value" if taken else name
    return stored


def _parameters(defaults: Mapping[str, Any]) -> str:
    parts = (
        name if default is inspect.Parameter.empty else f"{name}={default!r}"
        for name, default in defaults.items()
    )
    return "".join(f"{part}, " for part in parts)


def _indented(statement: ast.stmt, spaces: int) -> str:
    text = ast.unparse(ast.fix_missing_locations(statement))
    return "\n".join(" " * spaces + line if line else line for line in text.splitlines())


class _Inlined:
    """Writes `call` with every part made where it is used."""

    def __init__(
        self,
        block: SpecializedBlock,
        parts: dict[str, ast.expr],
        blocks: Mapping[str, SpecializedBlock],
        closed: set[str],
    ) -> None:
        self._block = block
        self._parts = parts
        self._blocks = blocks
        self._closed = closed
        self._taken = {*block.defaults, *names_in(block.call), block.call.args.args[1].arg}
        self._order: list[str] = []
        plain = {name: value for name, value in parts.items() if isinstance(value, ast.Name)}
        maybe = {
            name: value
            for name, value in parts.items()
            if isinstance(value, ast.IfExp) and literal(value.orelse) == (True, None)
        }
        self._fold = ConstantFolder(attributes=plain)
        self._maybe = maybe
        self._plain = plain

    def statement(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statements that say the same without `self`."""
        if not isinstance(statement, ast.Assign | ast.Return | ast.Expr) or statement.value is None:
            raise NotAFunction(self._block.name)
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            return []
        before: list[ast.stmt] = []
        statement.value = self._expression(self._fold.visit(statement.value), before, top=True)
        return [*before, statement]

    def check(self) -> None:
        """Every part is used once, and those that draw random numbers in the order of `__init__`."""
        called_parts = [name for name in self._order if self._is_random(name)]
        created_parts = [name for name in self._parts if name not in self._plain and self._is_random(name)]
        if called_parts != created_parts or len(set(self._order)) != len(self._order):
            raise NotAFunction(self._block.name)

    def _is_random(self, name: str) -> bool:
        """Whether making a part may draw random numbers, so that its position in the order matters."""
        value = self._parts[name]
        value = value.body if isinstance(value, ast.IfExp) else value
        if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
            return True
        spec = SPECS.get(value.func.attr)
        initialized = any((keyword.arg or "").endswith("_initializer") for keyword in value.keywords)
        return spec is None or spec.random_when_made or initialized

    def _expression(self, node: ast.expr, before: list[ast.stmt], top: bool) -> ast.expr:
        if isinstance(node, ast.IfExp):
            return self._choice(node)
        name = own_attribute(node.func) if isinstance(node, ast.Call) else None
        if name is None or not isinstance(node, ast.Call):
            for key, value in ast.iter_fields(node):
                if isinstance(value, ast.expr):
                    setattr(node, key, self._expression(value, before, top=False))
                elif isinstance(value, list):
                    changed = [
                        self._expression(entry, before, top=False) if isinstance(entry, ast.expr) else entry
                        for entry in value
                    ]
                    setattr(node, key, changed)
            if own_attribute(node) is not None or (isinstance(node, ast.Name) and node.id == "self"):
                raise NotAFunction(self._block.name)
            return node
        if name not in self._parts or len(node.args) != 1 or node.keywords:
            raise NotAFunction(self._block.name)
        argument = self._expression(node.args[0], before, top=False)
        self._order.append(name)
        result = self._applied(self._parts[name], argument)
        if top:
            return result
        variable = name if name not in self._taken else f"{name}_output"
        if variable in self._taken:
            raise NotAFunction(self._block.name)
        self._taken.add(variable)
        before.append(ast.Assign([ast.Name(variable, ast.Store())], result, lineno=0))
        return ast.Name(variable, ast.Load())

    def _choice(self, node: ast.IfExp) -> ast.expr:
        """`x if self.pool is None else self.pool(x)`, the part being there or not by an argument."""
        test = node.test
        if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Is | ast.IsNot):
            raise NotAFunction(self._block.name)
        name = own_attribute(test.left)
        if name is None or name not in self._maybe:
            raise NotAFunction(self._block.name)
        present, absent = (
            (node.orelse, node.body) if isinstance(test.ops[0], ast.Is) else (node.body, node.orelse)
        )
        choice = self._maybe[name]
        self._parts[name] = choice.body
        early: list[ast.stmt] = []
        present = self._expression(present, early, top=True)
        self._parts[name] = choice
        if early or any(own_attribute(part) is not None for part in ast.walk(absent)):
            raise NotAFunction(self._block.name)
        return ast.IfExp(choice.test, present, absent)

    def _applied(self, part: ast.expr, argument: ast.expr) -> ast.expr:
        if not isinstance(part, ast.Call):
            raise NotAFunction(self._block.name)
        part = copy.deepcopy(part)
        inner = part.func.id if isinstance(part.func, ast.Name) else None
        if inner is not None and inner in self._blocks and inner not in self._closed:
            return ast.Call(ast.Name(snake(inner), ast.Load()), [argument, *part.args], part.keywords)
        return ast.Call(part, [argument], [])

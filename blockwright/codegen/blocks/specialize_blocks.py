"""The source that stands in `blocks/`, reduced to what one design needs of it."""

import ast
import copy
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import keras

from blocks import discover
from blocks._documentation import read_documentation
from blockwright.codegen.blocks.constant_folding import (
    AnnotationRemover,
    ConstantFolder,
    constant,
    literal,
    names_in,
    own_attribute,
    same,
)
from blockwright.layers import SPECS

OPEN = object()
"""In the place of an argument whose value is not known."""
_CALLED_BY_KERAS = {"call", "build", "make_parts", "get_config", "compute_output_shape", "compute_mask"}


@dataclass
class SpecializedBlock:
    """A block as one file needs it.

    Attributes:
        name: its class.
        summary: the first sentence of its documentation.
        defaults: the arguments that are left, in order, with their defaults; `inspect.Parameter.empty` for none.
        dropped: the arguments that have their default throughout the file, and so became part of the source.
        init: the statements of `__init__` behind `super().__init__`.
        methods: the other methods, `call` first.
        helpers: functions and constants of the block's file that it uses, as source.
        imports: import lines that it needs beyond Keras, by the name that they give.
        frozen: whether a frozen node is made of it, or a frozen block.
    """

    name: str
    summary: str
    defaults: dict[str, Any]
    dropped: frozenset[str]
    init: list[ast.stmt]
    methods: list[ast.FunctionDef]
    helpers: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    frozen: bool = False

    @property
    def layers(self) -> set[str]:
        """All names in its source, those of the Keras layers and blocks that it is made of among them."""
        nodes = [node for statement in (*self.init, *self.methods) for node in ast.walk(statement)]
        attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        return attributes | {node.id for node in nodes if isinstance(node, ast.Name)}

    @property
    def late(self) -> bool:
        """Whether it makes parts only when it learns what comes in, and so draws their first weights then."""
        return any(method.name == "make_parts" for method in self.methods) or any(
            _may_be_random_when_built(name) for name in self.layers
        )

    @property
    def call(self) -> ast.FunctionDef:
        """The method that wires the parts."""
        return self.methods[0]


def specialize_blocks(uses: Mapping[str, Iterable[Mapping[str, Any]]]) -> dict[str, SpecializedBlock]:
    """The blocks that a design uses and those inside them, each before it is used.

    Args:
        uses: for each block the arguments of every node that is one, defaults filled in.
    """
    arguments: dict[str, list[Mapping[str, Any]]] = {name: list(each) for name, each in uses.items()}
    blocks: dict[str, SpecializedBlock] = {}
    for name in _outermost_first(arguments):
        if name not in arguments:
            continue  # It stood in a branch that none of these uses takes.
        blocks[name] = _specialized(name, arguments[name])
        for inner, call in _calls([*blocks[name].init, *blocks[name].methods]):
            arguments.setdefault(inner, []).append(_bound(inner, call))
    for block in blocks.values():
        _shorten(block, blocks)
    return dict(reversed(blocks.items()))


def parts_of(statements: Iterable[ast.stmt]) -> dict[str, ast.expr]:
    """What `__init__` puts into each attribute, in order, as far as it does so in plain assignments."""
    parts = {}
    for statement in statements:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            name = own_attribute(statement.targets[0])
            if name is not None:
                parts[name] = statement.value
    return parts


@cache
def _trees() -> dict[str, tuple[ast.Module, ast.ClassDef]]:
    trees = {}
    for name, block in discover().items():
        path = inspect.getsourcefile(block)
        module = ast.parse(Path(str(path)).read_text(encoding="utf-8"))
        classes = (node for node in module.body if isinstance(node, ast.ClassDef) and node.name == name)
        trees[name] = (module, next(classes))
    return trees


def _outermost_first(uses: Iterable[str]) -> list[str]:
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            inner = names_in(_trees()[name][1]) & _trees().keys() - {name}
            for inner_name in sorted(inner):
                visit(inner_name)
            order.append(name)

    for name in uses:
        visit(name)
    return order[::-1]


@cache
def signature(block: str) -> dict[str, Any]:
    """The arguments of a block with their defaults; `inspect.Parameter.empty` for none."""
    params = inspect.signature(discover()[block].__init__).parameters.values()
    return {
        param.name: param.default
        for param in params
        if param.name != "self" and param.kind not in (param.VAR_POSITIONAL, param.VAR_KEYWORD)
    }


def _specialized(block: str, uses: list[Mapping[str, Any]]) -> SpecializedBlock:
    module, tree = _trees()[block]
    tree = AnnotationRemover().visit(copy.deepcopy(tree))
    arguments = signature(block)
    dropped = {
        name: default
        for name, default in arguments.items()
        if default is not inspect.Parameter.empty and all(same(use[name], default) for use in uses)
    }
    folder = ConstantFolder({name: constant(default) for name, default in dropped.items()})
    methods = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    init = next((method for method in methods if method.name == "__init__"), None)
    body = [] if init is None else folder.visit(init).body
    body = [statement for statement in body if not _is_super(statement) and not _is_docstring(statement)]
    body, methods = _without_constants(body, [method for method in methods if method.name != "__init__"])
    methods.sort(key=lambda method: method.name != "call")
    remaining = {name: default for name, default in arguments.items() if name not in dropped}
    summary = read_documentation(discover()[block].__doc__).summary
    specialized = SpecializedBlock(block, summary, remaining, frozenset(dropped), body, methods)
    _collect(specialized, module)
    return specialized


def _without_constants(
    body: list[ast.stmt], methods: list[ast.FunctionDef]
) -> tuple[list[ast.stmt], list[ast.FunctionDef]]:
    """Put attributes that are plain values, None above all, where the methods read them, and leave them out.

    What the methods do in case a part is or is not there goes too, and so do methods that nothing uses any more.
    """
    parts = parts_of(body)
    later = set().union(*(_assigned(method) for method in methods))
    plain = {
        name: value for name, value in parts.items() if isinstance(value, ast.Constant) and name not in later
    }
    present = frozenset(
        name for name, value in parts.items() if isinstance(value, ast.Call) and name not in later
    )
    body = [
        statement
        for statement in body
        if not (isinstance(statement, ast.Assign) and own_attribute(statement.targets[0]) in plain)
    ]
    folder = ConstantFolder(attributes=plain, present=present)
    folded = [folder.visit(method) for method in methods]
    used = {own_attribute(node) for method in folded for node in ast.walk(method)} | _CALLED_BY_KERAS
    return body, [method for method in folded if method.name in used]


def _assigned(method: ast.FunctionDef) -> set[str | None]:
    return {
        own_attribute(node)
        for node in ast.walk(method)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }


def _is_super(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("super().__init__(")


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _calls(statements: Iterable[ast.stmt]) -> list[tuple[str, ast.Call]]:
    return [
        (node.func.id, node)
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _trees()
    ]


def _bound(block: str, call: ast.Call) -> dict[str, Any]:
    """The arguments of a block inside a block; what is not a plain value is left open."""
    arguments = {**signature(block)}
    expressions = dict(zip(arguments, call.args, strict=False))
    expressions |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    for name, expression in expressions.items():
        plain, value = literal(expression)
        arguments[name] = value if plain else OPEN
    return arguments


def _shorten(block: SpecializedBlock, blocks: Mapping[str, SpecializedBlock]) -> None:
    """Leave out of the calls inside a block what has its default anyway."""
    for statement in [*block.init, *block.methods]:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in blocks:
                _shorten_call(node, signature(node.func.id), blocks[node.func.id].dropped)
            elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "layers":
                _shorten_call(node, layer_defaults(node.func.attr), frozenset())


def _shorten_call(call: ast.Call, defaults: Mapping[str, Any], dropped: frozenset[str]) -> None:
    names = list(defaults)
    if any(name in dropped for name in names[: len(call.args)]):
        positional = [ast.keyword(name, value) for name, value in zip(names, call.args, strict=False)]
        call.args, call.keywords = [], positional + call.keywords
    call.keywords = [
        keyword
        for keyword in call.keywords
        if keyword.arg not in dropped and not _is_default(keyword, defaults)
    ]


def _is_default(keyword: ast.keyword, defaults: Mapping[str, Any]) -> bool:
    plain, value = literal(keyword.value)
    return (
        keyword.arg is not None and plain and keyword.arg in defaults and same(value, defaults[keyword.arg])
    )


def _may_be_random_when_built(layer: str) -> bool:
    """Whether a Keras layer may draw the seeds of its first weights when it is built, not when it is made."""
    if layer in SPECS:
        return SPECS[layer].random_when_built
    return inspect.isclass(getattr(keras.layers, layer, None))


@cache
def layer_defaults(layer: str) -> dict[str, Any]:
    """The arguments of a Keras layer with their defaults; `inspect.Parameter.empty` for none."""
    kind = getattr(keras.layers, layer, None)
    if kind is None:
        return {}
    params = inspect.signature(kind.__init__).parameters.values()
    return {param.name: param.default for param in params if param.name not in ("self", "kwargs")}


def _collect(block: SpecializedBlock, module: ast.Module) -> None:
    """Note the functions, constants and imports of the block's file that its source uses."""
    waiting = [*block.init, *block.methods]
    visited: set[str] = set()
    while waiting:
        for name in names_in(waiting.pop()) - visited:
            visited.add(name)
            for statement in module.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == name:
                    plain = AnnotationRemover().visit(copy.deepcopy(statement))
                    block.helpers[name] = ast.unparse(ast.fix_missing_locations(plain))
                    waiting.append(statement)
                elif isinstance(statement, ast.Assign) and name in names_in(statement.targets[0]):
                    block.helpers[name] = ast.unparse(statement)
                    waiting.append(statement)
                elif isinstance(statement, ast.Import | ast.ImportFrom) and name not in _trees():
                    for alias in statement.names:
                        if (alias.asname or alias.name) == name:
                            block.imports[name] = ast.unparse(statement)

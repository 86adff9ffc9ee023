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
    """

    name: str
    summary: str
    defaults: dict[str, Any]
    dropped: frozenset[str]
    init: list[ast.stmt]
    methods: list[ast.FunctionDef]
    helpers: dict[str, str] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)

    @property
    def layers(self) -> set[str]:
        """The names of the Keras layers that it is made of."""
        trees = (node for statement in (*self.init, *self.methods) for node in ast.walk(statement))
        return {node.attr for node in trees if isinstance(node, ast.Attribute)}

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
    known: dict[str, list[Mapping[str, Any]]] = {name: list(each) for name, each in uses.items()}
    found: dict[str, SpecializedBlock] = {}
    for name in _outermost_first(known):
        if name not in known:
            continue  # It stood in a branch that none of these uses takes.
        found[name] = _reduced(name, known[name])
        for inner, arguments in _calls([*found[name].init, *found[name].methods]):
            known.setdefault(inner, []).append(_bound(inner, arguments))
    for one in found.values():
        _shorten(one, found)
    return dict(reversed(found.items()))


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
        defined = (one for one in module.body if isinstance(one, ast.ClassDef) and one.name == name)
        trees[name] = (module, next(defined))
    return trees


def _outermost_first(uses: Iterable[str]) -> list[str]:
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            inner = names_in(_trees()[name][1]) & _trees().keys() - {name}
            for one in sorted(inner):
                visit(one)
            order.append(name)

    for name in uses:
        visit(name)
    return order[::-1]


@cache
def signature(block: str) -> dict[str, Any]:
    """The arguments of a block with their defaults; `inspect.Parameter.empty` for none."""
    given = inspect.signature(discover()[block].__init__).parameters.values()
    return {
        one.name: one.default
        for one in given
        if one.name != "self" and one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)
    }


def _reduced(name: str, uses: list[Mapping[str, Any]]) -> SpecializedBlock:
    module, tree = _trees()[name]
    tree = AnnotationRemover().visit(copy.deepcopy(tree))
    arguments = signature(name)
    dropped = {
        one: default
        for one, default in arguments.items()
        if default is not inspect.Parameter.empty and all(same(use[one], default) for use in uses)
    }
    fold = ConstantFolder({one: constant(default) for one, default in dropped.items()})
    methods = [one for one in tree.body if isinstance(one, ast.FunctionDef)]
    init = next((one for one in methods if one.name == "__init__"), None)
    body = [] if init is None else fold.visit(init).body
    body = [one for one in body if not _is_super(one) and not _is_docstring(one)]
    body, methods = _without_constants(body, [one for one in methods if one.name != "__init__"])
    methods.sort(key=lambda one: one.name != "call")
    kept = {one: default for one, default in arguments.items() if one not in dropped}
    reduced = SpecializedBlock(
        name, read_documentation(discover()[name].__doc__).summary, kept, frozenset(dropped), body, methods
    )
    _collect(reduced, module)
    return reduced


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
        one for one in body if not (isinstance(one, ast.Assign) and own_attribute(one.targets[0]) in plain)
    ]
    fold = ConstantFolder(attributes=plain, present=present)
    folded = [fold.visit(one) for one in methods]
    used = {own_attribute(node) for one in folded for node in ast.walk(one)} | _CALLED_BY_KERAS
    return body, [one for one in folded if one.name in used]


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
    given = dict(zip(arguments, call.args, strict=False))
    given |= {one.arg: one.value for one in call.keywords if one.arg is not None}
    for name, value in given.items():
        plain, known = literal(value)
        arguments[name] = known if plain else OPEN
    return arguments


def _shorten(reduced: SpecializedBlock, found: Mapping[str, SpecializedBlock]) -> None:
    """Leave out of the calls inside a block what has its default anyway."""
    for statement in [*reduced.init, *reduced.methods]:
        for node in ast.walk(statement):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in found:
                _shorten_call(node, signature(node.func.id), found[node.func.id].dropped)
            elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "layers":
                _shorten_call(node, layer_defaults(node.func.attr), frozenset())


def _shorten_call(call: ast.Call, defaults: Mapping[str, Any], dropped: frozenset[str]) -> None:
    names = list(defaults)
    if any(name in dropped for name in names[: len(call.args)]):
        placed = [ast.keyword(name, value) for name, value in zip(names, call.args, strict=False)]
        call.args, call.keywords = [], placed + call.keywords
    kept = []
    for one in call.keywords:
        plain, value = literal(one.value)
        is_default = one.arg is not None and plain and one.arg in defaults and same(value, defaults[one.arg])
        if one.arg not in dropped and not is_default:
            kept.append(one)
    call.keywords = kept


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
    given = inspect.signature(kind.__init__).parameters.values()
    return {one.name: one.default for one in given if one.name not in ("self", "kwargs")}


def _collect(reduced: SpecializedBlock, module: ast.Module) -> None:
    """Note the functions, constants and imports of the block's file that its source uses."""
    wanted = [*reduced.init, *reduced.methods]
    seen: set[str] = set()
    while wanted:
        for name in names_in(wanted.pop()) - seen:
            seen.add(name)
            for statement in module.body:
                if isinstance(statement, ast.FunctionDef) and statement.name == name:
                    bare = AnnotationRemover().visit(copy.deepcopy(statement))
                    reduced.helpers[name] = ast.unparse(ast.fix_missing_locations(bare))
                    wanted.append(statement)
                elif isinstance(statement, ast.Assign) and name in names_in(statement.targets[0]):
                    reduced.helpers[name] = ast.unparse(statement)
                    wanted.append(statement)
                elif isinstance(statement, ast.Import | ast.ImportFrom) and name not in _trees():
                    for alias in statement.names:
                        if (alias.asname or alias.name) == name:
                            reduced.imports[name] = ast.unparse(statement)

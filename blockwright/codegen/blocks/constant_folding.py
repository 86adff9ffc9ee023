"""Small changes to a block's source as a syntax tree: known values put in, dead branches taken out."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

_COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Gt: operator.gt,
}


class ConstantFolder(ast.NodeTransformer):
    """Puts constants in the place of names and of `self.<attribute>`, and decides what follows from them.

    Args:
        names: what to put in the place of a name that is read.
        attributes: what to put in the place of an attribute of `self` that is read.
        present: attributes of `self` that are never None.
    """

    def __init__(
        self,
        names: Mapping[str, ast.expr] | None = None,
        attributes: Mapping[str, ast.expr] | None = None,
        present: frozenset[str] = frozenset(),
    ) -> None:
        self._names = names or {}
        self._attributes = attributes or {}
        self._present = present

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """A name that is known."""
        return self._names.get(node.id, node) if isinstance(node.ctx, ast.Load) else node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """An attribute of `self` that is known."""
        name = own_attribute(node)
        if name is not None and name in self._attributes and isinstance(node.ctx, ast.Load):
            return self._attributes[name]
        self.generic_visit(node)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        """`not` of something known."""
        self.generic_visit(node)
        if isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Constant):
            return ast.Constant(not node.operand.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function without what stands behind a `return`, and without values that are replaced at once."""
        self.generic_visit(node)
        ends = [index for index, statement in enumerate(node.body) if isinstance(statement, ast.Return)]
        body = node.body[: ends[0] + 1] if ends else node.body
        node.body = [
            statement
            for statement, following in zip(body, [*body[1:], None], strict=True)
            if not _replaced(statement, following)
        ]
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        """`and` and `or`, some of it known."""
        self.generic_visit(node)
        decides = isinstance(node.op, ast.Or)
        constants = [bool(value.value) for value in node.values if isinstance(value, ast.Constant)]
        if decides in constants:
            return ast.Constant(decides)
        node.values = [value for value in node.values if not isinstance(value, ast.Constant)]
        if not node.values:
            return ast.Constant(not decides)
        return node if len(node.values) > 1 else node.values[0]

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        """`is None`, `==`, `!=` and `>` of something known."""
        self.generic_visit(node)
        if len(node.ops) == 1 and isinstance(node.left, ast.Constant):
            compare = _COMPARED.get(type(node.ops[0]))
            other = node.comparators[0]
            if compare is not None and isinstance(other, ast.Constant):
                return ast.Constant(compare(node.left.value, other.value))
        if len(node.ops) != 1 or not isinstance(node.ops[0], ast.Is | ast.IsNot):
            return node
        if not (isinstance(node.comparators[0], ast.Constant) and node.comparators[0].value is None):
            return node
        none = None
        if isinstance(node.left, ast.Constant):
            none = node.left.value is None
        elif own_attribute(node.left) in self._present:
            none = False
        return node if none is None else ast.Constant(none == isinstance(node.ops[0], ast.Is))

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        """`a if condition else b` with a condition that is known, or that reads better the other way round."""
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
            return ast.IfExp(node.test.operand, node.orelse, node.body)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.Assign | None:
        """An assignment; one of a name to itself goes."""
        self.generic_visit(node)
        names = [part.id for part in (*node.targets, node.value) if isinstance(part, ast.Name)]
        return None if len(node.targets) == 1 and len(names) == 2 and len(set(names)) == 1 else node

    def visit_If(self, node: ast.If) -> Any:
        """`if` with a condition that is known."""
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node


class AnnotationRemover(ast.NodeTransformer):
    """Takes annotations off functions and assignments."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function without annotations."""
        self.generic_visit(node)
        node.returns = None
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        for argument in [*every, node.args.vararg, node.args.kwarg]:
            if argument is not None:
                argument.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt | None:
        """An assignment without annotation; a mere declaration goes."""
        self.generic_visit(node)
        return None if node.value is None else ast.Assign([node.target], node.value, lineno=0)


def _replaced(statement: ast.stmt, following: ast.stmt | None) -> bool:
    """Whether a plain value is put into an attribute that the next statement puts something else into."""
    if not (isinstance(statement, ast.Assign) and isinstance(following, ast.Assign)):
        return False
    name = own_attribute(statement.targets[0])
    plain = isinstance(statement.value, ast.Constant)
    return plain and name is not None and name == own_attribute(following.targets[0])


def own_attribute(node: ast.AST) -> str | None:
    """The name of an attribute of `self`, or None for any other expression."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return node.attr
    return None


def constant(value: Any) -> ast.expr:
    """The expression that stands for a plain value."""
    return ast.parse(repr(value), mode="eval").body


def literal(node: ast.expr) -> tuple[bool, Any]:
    """Whether an expression is a plain value, and that value."""
    try:
        return True, ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return False, None


def same(first: Any, second: Any) -> bool:
    """Whether two arguments mean the same to a layer: 3 is (3, 3), a list is a tuple, True is not 1."""
    if isinstance(first, list | tuple) or isinstance(second, list | tuple):
        pair = [
            tuple(value) if isinstance(value, list | tuple) else (value, value) for value in (first, second)
        ]
        return len(pair[0]) == len(pair[1]) and all(same(a, b) for a, b in zip(*pair, strict=True))
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    return first == second


def names_in(tree: ast.AST) -> set[str]:
    """Every name that is read in a tree."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}

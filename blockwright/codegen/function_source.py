"""The text of the app's own functions, as a person would write them into a file: without annotations."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

_PRIVATE = re.compile(r"(?<![\w.\"'])_([A-Za-z]\w*)")


def plain_source(definition: Callable[..., Any]) -> str:
    """The text of a function or a class."""
    return _plain(inspect.getsource(definition)).strip("\n")


def module_source(module: ModuleType) -> str:
    """The text of a module's functions, classes and constants, without leading underscores."""
    text = inspect.getsource(module)
    pieces = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.ImportFrom):
            pieces += [
                f"{alias.name} = {vars(module)[alias.name]!r}" for alias in node.names if alias.name.isupper()
            ]
        if isinstance(node, ast.Expr | ast.Import | ast.ImportFrom | ast.If):
            continue
        segment = ast.get_source_segment(text, node) or ""
        if isinstance(node, ast.FunctionDef):
            segment = _plain(segment)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            segment = f"{ast.unparse(node.target)} = {ast.get_source_segment(text, node.value)}"
        pieces.append(segment)
    separated = (f"\n\n{piece}\n\n" if piece.startswith(("def ", "class ")) else piece for piece in pieces)
    return _PRIVATE.sub(r"\1", "\n".join(separated))


def method_source(owner: type, names: Iterable[str]) -> str:
    """The text of methods of a class, as it stands in a class; the last to define a method counts."""
    methods = (_plain(textwrap.dedent(inspect.getsource(getattr(owner, name)))) for name in names)
    return "\n\n".join(textwrap.indent(method.strip("\n"), "    ") for method in methods) + "\n"


def without(text: str, *pieces: str) -> str:
    """A text without what a file does not need. Raises ValueError where a piece does not stand in it."""
    for piece in pieces:
        text = replaced(text, piece, "")
    return text


def replaced(text: str, old: str, new: str) -> str:
    """A text with another piece in the place of one. Raises ValueError where that does not stand in it."""
    if old not in text:
        raise ValueError(f"This is not in the source that generated files show: {old!r}")
    return text.replace(old, new)


def _plain(source: str) -> str:
    """A function's source without annotations and imports."""
    source = re.sub(r"  # type: ignore.*", "", source)
    lines = source.splitlines()
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            line = lines[node.lineno - 1]
            start = node.target.end_col_offset or 0
            lines[node.lineno - 1] = line[:start] + " =" + line[line.index(" = ") + 2 :]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for function in sorted(functions, key=lambda node: -node.lineno):
        names = [argument.arg for argument in function.args.args]
        defaults = [ast.unparse(default) for default in function.args.defaults]
        arguments = names[: len(names) - len(defaults)]
        arguments += [
            f"{name}={default}" for name, default in zip(names[len(arguments) :], defaults, strict=True)
        ]
        if function.args.vararg is not None:
            arguments.append(f"*{function.args.vararg.arg}")
        if function.args.kwarg is not None:
            arguments.append(f"**{function.args.kwarg.arg}")
        header = f"{' ' * function.col_offset}def {function.name}({', '.join(arguments)}):"
        lines[function.lineno - 1 : function.body[0].lineno - 1] = [header]
    return re.sub(r"\n *import numpy as np\n\n?", "\n", "\n".join(lines))

"""Python names and words for comments, made from what people typed."""

import ast
import builtins
import keyword
import re
import textwrap
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import keras

from blockwright.layers import names_with
from blockwright.schema.text import ascii_text, slug

_LONGEST = 40
_LONGEST_WORDS = 120

IMPORTS = {
    "contextlib": "import contextlib",
    "csv": "import csv",
    "functools": "import functools",
    "math": "import math",
    "sys": "import sys",
    "Path": "from pathlib import Path",
    "NamedTuple": "from typing import NamedTuple",
    "keras": "import keras",
    "plt": "import matplotlib.pyplot as plt",
    "np": "import numpy as np",
    "tf": "import tensorflow as tf",
    "layers": "from keras import layers",
    "ops": "from keras import ops",
}
"""What generated code imports, by the name that it uses; the standard library first."""

_PACKAGE = Path(__file__).parent
_COPIED = (_PACKAGE.parent / "data" / "synthetic", _PACKAGE.parent / "runtime")
_NETWORK = ("apis", "blocks", "program")
"""The rooms whose templates stand in the network itself, beside the variables that are named here."""
_NO_CODE = re.compile(r'"""[\s\S]*?"""|#.*|"[^"\n]*"|\{%[\s\S]*?%\}')
_ARGUMENTS = (
    "args",
    "cls",
    "dtype",
    "inputs",
    "kwargs",
    "main",
    "mask",
    "name",
    "self",
    "training",
    "x",
    "y",
)


def snake(text: str) -> str:
    """A class name in small letters, as Keras names layers: `ConvBlock` becomes `conv_block`, `Conv2D` `conv2d`."""
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", text)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower()


def variable_names(ids: Iterable[tuple[str, str]], taken: Iterable[str] = ()) -> dict[str, str]:
    """A Python variable for every `(id, fallback)`, no two alike; `fallback` serves where an id has no usable letter.

    None is a keyword, a built-in name, an attribute of `keras.Model`, or a name that the file uses itself.
    """
    reserved = {
        *_file_names(),
        *taken,
        *_model_attributes(),
        *dir(builtins),
        *keyword.kwlist,
        *keyword.softkwlist,
    }
    names: dict[str, str] = {}
    for node_id, fallback in ids:
        base = slug(node_id, "_", _LONGEST) or slug(fallback, "_", _LONGEST) or "node"
        if base[0].isdigit():
            base = f"{slug(fallback, '_', _LONGEST) or 'node'}_{base}"
        name, number = base, 1
        if name in reserved and f"{name}_" not in reserved:
            name = f"{name}_"
        while name in reserved:
            number += 1
            name = f"{base}_{number}"
        reserved.add(name)
        names[node_id] = name
    return names


def class_name(text: str, taken: Iterable[str] = (), suffix: str = "Network") -> str:
    """A class name made from a design's name: `Tutorial Inception` becomes `TutorialInception`.

    `suffix` stands behind one that is taken.
    """
    words = re.findall(r"[A-Za-z0-9]+", ascii_text(text))
    name = "".join(word[:1].upper() + word[1:] for word in words)[:_LONGEST]
    if not name:
        name = suffix
    if name[0].isdigit():
        name = f"{suffix}{name}"
    reserved = {*taken, *_file_classes(), *keyword.kwlist, *dir(builtins)}
    if name in reserved or f"{name}{suffix}" in reserved:
        name += suffix
    while name in reserved:
        name += suffix
    return name


def function_name(name: str, taken: Iterable[str]) -> str:
    """What the function of a block is called, whose class would be called `name`: `res_unit` of `ResUnit`."""
    reserved = {*_file_names(), *taken, *dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    function = snake(name)
    while function in reserved:
        function += "_block"
    return function


def file_stem(text: str) -> str:
    """A file name without ending, made from a design's name: small letters, digits and `_`."""
    return slug(text, "_", _LONGEST) or "network"


def words(text: str) -> str:
    """What a person typed, fit for a comment or a docstring: one printable line without quotes or backslash."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    plain = " ".join(plain.replace("\\", "/").replace('"', "'").split())
    return plain if len(plain) <= _LONGEST_WORDS else plain[: _LONGEST_WORDS - 1] + "…"


def docstring(text: str, indent: int = 4) -> str:
    """Text as it stands between the quotes of a docstring, wrapped where it is long."""
    if len(text) + indent + 6 <= 88:
        return text
    first, *rest = textwrap.wrap(text, 88 - indent - 3)
    return "\n".join([first, *(" " * indent + line for line in rest), " " * indent])


@cache
def _file_names() -> frozenset[str]:
    """The names that a generated file may use itself where a network's variables and functions stand.

    Read from this package: what its templates define, what those of the network use, and the functions that are copied.
    """
    names = {*IMPORTS, *_ARGUMENTS}
    for path in sorted(_PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
        code = [_NO_CODE.sub(" ", text) for text in texts if isinstance(text, str) and "\n" in text]
        names.update(name for text in texts if isinstance(text, str) for name in _defined(text))
        if path.parent.name in _NETWORK:
            templates = [
                text for text in code if re.search(r"^ *(def|for|if|return|class) ", text, re.MULTILINE)
            ]
            names.update(name for text in templates for name in re.findall(r"(?<![.\w])[a-z_]\w*", text))
    for path in sorted(path for folder in _COPIED for path in folder.glob("*.py")):
        functions = (node for node in ast.parse(path.read_text(encoding="utf-8")).body)
        names.update(node.name.lstrip("_") for node in functions if isinstance(node, ast.FunctionDef))
    return frozenset(names)


def _defined(text: str) -> list[str]:
    """The functions that a template defines; or the text itself where it is a function's name."""
    return [text] if re.fullmatch(r"[a-z]+(_[a-z]+)+", text) else re.findall(r"def (\w+)\(", text)


@cache
def _file_classes() -> frozenset[str]:
    """The classes and constants that a generated file may use itself, read from templates and copied modules."""
    names = {
        *IMPORTS,
        "ConfusionMatrixDisplay",
        "Layer",
        "Model",
        "Sequential",
        "TrainableModel",
        "TrainableSequential",
        *names_with("unfrozen_parts"),
    }
    for path in sorted(_PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.update(re.findall(r"^(?:class )?([A-Z]\w+)(?= = |\(|:)", node.value, re.MULTILINE))
    for path in sorted(path for folder in _COPIED for path in folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                names.add(node.name.lstrip("_"))
            elif isinstance(node, ast.ImportFrom):
                names.update(alias.name for alias in node.names if alias.name.isupper())
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                parts = (part for target in targets for part in ast.walk(target))
                names.update(part.id.lstrip("_") for part in parts if isinstance(part, ast.Name))
    return frozenset(names)


@cache
def _model_attributes() -> frozenset[str]:
    model = keras.Model()
    return frozenset({*dir(model), *vars(model), "optimizer", "loss", "compiled_metrics", "arguments"})

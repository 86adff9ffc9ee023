"""Runs the network of a generated file in this process, and compares it with the app's own."""

import ast
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.codegen import generate
from blockwright.codegen.program.layer_naming import input_names
from blockwright.codegen.program.program import output_names
from blockwright.network.model import DesignedModel
from blockwright.schema.design import Design


def values_of(text: str) -> dict[str, Any]:
    """Everything that a file defines, without running it."""
    values: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated", "exec"), values)
    return values


def network_of(text: str, seed: int = 0) -> keras.Model:
    """The network of a file with its weights made, as a functional model."""
    values = values_of(text)
    main = next(
        one for one in ast.parse(text).body if isinstance(one, ast.FunctionDef) and one.name == "main"
    )
    made = next(
        one.value
        for one in main.body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "model"
    )
    keras.utils.set_random_seed(seed)
    model = eval(ast.unparse(made), values)
    return model.build_graph() if hasattr(model, "build_graph") else model


def probe(design: Design, examples: int = 3) -> list[Any]:
    """A few examples for every input of a design."""
    generator = np.random.default_rng(0)
    found = []
    for one in design.inputs:
        shape = (examples, *(size or 32 for size in one.shape))
        if one.dtype == "string":
            words = np.array(["a good day", "the Bad one!", "so it is good"])
            found.append(tf.constant(words[generator.integers(0, 3, shape)]))
        elif one.dtype.startswith("float"):
            found.append(generator.random(shape).astype("float32"))
        else:
            found.append(generator.integers(0, 2, shape).astype(one.dtype))
    return found


def differences(design: Design, api: str, settings: dict[str, Any] | None = None) -> tuple[int, float]:
    """How many first weights differ between a file and the app, and the largest difference of their outputs."""
    made = generate(design, api, "fit", settings)
    assert made.problem is None, made.problem
    keras.utils.set_random_seed(0)
    app = DesignedModel(design)
    app.build()
    file = network_of(made.text)
    assert file.count_params() == app.count_params()
    mine = sorted((one.shape, one.tobytes()) for one in app.get_weights())
    theirs = sorted((one.shape, one.tobytes()) for one in file.get_weights())
    apart = sum(one != other for one, other in zip(mine, theirs, strict=True))
    given = probe(design)
    wanted = app(given if len(given) > 1 else given[0], training=False)
    wanted = list(wanted) if isinstance(wanted, list | tuple) else [wanted]
    found = file(
        dict(zip(input_names(design), given, strict=True)) if len(given) > 1 else given[0], training=False
    )
    found = [found[name] for name in output_names(design)] if isinstance(found, dict) else [found]
    assert [one.shape for one in wanted] == [one.shape for one in found]
    apart_by = 0.0
    for one, other in zip(wanted, found, strict=True):
        one, other = np.asarray(one, "float32"), np.asarray(other, "float32")
        largest = max(1.0, float(np.abs(one).max()))
        apart_by = max(apart_by, float(np.abs(one - other).max()) / largest)
    return apart, apart_by

"""Operations between layers: `a + b`, `x * 0.5`, `ops.relu(x)`, which the file lists beside the layers."""

from collections.abc import Callable
from typing import Any

from blockwright.importing.file.calls import Call, Wire, wires_in
from blockwright.importing.node_draft import Chain, Draft, Inner
from blockwright.importing.operations import reshaping
from blockwright.importing.operations.arguments import Arguments, number
from blockwright.importing.operations.reshaping import Ranks
from blockwright.importing.problems import Unfit, short, word

_FUNCTIONS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "add": "Add",
    "math.add_n": "AddN",
    "math.subtract": "Subtract",
    "subtract": "Subtract",
    "math.multiply": "Multiply",
    "multiply": "Multiply",
    "math.truediv": "TrueDivide",
    "math.divide": "TrueDivide",
    "math.negative": "Negative",
    "math.maximum": "Maximum",
    "math.minimum": "Minimum",
    "math.square": "Square",
    "nn.relu": "Relu",
    "nn.relu6": "Relu6",
    "nn.elu": "Elu",
    "nn.selu": "Selu",
    "nn.sigmoid": "Sigmoid",
    "math.sigmoid": "Sigmoid",
    "nn.silu": "Silu",
    "nn.swish": "Silu",
    "nn.softmax": "Softmax",
    "nn.softplus": "Softplus",
    "nn.tanh": "Tanh",
    "math.tanh": "Tanh",
    "math.softplus": "Softplus",
    "concat": "Concatenate",
    "identity": "Identity",
    "reshape": "Reshape",
    "math.reduce_mean": "Mean",
    "math.reduce_max": "Max",
    "math.reduce_sum": "Sum",
    "math.reduce_min": "Min",
    "math.sqrt": "Sqrt",
    "math.rsqrt": "Rsqrt",
    "math.exp": "Exp",
    "math.log": "Log",
    "math.abs": "Abs",
    "math.pow": "Power",
    "math.reduce_std": "Std",
    "math.reduce_variance": "Var",
    "clip_by_value": "ClipByValue",
    "expand_dims": "ExpandDims",
    "squeeze": "Squeeze",
    "stack": "Stack",
    "transpose": "Transpose",
    "linalg.matmul": "Matmul",
    "tile": "Tile",
    "cast": "Cast",
    "nn.gelu": "TensorFlowGelu",
    "nn.leaky_relu": "LeakyRelu",
    "nn.log_softmax": "LogSoftmax",
}
"""TensorFlow's functions, which Keras 2 recorded, under the names of Keras 3's operations."""

_ACTIVATIONS = {
    "Relu": "relu",
    "Relu6": "relu6",
    "Selu": "selu",
    "Sigmoid": "sigmoid",
    "Silu": "silu",
    "Softplus": "softplus",
    "Tanh": "tanh",
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "Identity": "linear",
    "Softsign": "softsign",
    "LogSigmoid": "log_sigmoid",
}
_FUNCTIONS_OF_NUMBERS = {
    "Abs": "absolute",
    "Sqrt": "sqrt",
    "Rsqrt": "rsqrt",
    "Reciprocal": "reciprocal",
    "Exp": "exp",
    "Expm1": "expm1",
    "Log": "log",
    "Log1p": "log1p",
    "Log2": "log2",
    "Log10": "log10",
    "Sin": "sin",
    "Cos": "cos",
    "Tan": "tan",
    "Arcsin": "arcsin",
    "Arccos": "arccos",
    "Arctan": "arctan",
    "Sinh": "sinh",
    "Cosh": "cosh",
    "Erf": "erf",
    "Sign": "sign",
    "Floor": "floor",
    "Ceil": "ceil",
}
_REDUCTIONS = {
    "Mean": "mean",
    "Sum": "sum",
    "Max": "max",
    "Min": "min",
    "Prod": "prod",
    "Std": "std",
    "Var": "var",
    "Logsumexp": "logsumexp",
}
_MERGES = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})


def operation_name(entry: dict[str, Any]) -> str:
    """The name of an operation as Keras 3 has it, also for one that Keras 2 recorded."""
    if entry["class_name"] == "TFOpLambda":
        function = entry["config"].get("function")
        return _FUNCTIONS.get(function, word(function)) if isinstance(function, str) else "?"
    if entry["class_name"] == "SlicingOpLambda":
        return "GetItem"
    return {"Divide": "TrueDivide", "Absolute": "Abs"}.get(entry["class_name"], entry["class_name"])


def read_operation(entry: dict[str, Any], call: Call, rank: Ranks) -> Draft:
    """The node that does what an operation does, or several. `rank` tells how many dimensions a wire has, if known.

    Raises `Unfit` for an operation without an equal among the blocks.
    """
    name = operation_name(entry)
    given = Arguments(name, entry["config"], call)
    if name in _ACTIVATIONS:
        return _activation(_ACTIVATIONS[name], given.tensor())
    if name in _FUNCTIONS_OF_NUMBERS:
        return Draft("Function", {"function": _FUNCTIONS_OF_NUMBERS[name]}, [given.tensor()])
    if name in _MERGES or name in ("TrueDivide", "Power"):
        return _binary(name, given, rank)
    if name in _REDUCTIONS:
        return _reduced(_REDUCTIONS[name], given, rank)
    rule = _RULES.get(name)
    if rule is None:
        raise Unfit(
            f"The operation `{word(name)}` has no equal among the blocks. Write this step with a layer, such as Add, "
            "Multiply, Concatenate, Reshape, Rescaling or Activation, and write the JSON again."
        )
    return rule(given, rank)


def _activation(name: str, source: Wire) -> Draft:
    return Draft("Activation", {"activation": name}, [source])


def _binary(name: str, given: Arguments, rank: Ranks) -> Draft:
    left, right = given.at(0, "x1", "x"), given.at(1, "x2", "y")
    if isinstance(left, list) and right is None and len(left) == 2:
        left, right = left
    both = isinstance(left, Wire) and isinstance(right, Wire)
    if both and name != "Power":
        ranks = (rank(left), rank(right))
        if None not in ranks and ranks[0] != ranks[1]:
            raise Unfit(
                f"`{name}` reads tensors of {ranks[0]} and {ranks[1]} dimensions. Bring them to the same "
                "number by Reshape."
            )
        return Draft(name, {}, [left, right]) if name in _MERGES else _divided(left, right)
    if both or not (isinstance(left, Wire) or isinstance(right, Wire)):
        raise Unfit(f"The operation `{name}` on these has no equal among the blocks.")
    first = isinstance(left, Wire)
    return _with_number(name, left if first else right, number(right if first else left), first)


def _divided(left: Wire, right: Wire) -> Draft:
    chain = Chain()
    chain.add("Multiply", left, chain.add("Function", right, function="reciprocal"))
    return chain.draft()


def _with_number(name: str, source: Wire, factor: float, tensor_first: bool) -> Draft:
    """What `tensor op number` is, or the other way round."""
    if name == "Maximum":
        return Draft("Clip", {"minimum": factor, "maximum": None}, [source])
    if name == "Minimum":
        return Draft("Clip", {"minimum": None, "maximum": factor}, [source])
    if name == "Power" and tensor_first:
        return _square(source) if factor == 2 else Draft("Power", {"exponent": factor}, [source])
    if name == "TrueDivide" and not tensor_first:
        chain = Chain()
        last = chain.add("Function", source, function="reciprocal")
        if factor != 1:
            chain.add("Rescaling", last, scale=factor)
        return chain.draft()
    scale, offset = _factors(name, factor, tensor_first)
    params = {"scale": scale, **({"offset": offset} if offset else {})}
    return Draft("Rescaling", params, [source])


def _factors(name: str, factor: float, tensor_first: bool) -> tuple[float, float]:
    """Scale and offset of the Rescaling that equals `tensor op number`, or the other way round."""
    if name == "Add":
        return 1.0, factor
    if name == "Subtract":
        return (1.0, -factor) if tensor_first else (-1.0, factor)
    if name == "Multiply":
        return factor, 0.0
    if name == "TrueDivide" and factor != 0:
        return 1.0 / factor, 0.0
    raise Unfit(f"The operation `{name}` with the number {factor:g} has no equal among the blocks.")


def _square(source: Wire) -> Draft:
    return Draft("Multiply", {}, [source] * 2)


def _add_n(given: Arguments, rank: Ranks) -> Draft:
    return Draft("Add", {}, list(wires_in(given.args)))


def _softmax(given: Arguments, rank: Ranks) -> Draft:
    source = given.tensor()
    axis, known = given.whole("axis", -1), rank(source)
    if axis == -1 or (known is not None and axis == known - 1):
        return _activation("softmax", source)
    given.places(known)
    return Draft("Softmax", {"axis": axis}, [source])


def _log_softmax(given: Arguments, rank: Ranks) -> Draft:
    source, axis = given.tensor(), given.option("axis", -1)
    if axis not in (-1, (rank(source) or 0) - 1):
        raise given.no_equal(f"along the axis {short(axis)}", rank(source))
    return _activation("log_softmax", source)


def _elu(given: Arguments, rank: Ranks) -> Draft:
    alpha = number(given.option("alpha", 1.0))
    return (
        _activation("elu", given.tensor()) if alpha == 1 else Draft("ELU", {"alpha": alpha}, [given.tensor()])
    )


def _gelu(given: Arguments, rank: Ranks) -> Draft:
    if given.option("approximate", given.name == "Gelu") is False:
        return _activation("gelu", given.tensor())
    return Draft("Function", {"function": "gelu"}, [given.tensor()])


def _leaky(given: Arguments, rank: Ranks) -> Draft:
    slope = number(given.option("negative_slope", given.option("alpha", 0.2)))
    return Draft("ReLU", {"negative_slope": slope}, [given.tensor()])


def _clip(given: Arguments, rank: Ranks) -> Draft:
    least = given.option("x_min", given.at(1, "x_min", "clip_value_min"))
    most = given.option("x_max", given.at(2, "x_max", "clip_value_max"))
    return Draft("Clip", {"minimum": number(least), "maximum": number(most)}, [given.tensor()])


def _cast(given: Arguments, rank: Ranks) -> Draft:
    dtype = given.option("dtype", given.at(1, "dtype"))
    if dtype != "float32":
        raise Unfit(f"`Cast` to {short(dtype)} has no equal here; a design computes in float32.")
    return Draft("Identity", {}, [given.tensor()])


def _norm(given: Arguments, rank: Ranks) -> Draft:
    if given.option("ord", None) not in (None, 2, "euclidean"):
        raise given.no_equal(f"of the order {short(given.option('ord', None))}", 1)
    return _reduced("norm", given, rank)


def _normalize(given: Arguments, rank: Ranks) -> Draft:
    order, axis = given.option("order", 2), given.whole("axis", -1)
    if order != 2 or given.option("epsilon", None) is not None:
        raise given.no_equal(f"of the order {short(order)} or with an `epsilon` of its own", 1)
    return Draft("UnitNormalization", {"axis": axis}, [given.tensor()])


def _matmul(given: Arguments, rank: Ranks) -> Draft:
    left, right = given.at(0, "x1", "a"), given.at(1, "x2", "b")
    turned = [one for one in ("transpose_a", "adjoint_a", "adjoint_b") if given.option(one, False)]
    if not isinstance(left, Wire) or not isinstance(right, Wire) or turned:
        raise Unfit("The operation `Matmul` takes two tensors here, as they are.")
    known = rank(left)
    if known is None or known != rank(right) or known < 3:
        raise given.no_equal("of matrices that are not as many on both sides", rank(left))
    chain = Chain()
    last: Wire | Inner = right
    if given.option("transpose_b", False):
        order = [*range(1, known - 2), known - 1, known - 2]
        last = chain.add("Permute", right, dims=order)
    chain.add("MatMul", left, last)
    return chain.draft()


def _reduced(operation: str, given: Arguments, rank: Ranks) -> Draft:
    """A global pooling where it is the mean or the largest over all places, otherwise a Reduce."""
    source, known = given.tensor(), rank(given.tensor())
    axes = given.places(known)
    keep = {"keepdims": True} if given.option("keepdims", False) is True else {}
    kind = {"mean": "Average", "max": "Max"}.get(operation)
    if kind is not None and known in (3, 4, 5) and axes == list(range(1, known - 1)):
        return Draft(f"Global{kind}Pooling{known - 2}D", keep, [source])
    last = known is not None and axes == [known - 1]
    axis = -1 if last else axes[0] if len(axes) == 1 else axes
    return Draft("Reduce", {"operation": operation, "axis": axis, **keep}, [source])


_RULES: dict[str, Callable[[Arguments, Ranks], Draft]] = {
    "AddN": _add_n,
    "Cast": _cast,
    "Clip": _clip,
    "ClipByValue": _clip,
    "Concatenate": reshaping.concatenate,
    "Elu": _elu,
    "ExpandDims": reshaping.expand_dims,
    "Flip": reshaping.flip,
    "Gelu": _gelu,
    "GetItem": reshaping.get_item,
    "LeakyRelu": _leaky,
    "LogSoftmax": _log_softmax,
    "Matmul": _matmul,
    "Moveaxis": reshaping.moveaxis,
    "Negative": lambda given, rank: Draft("Rescaling", {"scale": -1.0}, [given.tensor()]),
    "Norm": _norm,
    "Normalize": _normalize,
    "Pad": reshaping.pad,
    "Repeat": reshaping.repeat,
    "Reshape": reshaping.reshape,
    "Softmax": _softmax,
    "Split": reshaping.split,
    "Square": lambda given, rank: _square(given.tensor()),
    "Squeeze": reshaping.squeeze,
    "Stack": reshaping.stack,
    "Swapaxes": reshaping.swapaxes,
    "Take": reshaping.take,
    "TensorFlowGelu": _gelu,
    "Tile": reshaping.tile,
    "Transpose": reshaping.transpose,
}

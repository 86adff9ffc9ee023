"""Operations between layers: `a + b`, `x * 0.5`, `ops.relu(x)`, which the file lists beside the layers."""

from collections.abc import Callable
from typing import Any

from blockwright.importing.file.calls import Call, TensorRef, tensors_in
from blockwright.importing.node_draft import NodeChain, NodeDraft, PartRef
from blockwright.importing.operations import reshaping
from blockwright.importing.operations.arguments import Arguments, number
from blockwright.importing.operations.reshaping import RankOf
from blockwright.importing.problems import Unsupported, short, short_name

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
"""The functions of TensorFlow that Keras 2 recorded, each with the name of Keras 3's operation."""

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
        return _FUNCTIONS.get(function, short_name(function)) if isinstance(function, str) else "?"
    if entry["class_name"] == "SlicingOpLambda":
        return "GetItem"
    return {"Divide": "TrueDivide", "Absolute": "Abs"}.get(entry["class_name"], entry["class_name"])


def read_operation(entry: dict[str, Any], call: Call, rank: RankOf) -> NodeDraft:
    """The node that does what an operation does, or several; `rank` is the number of dimensions of a tensor, if known.

    Raises `Unsupported` for an operation that no block can do.
    """
    name = operation_name(entry)
    args = Arguments(name, entry["config"], call)
    if name in _ACTIVATIONS:
        return _activation(_ACTIVATIONS[name], args.tensor())
    if name in _FUNCTIONS_OF_NUMBERS:
        return NodeDraft("Function", {"function": _FUNCTIONS_OF_NUMBERS[name]}, [args.tensor()])
    if name in _MERGES or name in ("TrueDivide", "Power"):
        return _binary(name, args, rank)
    if name in _REDUCTIONS:
        return _reduced(_REDUCTIONS[name], args, rank)
    rule = _RULES.get(name)
    if rule is None:
        raise Unsupported(
            f"The operation `{short_name(name)}` is not supported. Replace it with a layer, such as Add, Multiply, "
            "Concatenate, Reshape, Rescaling or Activation, and save the JSON again."
        )
    return rule(args, rank)


def _activation(name: str, source: TensorRef) -> NodeDraft:
    return NodeDraft("Activation", {"activation": name}, [source])


def _binary(name: str, args: Arguments, rank: RankOf) -> NodeDraft:
    left, right = args.value(0, "x1", "x"), args.value(1, "x2", "y")
    if isinstance(left, list) and right is None and len(left) == 2:
        left, right = left
    both = isinstance(left, TensorRef) and isinstance(right, TensorRef)
    if both and name != "Power":
        ranks = (rank(left), rank(right))
        if None not in ranks and ranks[0] != ranks[1]:
            raise Unsupported(
                f"`{name}` reads tensors with {ranks[0]} and {ranks[1]} dimensions. Use Reshape to make these equal."
            )
        return NodeDraft(name, {}, [left, right]) if name in _MERGES else _divided(left, right)
    if both or not (isinstance(left, TensorRef) or isinstance(right, TensorRef)):
        raise Unsupported(f"The operation `{name}` is not supported with these arguments.")
    if isinstance(left, TensorRef):
        return _with_number(name, left, number(right), tensor_first=True)
    return _with_number(name, right, number(left), tensor_first=False)


def _divided(left: TensorRef, right: TensorRef) -> NodeDraft:
    chain = NodeChain()
    chain.add("Multiply", left, chain.add("Function", right, function="reciprocal"))
    return chain.draft()


def _with_number(name: str, source: TensorRef, factor: float, tensor_first: bool) -> NodeDraft:
    """The nodes for `tensor op number`, or for `number op tensor`."""
    if name == "Maximum":
        return NodeDraft("Clip", {"minimum": factor, "maximum": None}, [source])
    if name == "Minimum":
        return NodeDraft("Clip", {"minimum": None, "maximum": factor}, [source])
    if name == "Power" and tensor_first:
        return _square(source) if factor == 2 else NodeDraft("Power", {"exponent": factor}, [source])
    if name == "TrueDivide" and not tensor_first:
        chain = NodeChain()
        last = chain.add("Function", source, function="reciprocal")
        if factor != 1:
            chain.add("Rescaling", last, scale=factor)
        return chain.draft()
    scale, offset = _factors(name, factor, tensor_first)
    params = {"scale": scale, **({"offset": offset} if offset else {})}
    return NodeDraft("Rescaling", params, [source])


def _factors(name: str, factor: float, tensor_first: bool) -> tuple[float, float]:
    """Scale and offset of the Rescaling that equals `tensor op number`, or `number op tensor`."""
    if name == "Add":
        return 1.0, factor
    if name == "Subtract":
        return (1.0, -factor) if tensor_first else (-1.0, factor)
    if name == "Multiply":
        return factor, 0.0
    if name == "TrueDivide" and factor != 0:
        return 1.0 / factor, 0.0
    raise Unsupported(f"The operation `{name}` with the number {factor:g} is not supported.")


def _square(source: TensorRef) -> NodeDraft:
    return NodeDraft("Multiply", {}, [source] * 2)


def _add_n(args: Arguments, rank: RankOf) -> NodeDraft:
    return NodeDraft("Add", {}, list(tensors_in(args.args)))


def _softmax(args: Arguments, rank: RankOf) -> NodeDraft:
    source = args.tensor()
    axis, known = args.integer("axis", -1), rank(source)
    if axis == -1 or (known is not None and axis == known - 1):
        return _activation("softmax", source)
    args.axes(known)
    return NodeDraft("Softmax", {"axis": axis}, [source])


def _log_softmax(args: Arguments, rank: RankOf) -> NodeDraft:
    source, axis = args.tensor(), args.option("axis", -1)
    if axis not in (-1, (rank(source) or 0) - 1):
        raise args.unsupported(f"along the axis {short(axis)}", rank(source))
    return _activation("log_softmax", source)


def _elu(args: Arguments, rank: RankOf) -> NodeDraft:
    alpha = number(args.option("alpha", 1.0))
    return (
        _activation("elu", args.tensor())
        if alpha == 1
        else NodeDraft("ELU", {"alpha": alpha}, [args.tensor()])
    )


def _gelu(args: Arguments, rank: RankOf) -> NodeDraft:
    if args.option("approximate", args.name == "Gelu") is False:
        return _activation("gelu", args.tensor())
    return NodeDraft("Function", {"function": "gelu"}, [args.tensor()])


def _leaky(args: Arguments, rank: RankOf) -> NodeDraft:
    slope = number(args.option("negative_slope", args.option("alpha", 0.2)))
    return NodeDraft("ReLU", {"negative_slope": slope}, [args.tensor()])


def _clip(args: Arguments, rank: RankOf) -> NodeDraft:
    minimum = args.option("x_min", args.value(1, "x_min", "clip_value_min"))
    maximum = args.option("x_max", args.value(2, "x_max", "clip_value_max"))
    return NodeDraft("Clip", {"minimum": number(minimum), "maximum": number(maximum)}, [args.tensor()])


def _cast(args: Arguments, rank: RankOf) -> NodeDraft:
    dtype = args.option("dtype", args.value(1, "dtype"))
    if dtype != "float32":
        raise Unsupported(f"`Cast` to {short(dtype)} is not supported; a design computes in float32.")
    return NodeDraft("Identity", {}, [args.tensor()])


def _norm(args: Arguments, rank: RankOf) -> NodeDraft:
    if args.option("ord", None) not in (None, 2, "euclidean"):
        raise args.unsupported(f"of the order {short(args.option('ord', None))}", 1)
    return _reduced("norm", args, rank)


def _normalize(args: Arguments, rank: RankOf) -> NodeDraft:
    order, axis = args.option("order", 2), args.integer("axis", -1)
    if order != 2 or args.option("epsilon", None) is not None:
        raise args.unsupported(f"of the order {short(order)} or with an `epsilon`", 1)
    return NodeDraft("UnitNormalization", {"axis": axis}, [args.tensor()])


def _matmul(args: Arguments, rank: RankOf) -> NodeDraft:
    left, right = args.value(0, "x1", "a"), args.value(1, "x2", "b")
    transposed = any(args.option(name, False) for name in ("transpose_a", "adjoint_a", "adjoint_b"))
    if not isinstance(left, TensorRef) or not isinstance(right, TensorRef) or transposed:
        raise Unsupported(
            "The operation `Matmul` is only supported with two tensors, neither of them transposed."
        )
    known = rank(left)
    if known is None or known != rank(right) or known < 3:
        raise args.unsupported("of tensors with different numbers of dimensions", rank(left))
    chain = NodeChain()
    last: TensorRef | PartRef = right
    if args.option("transpose_b", False):
        order = [*range(1, known - 2), known - 1, known - 2]
        last = chain.add("Permute", right, dims=order)
    chain.add("MatMul", left, last)
    return chain.draft()


def _reduced(operation: str, args: Arguments, rank: RankOf) -> NodeDraft:
    """A global pooling for the mean or maximum over all positions, otherwise a Reduce."""
    source, known = args.tensor(), rank(args.tensor())
    axes = args.axes(known)
    keep = {"keepdims": True} if args.option("keepdims", False) is True else {}
    pooling = {"mean": "Average", "max": "Max"}.get(operation)
    if pooling is not None and known in (3, 4, 5) and axes == list(range(1, known - 1)):
        return NodeDraft(f"Global{pooling}Pooling{known - 2}D", keep, [source])
    last = known is not None and axes == [known - 1]
    axis = -1 if last else axes[0] if len(axes) == 1 else axes
    return NodeDraft("Reduce", {"operation": operation, "axis": axis, **keep}, [source])


_RULES: dict[str, Callable[[Arguments, RankOf], NodeDraft]] = {
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
    "Negative": lambda args, rank: NodeDraft("Rescaling", {"scale": -1.0}, [args.tensor()]),
    "Norm": _norm,
    "Normalize": _normalize,
    "Pad": reshaping.pad,
    "Repeat": reshaping.repeat,
    "Reshape": reshaping.reshape,
    "Softmax": _softmax,
    "Split": reshaping.split,
    "Square": lambda args, rank: _square(args.tensor()),
    "Squeeze": reshaping.squeeze,
    "Stack": reshaping.stack,
    "Swapaxes": reshaping.swapaxes,
    "Take": reshaping.take,
    "TensorFlowGelu": _gelu,
    "Tile": reshaping.tile,
    "Transpose": reshaping.transpose,
}

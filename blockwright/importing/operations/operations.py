"""Operations between layers: `a + b`, `x * 0.5`, `ops.relu(x)`, which the file lists beside the layers."""

from collections.abc import Callable
from functools import cache
from typing import Any

from blockwright.importing.file.calls import Call, TensorRef
from blockwright.importing.file.operation_names import operation_name
from blockwright.importing.node_draft import NodeDraft
from blockwright.importing.operations import arithmetic, reshaping
from blockwright.importing.operations.arguments import Arguments, RankOf, number
from blockwright.importing.problems import Unsupported, short, short_name
from blockwright.inference.catalog import catalog


def read_operation(entry: dict[str, Any], call: Call, rank_of: RankOf) -> NodeDraft:
    """The node that does what an operation does, or several.

    Raises `Unsupported` for an operation that no block can do.
    """
    args = Arguments(operation_name(entry), entry["config"], call)
    if args.name in _RULES:
        return _RULES[args.name](args, rank_of)
    if activation := _functions("Activation", "activation").get(args.name):
        return _activation(activation, args.tensor())
    if function := _functions("Function", "function").get(args.name):
        return NodeDraft("Function", {"function": function}, [args.tensor()])
    if reduction := _functions("Reduce", "operation").get(args.name):
        return _reduced(reduction, args, rank_of)
    raise Unsupported(
        f"The operation `{short_name(args.name)}` is not supported. Replace it with a layer, such as Add, Multiply, "
        "Concatenate, Reshape, Rescaling or Activation, and save the JSON again."
    )


@cache
def _functions(block: str, param: str) -> dict[str, str]:
    """The functions that an argument of a block names, by the class of Keras's operation: "HardSilu": "hard_silu"."""
    choices = next(own.choices for own in catalog().blocks[block].params if own.name == param)
    return {"".join(word.capitalize() for word in choice.split("_")): choice for choice in choices}


def _activation(name: str, source: TensorRef) -> NodeDraft:
    return NodeDraft("Activation", {"activation": name}, [source])


def _softmax(args: Arguments, rank_of: RankOf) -> NodeDraft:
    source = args.tensor()
    axis, rank = args.integer("axis", -1), rank_of(source)
    if axis == -1 or (rank is not None and axis == rank - 1):
        return _activation("softmax", source)
    args.axes(rank)
    return NodeDraft("Softmax", {"axis": axis}, [source])


def _log_softmax(args: Arguments, rank_of: RankOf) -> NodeDraft:
    source, axis = args.tensor(), args.option("axis", -1)
    if axis not in (-1, (rank_of(source) or 0) - 1):
        raise args.unsupported(f"along the axis {short(axis)}", rank_of(source))
    return _activation("log_softmax", source)


def _elu(args: Arguments, rank_of: RankOf) -> NodeDraft:
    alpha = number(args.option("alpha", 1.0))
    return (
        _activation("elu", args.tensor())
        if alpha == 1
        else NodeDraft("ELU", {"alpha": alpha}, [args.tensor()])
    )


def _gelu(args: Arguments, rank_of: RankOf) -> NodeDraft:
    if args.option("approximate", args.name == "Gelu") is False:
        return _activation("gelu", args.tensor())
    return NodeDraft("Function", {"function": "gelu"}, [args.tensor()])


def _leaky(args: Arguments, rank_of: RankOf) -> NodeDraft:
    slope = number(args.option("negative_slope", args.option("alpha", 0.2)))
    return NodeDraft("ReLU", {"negative_slope": slope}, [args.tensor()])


def _clip(args: Arguments, rank_of: RankOf) -> NodeDraft:
    minimum = args.option("x_min", args.value(1, "x_min", "clip_value_min"))
    maximum = args.option("x_max", args.value(2, "x_max", "clip_value_max"))
    return NodeDraft("Clip", {"minimum": number(minimum), "maximum": number(maximum)}, [args.tensor()])


def _round(args: Arguments, rank_of: RankOf) -> NodeDraft:
    if args.option("decimals", 0) != 0:
        raise args.unsupported("to decimals", 1)
    return NodeDraft("Function", {"function": "round"}, [args.tensor()])


def _cast(args: Arguments, rank_of: RankOf) -> NodeDraft:
    dtype = args.option("dtype", args.value(1, "dtype"))
    if dtype != "float32":
        raise Unsupported(f"`Cast` to {short(dtype)} is not supported; a design computes in float32.")
    return NodeDraft("Identity", {}, [args.tensor()])


def _norm(args: Arguments, rank_of: RankOf) -> NodeDraft:
    if args.option("ord", None) not in (None, 2, "euclidean"):
        raise args.unsupported(f"of the order {short(args.option('ord', None))}", 1)
    return _reduced("norm", args, rank_of)


def _normalize(args: Arguments, rank_of: RankOf) -> NodeDraft:
    order, axis = args.option("order", 2), args.integer("axis", -1)
    if order != 2 or args.option("epsilon", None) is not None:
        raise args.unsupported(f"of the order {short(order)} or with an `epsilon`", 1)
    return NodeDraft("UnitNormalization", {"axis": axis}, [args.tensor()])


def _reduced(operation: str, args: Arguments, rank_of: RankOf) -> NodeDraft:
    """A global pooling for the mean or maximum over all positions, otherwise a Reduce."""
    source, rank = args.tensor(), rank_of(args.tensor())
    axes = args.axes(rank)
    keep = {"keepdims": True} if args.option("keepdims", False) is True else {}
    pooling = {"mean": "Average", "max": "Max"}.get(operation)
    if pooling is not None and rank in (3, 4, 5) and axes == list(range(1, rank - 1)):
        return NodeDraft(f"Global{pooling}Pooling{rank - 2}D", keep, [source])
    last = rank is not None and axes == [rank - 1]
    axis = -1 if last else axes[0] if len(axes) == 1 else axes
    return NodeDraft("Reduce", {"operation": operation, "axis": axis, **keep}, [source])


_RULES: dict[str, Callable[[Arguments, RankOf], NodeDraft]] = {
    "Add": arithmetic.binary,
    "AddN": arithmetic.add_n,
    "Cast": _cast,
    "Clip": _clip,
    "ClipByValue": _clip,
    "Concatenate": reshaping.concatenate,
    "Elu": _elu,
    "ExpandDims": reshaping.expand_dims,
    "Flip": reshaping.flip,
    "Gelu": _gelu,
    "GetItem": reshaping.get_item,
    "Identity": lambda args, rank_of: _activation("linear", args.tensor()),
    "LeakyRelu": _leaky,
    "LogSoftmax": _log_softmax,
    "Matmul": arithmetic.matmul,
    "Maximum": arithmetic.binary,
    "Minimum": arithmetic.binary,
    "Moveaxis": reshaping.moveaxis,
    "Multiply": arithmetic.binary,
    "Negative": lambda args, rank_of: NodeDraft("Rescaling", {"scale": -1.0}, [args.tensor()]),
    "Norm": _norm,
    "Normalize": _normalize,
    "Pad": reshaping.pad,
    "Power": arithmetic.binary,
    "Repeat": reshaping.repeat,
    "Reshape": reshaping.reshape,
    "Round": _round,
    "Softmax": _softmax,
    "Split": reshaping.split,
    "Square": lambda args, rank_of: arithmetic.square(args.tensor()),
    "Squeeze": reshaping.squeeze,
    "Stack": reshaping.stack,
    "Subtract": arithmetic.binary,
    "Swapaxes": reshaping.swapaxes,
    "Take": reshaping.take,
    "TensorFlowGelu": _gelu,
    "Tile": reshaping.tile,
    "Transpose": reshaping.transpose,
    "TrueDivide": arithmetic.binary,
}

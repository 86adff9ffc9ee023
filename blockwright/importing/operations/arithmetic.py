"""Operations that add, multiply or otherwise compute with two tensors, or with a tensor and a number."""

from blockwright.importing.file.calls import TensorRef, tensors_in
from blockwright.importing.node_draft import NodeChain, NodeDraft, PartRef
from blockwright.importing.operations.arguments import Arguments, RankOf, number
from blockwright.importing.problems import Unsupported
from blockwright.layers import SPECS


def binary(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """An operation of two tensors, or of a tensor and a number: `a + b`, `x * 0.5`."""
    name = args.name
    left, right = args.value(0, "x1", "x"), args.value(1, "x2", "y")
    if isinstance(left, list) and right is None and len(left) == 2:
        left, right = left
    both = isinstance(left, TensorRef) and isinstance(right, TensorRef)
    if both and name != "Power":
        ranks = (rank_of(left), rank_of(right))
        if None not in ranks and ranks[0] != ranks[1]:
            raise Unsupported(
                f"`{name}` reads tensors with {ranks[0]} and {ranks[1]} dimensions. Use Reshape to make these equal."
            )
        return NodeDraft(name, {}, [left, right]) if name in SPECS else _divided(left, right)
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
        return square(source) if factor == 2 else NodeDraft("Power", {"exponent": factor}, [source])
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


def square(source: TensorRef) -> NodeDraft:
    """`x * x`."""
    return NodeDraft("Multiply", {}, [source] * 2)


def add_n(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`tf.add_n`: an Add."""
    return NodeDraft("Add", {}, list(tensors_in(args.args)))


def matmul(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.matmul` of two tensors: a MatMul."""
    left, right = args.value(0, "x1", "a"), args.value(1, "x2", "b")
    transposed = any(args.option(name, False) for name in ("transpose_a", "adjoint_a", "adjoint_b"))
    if not isinstance(left, TensorRef) or not isinstance(right, TensorRef) or transposed:
        raise Unsupported(
            "The operation `Matmul` is only supported with two tensors, neither of them transposed."
        )
    rank = rank_of(left)
    if rank is None or rank != rank_of(right) or rank < 3:
        raise args.unsupported("of tensors with different numbers of dimensions", rank_of(left))
    chain = NodeChain()
    last: TensorRef | PartRef = right
    if args.option("transpose_b", False):
        order = [*range(1, rank - 2), rank - 1, rank - 2]
        last = chain.add("Permute", right, dims=order)
    chain.add("MatMul", left, last)
    return chain.draft()

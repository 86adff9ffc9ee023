"""Operations that take parts of tensors, join them, or change their shape."""

from itertools import pairwise
from typing import Any

from blockwright.importing.file.calls import TensorRef, plain, tensors_in
from blockwright.importing.node_draft import NodeChain, NodeDraft, PartRef
from blockwright.importing.operations.arguments import Arguments, RankOf
from blockwright.importing.problems import SecondaryProblem, Unsupported, short

_MAX_PARTS = 64


def _sources(args: Arguments, *names: str) -> list[TensorRef]:
    sources = list(tensors_in(args.value(0, *names)))
    if not sources or len(sources) > _MAX_PARTS:
        raise Unsupported(f"`{args.name}` must join 1 to {_MAX_PARTS} tensors. Received: {len(sources)}.")
    return sources


def concatenate(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.concatenate`: a Concatenate."""
    sources = _sources(args, "xs", "values")
    axis = args.option("axis", args.value(1, "axis"))
    if isinstance(axis, bool) or not isinstance(axis, int):
        raise Unsupported(f"`axis` must be a whole number. Received: {short(axis)}.")
    if axis == 0:
        raise args.unsupported("along the batch", 1)
    ranks = {rank_of(source) for source in sources}
    return NodeDraft("Concatenate", {"axis": -1 if ranks == {axis + 1} else axis}, sources)


def stack(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.stack`: an ExpandDims for each tensor, and a Concatenate."""
    sources = _sources(args, "x", "xs", "values")
    axis = args.integer("axis", 0)
    if axis == 0:
        raise args.unsupported("along the batch", 1)
    chain = NodeChain()
    expanded = {source: chain.add("ExpandDims", source, axis=axis) for source in dict.fromkeys(sources)}
    chain.add("Concatenate", *(expanded[source] for source in sources), axis=axis)
    return chain.draft()


def reshape(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.reshape` that leaves the batch unchanged: a Reshape."""
    source = args.tensor()
    shape = plain(args.value(1, "newshape", "shape"))
    valid = isinstance(shape, list) and all(isinstance(size, int | None) for size in shape)
    if not valid or len(shape) < 2 or shape[0] not in (-1, None):
        raise Unsupported(
            f"`Reshape` to {short(shape)} is not supported: the first size must be -1, for the batch."
        )
    target_shape = shape[1:]
    if any(size in (-1, None) for size in target_shape):
        raise Unsupported(f"`Reshape` to {short(shape)} is not supported: only the batch may be -1.")
    return NodeDraft("Reshape", {"target_shape": target_shape}, [source])


def expand_dims(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.expand_dims`: an ExpandDims for each axis."""
    chain, source = NodeChain(), args.tensor()
    value = args.option("axis", args.value(1, "axis"))
    axes = sorted(value) if isinstance(value, list) and all(type(axis) is int for axis in value) else [value]
    last: TensorRef | PartRef = source
    for axis in axes:
        if type(axis) is not int or axis == 0 or (len(axes) > 1 and axis < 0):
            raise args.unsupported(f"along the axis {short(value)}", rank_of(source))
        last = chain.add("ExpandDims", last, axis=axis)
    return chain.draft()


def squeeze(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.squeeze` along named axes: a Pick of the only index of each."""
    chain, source = NodeChain(), args.tensor()
    last: TensorRef | PartRef = source
    for axis in reversed(args.axes(rank_of(source))):
        last = chain.add("Pick", last, axis=axis, index=0)
    return chain.draft()


def take(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.take` of one index: a Pick."""
    source, index = args.tensor(), plain(args.value(1, "indices"))
    axis = args.integer("axis")
    if type(index) is not int:
        raise Unsupported(f"`Take` is only supported with one index. Received: {short(index)}.")
    return NodeDraft("Pick", {"axis": axis, "index": index}, [source])


def _permuted(source: TensorRef, order: list[int], args: Arguments) -> NodeDraft:
    if order[0] != 0 or sorted(order) != list(range(len(order))):
        raise Unsupported(f"`{args.name}` to {short(order)} is not supported: the batch must stay first.")
    return NodeDraft("Permute", {"dims": order[1:]}, [source])


def _swapped(source: TensorRef, order: list[int], args: Arguments) -> NodeDraft:
    if order == sorted(order):
        return NodeDraft("Identity", {}, [source])
    return _permuted(source, order, args)


def _required_rank(args: Arguments, source: TensorRef, rank_of: RankOf) -> int:
    rank = rank_of(source)
    if rank is None:
        raise SecondaryProblem(
            f"The number of dimensions that `{args.name}` reads is not known. Replace it with Permute or Reshape."
        )
    return rank


def transpose(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.transpose` that leaves the batch first: a Permute."""
    source = args.tensor()
    order = plain(args.value(1, "axes"))
    if not isinstance(order, list) or not order or not all(type(axis) is int for axis in order):
        raise Unsupported(f"`Transpose` to {short(order)} is not supported: the batch must stay first.")
    return _permuted(source, [axis % len(order) for axis in order], args)


def swapaxes(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.swapaxes`: a Permute."""
    source = args.tensor()
    rank = _required_rank(args, source, rank_of)
    first, second = args.integer("axis1") % rank, args.integer("axis2") % rank
    order = list(range(rank))
    order[first], order[second] = second, first
    return _swapped(source, order, args)


def moveaxis(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.moveaxis` of one axis: a Permute."""
    source = args.tensor()
    rank = _required_rank(args, source, rank_of)
    order = list(range(rank))
    order.insert(args.integer("destination") % rank, order.pop(args.integer("source") % rank))
    return _swapped(source, order, args)


def get_item(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`x[:, 2:5, 0]`: a SliceAxis for each range, a Pick for each index, an ExpandDims for each None."""
    source = args.tensor()
    key = plain(args.value(1, "key", "slice_spec"))
    keys = [_key(entry) for entry in (key if isinstance(key, list) else [key])]
    chain = NodeChain()
    last: TensorRef | PartRef = source
    if ... in keys:
        position = keys.index(...)
        num_indexed = sum(entry is not None and entry is not ... for entry in keys)
        num_omitted = _required_rank(args, source, rank_of) - num_indexed
        if num_omitted < 0 or keys.count(...) > 1:
            raise Unsupported(f"`GetItem` with {short(key)} has too many indices.")
        keys[position : position + 1] = [slice(None)] * num_omitted
    if not keys or keys[0] != slice(None):
        raise Unsupported("`GetItem` selects examples of the batch, which is not supported: start with `:`.")
    axis = 0
    for entry in keys:
        if entry is None:
            last = chain.add("ExpandDims", last, axis=axis)
        elif isinstance(entry, int):
            last = chain.add("Pick", last, axis=axis, index=entry)
            continue
        elif entry != slice(None):
            step = 1 if entry.step is None else entry.step
            last = chain.add("SliceAxis", last, axis=axis, start=entry.start, stop=entry.stop, step=step)
        axis += 1
    if not chain.parts:
        chain.add("DropMask", last)
    return chain.draft()


def _key(value: Any) -> Any:
    """One entry between the brackets as Python has it: an index, a slice, None or `...`."""
    if value is None or type(value) is int:
        return value
    if isinstance(value, dict):
        config = value.get("config", value)
        if value.get("class_name") == "__ellipsis__":
            return ...
        bounds = [config.get(name) for name in ("start", "stop", "step")] if isinstance(config, dict) else []
        if bounds and all(bound is None or type(bound) is int for bound in bounds):
            return slice(*bounds)
    raise Unsupported(f"`GetItem` with {short(value)} is not supported, only with integers, slices and None.")


def split(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.split`: a SliceAxis for each part."""
    source = args.tensor()
    axis = args.integer("axis", 0)
    parts = args.option("indices_or_sections", args.value(1, "num_or_size_splits"))
    if axis == 0:
        raise args.unsupported("along the batch", 1)
    if isinstance(parts, list) and all(type(index) is int for index in parts) and 0 < len(parts) < _MAX_PARTS:
        bounds = [None, *parts, None]
    elif type(parts) is int and 1 < parts <= _MAX_PARTS:
        shape = source.shape or ()
        size = shape[axis] if -len(shape) <= axis < len(shape) else None
        if size is None:
            raise SecondaryProblem(
                "`Split` into equal parts needs the size of that dimension, which is not in the file."
            )
        bounds = [part * size // parts for part in range(parts + 1)]
    else:
        raise Unsupported(f"`Split` into {short(parts)} is not supported.")
    chain = NodeChain()
    slices = [
        chain.add("SliceAxis", source, axis=axis, start=start, stop=stop) for start, stop in pairwise(bounds)
    ]
    return chain.draft(*slices)


def flip(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.flip`: a SliceAxis with step -1."""
    chain, source = NodeChain(), args.tensor()
    last: TensorRef | PartRef = source
    for axis in args.axes(rank_of(source)):
        last = chain.add("SliceAxis", last, axis=axis, step=-1)
    return chain.draft()


def repeat(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.repeat` of the steps of a sequence: an UpSampling1D."""
    source, times = args.tensor(), args.integer("repeats")
    if rank_of(source) != 3 or args.option("axis", None) not in (1, -2):
        raise args.unsupported(f"along the axis {short(args.option('axis', None))}", rank_of(source))
    return NodeDraft("UpSampling1D", {"size": times}, [source])


def tile(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.tile`: a Concatenate of the same tensor for each dimension that grows."""
    chain, source = NodeChain(), args.tensor()
    last: TensorRef | PartRef = source
    times = args.option("repeats", args.value(1, "repeats"))
    valid = isinstance(times, list) and all(
        type(count) is int and 1 <= count <= _MAX_PARTS for count in times
    )
    if not valid or len(times) != rank_of(source) or times[0] != 1:
        raise args.unsupported(f"by {short(times)}", rank_of(source))
    for axis, count in enumerate(times):
        if count > 1:
            last = chain.add("Concatenate", *[last] * count, axis=-1 if axis == len(times) - 1 else axis)
    if not chain.parts:
        chain.add("DropMask", last)
    return chain.draft()


def pad(args: Arguments, rank_of: RankOf) -> NodeDraft:
    """`ops.pad` with zeros, except of the batch and the channels: a ZeroPadding layer."""
    source = args.tensor()
    rank, widths = rank_of(source), args.option("pad_width", args.value(1, "paddings"))
    value = args.option("constant_values", 0)
    pairs = isinstance(widths, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in widths)
    zeros = args.option("mode", "constant") == "constant" and value in (0, None)
    if rank not in (3, 4, 5) or not (
        pairs and len(widths) == rank and widths[0] == widths[-1] == [0, 0] and zeros
    ):
        raise args.unsupported(f"by {short(widths)}", rank)
    inside = widths[1:-1]
    return NodeDraft(f"ZeroPadding{rank - 2}D", {"padding": inside[0] if rank == 3 else inside}, [source])

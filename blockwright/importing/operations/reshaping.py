"""Operations that take parts of tensors, join them, or put their numbers in another shape."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from blockwright.importing.file.calls import Wire, plain, wires_in
from blockwright.importing.node_draft import Chain, Draft, Inner
from blockwright.importing.operations.arguments import Arguments
from blockwright.importing.problems import Follows, Unfit, short

Ranks = Callable[[Wire], int | None]

_MOST_PARTS = 64


def _sources(given: Arguments, *names: str) -> list[Wire]:
    sources = list(wires_in(given.at(0, *names)))
    if not sources or len(sources) > _MOST_PARTS:
        raise Unfit(f"`{given.name}` must join 1 to {_MOST_PARTS} tensors. Received: {len(sources)}.")
    return sources


def concatenate(given: Arguments, rank: Ranks) -> Draft:
    """`ops.concatenate`: a Concatenate."""
    sources = _sources(given, "xs", "values")
    axis = given.option("axis", given.at(1, "axis"))
    if isinstance(axis, bool) or not isinstance(axis, int):
        raise Unfit(f"`axis` must be a whole number. Received: {short(axis)}.")
    if axis == 0:
        raise given.no_equal("along the batch", 1)
    ranks = {rank(one) for one in sources}
    return Draft("Concatenate", {"axis": -1 if ranks == {axis + 1} else axis}, sources)


def stack(given: Arguments, rank: Ranks) -> Draft:
    """`ops.stack`: an ExpandDims for each tensor, and a Concatenate."""
    sources = _sources(given, "x", "xs", "values")
    axis = given.whole("axis", 0)
    if axis == 0:
        raise given.no_equal("along the batch", 1)
    chain = Chain()
    wider = {one: chain.add("ExpandDims", one, axis=axis) for one in dict.fromkeys(sources)}
    chain.add("Concatenate", *(wider[one] for one in sources), axis=axis)
    return chain.draft()


def reshape(given: Arguments, rank: Ranks) -> Draft:
    """`ops.reshape` with the batch left as it is: a Reshape."""
    source = given.tensor()
    shape = plain(given.at(1, "newshape", "shape"))
    whole = isinstance(shape, list) and all(isinstance(one, int | None) for one in shape)
    if not whole or len(shape) < 2 or shape[0] not in (-1, None):
        raise Unfit(
            f"`Reshape` to {short(shape)} has no equal here: the first size must be -1, for the batch."
        )
    rest = shape[1:]
    if any(one in (-1, None) for one in rest):
        raise Unfit(f"`Reshape` to {short(shape)} has no equal here: only the batch may be left open.")
    return Draft("Reshape", {"target_shape": rest}, [source])


def expand_dims(given: Arguments, rank: Ranks) -> Draft:
    """`ops.expand_dims`: an ExpandDims for each axis."""
    chain, source = Chain(), given.tensor()
    value = given.option("axis", given.at(1, "axis"))
    axes = sorted(value) if isinstance(value, list) and all(type(one) is int for one in value) else [value]
    last: Wire | Inner = source
    for axis in axes:
        if type(axis) is not int or axis == 0 or (len(axes) > 1 and axis < 0):
            raise given.no_equal(f"along the axis {short(value)}", rank(source))
        last = chain.add("ExpandDims", last, axis=axis)
    return chain.draft()


def squeeze(given: Arguments, rank: Ranks) -> Draft:
    """`ops.squeeze` along named axes: a Pick of the only place of each."""
    chain, source = Chain(), given.tensor()
    last: Wire | Inner = source
    for axis in reversed(given.places(rank(source))):
        last = chain.add("Pick", last, axis=axis, index=0)
    return chain.draft()


def take(given: Arguments, rank: Ranks) -> Draft:
    """`ops.take` of one place: a Pick."""
    source, index = given.tensor(), plain(given.at(1, "indices"))
    axis = given.whole("axis")
    if type(index) is not int:
        raise Unfit(f"`Take` takes one place here, given by its number. Received: {short(index)}.")
    return Draft("Pick", {"axis": axis, "index": index}, [source])


def _permuted(source: Wire, order: list[Any], given: Arguments) -> Draft:
    if order[0] != 0 or sorted(order) != list(range(len(order))):
        raise Unfit(f"`{given.name}` to {short(order)} has no equal here: the batch must stay the first.")
    return Draft("Permute", {"dims": order[1:]}, [source])


def _rank(given: Arguments, source: Wire, rank: Ranks) -> int:
    known = rank(source)
    if known is None:
        raise Follows(
            f"`{given.name}` needs to know how many dimensions it reads, which is not known here. Write this step with "
            "Permute or Reshape."
        )
    return known


def transpose(given: Arguments, rank: Ranks) -> Draft:
    """`ops.transpose` that leaves the batch first: a Permute."""
    source = given.tensor()
    order = plain(given.at(1, "axes"))
    if not isinstance(order, list) or not order or not all(type(one) is int for one in order):
        raise Unfit(f"`Transpose` to {short(order)} has no equal here: the batch must stay the first.")
    return _permuted(source, [one % len(order) for one in order], given)


def swapaxes(given: Arguments, rank: Ranks) -> Draft:
    """`ops.swapaxes`: a Permute."""
    source = given.tensor()
    known = _rank(given, source, rank)
    one, other = given.whole("axis1") % known, given.whole("axis2") % known
    order = list(range(known))
    order[one], order[other] = order[other], order[one]
    if one == other:
        return Draft("Identity", {}, [source])
    return _permuted(source, order, given)


def moveaxis(given: Arguments, rank: Ranks) -> Draft:
    """`ops.moveaxis` of one axis: a Permute."""
    source = given.tensor()
    known = _rank(given, source, rank)
    order = list(range(known))
    order.insert(given.whole("destination") % known, order.pop(given.whole("source") % known))
    if order == sorted(order):
        return Draft("Identity", {}, [source])
    return _permuted(source, order, given)


def get_item(given: Arguments, rank: Ranks) -> Draft:
    """`x[:, 2:5, 0]`: a Slice for each range, a Pick for each place, an ExpandDims for each None."""
    source = given.tensor()
    key = plain(given.at(1, "key", "slice_spec"))
    keys = key if isinstance(key, list) else [key]
    keys = [_key(one) for one in keys]
    chain = Chain()
    last: Wire | Inner = source
    if ... in keys:
        place = keys.index(...)
        named = sum(one is not None and one is not ... for one in keys)
        open_ones = _rank(given, source, rank) - named
        if open_ones < 0 or keys.count(...) > 1:
            raise Unfit(f"`GetItem` with {short(key)} names too many dimensions.")
        keys[place : place + 1] = [slice(None)] * open_ones
    if not keys or keys[0] != slice(None):
        raise Unfit("`GetItem` takes examples out of the batch, which has no equal here: begin with `:`.")
    axis = 0
    for one in keys:
        if one is None:
            last = chain.add("ExpandDims", last, axis=axis)
        elif isinstance(one, int):
            last = chain.add("Pick", last, axis=axis, index=one)
            continue
        elif one != slice(None):
            step = 1 if one.step is None else one.step
            last = chain.add("SliceAxis", last, axis=axis, start=one.start, stop=one.stop, step=step)
        axis += 1
    if not chain.parts:
        chain.add("DropMask", last)
    return chain.draft()


def _key(value: Any) -> Any:
    """One entry between the brackets as Python has it: a place, a range, None or the three dots."""
    if value is None or type(value) is int:
        return value
    if isinstance(value, dict):
        config = value.get("config", value)
        if value.get("class_name") == "__ellipsis__":
            return ...
        bounds = [config.get(name) for name in ("start", "stop", "step")] if isinstance(config, dict) else []
        if bounds and all(one is None or type(one) is int for one in bounds):
            return slice(*bounds)
    raise Unfit(
        f"`GetItem` with {short(value)} has no equal here, only with whole numbers, ranges of them and None."
    )


def split(given: Arguments, rank: Ranks) -> Draft:
    """`ops.split`: a Slice for each part."""
    source = given.tensor()
    axis = given.whole("axis", 0)
    parts = given.option("indices_or_sections", given.at(1, "num_or_size_splits"))
    if axis == 0:
        raise given.no_equal("along the batch", 1)
    if isinstance(parts, list) and all(type(one) is int for one in parts) and 0 < len(parts) < _MOST_PARTS:
        bounds = [None, *parts, None]
    elif type(parts) is int and 1 < parts <= _MOST_PARTS:
        shape = source.shape or ()
        size = shape[axis] if -len(shape) <= axis < len(shape) else None
        if size is None:
            raise Follows(
                "`Split` into equal parts needs to know the size there, which the file leaves open."
            )
        bounds = [place * size // parts for place in range(parts + 1)]
    else:
        raise Unfit(f"`Split` into {short(parts)} has no equal here.")
    chain = Chain()
    found = [
        chain.add("SliceAxis", source, axis=axis, start=start, stop=stop) for start, stop in pairwise(bounds)
    ]
    return chain.draft(*found)


def flip(given: Arguments, rank: Ranks) -> Draft:
    """`ops.flip`: a Slice in reverse."""
    chain, source = Chain(), given.tensor()
    last: Wire | Inner = source
    for axis in given.places(rank(source)):
        last = chain.add("SliceAxis", last, axis=axis, step=-1)
    return chain.draft()


def repeat(given: Arguments, rank: Ranks) -> Draft:
    """`ops.repeat` of the steps of a sequence: an UpSampling1D."""
    source, times = given.tensor(), given.whole("repeats")
    if rank(source) != 3 or given.option("axis", None) not in (1, -2):
        raise given.no_equal(f"along the axis {short(given.option('axis', None))}", rank(source))
    return Draft("UpSampling1D", {"size": times}, [source])


def tile(given: Arguments, rank: Ranks) -> Draft:
    """`ops.tile`: a Concatenate of the same for each dimension that grows."""
    chain, source = Chain(), given.tensor()
    last: Wire | Inner = source
    times = given.option("repeats", given.at(1, "repeats"))
    fits = isinstance(times, list) and all(type(one) is int and 1 <= one <= _MOST_PARTS for one in times)
    if not fits or len(times) != rank(source) or times[0] != 1:
        raise given.no_equal(f"by {short(times)}", rank(source))
    for axis, count in enumerate(times):
        if count > 1:
            last = chain.add("Concatenate", *[last] * count, axis=-1 if axis == len(times) - 1 else axis)
    if not chain.parts:
        chain.add("DropMask", last)
    return chain.draft()


def pad(given: Arguments, rank: Ranks) -> Draft:
    """`ops.pad` with zeros of what lies between the batch and the channels: a ZeroPadding layer."""
    source = given.tensor()
    known, widths = rank(source), given.option("pad_width", given.at(1, "paddings"))
    value = given.option("constant_values", 0)
    pairs = isinstance(widths, list) and all(isinstance(one, list) and len(one) == 2 for one in widths)
    zeros = given.option("mode", "constant") == "constant" and value in (0, None)
    if not pairs or known not in (3, 4, 5) or len(widths) != known or not zeros:
        raise given.no_equal(f"by {short(widths)}", known)
    if widths[0] != [0, 0] or widths[-1] != [0, 0]:
        raise given.no_equal(f"by {short(widths)}", known)
    inside = widths[1:-1]
    return Draft(f"ZeroPadding{known - 2}D", {"padding": inside[0] if known == 3 else inside}, [source])

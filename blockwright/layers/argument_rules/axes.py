"""Layers that are told a dimension."""

import math
from typing import Any

from blockwright.layers.costs import Shape

_MOST_KEPT = 1_000_000


def _listed(value: Any) -> list[int]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _places(value: Any, shape: Shape) -> list[int] | str:
    """The dimensions counted from the batch, or what is wrong with them."""
    rank = len(shape)
    axes = _listed(value)
    if any(not -rank < axis < rank or axis == 0 for axis in axes):
        return f"`axis` must be 1 to {rank - 1}, or -1 for the last; 0 is the batch. Received: axis={value}."
    places = [axis % rank for axis in axes]
    if len(set(places)) < len(places) or places != sorted(places):
        return f"`axis` must name each dimension once, in rising order. Received: axis={value}."
    return places


def _axis(params: dict[str, Any], given: list[Shape]) -> str | None:
    found = _places(params["axis"], given[0])
    return found if isinstance(found, str) else None


def _weighed(params: dict[str, Any], given: list[Shape]) -> str | None:
    """One weight for each place along the axes, so their sizes must be known."""
    found = _places(params["axis"], given[0])
    if isinstance(found, str):
        return found
    if any(given[0][place] is None for place in found):
        return "It has a weight for each place along its axis, so that size must be known."
    return None


def _last(params: dict[str, Any], given: list[Shape]) -> str | None:
    """Keras multiplies by the scale without moving it to its axis, which fits only at the end."""
    wrong = _weighed(params, given)
    if wrong is not None:
        return wrong
    places, rank = _places(params["axis"], given[0]), len(given[0])
    if list(places) != list(range(rank - len(places), rank)):
        return f"`axis` must name the last dimension, or the last few. Received: axis={params['axis']}."
    return None


def _normalization(params: dict[str, Any], given: list[Shape]) -> str | None:
    mean, variance, axis = params["mean"], params["variance"], params["axis"]
    found = [] if axis is None else _places(axis, given[0])
    if isinstance(found, str):
        return found
    sizes = [given[0][place] for place in found]
    if None in sizes:
        return "It keeps a mean for each place along its axis, so that size must be known."
    if math.prod(sizes) > _MOST_KEPT:
        return (
            f"It would keep {math.prod(sizes):,} means, and at most {_MOST_KEPT:,} make sense. Let `axis` name the "
            "features only, such as -1."
        )
    if (mean is None) != (variance is None):
        return (
            "`mean` and `variance` belong together: give both, or none to learn them from the training data."
        )
    if mean is None:
        return None
    counts = [len(one) if isinstance(one, list | tuple) else None for one in (mean, variance)]
    if counts[0] != counts[1]:
        return "`mean` and `variance` must be as long as each other."
    if counts[0] is not None and (not sizes or counts[0] not in (1, sizes[-1])):
        wanted = (
            f"{sizes[-1]:,} numbers, one for each place along its axis"
            if sizes
            else "one number without a list"
        )
        return f"`mean` and `variance` must hold {wanted}. Received: {counts[0]:,}."
    return None


def _group_normalization(params: dict[str, Any], given: list[Shape]) -> str | None:
    groups, channels = params["groups"], given[0][-1]
    if groups == 0:
        return "`groups` must be at least 1, or -1 for a group for each channel. Received: groups=0."
    if channels is None:
        return "It has a weight for each channel, so their number must be known."
    if groups > 0 and channels % groups:
        return f"`groups` must divide the {channels:,} channels that it is given. Received: groups={groups}."
    return None


def _prelu(params: dict[str, Any], given: list[Shape]) -> str | None:
    shared = [] if params["shared_axes"] is None else _listed(params["shared_axes"])
    rank = len(given[0])
    if any(axis >= rank for axis in shared):
        return f"`shared_axes` must be 1 to {rank - 1}. Received: shared_axes={params['shared_axes']}."
    if any(size is None and place not in shared for place, size in enumerate(given[0]) if place):
        return "It has a slope for each place, so the sizes must be known; or share the open ones by `shared_axes`."
    return None


def _noise_shape(params: dict[str, Any], given: list[Shape]) -> str | None:
    noise, shape = params["noise_shape"], given[0]
    if noise is None:
        return None
    fits = len(noise) == len(shape) and all(
        one in (None, 1, size) for one, size in zip(noise, shape, strict=True)
    )
    if not fits:
        return (
            f"`noise_shape` must have {len(shape)} entries, the batch included, each null, 1 or the size there. "
            f"Received: noise_shape={list(noise)}."
        )
    return None


def _rescaling(params: dict[str, Any], given: list[Shape]) -> str | None:
    for name in ("scale", "offset"):
        value = params[name]
        if isinstance(value, list | tuple) and len(value) not in (1, given[0][-1]):
            return f"`{name}` must be one number, or one for each channel. Received: {len(value)} numbers."
    return None


def _permute(params: dict[str, Any], given: list[Shape]) -> str | None:
    dims, rank = list(params["dims"]), len(given[0])
    if sorted(dims) != list(range(1, rank)):
        wanted = ", ".join(str(one) for one in range(1, rank))
        return f"`dims` must hold each of {wanted} once, in the order wanted. Received: dims={dims}."
    return None


def _slice(params: dict[str, Any], given: list[Shape]) -> str | None:
    if params["step"] == 0:
        return "`step` must not be 0. Received: step=0."
    found = _places(params["axis"], given[0])
    if isinstance(found, str):
        return found
    start, stop, step = params["start"], params["stop"], params["step"]
    size = given[0][found[0]]
    if size is None and start is not None and stop is not None and (start < 0) == (stop < 0):
        empty = start >= stop if step > 0 else start <= stop
        where = "at any size"
    else:
        empty = size is not None and not range(*slice(start, stop, step).indices(size))
        where = f"of the {size} places there" if size != 1 else "of the one place there"
    if empty:
        return f"It would take none {where}. Received: start={start}, stop={stop}, step={step}."
    return None


def _clip(params: dict[str, Any], given: list[Shape]) -> str | None:
    least, most = params["minimum"], params["maximum"]
    if least is not None and most is not None and least > most:
        return f"`minimum` must not be above `maximum`. Received: minimum={least:g}, maximum={most:g}."
    return None


def _pick(params: dict[str, Any], given: list[Shape]) -> str | None:
    found = _places(params["axis"], given[0])
    if isinstance(found, str):
        return found
    size, index = given[0][found[0]], params["index"]
    if size is not None and not -size <= index < size:
        return (
            f"`index` must be {-size} to {size - 1}, for that dimension has {size}. Received: index={index}."
        )
    return None


def _expand_dims(params: dict[str, Any], given: list[Shape]) -> str | None:
    rank, axis = len(given[0]), params["axis"]
    if axis == 0 or not -rank <= axis <= rank:
        return f"`axis` must be 1 to {rank}, or -1 for the last; 0 is the batch. Received: axis={axis}."
    return None


def _mat_mul(params: dict[str, Any], given: list[Shape]) -> str | None:
    left, right = given
    if len(left) < 3 or len(left) != len(right):
        return "It multiplies matrices (batch, ..., rows, columns), as many of them on both sides."
    if None not in (left[-1], right[-2]) and left[-1] != right[-2]:
        return f"The first one has {left[-1]:,} columns, but the second {right[-2]:,} rows; both must be the same."
    return None


RULES = {
    "SliceAxis": _slice,
    "Pick": _pick,
    "ExpandDims": _expand_dims,
    "Reduce": _axis,
    "Clip": _clip,
    "MatMul": _mat_mul,
    "LayerNormalization": _weighed,
    "RMSNormalization": _last,
    "UnitNormalization": _axis,
    "Softmax": _axis,
    "Normalization": _normalization,
    "GroupNormalization": _group_normalization,
    "PReLU": _prelu,
    "Dropout": _noise_shape,
    "Rescaling": _rescaling,
    "Permute": _permute,
}

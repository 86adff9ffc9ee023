"""Convolutions, poolings, padding and cropping: windows and borders."""

from typing import Any

from blockwright.layers.costs import Shape
from blockwright.schema.text import shape_text


def _each(value: Any, count: int) -> list[int]:
    return list(value) if isinstance(value, list | tuple) else [value] * count


def _window(params: dict[str, Any], given: list[Shape]) -> str | None:
    """Without padding, a window must fit into what it slides over."""
    sizes = given[0][1:-1]
    window = _each(params.get("kernel_size", params.get("pool_size")), len(sizes))
    gaps = _each(params.get("dilation_rate", 1), len(sizes))
    if params["padding"] != "valid":
        return None
    reach = [(one - 1) * gap + 1 for one, gap in zip(window, gaps, strict=True)]
    if any(size is not None and size < one for size, one in zip(sizes, reach, strict=True)):
        what = "steps" if len(sizes) == 1 else "points in each direction"
        words = shape_text(reach)
        return f'Its window reaches over {words} {what}, which are not there. Set padding to "same".'
    return None


def _convolution(params: dict[str, Any], given: list[Shape]) -> str | None:
    channels = given[0][-1]
    if channels is None:
        return "It has weights for each channel, so their number must be known."
    groups = params.get("groups", 1)
    if channels % groups or params.get("filters", 0) % groups:
        return (
            f"`groups` must divide both its filters ({params['filters']}) and the channels that it is given "
            f"({channels}). Received: groups={groups}."
        )
    strides, gaps = _each(params["strides"], 1), _each(params.get("dilation_rate", 1), 1)
    if max(strides) > 1 and max(gaps) > 1:
        return "Only one of `strides` and `dilation_rate` may be above 1."
    return _window(params, given)


def _one_stride(params: dict[str, Any], given: list[Shape]) -> str | None:
    strides = params["strides"]
    if isinstance(strides, list | tuple) and strides[0] != strides[1]:
        return "TensorFlow takes one stride for rows and columns here."
    return None


def _least_added(padding: str, stride: int, window: int, gap: int) -> int:
    """The least output padding for which the forward convolution gives back the size that came in.

    Keras makes (size - 1) * stride + reach % 2 + added of a size with padding "same"; the forward convolution, by
    which TensorFlow checks it, gives that divided by the stride and rounded up.
    """
    reach = (window - 1) * gap + 1
    return 1 - reach % 2 if padding == "same" else 0


def _from(least: list[int]) -> str:
    return ", and at least 1 where the kernel size is even" if any(least) else ""


def _transposed(params: dict[str, Any], given: list[Shape]) -> str | None:
    sizes = given[0][1:-1]
    if len(sizes) not in (1, 2, 3) or given[0][-1] is None:
        return None
    added, strides = params["output_padding"], _each(params["strides"], len(sizes))
    gaps = _each(params.get("dilation_rate", 1), len(sizes))
    if added is not None:
        window = _each(params["kernel_size"], len(sizes))
        each = zip(_each(added, len(sizes)), strides, window, gaps, strict=True)
        least = [_least_added(params["padding"], *one) for one in zip(strides, window, gaps, strict=True)]
        if any(not low <= one < step for (one, step, _, _), low in zip(each, least, strict=True)):
            return (
                f"`output_padding` must be less than the strides{_from(least)}; empty lets Keras choose. "
                f"Received: output_padding={added}."
            )
    if max(strides) > 1 and max(gaps) > 1:
        return "Only one of `strides` and `dilation_rate` may be above 1."
    return None


def _pairs(value: Any, count: int) -> list[tuple[int, int]] | None:
    """Before and after for each dimension; None for a form that Keras does not take there."""
    if not isinstance(value, list | tuple):
        return [(value, value)] * count
    if len(value) != count:
        return None
    return [tuple(one) if isinstance(one, list | tuple) else (one, one) for one in value]


def _form(name: str, count: int) -> str:
    words = {2: "a pair (rows, columns), or two pairs", 3: "three numbers, or three pairs"}[count]
    return f"`{name}` must be one number, {words} (before, after)."


def _padding(params: dict[str, Any], given: list[Shape]) -> str | None:
    count = len(given[0]) - 2
    if count not in (2, 3) or _pairs(params["padding"], count) is not None:
        return None
    return _form("padding", count)


def _cropping(params: dict[str, Any], given: list[Shape]) -> str | None:
    sizes, cropping = given[0][1:-1], params["cropping"]
    if len(sizes) == 1:
        pairs = [tuple(_each(cropping, 2))]
    elif len(sizes) in (2, 3):
        pairs = _pairs(cropping, len(sizes))
        if pairs is None:
            return _form("cropping", len(sizes))
    else:
        return None
    if any(size is not None and size <= sum(pair) for size, pair in zip(sizes, pairs, strict=True)):
        return "It would take off all there is; crop less."
    return None


RULES = {
    **dict.fromkeys(("SeparableConv2D", "DepthwiseConv2D"), _one_stride),
    **dict.fromkeys(("Conv1D", "Conv3D", "SeparableConv1D", "DepthwiseConv1D"), _convolution),
    **dict.fromkeys(("MaxPooling1D", "AveragePooling1D", "MaxPooling3D", "AveragePooling3D"), _window),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    **dict.fromkeys(("ZeroPadding2D", "ZeroPadding3D"), _padding),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), _cropping),
}

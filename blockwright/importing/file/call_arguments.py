"""The tensors that a call of a layer reads, in the order in which its node reads them, and its other arguments."""

from collections.abc import Callable
from typing import Any

from blockwright.importing.file.calls import Call, TensorRef, plain, tensors_in
from blockwright.importing.problems import Unsupported, short, short_name
from blockwright.inference.layer_call import call_style
from blockwright.layers import SPECS, call_params
from blockwright.schema.catalog import BlockType

_INPUT_NAMES = {"arguments": ("query", "value", "key"), "states": ("sequences", "initial_state")}
_MASKS = frozenset({"mask", "query_mask", "value_mask", "key_mask"})
_IMAGE_CATEGORIES = frozenset({"Preprocessing", "Augmentation"})


def read_call(
    block: BlockType, call: Call, is_created_mask: Callable[[TensorRef], bool]
) -> tuple[list[TensorRef], dict[str, Any], bool]:
    """The tensors that a node of `block` reads, its arguments of the call, and whether the call had `training=False`.

    Args:
        is_created_mask: whether a mask is one that Keras computes by itself, as after an Embedding with `mask_zero`.

    Raises `Unsupported` for a call that a node cannot make.
    """
    names = _INPUT_NAMES.get(call_style(block), ("inputs",))
    if len(call.args) > len(names):
        raise Unsupported(f"It is called with {len(call.args)} arguments, but takes at most {len(names)}.")
    arguments = {**call.kwargs, **dict(zip(names, call.args, strict=False))}
    values = [value for name in names if (value := arguments.pop(name, None)) is not None]
    reads = _read_tensors(block, values)
    training = arguments.pop("training", None)
    # Keras records `training=True` for layers that vary images, and predicts without it all the same.
    if training not in (None, False) and not (training is True and block.category in _IMAGE_CATEGORIES):
        raise Unsupported(
            "It is called with `training=True`, so it would behave as in training also when predicting, which is not "
            "supported."
        )
    for name in _MASKS & arguments.keys():
        masks = arguments.pop(name)
        if not all(is_created_mask(tensor) for tensor in tensors_in(masks)) or not _only_tensors(masks):
            raise Unsupported(f"It is called with its own `{name}`, which is not supported.")
    params = {}
    for name in call_params(block.name):
        value, param = plain(arguments.pop(name, None)), block.param(name)
        if value is None or param is None:
            continue
        complaint = param.complaint(value)
        if complaint is not None:
            raise Unsupported(f"`{name}` {complaint}. Received: {name}={short(value)}.")
        if value != param.default:
            params[name] = value
    for name, value in arguments.items():
        if value is not None and value is not False:
            raise Unsupported(f"It is called with `{short_name(name)}`, which is not supported.")
    return reads, params, training is False


def behaves_differently_in_training(block: BlockType, params: dict[str, Any]) -> bool:
    """Whether a layer does something else in training than in prediction."""
    if block.name in SPECS:
        return SPECS[block.name].differs_in_training(params)
    return block.category == "Regularization" or bool(params.get("dropout"))


def _read_tensors(block: BlockType, values: list[Any]) -> list[TensorRef]:
    reads = list(tensors_in(values))
    if not reads or not _only_tensors(values):
        raise Unsupported(f"It must read tensors. Received: {short(values)}.")
    if call_style(block) in ("arguments", "pair") and len(reads) == 2 and reads[0] == reads[1]:
        reads = reads[:1]
    least, most = block.min_inputs, block.max_inputs
    if len(reads) < least or (most is not None and len(reads) > most):
        expected = (
            f"{least}" if least == most else f"{least} to {most}" if most is not None else f"{least} or more"
        )
        raise Unsupported(f"It reads {len(reads)} tensors, but takes {expected}.")
    return reads


def _only_tensors(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_only_tensors, value))
    if isinstance(value, dict):
        return all(map(_only_tensors, value.values()))
    return value is None or isinstance(value, TensorRef)

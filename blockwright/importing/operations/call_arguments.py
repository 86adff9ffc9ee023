"""What a call of a layer reads, in the order in which its node reads it, and the arguments that go to the call."""

from collections.abc import Callable
from typing import Any

from blockwright.importing.file.calls import Call, Wire, plain, wires_in
from blockwright.importing.problems import Unfit, short, word
from blockwright.inference.layer_call import call_style
from blockwright.layers import call_params
from blockwright.schema.catalog import BlockType

_NAMES = {"arguments": ("query", "value", "key"), "states": ("sequences", "initial_state")}
_MASKS = frozenset({"mask", "query_mask", "value_mask", "key_mask"})
_PICTURES = frozenset({"Preprocessing", "Augmentation"})
_TRAINED_OTHERWISE = frozenset({"Regularization", "Augmentation"})


def read_call(
    block: BlockType, call: Call, follows: Callable[[Wire], bool]
) -> tuple[list[Wire], dict[str, Any], bool]:
    """The wires that a node of `block` reads, its arguments of the call, and whether the call said `training=False`.

    Args:
        follows: whether a mask is the one that Keras works out by itself, as after an Embedding with `mask_zero`.

    Raises `Unfit` for a call that has no equal here.
    """
    names = _NAMES.get(call_style(block), ("inputs",))
    given = dict(call.kwargs)
    if len(call.args) > len(names):
        raise Unfit(f"It is called with {len(call.args)} arguments; here it takes {len(names)} at most.")
    given.update(zip(names, call.args, strict=False))
    values = [value for name in names if (value := given.pop(name, None)) is not None]
    reads = _listed(block, values)
    always = block.category in _PICTURES and given.get("training") is True
    # Keras records it for layers that vary pictures, and predicts without it all the same.
    inference = _training(None if always else given.pop("training", None))
    given.pop("training", None)
    for name in _MASKS & given.keys():
        masks = given.pop(name)
        if not all(follows(one) for one in wires_in(masks)) or not _only_wires(masks):
            raise Unfit(f"It is called with a `{name}` of its own, which has no equal here.")
    params = {name: plain(given.pop(name)) for name in call_params(block.name) if given.get(name) is not None}
    changed = {}
    for name, value in params.items():
        param = block.param(name)
        complaint = "is no argument" if param is None else param.complaint(value)
        if complaint is not None:
            raise Unfit(f"`{name}` {complaint}. Received: {name}={short(value)}.")
        if param is not None and value != param.default:
            changed[name] = value
    for name, value in given.items():
        if value is not None and value is not False:
            raise Unfit(f"It is called with `{word(name)}`, which has no equal here.")
    return (
        reads,
        changed,
        inference,
    )


def runs_otherwise_in_training(block: BlockType, params: dict[str, Any]) -> bool:
    """Whether a layer does something else while training than in prediction."""
    if block.category in _TRAINED_OTHERWISE or block.name == "BatchNormalization":
        return True
    rates = [params.get(name) for name in ("dropout", "recurrent_dropout")]
    return any(isinstance(rate, int | float) and rate > 0 for rate in rates)


def _listed(block: BlockType, values: list[Any]) -> list[Wire]:
    reads = list(wires_in(values))
    if not reads or not _only_wires(values):
        raise Unfit(f"It must read tensors. Received: {short(values)}.")
    if call_style(block) in ("arguments", "pair") and len(reads) == 2 and reads[0] == reads[1]:
        reads = reads[:1]
    least, most = block.min_inputs, block.max_inputs
    if len(reads) < least or (most is not None and len(reads) > most):
        takes = (
            f"{least}" if least == most else f"{least} to {most}" if most is not None else f"{least} or more"
        )
        raise Unfit(f"It reads {len(reads)} tensors; here it takes {takes}.")
    return reads


def _only_wires(value: Any) -> bool:
    if isinstance(value, list):
        return all(_only_wires(one) for one in value)
    if isinstance(value, dict):
        return all(_only_wires(one) for one in value.values())
    return value is None or isinstance(value, Wire)


def _training(value: Any) -> bool:
    if value is None or value is False:
        return value is False
    raise Unfit(
        "It is called with `training=True`, so it would behave as in training in prediction too, which has no equal."
    )

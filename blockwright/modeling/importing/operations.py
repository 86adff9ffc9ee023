"""Operations between layers: `a + b`, `x * 0.5`, `ops.relu(x)`, which the file lists beside the layers."""

from collections.abc import Callable
from typing import Any

from blockwright.modeling.importing.calls import Call, Wire, plain, wires_in
from blockwright.modeling.importing.drafts import Draft
from blockwright.modeling.importing.problems import Follows, Unfit, short, word

_Ranks = Callable[[Wire], int | None]

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
}
_MERGES = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})
_PLAIN_KWARGS = frozenset({"name", "training", "mask", "dtype"})


def operation_name(entry: dict[str, Any]) -> str:
    """The name of an operation as Keras 3 has it, also for one that Keras 2 recorded."""
    if entry["class_name"] == "TFOpLambda":
        function = entry["config"].get("function")
        return _FUNCTIONS.get(function, word(function)) if isinstance(function, str) else "?"
    if entry["class_name"] == "SlicingOpLambda":
        return "GetItem"
    return {"Divide": "TrueDivide", "Absolute": "Abs"}.get(entry["class_name"], entry["class_name"])


def read_operation(entry: dict[str, Any], call: Call, rank: _Ranks) -> Draft:
    """The node that does what an operation does. `rank` tells how many dimensions a wire has, if that is known.

    Raises `Unfit` for an operation without an equal among the blocks.
    """
    name = operation_name(entry)
    given = _Arguments(entry["config"], call)
    if name in _ACTIVATIONS:
        return _activation(_ACTIVATIONS[name], given.tensor())
    if name in _MERGES or name == "TrueDivide":
        return _binary(name, given, rank)
    rule = _RULES.get(name)
    if rule is None:
        raise Unfit(
            f"The operation `{word(name)}` has no equal among the blocks. Write this step with a layer, such as Add, "
            "Multiply, Concatenate, Reshape, Rescaling or Activation, and write the JSON again."
        )
    return rule(given, rank)


class _Arguments:
    """The arguments of an operation, from its configuration, by position and by name."""

    def __init__(self, config: dict[str, Any], call: Call) -> None:
        self.args = call.args
        self.named = {**config, **call.kwargs}

    def at(self, position: int, *names: str) -> Any:
        """An argument by its position or one of its names; None where it is left out."""
        if position < len(self.args):
            return self.args[position]
        return next((self.named[name] for name in names if self.named.get(name) is not None), None)

    def tensor(self) -> Wire:
        """The one tensor that is read."""
        value = self.at(0, "x", "inputs", "input", "features")
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Wire):
            raise Unfit(f"It must read one tensor. Received: {short(value)}.")
        return value

    def option(self, name: str, default: Any) -> Any:
        """An argument that Keras keeps in the operation's configuration, and TensorFlow gives with the call."""
        value = plain(self.named.get(name))
        return default if value is None else value


def _activation(name: str, source: Wire) -> Draft:
    return Draft("Activation", {"activation": name}, [source])


def _binary(name: str, given: _Arguments, rank: _Ranks) -> Draft:
    left, right = given.at(0, "x1", "x"), given.at(1, "x2", "y")
    if isinstance(left, list) and right is None and len(left) == 2:
        left, right = left
    both = isinstance(left, Wire) and isinstance(right, Wire)
    if both and name in _MERGES:
        ranks = (rank(left), rank(right))
        if None not in ranks and ranks[0] != ranks[1]:
            raise Unfit(
                f"`{name}` reads tensors of {ranks[0]} and {ranks[1]} dimensions. Bring them to the same "
                "number by Reshape."
            )
        return Draft(name, {}, [left, right])
    if both or not (isinstance(left, Wire) or isinstance(right, Wire)):
        raise Unfit(f"The operation `{name}` on these has no equal among the blocks.")
    first = isinstance(left, Wire)
    scale, offset = _factors(name, _number(right if first else left), first)
    params = {"scale": scale, **({"offset": offset} if offset else {})}
    return Draft("Rescaling", params, [left if first else right])


def _number(value: Any) -> float:
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(f"It computes with {short(value)}; here it may be a tensor or a number.")
    return float(value)


def _factors(name: str, number: float, tensor_first: bool) -> tuple[float, float]:
    """Scale and offset of the Rescaling that equals `tensor op number`, or the other way round."""
    if name == "Add":
        return 1.0, number
    if name == "Subtract":
        return (1.0, -number) if tensor_first else (-1.0, number)
    if name == "Multiply":
        return number, 0.0
    if name == "TrueDivide" and tensor_first and number != 0:
        return 1.0 / number, 0.0
    raise Unfit(f"The operation `{name}` with the number {number:g} has no equal among the blocks.")


def _negative(given: _Arguments, rank: _Ranks) -> Draft:
    return Draft("Rescaling", {"scale": -1.0}, [given.tensor()])


def _square(given: _Arguments, rank: _Ranks) -> Draft:
    return Draft("Multiply", {}, [given.tensor()] * 2)


def _power(given: _Arguments, rank: _Ranks) -> Draft:
    if _number(given.at(1, "x2", "y")) != 2:
        raise Unfit("The operation `Power` has no equal among the blocks, other than with 2.")
    return _square(_Arguments({}, Call(given.args[:1])), rank)


def _add_n(given: _Arguments, rank: _Ranks) -> Draft:
    return Draft("Add", {}, list(wires_in(given.args)))


def _softmax(given: _Arguments, rank: _Ranks) -> Draft:
    source, axis = given.tensor(), given.option("axis", -1)
    known = rank(source)
    if axis != -1 and (known is None or axis != known - 1):
        problem = Follows if known is None else Unfit
        raise problem(f"`Softmax` along the axis {short(axis)} has no equal here, only along the last one.")
    return _activation("softmax", source)


def _elu(given: _Arguments, rank: _Ranks) -> Draft:
    if given.option("alpha", 1.0) != 1.0:
        raise Unfit(f"`Elu` with alpha {short(given.option('alpha', 1.0))} has no equal here, only with 1.")
    return _activation("elu", given.tensor())


def _gelu(given: _Arguments, rank: _Ranks) -> Draft:
    if given.option("approximate", True) is not False:
        raise Unfit("`Gelu` by approximation has no equal here, only the exact one.")
    return _activation("gelu", given.tensor())


def _leaky(given: _Arguments, rank: _Ranks) -> Draft:
    slope = given.option("negative_slope", 0.2)
    return Draft("ReLU", {"negative_slope": _number(slope)}, [given.tensor()])


def _concatenate(given: _Arguments, rank: _Ranks) -> Draft:
    sources = list(wires_in(given.at(0, "xs", "values")))
    axis = given.option("axis", given.at(1, "axis"))
    if isinstance(axis, bool) or not isinstance(axis, int):
        raise Unfit(f"`axis` must be a whole number. Received: {short(axis)}.")
    ranks = {rank(one) for one in sources}
    return Draft("Concatenate", {"axis": -1 if ranks == {axis + 1} else axis}, sources)


def _reshape(given: _Arguments, rank: _Ranks) -> Draft:
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


def _pooled(kind: str) -> Callable[[_Arguments, _Ranks], Draft]:
    def pool(given: _Arguments, rank: _Ranks) -> Draft:
        source, known = given.tensor(), rank(given.tensor())
        axis = given.option("axis", given.at(1, "axis"))
        axes = [axis] if isinstance(axis, int) and not isinstance(axis, bool) else axis
        whole = isinstance(axes, list) and all(type(one) is int for one in axes)
        if (
            known not in (3, 4, 5)
            or not whole
            or sorted(one % known for one in axes) != list(range(1, known - 1))
        ):
            problem = Follows if known is None else Unfit
            raise problem(
                f"The operation along the axis {short(axis)} has no equal here, only over all places."
            )
        keep = given.option("keepdims", False) is True
        return Draft(f"Global{kind}Pooling{known - 2}D", {"keepdims": True} if keep else {}, [source])

    return pool


_RULES: dict[str, Callable[[_Arguments, _Ranks], Draft]] = {
    "AddN": _add_n,
    "Concatenate": _concatenate,
    "Elu": _elu,
    "Gelu": _gelu,
    "LeakyRelu": _leaky,
    "Max": _pooled("Max"),
    "Mean": _pooled("Average"),
    "Negative": _negative,
    "Power": _power,
    "Reshape": _reshape,
    "Softmax": _softmax,
    "Square": _square,
}

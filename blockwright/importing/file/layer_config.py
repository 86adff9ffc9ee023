"""From the configuration of one Keras layer to the arguments of a block; what matters and has no equal is refused."""

from typing import Any

from blockwright.importing.file.calls import plain
from blockwright.importing.file.keras_defaults import defaults_of, initializer_defaults, initializer_names
from blockwright.importing.problems import Follows, Report, Unfit, short, word
from blockwright.layers import SPECS, names_with
from blockwright.schema.catalog import BlockType
from blockwright.schema.parameters import Param

_SAME_RESULT = frozenset(
    {
        "name",
        "seed",
        "autocast",
        "batch_input_shape",
        "batch_shape",
        "build_input_shape",
        "implementation",
        "unroll",
        "use_cudnn",
        "flash_attention",
        "synchronized",
        "fused",
        "input_length",
        "query_shape",
        "key_shape",
        "value_shape",
        "vocabulary_size",
        "bounding_box_format",
    }
)
"""What changes neither counts nor shapes nor outputs: names, seeds, ways of computing, shapes that are known anyway."""

_LEGACY = {
    "time_major": False,
    "softmax_robust_masking": False,
    "virtual_batch_size": None,
    "adjustment": None,
    "renorm": False,
    "rms_scaling": False,
    "groups": 1,
    "kernel_initializer": None,
    "sparse": False,
    "ragged": False,
}
"""Arguments that Keras 2 wrote and Keras 3 does not know, with the value that changes nothing."""

_ACTIVATIONS = {"swish": "silu", "hard_swish": "hard_silu", "leakyrelu": "leaky_relu"}
_FLOAT = frozenset({"float32", None})
_TEXT_DTYPES = frozenset({"float32", "string", "int32", "int64", None})


class Options:
    """Reads the configurations of layers: `params` gives a node's arguments, and `report` hears what was left out.

    Args:
        report: collects the notes.
        keras_2: whether the file comes from Keras 2, where some names mean something else.
    """

    def __init__(self, report: Report, keras_2: bool) -> None:
        self._report = report
        self._keras_2 = keras_2

    def params(
        self,
        block: BlockType,
        config: dict[str, Any],
        name: str,
        rank: int | None = None,
        kind: str | None = None,
    ) -> dict[str, Any]:
        """The arguments of a node of `block` for a layer of that configuration.

        Args:
            config: the layer's configuration in the file.
            name: the layer's name, for notes.
            rank: how many dimensions the layer reads, the batch included; None if that is not known.
            kind: the Keras class that the configuration is of, where that is not the block's own name.

        Raises `Unfit` for the first argument that has no equal here.
        """
        kind = kind or block.name
        known, spec = defaults_of(kind), SPECS.get(kind)
        if self._keras_2 and spec is not None:
            known = {**known, **spec.keras_2}
        found: dict[str, Any] = {}
        for key, value in config.items():
            key = key if spec is None else spec.renamed.get(key, key)
            if key in _SAME_RESULT:
                continue
            param = block.param(key)
            if key == "dtype" and param is None:
                self._check_dtype(kind, value)
            elif key == "trainable" and param is None:
                continue
            elif key == "data_format":
                _check_data_format(value)
            elif param is not None:
                found[key] = self._carried(param, plain(value), name, rank)
            else:
                self._left_out(kind, key, plain(value), known, name, rank)
        for param in block.params:
            if param.name not in found and param.name in known:
                found[param.name] = self._carried(param, known[param.name], name, rank)
        if "pool_size" in found and _equal(found.get("strides"), found["pool_size"]):
            # What a pooling's strides are when nobody says.
            del found["strides"]
        return fitting(block, found)

    def _carried(self, param: Param, value: Any, name: str, rank: int | None) -> Any:
        if "initializer" in param.name:
            return self._initializer(param, value, name)
        if "activation" in param.name:
            chosen = self.activation(value)
            return None if chosen == "linear" and param.optional else chosen
        if param.name == "axis" or param.name == "axes":
            return _axis(value, rank)
        return _simplified(param, value)

    def activation(self, value: Any) -> str:
        """The name of an activation, "linear" for none; `Unfit` for a function of somebody's own."""
        if isinstance(value, dict):
            module, registered = value.get("module"), value.get("registered_name")
            inner = value.get("config")
            if isinstance(inner, dict):
                raise Unfit(
                    f"A layer ({word(value.get('class_name'))}) stands as an activation inside another one. Let it "
                    "stand in the network by itself, after that one."
                )
            own = module not in (None, "builtins", "keras.activations", "keras.src.activations.activations")
            if own or (registered is not None and registered != inner):
                raise Unfit(
                    f"The activation {short(registered or inner)} is a function of somebody's own ({word(module)}), "
                    "and its code is neither here nor would it be run."
                )
            value = inner
        if value is None:
            return "linear"
        if not isinstance(value, str):
            raise Unfit(f"An activation must be the name of a function. Received: {short(value)}.")
        if self._keras_2 and value == "hard_sigmoid":
            raise Unfit(
                "The activation `hard_sigmoid` of Keras 2 is another function than the one of that name in Keras 3, so "
                "the outputs would differ. Write the JSON with Keras 3, or use sigmoid."
            )
        return _ACTIVATIONS.get(value, value)

    def _initializer(self, param: Param, value: Any, name: str) -> Any:
        chosen = _initializer_name(value)
        for name_here in (chosen, _SHORT_NAMES.get(chosen or "")):
            if name_here is not None and param.complaint(name_here) is None:
                return name_here
        self._report.note("initial weights", name)
        return param.default

    def _left_out(
        self, kind: str, key: str, value: Any, known: dict[str, Any], name: str, rank: int | None
    ) -> None:
        if key.endswith("_initializer"):
            given = _initializer_name(value)
            usual = known.get(key)
            if given is None or given not in (usual, _LONG_NAMES.get(str(usual))):
                self._report.note("initial weights", name)
        elif key.endswith(("_regularizer", "_constraint")):
            if value is not None:
                self._report.note("regularizer" if key.endswith("_regularizer") else "constraint", name)
        elif key == "axis":
            if _axis(value, rank) != -1:
                problem = Follows if rank is None else Unfit
                raise problem(f"It works along `axis` {short(value)}; here it works along the last one only.")
        elif key == "attention_axes":
            if value is not None and (rank is None or value != list(range(1, rank - 1))):
                problem = Follows if rank is None else Unfit
                raise problem(
                    f"`attention_axes` {short(value)} has no equal here; attention is over all places."
                )
        elif key == "activation" or key.endswith("_activation"):
            if self.activation(value) != (known.get(key) or "linear"):
                raise Unfit(f"`{key}` {short(value)} has no equal here.")
        elif not any(_equal(value, one[key]) for one in (known, _LEGACY) if key in one):
            default = f", only {short(known[key])}" if key in known else ""
            raise Unfit(f"`{word(key)}` {short(value)} has no equal here{default}.")

    def _check_dtype(self, kind: str, value: Any) -> None:
        if isinstance(value, dict):
            config = value.get("config")
            name = config.get("name") if isinstance(config, dict) else None
            if value.get("class_name") not in ("DTypePolicy", "Policy") or name is None:
                raise Unfit(f"The data type {short(value)} has no equal here; a design computes in float32.")
            value = name
        allowed = _TEXT_DTYPES if kind in names_with("any_dtype") else _FLOAT
        if not isinstance(value, str | None) or value not in allowed:
            raise Unfit(
                f"It computes in {short(value)}, but a design computes in float32, and the precision of training is "
                "chosen with the run. Make the model under the policy float32 and write the JSON again."
            )


def fitting(block: BlockType, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments that a node of `block` has to carry, in the block's order: those that are not its defaults.

    Raises `Unfit` for one that is missing, or that the block does not take.
    """
    for param in block.params:
        if param.name not in given:
            if param.required:
                raise Unfit(f"`{param.name}` is missing; it must be {param.expected()}.")
            continue
        complaint = param.complaint(given[param.name])
        if complaint is not None:
            raise Unfit(f"`{param.name}` {complaint}. Received: {param.name}={short(given[param.name])}.")
    return {
        param.name: given[param.name]
        for param in block.params
        if param.name in given and (param.required or not _equal(given[param.name], param.default))
    }


_LONG_NAMES = {"uniform": "random_uniform", "normal": "random_normal"}
_SHORT_NAMES = {long: short for short, long in _LONG_NAMES.items()}


def _initializer_name(value: Any) -> str | None:
    """The short name of an initializer that has its default arguments; None for any other."""
    if isinstance(value, str):
        return _LONG_NAMES.get(value, initializer_names().get(value, value))
    if not isinstance(value, dict) or not isinstance(value.get("class_name"), str):
        return None
    name, config = value["class_name"], value.get("config") or {}
    if name not in initializer_names() or not isinstance(config, dict):
        return None
    known = {**initializer_defaults(name), "dtype": "float32"}
    if name == "VarianceScaling":
        words = (config.get("mode"), config.get("distribution"))
        scale = next((one for one in (1.0, 2.0) if _equal(one, config.get("scale"))), None)
        return next((name for name, one in _VARIANCES.items() if one == (scale, *words)), None)
    if name == "RandomUniform" and _equal(config.get("minval"), -0.05) and _equal(config.get("maxval"), 0.05):
        return "random_uniform"
    for key, one in config.items():
        if key != "seed" and one is not None and not _equal(one, known.get(key)):
            return None
    return initializer_names()[name]


_VARIANCES = {
    "glorot_uniform": (1.0, "fan_avg", "uniform"),
    "glorot_normal": (1.0, "fan_avg", "truncated_normal"),
    "he_uniform": (2.0, "fan_in", "uniform"),
    "he_normal": (2.0, "fan_in", "truncated_normal"),
    "lecun_uniform": (1.0, "fan_in", "uniform"),
    "lecun_normal": (1.0, "fan_in", "truncated_normal"),
}


def _check_data_format(value: Any) -> None:
    if value not in (None, "channels_last"):
        raise Unfit(
            f"Its data format is {short(value)}; here channels come last. Make the model with channels last and write "
            "the JSON again."
        )


def _axis(value: Any, rank: int | None) -> Any:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if rank is not None and isinstance(value, int) and not isinstance(value, bool) and value == rank - 1:
        return -1
    return value


def _simplified(param: Param, value: Any) -> Any:
    """A value in the shortest form that the argument takes: 3 for [3, 3]."""
    if isinstance(value, list) and len(value) == 1 and param.kind in ("int", "size"):
        value = value[0]
    if isinstance(value, list) and value and param.kind in ("size", "size3", "borders"):
        if param.kind == "borders":
            shorter = [_simplified(param, one) for one in value]
            value = value if any(isinstance(one, list) for one in shorter) else shorter
        if all(_equal(one, value[0]) for one in value) and not isinstance(value[0], list):
            return value[0]
    if param.kind == "number-range" and isinstance(value, list) and len(value) == 2:
        numbers = all(isinstance(one, int | float) for one in value)
        least = 0 if param.minimum == 0 else -value[1] if numbers else None
        return value[1] if numbers and value[0] == least and value[1] > 0 else value
    if isinstance(value, float) and value.is_integer() and param.kind == "int":
        return int(value)
    return value


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_equal(*pair) for pair in zip(one, other, strict=True))
    return one == other

"""From the configuration of one Keras layer to the arguments of a block; what matters and is unsupported is refused."""

from typing import Any

from blockwright.importing.file.calls import plain
from blockwright.importing.file.initializers import initializer_names
from blockwright.importing.file.keras_defaults import defaults_of, equal
from blockwright.importing.problems import Report, SecondaryProblem, Unsupported, short, short_name
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
        "fused",
        "input_length",
    }
)
"""What every layer may have, or had in Keras 2, and what changes neither counts nor shapes nor outputs."""

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


class ArgumentConverter:
    """Converts the configurations of layers to the arguments of nodes, and reports what was left out.

    Args:
        report: collects the notes.
        keras_2: whether the file comes from Keras 2, where some names have another meaning.
    """

    def __init__(self, report: Report, keras_2: bool) -> None:
        self._report = report
        self._keras_2 = keras_2

    def convert(
        self,
        block: BlockType,
        config: dict[str, Any],
        name: str,
        rank: int | None,
        keras_class: str,
    ) -> dict[str, Any]:
        """The arguments of a node of `block` for a layer of that configuration.

        Args:
            config: the layer's configuration in the file.
            name: the layer's name, for notes.
            rank: how many dimensions the layer reads, the batch included; None if that is not known.
            keras_class: the Keras class of the configuration; it may differ from the block's name.

        Raises `Unsupported` for the first argument that is not supported.
        """
        defaults, spec = defaults_of(keras_class), SPECS.get(keras_class)
        if self._keras_2 and spec is not None:
            defaults = {**defaults, **spec.keras_2}
        ignored = _SAME_RESULT.union(() if spec is None else spec.ignored)
        params: dict[str, Any] = {}
        for key, value in config.items():
            key = key if spec is None else spec.renamed.get(key, key)
            if key in ignored:
                continue
            param = block.param(key)
            if key == "dtype" and param is None:
                _check_dtype(keras_class, value)
            elif key == "trainable" and param is None:
                continue
            elif key == "data_format":
                _check_data_format(value)
            elif param is not None:
                params[key] = self._converted(param, plain(value), name, rank)
            else:
                self._check_omitted(key, plain(value), defaults, name, rank)
        for param in block.params:
            if param.name not in params and param.name in defaults:
                params[param.name] = self._converted(param, defaults[param.name], name, rank)
        if "pool_size" in params and equal(params.get("strides"), params["pool_size"]):
            # The default strides of a pooling layer.
            del params["strides"]
        return non_default_params(block, params)

    def _converted(self, param: Param, value: Any, name: str, rank: int | None) -> Any:
        if "initializer" in param.name:
            return self._initializer(param, value, name)
        if "activation" in param.name:
            activation = self._activation(value)
            return None if activation == "linear" and param.optional else activation
        if param.name in ("axis", "axes"):
            return _axis(value, rank)
        return _simplified(param, value)

    def _activation(self, value: Any) -> str:
        """The name of an activation, "linear" for none. Raises `Unsupported` for a custom function."""
        if isinstance(value, dict):
            module, registered = value.get("module"), value.get("registered_name")
            function = value.get("config")
            if isinstance(function, dict):
                raise Unsupported(
                    f"Its activation is a layer ({short_name(value.get('class_name'))}). Put that layer into the "
                    "network by itself, after this one."
                )
            custom = module not in (
                None,
                "builtins",
                "keras.activations",
                "keras.src.activations.activations",
            )
            if custom or (registered is not None and registered != function):
                raise Unsupported(
                    f"The activation {short(registered or function)} is a custom function ({short_name(module)}). Only "
                    "Keras's own activations can be imported."
                )
            value = function
        if value is None:
            return "linear"
        if not isinstance(value, str):
            raise Unsupported(f"An activation must be the name of a function. Received: {short(value)}.")
        if self._keras_2 and value == "hard_sigmoid":
            raise Unsupported(
                "The activation `hard_sigmoid` of Keras 2 is not the one of Keras 3, so the outputs would differ. Save "
                "the JSON with Keras 3, or use sigmoid."
            )
        return _ACTIVATIONS.get(value, value)

    def _initializer(self, param: Param, value: Any, name: str) -> Any:
        for initializer in initializer_names(value):
            if param.complaint(initializer) is None:
                return initializer
        self._report.note("initial weights", name)
        return param.default

    def _check_omitted(
        self, key: str, value: Any, defaults: dict[str, Any], name: str, rank: int | None
    ) -> None:
        """Note, or refuse, the value of an argument that the block does not have."""
        if key.endswith("_initializer"):
            if defaults.get(key) not in initializer_names(value):
                self._report.note("initial weights", name)
        elif key.endswith(("_regularizer", "_constraint")):
            if value is not None:
                self._report.note("regularizer" if key.endswith("_regularizer") else "constraint", name)
        elif key == "axis":
            if _axis(value, rank) != -1:
                problem = SecondaryProblem if rank is None else Unsupported
                raise problem(f"It works along `axis` {short(value)}; only the last axis is supported.")
        elif key == "attention_axes":
            if value is not None and (rank is None or value != list(range(1, rank - 1))):
                problem = SecondaryProblem if rank is None else Unsupported
                raise problem(
                    f"`attention_axes` {short(value)} is not supported; attention is over all positions."
                )
        elif key == "activation" or key.endswith("_activation"):
            if self._activation(value) != (defaults.get(key) or "linear"):
                raise Unsupported(f"`{key}` {short(value)} is not supported.")
        elif not any(equal(value, values[key]) for values in (defaults, _LEGACY) if key in values):
            only = f", only {short(defaults[key])}" if key in defaults else ""
            raise Unsupported(f"`{short_name(key)}` {short(value)} is not supported{only}.")


def non_default_params(block: BlockType, params: dict[str, Any]) -> dict[str, Any]:
    """The arguments that a node of `block` must state, in the block's order: those that are not its defaults.

    Raises `Unsupported` for one that is missing, or that the block does not accept.
    """
    for param in block.params:
        if param.name not in params:
            if param.required:
                raise Unsupported(f"`{param.name}` is missing; it must be {param.expected()}.")
            continue
        complaint = param.complaint(params[param.name])
        if complaint is not None:
            raise Unsupported(
                f"`{param.name}` {complaint}. Received: {param.name}={short(params[param.name])}."
            )
    return {
        param.name: params[param.name]
        for param in block.params
        if param.name in params and (param.required or not equal(params[param.name], param.default))
    }


def _check_dtype(keras_class: str, value: Any) -> None:
    if isinstance(value, dict):
        config = value.get("config")
        name = config.get("name") if isinstance(config, dict) else None
        if value.get("class_name") not in ("DTypePolicy", "Policy") or name is None:
            raise Unsupported(f"The data type {short(value)} is not supported; a design computes in float32.")
        value = name
    allowed = _TEXT_DTYPES if keras_class in names_with("any_dtype") else _FLOAT
    if not isinstance(value, str | None) or value not in allowed:
        raise Unsupported(
            f"It computes in {short(value)}, but a design computes in float32; the precision is chosen when training. "
            "Build the model with the dtype policy float32 and save the JSON again."
        )


def _check_data_format(value: Any) -> None:
    if value not in (None, "channels_last"):
        raise Unsupported(
            f"Its data format is {short(value)}; only channels_last is supported. Build the model with channels_last "
            "and save the JSON again."
        )


def _axis(value: Any, rank: int | None) -> Any:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if rank is not None and type(value) is int and value == rank - 1:
        return -1
    return value


def _simplified(param: Param, value: Any) -> Any:
    """A value in the shortest form that the argument takes: 3 for [3, 3]."""
    if isinstance(value, list) and len(value) == 1 and param.kind in ("int", "size"):
        value = value[0]
    if isinstance(value, list) and value and param.kind in ("size", "size3", "borders"):
        if param.kind == "borders":
            shorter = [_simplified(param, size) for size in value]
            value = value if any(isinstance(size, list) for size in shorter) else shorter
        if all(equal(size, value[0]) for size in value) and not isinstance(value[0], list):
            return value[0]
    if param.kind == "number-range" and isinstance(value, list) and len(value) == 2:
        numeric = all(isinstance(bound, int | float) for bound in value)
        lower = 0 if param.minimum == 0 else -value[1] if numeric else None
        return value[1] if numeric and value[0] == lower and value[1] > 0 else value
    if isinstance(value, float) and value.is_integer() and param.kind == "int":
        return int(value)
    return value

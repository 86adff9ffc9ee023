"""Whether the class of a layer in the file is Keras's own, one of its applications', or a custom one."""

import re
from collections.abc import Callable
from typing import Any, Literal

from blockwright.importing.problems import Unsupported, short_name

MODELS = frozenset({"Functional", "Sequential", "Model"})

LayerKind = Literal["layer", "model", "operation", "application"]

_KERAS_MODULES = re.compile(
    r"(tf_keras|keras|tensorflow\.keras|tensorflow\.python\.keras)"
    r"(\.(api|src|_tf_keras|keras|v2|layers|models|engine|ops|applications)(\.[a-z0-9_]+)*)?"
)
_OPERATIONS = re.compile(r"keras(\.src)?\.ops\.[a-z_]+")
_APPLICATIONS = re.compile(r"(tf_keras|keras)(\.src)?\.applications\.[a-z0-9_]+")
_TENSORFLOW_OPERATIONS = frozenset({"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})
APPLICATION_LAYERS: dict[str, Callable[[dict[str, Any]], tuple[str, dict[str, Any]]]] = {
    "LayerScale": lambda config: ("LayerScale", {"init_values": config.get("init_values", 1e-6)}),
    "StochasticDepth": lambda config: ("StochasticDepth", {"rate": config.get("drop_path_rate")}),
    "CustomScaleLayer": lambda config: ("ScaledAdd", {"scale": config.get("scale")}),
}
"""The layers that only Keras's applications have, each with its block and arguments."""


def kind_of_class(entry: dict[str, Any]) -> LayerKind:
    """What an entry of the file is; an "application" is a layer that only Keras's applications have.

    Raises `Unsupported` for a class of another package, and for those that carry code.
    """
    name = entry["class_name"]
    module, registered = entry.get("module"), entry.get("registered_name")
    if name == "Lambda":
        raise Unsupported(
            "`Lambda` contains code, and a design never runs code. Replace it with named layers, such as Rescaling or "
            "Activation, and save the JSON again."
        )
    if module is not None and not (isinstance(module, str) and _KERAS_MODULES.fullmatch(module)):
        raise _custom_class(name, f"module {short_name(module)}")
    application = module is not None and _APPLICATIONS.fullmatch(module) is not None
    keras_names = (name, f"keras>{name}", f"Keras>{name}", *([f"Custom>{name}"] if application else []))
    if registered is not None and registered not in keras_names:
        raise _custom_class(name, f"registered as {short_name(registered)}")
    if name in _TENSORFLOW_OPERATIONS or (module is not None and _OPERATIONS.fullmatch(module)):
        return "operation"
    if name in MODELS:
        return "model"
    if name in APPLICATION_LAYERS:
        if not application:
            raise _custom_class(name, f"module {short_name(module)}")
        return "application"
    return "layer"


def _custom_class(name: str, origin: str) -> Unsupported:
    return Unsupported(
        f"`{short_name(name)}` is a custom class ({origin}). Only Keras's own layers can be imported. Build this part "
        "from layers in the palette."
    )

"""Whose class a layer of the file is: Keras's own, one of its applications', or somebody else's."""

import re
from typing import Any

from blockwright.importing.problems import Unfit, word

MODELS = frozenset({"Functional", "Sequential", "Model"})

_HOMES = re.compile(
    r"(tf_keras|keras|tensorflow\.keras|tensorflow\.python\.keras)"
    r"(\.(api|src|_tf_keras|keras|v2|layers|models|engine|ops|applications)(\.[a-z0-9_]+)*)?"
)
_OPERATIONS = re.compile(r"keras(\.src)?\.ops\.[a-z_]+")
_APPLICATIONS = re.compile(r"(tf_keras|keras)(\.src)?\.applications\.[a-z0-9_]+")
_TENSORFLOW_OPERATIONS = frozenset({"TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer"})
_OWN_LAYERS = frozenset({"LayerScale", "StochasticDepth", "CustomScaleLayer"})


def kind_of_class(entry: dict[str, Any]) -> str:
    """Whether an entry is a "model", "layer", "operation", or "application": a layer of Keras's applications alone.

    Raises `Unfit` for a class of another package, and for those that carry code.
    """
    name = entry["class_name"]
    module, registered = entry.get("module"), entry.get("registered_name")
    if name == "Lambda":
        raise Unfit(
            "`Lambda` carries code, and a design never runs code. Replace it by named layers, such as Rescaling or "
            "Activation, and write the JSON again."
        )
    if module is not None and not (isinstance(module, str) and _HOMES.fullmatch(module)):
        raise _foreign(name, f"of the module {word(module)}")
    application = module is not None and _APPLICATIONS.fullmatch(module) is not None
    own = (name, f"keras>{name}", f"Keras>{name}", *([f"Custom>{name}"] if application else []))
    if registered is not None and registered not in own:
        raise _foreign(name, f"registered as {word(registered)}")
    if name in _TENSORFLOW_OPERATIONS or (module is not None and _OPERATIONS.fullmatch(module)):
        return "operation"
    if name in MODELS:
        return "model"
    if name in _OWN_LAYERS:
        if not application:
            raise _foreign(name, f"of the module {word(module)}")
        return "application"
    return "layer"


def _foreign(name: str, whose: str) -> Unfit:
    return Unfit(
        f"`{word(name)}` is a class {whose}, not one of Keras's own layers, and its code is neither here nor would it "
        "be run. Build this part from layers of the palette."
    )

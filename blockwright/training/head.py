"""What the network's last block gives, and the loss and accuracy that fit it. Plain data, no Keras."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from blockwright.architecture.findings import DesignError, Finding
from blockwright.architecture.spec import Design
from blockwright.architecture.structure import wiring

# Blocks that neither choose between probabilities and scores nor change what a unit stands for.
_PASSES = {
    "Dropout",
    "SpatialDropout2D",
    "Flatten",
    "Reshape",
    "GlobalAveragePooling2D",
    "AveragePooling2D",
    "Add",
    "Concatenate",
}
_ACTIVATIONS = {"ReLU": "relu"}
_SCALES = {"Rescaling", "Normalization"}
_KEEPS_VALUES = {
    "CenterCrop",
    "Resizing",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "RandomZoom",
    "ZeroPadding2D",
    "Reshape",
    "Flatten",
}


@dataclass(frozen=True)
class Head:
    """How the outputs are read.

    Attributes:
        units: outputs an example; 1 for a yes-or-no answer between two classes.
        values: `probabilities` (softmax), `scores` (no activation) or `shares` (sigmoid, each on its own).
        num_classes: classes of the data.
        activation: the name of the last activation, as the design says.
    """

    units: int
    values: Literal["probabilities", "scores", "shares"]
    num_classes: int
    activation: str

    @property
    def binary(self) -> bool:
        """Whether one unit decides between two classes."""
        return self.units == 1


def last_activation(design: Design) -> str:
    """The activation that the output goes through, by its Keras name; `linear` for none."""
    wires = wiring(design)
    node_id = wires.outputs[0]
    while node_id in wires.reads:
        node = design.node(node_id)
        activation = node.params.get("activation")
        if node.enabled and isinstance(activation, str) and activation != "linear":
            return activation
        if node.enabled and node.block in _ACTIVATIONS:
            return _ACTIVATIONS[node.block]
        if node.enabled and node.block not in _PASSES:
            return "linear"
        node_id = wires.reads[node_id][0]
    return "linear"


def scales_itself(design: Design) -> bool:
    """Whether the design brings raw values to scale itself, with a Rescaling or Normalization near its input."""
    wires = wiring(design)
    waiting = wires.readers(design.inputs[0].id)
    while waiting:
        node = design.node(waiting.pop())
        if node.enabled and node.block in _SCALES:
            return True
        if not node.enabled or node.block in _KEEPS_VALUES:
            waiting.extend(wires.readers(node.id))
    return False


def read_head(design: Design, output_shape: Sequence[int | None], num_classes: int) -> Head:
    """The head of a design whose output is `output_shape` (batch first) for data of `num_classes`.

    Raises `DesignError` where the two do not fit.
    """
    shape = tuple(output_shape)[1:]
    node = design.node(wiring(design).outputs[0])
    named = f'`{node.block}` "{node.id}"'
    if len(shape) != 1 or shape[0] is None:
        said = " x ".join("any" if size is None else f"{size:,}" for size in shape)
        raise _refused(
            node.id,
            f"The network ends in {named}, which gives {said} values an example, but the data has {num_classes:,} "
            f"classes. Add GlobalAveragePooling2D or Flatten, then Dense with units={num_classes}.",
        )
    units, activation = int(shape[0]), last_activation(design)
    if units == 1 and num_classes == 2:
        if activation == "softmax":
            raise _refused(
                node.id,
                f"{named} has one unit with softmax, which always gives 1. "
                "Use units=2 with softmax, or sigmoid on one unit.",
            )
        return Head(1, "shares" if activation == "sigmoid" else "scores", 2, activation)
    if units != num_classes:
        raise _refused(
            node.id,
            f"{named} gives {units:,} values, but the data has {num_classes:,} classes. Set units={num_classes}.",
        )
    values = {"softmax": "probabilities", "sigmoid": "shares"}.get(activation, "scores")
    return Head(units, values, num_classes, activation)


def choose_loss(design: Design, head: Head, wanted: str) -> str:
    """The Keras name of the loss for a setting, `auto` chosen to fit the head. Raises `DesignError`."""
    if wanted == "auto":
        return (
            "binary_crossentropy"
            if head.values == "shares" or head.binary
            else "sparse_categorical_crossentropy"
        )
    if head.binary and wanted.endswith("categorical_crossentropy"):
        raise _refused(
            wiring(design).outputs[0],
            f"The loss {wanted} needs one unit for each class, but the network ends in a single unit. "
            "Choose binary_crossentropy, or give the last block two units.",
        )
    return wanted


def _refused(node_id: str, message: str) -> DesignError:
    return DesignError([Finding(code="head", node=node_id, severity="error", message=message)])

"""What gives an output that tells classes, and the loss that fits it. Plain data, no Keras."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from blockwright.design.output_activation import last_activation, scales_itself
from blockwright.design.structure import resolve_outputs
from blockwright.schema.design import Design, port
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.text import shape_text

__all__ = ["Head", "choose_loss", "last_activation", "read_head", "refusal", "scales_itself"]

CLASS_LOSSES = (
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
    "mean_squared_error",
)


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


def read_head(
    design: Design,
    output_shape: Sequence[int | None],
    num_classes: int,
    output: str | None = None,
    data: str = "the data",
) -> Head:
    """The head of a design whose output is `output_shape` (batch first) for data of `num_classes`.

    `output` says which output, None the first; `data` is what has the classes, in words. Raises `DesignError` where
    the two do not fit.
    """
    shape = tuple(output_shape)[1:]
    node_id, named = ending(design, output)
    if len(shape) != 1 or shape[0] is None:
        said = shape_text(shape)
        raise refusal(
            node_id,
            f"The network ends in {named}, which gives {said} values an example, but {data} has {num_classes:,} "
            f"classes. Add GlobalAveragePooling2D or Flatten, then Dense with units={num_classes}.",
        )
    units, activation = int(shape[0]), last_activation(design, output)
    if units == 1 and num_classes == 2:
        if activation == "softmax":
            raise refusal(
                node_id,
                f"{named} has one unit with softmax, which always gives 1. "
                "Use units=2 with softmax, or sigmoid on one unit.",
            )
        return Head(1, "shares" if activation == "sigmoid" else "scores", 2, activation)
    if units != num_classes:
        raise refusal(
            node_id,
            f"{named} gives {units:,} values, but {data} has {num_classes:,} classes. Set units={num_classes}.",
        )
    values = {"softmax": "probabilities", "sigmoid": "shares"}.get(activation, "scores")
    return Head(units, values, num_classes, activation)


def choose_loss(design: Design, head: Head, wanted: str, output: str | None = None) -> str:
    """The Keras name of the loss for a setting, `auto` chosen to fit the head. Raises `DesignError`."""
    if wanted == "auto":
        return (
            "binary_crossentropy"
            if head.values == "shares" or head.binary
            else "sparse_categorical_crossentropy"
        )
    if head.binary and wanted.endswith("categorical_crossentropy"):
        raise refusal(
            ending(design, output)[0],
            f"The loss {wanted} needs one unit for each class, but the network ends in a single unit. "
            "Choose binary_crossentropy, or give the last block two units.",
        )
    if wanted not in CLASS_LOSSES:
        node_id, named = ending(design, output)
        raise refusal(
            node_id,
            f"The loss {wanted} compares numbers, but {named} tells classes. Choose auto, or one of: "
            f"{', '.join(CLASS_LOSSES)}.",
        )
    return wanted


def ending(design: Design, output: str | None = None) -> tuple[str, str]:
    """The node that gives an output, and how it is called in sentences; None means the first output."""
    source = output or resolve_outputs(design)[0]
    node = design.node(port(design.ids(), source)[0])
    block = node.block if node.shares is None else design.node(node.shares).block
    return node.id, f'`{block}` "{node.id}"'


def refusal(node_id: str, message: str) -> DesignError:
    """The error of an output that cannot be trained."""
    return DesignError([Finding(code="head", node=node_id, severity="error", message=message)])

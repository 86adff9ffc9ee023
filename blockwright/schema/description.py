"""The description of a design as JSON: shapes, parameters, multiply-adds, memory and findings. Plain data.

Shapes are without the batch's size: null is first. What cannot be known is null, as are sizes that are open.
"""

from typing import Any, NotRequired, TypedDict

JsonShape = list[int | None]


class NodeDescription(TypedDict):
    """One node: what it reads, gives and costs.

    `trainable` is there only where it is false, `output_shapes` where a node gives several results. `macs` are
    multiply-adds for one example (see `layers.costs`). `activation_bytes` is what training keeps for the backward pass:
    the results of every layer inside, for one example in float32. A node with an error and those below it have null
    shapes and costs.
    """

    id: str
    block: str
    enabled: bool
    trainable: NotRequired[bool]
    inputs: list[str]
    output_shape: JsonShape | None
    output_shapes: NotRequired[list[JsonShape]]
    params: int | None
    trainable_params: int | None
    macs: int | None
    activation_bytes: int | None


class OutputDescription(TypedDict):
    """One output of the network."""

    node: str
    output_shape: JsonShape | None


class Description(TypedDict):
    """A design; the totals are over the nodes that are known, and the findings are those of `schema.findings`."""

    name: str
    nodes: list[NodeDescription]
    outputs: list[OutputDescription]
    total_params: int
    trainable_params: int
    non_trainable_params: int
    macs: int | None
    activation_bytes: int | None
    findings: list[dict[str, Any]]


class InputDescription(TypedDict):
    """One input of a composite block, with the shape that it is given where the block is used."""

    id: str
    shape: JsonShape | None


class InsideDescription(TypedDict):
    """The inside of a composite block where the node `node` uses it; null, and shapes too, where none does."""

    node: str | None
    inputs: list[InputDescription]
    nodes: list[NodeDescription]
    findings: list[dict[str, Any]]


class LayerDescription(TypedDict):
    """A layer inside a block: its arguments that are required or no defaults, its shape, and what it reads."""

    id: str
    block: str
    params: dict[str, Any]
    output_shape: JsonShape
    parameters: int
    reads: list[str]


class BlockLayers(TypedDict):
    """The layers that a block consists of where it stands; what they read are names of layers and of `inputs`."""

    inputs: list[str]
    layers: list[LayerDescription]
    outputs: list[str]

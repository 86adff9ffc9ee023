"""A design service for the tests of the pages: a small catalog and shapes by hand, without Keras."""

import math
from collections.abc import Callable
from typing import Any

from blockwright.backend.client import BackendStarting
from blockwright.design.argument_rules import check_arguments
from blockwright.design.composite_catalog import extended
from blockwright.design.composites import opened
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.parameters import Param
from tests.ui.code import code_answers
from tests.ui.train import training_answers

DOC = """{summary}

Use it where the tests need it: it is documented, and nothing more.

Paper: none.

Args:
    filters: Number of output channels.

Input shape:
    `(batch, height, width, channels)`.

Output shape:
    `(batch, height, width, channels)`.
"""


def _int(name: str, default: int, minimum: int = 1, maximum: int = 4096, **more: Any) -> Param:
    return Param(
        name=name,
        kind="int",
        default=default,
        minimum=minimum,
        maximum=maximum,
        step=1,
        help=f"How many {name}.",
        **more,
    )


def _size(name: str, default: Any) -> Param:
    return Param(name=name, kind="size", default=default, minimum=1, maximum=64, step=1, help=f"The {name}.")


def _choice(name: str, default: str | None, *choices: str, optional: bool = False) -> Param:
    return Param(
        name=name, kind="choice", default=default, choices=choices, optional=optional, help="One of these."
    )


_ACTIVATIONS = ("relu", "softmax", "sigmoid", "tanh", "gelu")
_PADDING = _choice("padding", "same", "same", "valid")

ENTRIES = [
    ("ConvBlock", "Blocks", [_int("filters", 32), _size("kernel_size", 3), _size("strides", 1), _PADDING]),
    ("InceptionBlock", "Blocks", [_int("filters_1x1", 32), _int("filters_3x3", 32)]),
    ("DownsampleBlock", "Blocks", [_int("filters", 80)]),
    (
        "ResidualBlock",
        "Blocks",
        [
            _int("filters_1", 32),
            _int("filters_2", 32),
            _int("filters_3", 32),
            _size("shortcut_kernel_size", 1),
            Param(name="pool", kind="bool", default=True, help="Halve the size at the end."),
        ],
    ),
    (
        "Conv2D",
        "Convolution",
        [
            _int("filters", 32, required=True),
            _size("kernel_size", 3),
            _size("strides", 1),
            _choice("padding", "valid", "valid", "same"),
            _choice("activation", None, *_ACTIVATIONS, optional=True),
        ],
    ),
    ("MaxPooling2D", "Pooling", [_size("pool_size", 2)]),
    ("GlobalAveragePooling2D", "Pooling", []),
    (
        "BatchNormalization",
        "Normalization",
        [
            Param(
                name="momentum",
                kind="float",
                default=0.9,
                minimum=0.0,
                maximum=1.0,
                step=0.01,
                help="How slowly.",
            ),
        ],
    ),
    ("ReLU", "Activation", []),
    (
        "Dropout",
        "Regularization",
        [
            Param(
                name="rate",
                kind="float",
                default=0.5,
                minimum=0.0,
                maximum=0.95,
                step=0.05,
                help="Share dropped.",
            ),
        ],
    ),
    (
        "Dense",
        "Dense and shape",
        [
            _int("units", 10, required=True),
            _choice("activation", None, *_ACTIVATIONS, optional=True),
        ],
    ),
    ("Flatten", "Dense and shape", []),
    (
        "Reshape",
        "Dense and shape",
        [Param(name="target_shape", kind="shape", default=[-1], help="The new shape.")],
    ),
    (
        "Rescaling",
        "Preprocessing",
        [
            Param(name="scale", kind="float", default=1 / 255, minimum=-1e6, maximum=1e6, help="Factor."),
        ],
    ),
    ("CenterCrop", "Preprocessing", [_int("height", 150), _int("width", 150)]),
    (
        "RandomTranslation",
        "Augmentation",
        [
            Param(
                name="height_factor",
                kind="number-range",
                default=0.1,
                minimum=-1,
                maximum=1,
                help="Up to this share.",
            ),
        ],
    ),
    ("Add", "Merging", []),
    ("Concatenate", "Merging", []),
]


def catalog() -> list[dict[str, Any]]:
    """The catalog as the service gives it."""
    return Catalog(
        BlockType(
            name=name,
            category=category,
            title=name,
            summary=f"{name} for the tests.",
            doc=DOC.format(summary=f"{name} for the tests."),
            params=tuple(params),
            many_inputs=category == "Merging",
            origin="block" if category == "Blocks" else "keras",
            opens=category == "Blocks",
            when="Use it where the tests need it.",
            paper="none.",
            input_shape="`(batch, height, width, channels)`.",
            output_shape="`(batch, height, width, channels)`.",
        )
        for name, category, params in ENTRIES
    ).to_list()


def _pair(value: Any) -> tuple[int, int]:
    return tuple(value) if isinstance(value, list | tuple) else (value, value)


def _shape_of(block: str, params: dict[str, Any], shapes: list[list[Any]]) -> list[Any]:
    shape = shapes[0]
    if block in ("ConvBlock", "Conv2D"):
        high, wide = (
            math.ceil(side / step) for side, step in zip(shape[1:3], _pair(params["strides"]), strict=True)
        )
        return [None, high, wide, params["filters"]]
    if block == "InceptionBlock":
        return [*shape[:3], params["filters_1x1"] + params["filters_3x3"]]
    if block == "DownsampleBlock":
        if min(shape[1:3]) < 3:
            raise ValueError(f"needs at least 3 x 3 pixels, but gets {shape[1]} x {shape[2]} x {shape[3]}")
        return [None, (shape[1] - 3) // 2 + 1, (shape[2] - 3) // 2 + 1, shape[3] + params["filters"]]
    if block in ("MaxPooling2D", "ResidualBlock"):
        return [
            None,
            shape[1] // 2,
            shape[2] // 2,
            shape[3] if block == "MaxPooling2D" else params["filters_3"],
        ]
    if block == "GlobalAveragePooling2D":
        return [None, shape[-1]]
    if block == "Flatten":
        return [None, math.prod(shape[1:])]
    if block == "Dense":
        return [*shape[:-1], params["units"]]
    if block == "Concatenate":
        return [*shape[:-1], sum(one[-1] for one in shapes)]
    return shape


def describe_inside(design: Design, block: str) -> dict[str, Any]:
    """What the service says of the inside of a block: as if it were given images of 8 x 8 x 4."""
    body = design.body(block)
    inputs = tuple(one.model_copy(update={"shape": (8, 8, 4)}) for one in body.inputs)
    answer = describe(opened(design, block, {}).model_copy(update={"inputs": inputs}))
    return {
        "node": next((node.id for node in design.nodes if node.block == block), None),
        "inputs": [{"id": one.id, "shape": [None, 8, 8, 4]} for one in body.inputs],
        "nodes": answer["nodes"],
        "findings": [],
    }


def describe(design: Design) -> dict[str, Any]:
    """What the service says of a design: made-up costs, plausible shapes, and findings."""
    known = extended(Catalog.from_list(catalog()), design)
    found = [*check_structure(design), *check_arguments(known, design)]
    reads = resolve_reads(design)
    shapes: dict[str, list[Any] | None] = {one.id: [None, *one.shape] for one in design.inputs}
    nodes = []
    for node in design.nodes:
        sources = [shapes.get(one) for one in reads[node.id]]
        shape = None
        broken = any(one.node == node.id and one.severity == "error" for one in found)
        if not broken and all(sources):
            try:
                owner = node if node.shares is None else design.node(node.shares)
                params = {**known.defaults(node.block), **owner.params}
                shape = _shape_of(node.block, params, sources) if node.enabled else sources[0]
            except ValueError as error:
                found.append(_finding(node, str(error)))
        shapes[node.id] = shape
        params = 0 if shape is None else 9 * shape[-1]
        nodes.append(
            {
                "id": node.id,
                "block": node.block,
                "inputs": list(reads[node.id]),
                "enabled": node.enabled,
                "output_shape": shape,
                "params": params,
                "trainable_params": params,
                "macs": params * 100,
                "activation_bytes": 4 * math.prod(shape[1:]) if shape else 0,
            }
        )
    total = sum(node["params"] for node in nodes)
    return {
        "name": design.name,
        "nodes": nodes,
        "total_params": total,
        "trainable_params": total,
        "non_trainable_params": 0,
        "macs": total * 100,
        "activation_bytes": sum(node["activation_bytes"] for node in nodes),
        "outputs": [{"node": one, "output_shape": shapes.get(one)} for one in resolve_outputs(design)],
        "findings": [one.model_dump(mode="json") for one in found],
    }


def _finding(node: Any, words: str) -> Finding:
    return Finding.model_validate(
        {
            "code": "too-small",
            "node": node.id,
            "severity": "error",
            "message": f'`{node.block}` "{node.id}" {words}. Remove one downsampling block before it.',
            "fix": {
                "label": f"Remove {node.id}",
                "edits": [{"op": "remove", "node": node.id}],
                "output_shape": [None, 2, 2, 160],
            },
        }
    )


class FakeService:
    """Answers like the design service.

    `starting`: not up yet; `broken`: it refuses to draw; `answers`: what answers further calls.
    """

    def __init__(self) -> None:
        self.starting = False
        self.broken = False
        self.options: dict[str, Any] = {}
        self.asked: list[str] = []
        self.answers: dict[str, Callable[..., Any]] = {
            "code": code_answers.code,
            "notebook": code_answers.notebook,
            "estimate": training_answers.unmeasured,
        }

    def ensure(self) -> None:
        """Nothing to start."""

    def wake(self) -> None:
        """No dispatcher to wake."""

    def cancel(self, name: str) -> None:
        """Nothing to cancel."""

    def status(self) -> dict[str, Any]:
        """What the backend says of itself."""
        if self.starting:
            raise BackendStarting
        return {"capacity": 2, "running": 2, "queued": 1, "problem": None}

    def call(self, name: str, **args: Any) -> Any:
        """The answer to one call."""
        self.asked.append(name)
        if self.starting:
            raise BackendStarting
        if name == "catalog":
            return catalog()
        if name in ("preview", "check_upload", "augmented_images"):
            return getattr(training_answers, name)(**args)
        if name == "block_picture":
            return {"dot": f'digraph {{ "inside of {args["block"]}" }}'}
        if name in self.answers:
            return self.answers[name](**args)
        design = read_design(args["design"])
        if name == "describe":
            return describe(design)
        if name == "describe_inside":
            return describe_inside(design, args["block"])
        if name == "graph":
            if self.broken:
                words = "This is made up for the test."
                raise DesignError([Finding(code="made-up", severity="error", message=words)])
            self.options = args["options"]
            rows = "".join(f'"{node.id}" [label="{node.id}"];' for node in design.nodes)
            return {"dot": f"digraph {{ {rows} }}", "svg": "<svg></svg>"}
        if name == "summary":
            answer = describe(design)
            return {
                "rows": [
                    {
                        "layer": node["id"],
                        "type": node["block"],
                        "output_shape": node["output_shape"],
                        "params": node["params"],
                        "trainable": node["trainable_params"],
                        "connected_to": node["inputs"],
                    }
                    for node in answer["nodes"]
                ],
                "text": "Model: made up",
                "total_params": answer["total_params"],
                "trainable_params": answer["trainable_params"],
                "non_trainable_params": 0,
            }
        raise AssertionError(f"Nobody asks {name}.")

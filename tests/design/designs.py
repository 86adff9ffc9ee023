"""Designs that the tests of this folder share."""

from hypothesis import strategies as st

from blockwright.design.parse import read_design
from blockwright.schema.design import Design


def stack(*nodes: dict) -> Design:
    """A design on 28x28x1 images with these nodes."""
    inputs = [{"id": "image", "shape": [28, 28, 1]}]
    return read_design({"format": 1, "name": "Test", "inputs": inputs, "nodes": list(nodes)})


def names(design: Design) -> list[str]:
    """The node ids, in order."""
    return [node.id for node in design.nodes]


def abc() -> Design:
    """Three blocks in a row: a, b, c."""
    return stack(
        {"id": "a", "block": "ReLU"}, {"id": "b", "block": "Dropout"}, {"id": "c", "block": "Flatten"}
    )


@st.composite
def graphs(draw: st.DrawFn) -> Design:
    """Sound designs: every node reads the node before it, or some that are listed above it."""
    nodes = []
    for number in range(draw(st.integers(1, 8))):
        above = ["image", *[node["id"] for node in nodes]]
        node = {"id": f"n{number}", "block": draw(st.sampled_from(["ReLU", "Add", "Flatten"]))}
        if draw(st.booleans()):
            node["inputs"] = draw(st.lists(st.sampled_from(above), min_size=1, max_size=3, unique=True))
        if draw(st.integers(0, 5)) == 0:
            node["enabled"] = False
        nodes.append(node)
    return stack(*nodes)

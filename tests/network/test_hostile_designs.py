"""Designs made to break the reader, the checks or the arithmetic: each gets sentences that name what is wrong."""

import pytest

from blockwright.network.describe import describe
from blockwright.schema.design import MAX_INSIDE, MAX_NODES
from blockwright.schema.findings import DesignError

IMAGE = {"id": "image", "shape": [28, 28, 1]}
SEQUENCE = {"id": "steps", "shape": [5, 3]}
HEAD = {"id": "head", "block": "Dense", "params": {"units": 10}}


def design(*nodes, inputs=(IMAGE,), **more):
    return {"format": 1, "name": "Hostile", "inputs": list(inputs), "nodes": list(nodes), **more}


def node(name, block="ReLU", reads=None, **more):
    return {"id": name, "block": block, **({} if reads is None else {"inputs": reads}), **more}


def own(*nodes, inputs=("x",), **more):
    return {"inputs": list(inputs), "nodes": list(nodes), **more}


def chain(length, last, **more):
    """Blocks that each use the next one; `last` stands in the innermost."""
    return {
        f"L{level}": own(node("i", last if level + 1 == length else f"L{level + 1}", **more))
        for level in range(length)
    }


def of_shape(shape):
    return design(node("flat", "Flatten"), HEAD, inputs=[{"id": "image", "shape": shape}])


def found(document):
    try:
        return describe(document)["findings"]
    except DesignError as error:
        return [finding.model_dump() for finding in error.findings]


CASES = {
    "a block in itself": (design(node("a", "A"), composites={"A": own(node("i", "A"))}), "composite-cycle"),
    "a ring of 100 blocks": (design(node("a", "L0"), composites=chain(100, "L0")), "composite-cycle"),
    "99 levels": (design(node("a", "L0"), composites=chain(99, "ReLU")), "composite-depth"),
    "100 times itself, 13 levels deep": (
        design(node("a", "L0", repeat=100), composites=chain(12, "ReLU", repeat=100)),
        "too-many-layers",
    ),
    "every copy counts": (design(*(node(f"n{one}", repeat=100) for one in range(60))), "too-many-layers"),
    "3,000 blocks": (
        design(node("a", "B0"), composites={f"B{one}": own(node("i")) for one in range(3000)}),
        "form",
    ),
    "a block of 100,000 nodes": (
        design(node("a", "A"), composites={"A": own(*(node(f"n{one}") for one in range(100_000)))}),
        "form",
    ),
    "one more node than may be": (design(*(node(f"n{one}") for one in range(MAX_NODES + 1))), "form"),
    "more nodes in blocks than may be": (
        design(composites={f"B{one}": own(*(node(f"n{two}") for two in range(1700))) for one in range(3)}),
        "form",
    ),
    "every block in every other": (
        design(
            node("a", "B0"),
            composites={
                f"B{one}": own(*(node(f"n{two}", f"B{(one + two + 1) % 90}") for two in range(50)))
                for one in range(90)
            },
        ),
        "composite-cycle",
    ),
    "block names": (design(composites={"<b>": own(node("i"))}), "form"),
    "a block named None": (design(composites={"None": own(node("i"))}), "form"),
    "a block named as a layer": (design(HEAD, composites={"Dense": own(node("i"))}), "composite-name"),
    "an empty block": (design(node("a", "A"), composites={"A": own()}), "composite-empty"),
    "an argument that the block has not": (
        design(
            node("a", "A"),
            composites={"A": own(node("i", "Dense", params={"units": {"param": "units"}}))},
        ),
        "unknown-argument",
    ),
    "weights of itself": (design(node("a", "Dense", shares="a")), "sharing"),
    "weights in a circle": (
        design(node("a", "Dense", shares="b"), node("b", "Dense", shares="a")),
        "sharing",
    ),
    "weights of an input": (design(node("a", "Dense", shares="image")), "sharing"),
    "repeated and shared": (design(HEAD, node("b", "Dense", shares="head", repeat=2)), "sharing"),
    "a result that is not there": (
        design(node("memory", "LSTM", params={"units": 4}), node("a", reads=["memory/9"]), inputs=[SEQUENCE]),
        "no-such-result",
    ),
    "two inputs of one name": (design(node("a"), inputs=[IMAGE, IMAGE]), "duplicate-name"),
    "2,000 nodes of one name": (design(*(node("a") for _ in range(MAX_NODES))), "duplicate-name"),
    "an input and a node of one name": (design(node("image"), HEAD), "duplicate-name"),
    "an output twice": (design(HEAD, outputs=["head", "head"]), "duplicate-output"),
    "an output twice, said otherwise": (design(HEAD, outputs=["head", "head/0"]), "duplicate-output"),
    "an input as the output": (design(HEAD, outputs=["image"]), "input-as-output"),
    "an output that is not there": (design(HEAD, outputs=["nowhere"]), "dangling-output"),
    "no outputs": (design(HEAD, outputs=[]), "form"),
    "a circle of 2,000": (
        design(*(node(f"n{one}", reads=[f"n{(one - 1) % MAX_NODES}"]) for one in range(MAX_NODES))),
        "cycle",
    ),
    "2,000 wires into nothing": (
        design(*(node(f"n{one}", reads=["nowhere"]) for one in range(MAX_NODES))),
        "dangling",
    ),
    "2,000 unknown blocks": (
        design(*(node(f"n{one}", "Densee") for one in range(MAX_NODES))),
        "unknown-block",
    ),
    "more than Add can be asked to read": (design(node("a", "Add", ["image"] * 65)), "form"),
    "a Lambda": (design(node("a", "Lambda", params={"function": "print(1)"})), "code-refused"),
    "text into a convolution": (
        design(
            node("a", "Conv2D", params={"filters": 2, "kernel_size": 3}),
            inputs=[IMAGE | {"dtype": "string"}],
        ),
        "needs-numbers",
    ),
    "more numbers than there is memory": (of_shape([100_000] * 4), "too-many-parameters"),
    "an open size into Dense": (of_shape([None]), "open-size"),
    "no size": (of_shape([]), "form"),
    "a size of 0": (of_shape([28, 0, 1]), "form"),
    "a size below 0": (of_shape([-1, 3]), "form"),
    "a size of a billion": (of_shape([10**9]), "form"),
    "a size of 31 digits": (of_shape([10**30]), "form"),
    "half a pixel": (of_shape([1.5]), "form"),
    "true pixels": (of_shape([True]), "form"),
    "five sizes": (of_shape([3] * 5), "form"),
    "a word for a shape": (of_shape("abc"), "form"),
    "units of 41 digits": (design(node("a", "Dense", params={"units": 10**40})), "param"),
    "a list for units": (design(node("a", "Dense", params={"units": []})), "param"),
    "no times": (design(node("a", repeat=0)), "form"),
    "true times": (design(node("a", repeat=True)), "form"),
    "a name of 121 letters": (design(node("a" * 121)), "form"),
    "no name": (design(node("")), "form"),
    "nothing anywhere": ({"format": 1, "name": None, "inputs": None, "nodes": None}, "form"),
    "other kinds everywhere": (
        {"format": 1, "name": 5, "inputs": [1, None], "nodes": [[], {"id": 1}], "composites": [1]},
        "form",
    ),
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("document", "code"), CASES.values(), ids=CASES.keys())
def test_a_hostile_design_is_told_what_is_wrong(document, code):
    findings = found(document)
    assert (code, "error") in {(one["code"], one["severity"]) for one in findings}
    for one in findings:
        assert one["message"].endswith((".", "?", ")")), one["message"]
        assert len(one["message"]) < 2_000
        assert "Traceback" not in one["message"]


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>", "../../etc/passwd", "名前 🎉", "a\nb", "\u202eabc", "a/1", "   "]
)
def test_a_name_is_only_text(name):
    answer = describe(design(node(name), node("flat", "Flatten"), HEAD))
    assert answer["nodes"][0]["id"] == name
    assert answer["total_params"] == 7850
    assert not [one for one in answer["findings"] if one["severity"] == "error"]


def test_as_many_nodes_in_blocks_as_may_be_are_read():
    composites = {f"B{one}": own(*(node(f"n{two}") for two in range(MAX_INSIDE // 5))) for one in range(5)}
    answer = describe(design(node("flat", "Flatten"), HEAD, composites=composites))
    assert answer["total_params"] == 7850

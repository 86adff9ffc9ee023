import pytest

from blockwright.design.argument_rules import check_arguments, check_node
from blockwright.design.edits import apply_edits
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Node
from blockwright.schema.parameters import Param
from tests.design.designs import stack

CATALOG = Catalog(
    [
        BlockType(
            name="Conv2D",
            category="Convolution",
            title="Convolution",
            summary="",
            doc="",
            params=(
                Param(name="filters", kind="int", default=32, required=True, minimum=1, maximum=4096),
                Param(name="kernel_size", kind="size", default=3, minimum=1, maximum=64),
                Param(name="padding", kind="choice", default="valid", choices=("valid", "same")),
                Param(name="use_bias", kind="bool", default=True),
                Param(name="activation", kind="choice", default=None, optional=True, choices=("relu",)),
                Param(name="rate", kind="float", default=0.5, minimum=0, maximum=0.95),
                Param(name="factor", kind="number-range", default=0.1, minimum=-1, maximum=1),
                Param(name="target_shape", kind="shape", default=[-1], minimum=-1),
            ),
        ),
        BlockType(name="Add", category="Merging", title="Add", summary="", doc="", many_inputs=True),
    ]
)


def conv(**params):
    return stack({"id": "stem", "block": "Conv2D", "params": {"filters": 8, **params}})


@pytest.mark.parametrize(
    "params",
    [
        {"kernel_size": [3, 5]},
        {"padding": "same"},
        {"use_bias": False},
        {"activation": None},
        {"rate": 0},
        {"factor": [-0.2, 0.3]},
        {"target_shape": [4, -1]},
        {"filters": 4096},
    ],
)
def test_what_is_right_has_no_finding(params):
    assert check_arguments(CATALOG, conv(**params)) == []


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"filters": 0},
            '`filters` of `Conv2D` "stem" must be a whole number between 1 and 4096. Received: filters=0.',
        ),
        ({"filters": 8.0}, "Received: filters=8.0."),
        ({"filters": True}, "Received: filters=true."),
        ({"filters": None}, "Received: filters=null."),
        ({"filters": 10**30}, "between 1 and 4096"),
        ({"kernel_size": [3, 3, 3]}, "a whole number between 1 and 64, or a pair of them"),
        ({"kernel_size": "3"}, 'Received: kernel_size="3".'),
        ({"padding": "Same"}, 'must be one of "valid", "same". Received: padding="Same".'),
        ({"use_bias": 1}, "must be true or false"),
        ({"activation": "lambda x: x"}, 'must be one of "relu", or null'),
        ({"rate": float("nan")}, "between 0 and 0.95"),
        ({"factor": [0, 2]}, "between -1 and 1"),
        ({"target_shape": []}, "a list of 1 to 6 whole numbers, each of at least -1"),
        ({"filter": 8}, "has no argument `filter`. Did you mean `filters`?"),
        ({"zzz": {"deep": ["x" * 500]}}, "has no argument `zzz`. It takes `filters`,"),
    ],
)
def test_each_wrong_value_is_told_with_its_place(params, message):
    (finding,) = check_arguments(CATALOG, conv(**params))
    assert (finding.node, finding.severity) == ("stem", "error")
    assert message in finding.message


def test_a_wrong_value_is_mended_by_its_fix():
    design = conv(padding="sane", zzz=1)
    for finding in check_arguments(CATALOG, design):
        design = apply_edits(design, finding.fix.edits)
    assert design == conv()


def test_a_missing_argument_is_asked_for_and_mended():
    design = stack({"id": "stem", "block": "Conv2D"})
    (finding,) = check_arguments(CATALOG, design)
    assert finding.message == '`Conv2D` "stem" needs `filters`: a whole number between 1 and 4096.'
    assert check_arguments(CATALOG, apply_edits(design, finding.fix.edits)) == []


def test_an_unknown_block_is_told_with_the_nearest_one():
    design = stack({"id": "stem", "block": "Conv2d", "params": {"filters": 8}})
    (finding,) = check_arguments(CATALOG, design)
    assert finding.message == 'There is no block `Conv2d`, which "stem" uses. Did you mean `Conv2D`?'
    assert apply_edits(design, finding.fix.edits).node("stem").block == "Conv2D"


def test_code_is_refused_always():
    (finding,) = check_arguments(
        CATALOG, stack({"id": "evil", "block": "Lambda", "params": {"function": "x"}})
    )
    assert finding.code == "code-refused"
    assert "never runs code" in finding.message


def test_only_merges_read_several_nodes():
    assert (
        check_arguments(
            CATALOG,
            stack(
                {"id": "a", "block": "Conv2D", "params": {"filters": 1}},
                {"id": "s", "block": "Add", "inputs": ["a", "image"]},
            ),
        )
        == []
    )
    (finding,) = check_arguments(
        CATALOG, stack({"id": "a", "block": "Conv2D", "params": {"filters": 1}, "inputs": ["image", "image"]})
    )
    assert finding.code == "too-many-inputs"


def block(**arity):
    return BlockType(name="It", category="Merging", title="It", summary="", doc="", **arity)


@pytest.mark.parametrize(
    ("arity", "reads", "code", "sentence"),
    [
        ({}, 2, "too-many-inputs", "takes one input, but has 2 inputs. Add an Add or Concatenate before it."),
        ({"min_inputs": 2, "max_inputs": 2}, 3, "too-many-inputs", "takes two inputs, but has 3 inputs."),
        ({"max_inputs": 3}, 4, "too-many-inputs", "takes one to three inputs, but has 4 inputs."),
        ({"min_inputs": 2, "max_inputs": 2}, 1, "too-few-inputs", "takes two inputs, but has only 1."),
        (
            {"min_inputs": 2, "max_inputs": None},
            1,
            "too-few-inputs",
            "takes two or more inputs, but has only 1",
        ),
    ],
)
def test_too_many_and_too_few_inputs(arity, reads, code, sentence):
    names = ["a", "b", "c", "d"][:reads]
    (finding,) = check_node(Catalog([block(**arity)]), Node(id="it", block="It", inputs=tuple(names)), names)
    assert finding.code == code
    assert sentence in finding.message
    if code == "too-many-inputs":
        kept = names[: arity.get("max_inputs", 1)]
        assert finding.fix.edits == [{"op": "connect", "node": "it", "inputs": kept}]


def test_a_node_that_reads_nothing_yet_has_not_too_few_inputs():
    arity = {"min_inputs": 2, "max_inputs": 2}
    assert check_node(Catalog([block(**arity)]), Node(id="it", block="It", inputs=()), ()) == []

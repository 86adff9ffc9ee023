import pytest

from blockwright.design.edits import apply_edits
from blockwright.schema.catalog import BlockType, Catalog
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
    assert CATALOG.check(conv(**params)) == []


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
    (finding,) = CATALOG.check(conv(**params))
    assert (finding.node, finding.severity) == ("stem", "error")
    assert message in finding.message


def test_a_wrong_value_is_mended_by_its_fix():
    design = conv(padding="sane", zzz=1)
    for finding in CATALOG.check(design):
        design = apply_edits(design, finding.fix.edits)
    assert design == conv()


def test_a_missing_argument_is_asked_for_and_mended():
    design = stack({"id": "stem", "block": "Conv2D"})
    (finding,) = CATALOG.check(design)
    assert finding.message == '`Conv2D` "stem" needs `filters`: a whole number between 1 and 4096.'
    assert CATALOG.check(apply_edits(design, finding.fix.edits)) == []


def test_an_unknown_block_is_told_with_the_nearest_one():
    design = stack({"id": "stem", "block": "Conv2d", "params": {"filters": 8}})
    (finding,) = CATALOG.check(design)
    assert finding.message == 'There is no block `Conv2d`, which "stem" asks for. Did you mean `Conv2D`?'
    assert apply_edits(design, finding.fix.edits).node("stem").block == "Conv2D"


def test_code_is_refused_always():
    (finding,) = CATALOG.check(stack({"id": "evil", "block": "Lambda", "params": {"function": "x"}}))
    assert finding.code == "code-refused"
    assert "never runs code" in finding.message


def test_only_merges_read_several_nodes():
    assert (
        CATALOG.check(
            stack(
                {"id": "a", "block": "Conv2D", "params": {"filters": 1}},
                {"id": "s", "block": "Add", "inputs": ["a", "image"]},
            )
        )
        == []
    )
    (finding,) = CATALOG.check(
        stack({"id": "a", "block": "Conv2D", "params": {"filters": 1}, "inputs": ["image", "image"]})
    )
    assert finding.code == "too-many-inputs"


def test_the_catalog_survives_as_plain_data():
    again = Catalog.from_list(CATALOG.to_list())
    assert again.blocks == CATALOG.blocks
    assert again.by_category().keys() == {"Convolution", "Merging"}
    assert again.starting_params("Conv2D") == {"filters": 32}

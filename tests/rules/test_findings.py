"""Findings and their fixes: what is said, and that the one click does what it promises."""

import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.network import describe
from blockwright.rules import sizes
from tests.network.designs import classifier, design, node

DIGITS = {"name": "digits", "shape": [28, 28, 1], "num_classes": 10}
A, B = node("ConvBlock", "a", filters=8), node("ConvBlock", "b", ["a"], filters=16)
DOWN = node("DownsampleBlock", "b", ["a"], filters=16)
DOWNS = [node("DownsampleBlock", f"down{place}", filters=8) for place in (1, 2, 3, 4)]

CASES = {
    "too small, block": (
        classifier(A, *DOWNS),
        None,
        ("too-small", "down4", "error"),
        '`DownsampleBlock` "down4" needs at least 3 x 3 pixels, but "down3" outputs 2 x 2 x 32. '
        "Remove one downsampling block before it, or start from larger images.",
        [None, 2, 2, 32],
    ),
    "too small, padding": (
        classifier(node("Conv2D", "wide", filters=4, kernel_size=9), shape=(8, 8, 1)),
        None,
        ("too-small", "wide", "error"),
        '`Conv2D` "wide" needs at least 9 x 9 pixels, but "image" outputs 8 x 8 x 1. '
        'Set its padding to "same", or start from larger images.',
        [None, 8, 8, 4],
    ),
    "needs an image": (
        design(node("Flatten", "flat"), node("Conv2D", "conv", filters=4, kernel_size=3)),
        None,
        ("needs-image", "conv", "error"),
        '`Conv2D` "conv" needs an image or feature map (height, width, channels), but "flat" outputs 784 values. '
        'Put it before "flat", or remove "flat".',
        [None, 26, 26, 4],
    ),
    "block needs an image": (
        design(node("ConvBlock", "conv", filters=4), shape=(784,)),
        None,
        ("needs-image", "conv", "error"),
        '`ConvBlock` "conv" needs an image or feature map (height, width, channels), but "image" outputs 784 values. '
        "Reshape it to an image first.",
        [None, 28, 28, 4],
    ),
    "no channel": (
        design(node("Conv2D", "conv", filters=4, kernel_size=3), shape=(28, 28)),
        None,
        ("needs-image", "conv", "error"),
        '`Conv2D` "conv" needs an image or feature map (height, width, channels), but "image" outputs 28 x 28. '
        "Give it a channel dimension.",
        [None, 26, 26, 4],
    ),
    "add of unequal channels": (
        classifier(A, B, node("Add", "sum", ["a", "b"])),
        None,
        ("add-shapes", "sum", "error"),
        '`Add` "sum" adds element by element, so all inputs must have the same shape, but "a" outputs 28 x 28 x 8 and '
        '"b" outputs 28 x 28 x 16. They differ in channels. Add a 1x1 Conv2D of 16 filters after "a".',
        [None, 28, 28, 16],
    ),
    "add of unequal sizes": (
        classifier(A, DOWN, node("Add", "sum", ["a", "b"])),
        None,
        ("add-shapes", "sum", "error"),
        '`Add` "sum" adds element by element, so all inputs must have the same shape, but "a" outputs 28 x 28 x 8 and '
        '"b" outputs 13 x 13 x 24. They differ in height, width and channels. Add a Conv2D of 24 filters after "a".',
        [None, 13, 13, 24],
    ),
    "maximum of unequal channels": (
        classifier(A, B, node("Maximum", "most", ["a", "b"])),
        None,
        ("merge-shapes", "most", "error"),
        '`Maximum` "most" takes the largest element by element, so all inputs must have the same shape, but "a" '
        'outputs 28 x 28 x 8 and "b" outputs 28 x 28 x 16. They differ in channels. '
        'Add a 1x1 Conv2D of 16 filters after "a".',
        [None, 28, 28, 16],
    ),
    "dot of unequal lists": (
        design(
            node("Flatten", "flat"),
            node("Dense", "few", ["flat"], units=4),
            node("Dense", "more", ["flat"], units=6),
            node("Dot", "likeness", ["few", "more"], axes=1),
            node("Dense", "head", units=10, activation="softmax"),
        ),
        None,
        ("dot-shapes", "likeness", "error"),
        '`Dot` "likeness" multiplies along axis 1 of the first and axis 1 of the second, so these must have the '
        'same size, but "few" outputs 4 values and "more" outputs 6 values.',
        [None, 1],
    ),
    "multiply of lists": (
        design(
            node("Flatten", "flat"),
            node("Dense", "x", units=4, activation="relu"),
            node("Multiply", "gate", ["flat", "x"]),
            node("Dense", "head", units=10, activation="softmax"),
        ),
        None,
        ("multiply-shapes", "gate", "error"),
        '`Multiply` "gate" multiplies element by element, so all inputs must have the same shape, but "flat" outputs '
        '784 values and "x" outputs 4 values. Add a Dense layer of 784 units after "x".',
        [None, 784],
    ),
    "concatenate of unequal sizes": (
        classifier(A, DOWN, node("Concatenate", "both", ["a", "b"])),
        None,
        ("concatenate-shapes", "both", "error"),
        '`Concatenate` "both" concatenates its inputs, so they may differ in one dimension only, but "a" outputs '
        '28 x 28 x 8 and "b" outputs 13 x 13 x 24. They differ in height and width. Bring them to one height and '
        "width.",
        [None, 13, 13, 32],
    ),
    "concatenate of a map and a list": (
        design(
            A,
            node("GlobalMaxPooling2D", "b"),
            node("Concatenate", "both", ["a", "b"]),
            node("Dense", units=2),
        ),
        None,
        ("concatenate-shapes", "both", "error"),
        '`Concatenate` "both" concatenates its inputs, so they may differ in one dimension only, but "a" outputs '
        '28 x 28 x 8 and "b" outputs 8 values. They have 1 and 3 dimensions. Pool "a" globally.',
        [None, 16],
    ),
    "concatenate along the batch": (
        classifier(A, node("Concatenate", "both", ["a", "a"], axis=0)),
        None,
        ("concatenate-axis", "both", "error"),
        '`axis` of `Concatenate` "both" must be 1 to 3, or -1 for the channels; 0 is the batch. Received: axis=0.',
        [None, 28, 28, 16],
    ),
    "merging one": (
        classifier(A, node("ConvBlock", "b", filters=8), node("Add", "sum")),
        None,
        ("merges-one", "sum", "warning"),
        '`Add` "sum" has only "b" as an input, and merges two or more. Add another input.',
        [None, 28, 28, 8],
    ),
    "reshape": (
        design(node("Reshape", "shape", target_shape=[5, 5])),
        None,
        ("reshape", "shape", "error"),
        '`Reshape` "shape" cannot make 5 x 5 of 28 x 28 x 1 from "image": the number of values, 784, '
        "must stay the same.",
        [None, 784],
    ),
    "groups": (
        classifier(A, node("Conv2D", "conv", filters=12, kernel_size=3, groups=6)),
        None,
        ("groups", "conv", "error"),
        '`groups` of `Conv2D` "conv" must divide both its filters (12) and the channels of its input (8). '
        "Received: groups=6.",
        [None, 26, 26, 12],
    ),
    "strides and dilation": (
        classifier(node("Conv2D", "conv", filters=4, kernel_size=3, strides=2, dilation_rate=2)),
        None,
        ("strides-and-dilation", "conv", "error"),
        '`Conv2D` "conv" has strides of 2 and a dilation rate of 2, but only one of the two may be above 1. '
        "Set the other to 1.",
        [None, 13, 13, 4],
    ),
    "strides of two kinds": (
        classifier(node("DepthwiseConv2D", "conv", kernel_size=3, strides=[1, 2])),
        None,
        ("unequal-strides", "conv", "error"),
        '`DepthwiseConv2D` "conv" has strides of 1 x 2, but must have the same stride in both directions. '
        "Set one number.",
        [None, 13, 13, 1],
    ),
    "open size": (
        design(
            node("Flatten", "flat"),
            node("Dense", "head", units=4, activation="softmax"),
            shape=(None, None, 3),
        ),
        None,
        ("open-size", "head", "error"),
        '`Dense` "head" must know how many values its input has, but "flat" leaves that open. Give the input a fixed '
        'size, or pool globally in place of "flat".',
        [None, 4],
    ),
    "dense on a map": (
        design(A, node("Dense", "head", units=10, activation="softmax")),
        DIGITS,
        ("dense-on-map", "head", "error"),
        '`Dense` "head" works on every pixel by itself, because "a" outputs 28 x 28 x 8; the network outputs '
        "28 x 28 x 10. Add GlobalAveragePooling2D or Flatten before it.",
        [None, 10],
    ),
    "no head": (
        design(A),
        DIGITS,
        ("no-head", "a", "error"),
        '`ConvBlock` "a" outputs 28 x 28 x 8 values per example, but the target "class" has 10 classes. '
        "Add GlobalAveragePooling2D, then Dense with units=10.",
        [None, 28, 28, 8],
    ),
    "too few units": (
        classifier(A, units=7),
        DIGITS,
        ("head-units", "head", "error"),
        '`Dense` "head" outputs 7 values, but the target "class" has 10 classes. Set units=10.',
        [None, 10],
    ),
    "too many units, activation apart": (
        design(A, node("Flatten"), node("Dense", "head", units=20), node("Activation", activation="softmax")),
        DIGITS,
        ("head-units", "head", "warning"),
        '`Dense` "head" outputs 20 values, but the target "class" has 10 classes. Set units=10.',
        [None, 10],
    ),
    "no dense head": (
        design(A, node("GlobalAveragePooling2D", "pool"), node("Activation", activation="softmax")),
        DIGITS,
        ("head-units", "pool", "error"),
        '`GlobalAveragePooling2D` "pool" outputs 8 values, but the target "class" has 10 classes. '
        "Add Dense with units=10.",
        [None, 8],
    ),
    "logits": (
        design(A, node("Flatten"), node("Dense", "head", units=10)),
        DIGITS,
        ("no-activation", "head", "note"),
        '`Dense` "head" outputs logits. The loss takes them as they are; add softmax to get probabilities.',
        [None, 10],
    ),
    "sigmoid of ten": (
        design(A, node("Flatten"), node("Dense", "head", units=10, activation="sigmoid")),
        DIGITS,
        ("sigmoid-last", "head", "warning"),
        '`Dense` "head" ends in sigmoid, which scores each of 10 classes independently. Where every example has '
        "one class, use softmax.",
        [None, 10],
    ),
    "softmax of one": (
        design(A, node("Flatten"), node("Dense", "head", units=1, activation="softmax")),
        None,
        ("softmax-of-one", "head", "warning"),
        '`Dense` "head" has one unit with softmax, which always outputs 1. Use units=2 with softmax, '
        "or sigmoid on one unit.",
        [None, 1],
    ),
    "relu at the end": (
        design(A, node("Flatten"), node("Dense", units=10), node("ReLU", "last")),
        DIGITS,
        ("activation-last", "last", "warning"),
        '`ReLU` "last" ends in relu, and its values are treated as logits. Use softmax, or no activation.',
        [None, 10],
    ),
    "dropout at the end": (
        design(
            A,
            node("Flatten"),
            node("Dense", units=10, activation="softmax"),
            node("Dropout", "last", rate=0.5),
        ),
        DIGITS,
        ("dropout-last", "last", "warning"),
        '`Dropout` "last" is the last layer and drops outputs during training. Remove it, or move it up.',
        [None, 10],
    ),
    "softmax inside": (
        classifier(node("Conv2D", "conv", filters=8, kernel_size=3, activation="softmax"), A),
        None,
        ("softmax-inside", "conv", "warning"),
        '`Conv2D` "conv" has softmax in the middle of the network, which leaves the layers after it little to work '
        "with. Softmax belongs on the last layer; use relu here.",
        [None, 26, 26, 8],
    ),
    "large dense": (
        design(
            node("Conv2D", "conv", filters=64, kernel_size=3),
            node("Flatten", "flat"),
            node("Dense", "wide", units=128, activation="relu"),
            node("Dense", "head", units=10, activation="softmax"),
        ),
        DIGITS,
        ("large-dense", "wide", "warning"),
        '`Dense` "wide" has 5,537,920 of the 5,539,850 parameters, because "flat" makes 43,264 values of '
        "26 x 26 x 64. Global average pooling in its place leaves 64.",
        [None, 128],
    ),
    "another size of image": (
        classifier(A, shape=(32, 32, 1)),
        DIGITS,
        ("input-size", "image", "note"),
        '"image" takes 32 x 32 x 1, "digits" has 28 x 28 x 1. The data is changed to fit before training; or '
        "change the input to match it.",
        [None, 10],
    ),
    "a list in place of images": (
        design(node("Dense", "head", units=10, activation="softmax"), shape=(784,)),
        DIGITS,
        ("input-size", "image", "note"),
        '"image" takes 784 values, "digits" has 28 x 28 x 1. The data is changed to fit before training; or change '
        "the input to match it.",
        [None, 10],
    ),
    "images for a design of other dimensions": (
        design(
            node("Flatten", "flat"), node("Dense", "head", units=10, activation="softmax"), shape=(2, 3, 4, 5)
        ),
        DIGITS,
        ("input-kind", "image", "error"),
        'Input "image": The design reads examples of 2 x 3 x 4 x 5, but the data holds images of 28 x 28 x 1. '
        "Give the input a shape "
        "of height, width and channels.",
        [None, 10],
    ),
    "all off": (
        design({**node("ReLU", "only"), "enabled": False}),
        None,
        ("all-off", "only", "error"),
        'Every block on the way to "only" is switched off: there is nothing to train. Switch one on.',
        [None, 28, 28, 1],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_finding_and_its_fix(case):
    made, data, (code, place, severity), message, shape = case
    findings = describe(made, data)["findings"]
    found = [one for one in findings if one["code"] == code]
    assert [(one["node"], one["severity"], one["message"]) for one in found] == [(place, severity, message)]
    fix = found[0]["fix"]
    assert fix["output_shape"] == shape
    mended = apply_edits(made, fix["edits"])
    after = describe(mended, data)
    assert code not in {one["code"] for one in after["findings"]}
    rows = {one["id"]: one["output_shape"] for one in after["nodes"]}
    assert rows.get(place, after["outputs"][0]["output_shape"]) == shape


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fix_leaves_no_other_error(case):
    made, data, (code, _, _), _, _ = case
    before = describe(made, data)["findings"]
    fix = next(one for one in before if one["code"] == code)["fix"]
    after = describe(apply_edits(made, fix["edits"]), data)["findings"]
    known = {(one["code"], one["node"]) for one in before}
    errors = [one for one in after if one["severity"] == "error"]
    assert not [one for one in errors if (one["code"], one["node"]) in known]


def test_whole_numbers_need_rescaling():
    made = read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 1], "dtype": "int32"}],
            "nodes": [node("ConvBlock", "stem", filters=4)],
        }
    )
    (found,) = describe(made)["findings"]
    assert (found["code"], found["node"], found["severity"]) == ("needs-floats", "stem", "error")
    assert found["message"] == (
        '`ConvBlock` "stem" computes with fractions, but "image" outputs whole numbers (int32). '
        "Change the input to float32, or add Rescaling after it."
    )
    assert found["fix"]["output_shape"] == [None, 8, 8, 4]
    mended = describe(apply_edits(made, found["fix"]["edits"]))
    assert [one["code"] for one in mended["findings"]] == ["no-head"]


def test_a_sound_design_has_no_findings():
    assert describe(classifier(A), DIGITS)["findings"] == []


def test_two_classes_may_have_one_unit():
    made = design(A, node("Flatten"), node("Dense", units=1, activation="sigmoid"))
    assert describe(made, {**DIGITS, "num_classes": 2})["findings"] == []


def test_a_squeeze_and_excite_gate_is_no_finding():
    made = classifier(
        A,
        node("GlobalAveragePooling2D", "squeeze", keepdims=True),
        node("Dense", "excite", units=8, activation="softmax"),
        node("Multiply", "gate", ["a", "excite"]),
    )
    assert describe(made, DIGITS)["findings"] == []


def test_a_dense_on_every_pixel_that_is_flattened_later_is_no_finding():
    assert describe(classifier(A, node("Dense", units=4, activation="relu")), DIGITS)["findings"] == []


def made_of_words(*nodes):
    inputs = [{"id": "words", "shape": [12], "dtype": "int32"}]
    return read_design({"format": 1, "name": "Tagger", "inputs": inputs, "nodes": list(nodes)})


def tagger():
    return made_of_words(
        node("Embedding", "vectors", input_dim=50, output_dim=8),
        node("Bidirectional", "both", units=4, return_sequences=True),
        node("Dense", "tag", units=5, activation="softmax"),
    )


def test_a_tag_for_every_step_is_no_finding():
    assert describe(tagger())["findings"] == []


def test_a_dense_on_every_step_is_told_of_steps_where_there_is_one_class_an_example():
    data = {
        "name": "own",
        "features": [{"name": "words", "kind": "sequence", "shape": [12], "dtype": "int32"}],
    }
    found = describe(tagger(), {**data, "num_classes": 5})["findings"]
    (finding,) = [one for one in found if one["code"] == "dense-on-map"]
    assert finding["message"] == (
        '`Dense` "tag" works on every step by itself, because "both" outputs 12 x 8; the network outputs 12 x 5. '
        "Add GlobalAveragePooling1D or Flatten before it."
    )
    fixed = describe(apply_edits(tagger(), finding["fix"]["edits"]))
    assert fixed["outputs"][0]["output_shape"] == [None, 5]


def test_a_softmax_before_a_reshape_is_no_finding():
    made = design(
        node("GlobalAveragePooling2D", "pool", keepdims=True),
        node("Conv2D", "classes", filters=10, kernel_size=1),
        node("Activation", "shares", activation="softmax"),
        node("Reshape", "row", target_shape=[10]),
    )
    assert describe(made, DIGITS)["findings"] == []


def test_the_machine_s_memory_sets_the_limit(monkeypatch):
    made = design(node("Flatten"), node("Dense", "head", units=10, activation="softmax"))
    needs = 7850 * sizes.BYTES_PER_PARAMETER
    answers = []
    for memory in (needs * 3, needs * 1.5, needs * 0.9):
        monkeypatch.setattr(sizes, "machine_memory", lambda memory=memory: memory)
        found = [one for one in describe(made)["findings"] if one["code"] == "too-many-parameters"]
        answers.append([one["severity"] for one in found])
    assert answers == [[], ["warning"], ["error"]]


def test_activations_that_do_not_fit_are_said(monkeypatch):
    monkeypatch.setattr(sizes, "machine_memory", lambda: 40_000_000)
    found = describe(classifier(node("ConvBlock", "stem", filters=96)))["findings"]
    assert [(one["code"], one["node"], one["severity"]) for one in found] == [
        ("activation-memory", "stem", "warning")
    ]
    assert "903.6 kB for one example and 28.9 MB for a batch of 32" in found[0]["message"]


def test_errors_come_first():
    made = design(node("Conv2D", filters=4, kernel_size=3, activation="softmax"), A, node("Dense", units=5))
    order = [one["severity"] for one in describe(made, {**DIGITS, "shape": [8, 8, 1]})["findings"]]
    assert order == sorted(order, key=["error", "warning", "note"].index)


def test_a_full_design_is_answered_although_no_fix_has_room():
    nodes = [{"id": f"n{number}", "block": "ReLU"} for number in range(1999)]
    described = describe(design(node("MaxPooling2D"), *nodes), DIGITS)
    assert [(one["code"], one["fix"]) for one in described["findings"]] == [("no-head", None)]


@pytest.mark.slow
def test_fixes_of_many_findings_are_not_tried_without_end():
    nodes = [node("MaxPooling2D", f"n{place}", ["image"], pool_size=60) for place in range(1000)]
    tried = [one["fix"] for one in describe(design(*nodes))["findings"] if one["code"] == "too-small"]
    assert len(tried) == 1000
    assert 0 < sum(fix is not None for fix in tried) <= 20

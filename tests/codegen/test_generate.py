"""Designs as files: clean, stable, with the lines of every node, and safe whatever people type."""

import ast
import json
import keyword
from pathlib import Path

import pytest

from blockwright.codegen import APIS, LOOPS, generate
from blockwright.design.edits import apply_edit
from blockwright.design.embedded_design import read_code
from blockwright.design.parse import read_design
from blockwright.design.presets import preset, presets
from blockwright.recipe.settings import SettingsError
from blockwright.schema.design import Design
from tests.codegen.apis.test_network import composed
from tests.codegen.checking import marked, ruff, shape_of_code, tokens
from tests.network.designs import classifier, design, node

DATA = ("digits", "shapes", "mnist", "fashion_mnist", "cifar10", "cifar100")

HOSTILE = (
    "class",
    "None",
    "__class__",
    "__import__('os').system('x')",
    'a"; import os; "',
    "'''",
    '"""',
    "line\nbreak()",
    "\r\nimport os",
    "back\\slash",
    "\u2028import os",
    "\u202eevil",
    "卷积",
    "ünïcode",
    "{x}",
    "%s",
    "# comment",
    "x" * 120,
    "self",
    "keras",
    "layers",
    "model",
    "call",
    "fit",
    "metrics",
    "inputs",
    "x",
    "print",
    "conv2d",
    "1st",
    "a b",
    "a-b",
    "a_b",
    "A_B",
    "🧱",
    " ",
)


def branches() -> Design:
    return classifier(
        node("Conv2D", "stem", filters=4, kernel_size=3, padding="same"),
        node("ConvBlock", "left", ["stem"], filters=4),
        node("Conv2D", "right", ["stem"], filters=4, kernel_size=1),
        node("Add", "join", ["left", "right"]),
        shape=(8, 8, 1),
    )


def hostile() -> Design:
    nodes = [
        {"id": name, "block": ("Conv2D", "ConvBlock", "ReLU")[place % 3]}
        for place, name in enumerate(HOSTILE)
    ]
    for one in nodes:
        if one["block"] != "ReLU":
            one["params"] = {"filters": 2, "kernel_size": 1}
    head = [
        {"id": "end pool", "block": "GlobalAveragePooling2D"},
        {"id": "return", "block": "Dense", "params": {"units": 10}},
    ]
    return read_design(
        {
            "format": 1,
            "name": 'x"""\nimport os\n\\',
            "inputs": [{"id": "def", "shape": [8, 8, 1]}],
            "nodes": nodes + head,
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("api", APIS)
def test_every_preset_gives_a_clean_file_in_every_loop(api, tmp_path):
    for one in presets():
        for loop in LOOPS:
            made = generate(one.design, api, loop, {})
            if api == "sequential" and one.key == "support_tickets":
                assert made.problem.startswith("A Sequential model has one input, but this design has 3.")
                continue
            assert made.problem is None
            assert {entry["node"] for entry in made.lines} == {entry.id for entry in one.design.nodes}
            (tmp_path / f"{one.key}_{loop}.py").write_text(made.text)
    assert ruff(tmp_path) == ""


def test_every_data_set_and_setting_gives_a_clean_file(tmp_path):
    for name in DATA:
        for number, settings in enumerate(
            (
                {"optimizer": "sgd", "momentum": 0.0, "loss": "mean_squared_error"},
                {"optimizer": "adamw", "weight_decay": 0.1, "precision": "bfloat16", "scaling": "none"},
                {"optimizer": "rmsprop", "loss": "categorical_crossentropy", "validation_share": 0.0001},
                {"optimizer": {"name": "muon", "use_ema": True, "global_clipnorm": 1.0, "ns_steps": 3}},
                {"schedule": "one_cycle"},
                {"schedule": "piecewise:boundaries=0.5,factors=0.1", "optimizer": "lion:weight_decay=0.1"},
            )
        ):
            made = generate(branches(), "functional", "custom", {**settings, "data": {"name": name}})
            (tmp_path / f"{name}_{number}.py").write_text(made.text)
    for shape in ((64,), (8, 8), (16, 16, 3), (None, None, 1)):
        flat = design(node("Flatten"), node("Dense", units=10), shape=shape)
        if None in shape:
            flat = design(node("GlobalMaxPooling2D"), node("Dense", units=10), shape=shape)
        made = generate(flat, "subclassing", "fit", {"data": {"name": "digits"}})
        (tmp_path / f"shape_{len(shape)}_{shape[-1]}.py").write_text(made.text)
    assert ruff(tmp_path) == ""


@pytest.mark.parametrize("averaged", [False, True])
def test_a_loop_of_its_own_ends_with_the_averaged_weights(averaged):
    settings = {"optimizer": {"name": "adam", "use_ema": averaged}}
    text = generate(branches(), loop="custom", settings=settings).text
    assert ("self.optimizer.finalize_variable_values(" in text) == averaged


@pytest.mark.parametrize("exact", [False, True])
def test_fit_is_not_asked_to_shuffle_batches_which_keras_warns_of(exact):
    text = generate(branches(), loop="fit", settings={}, exact=exact).text
    (call,) = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "model.fit"
    ]
    assert {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}["shuffle"] == "False"


def test_the_same_design_gives_the_same_bytes():
    for api in APIS[:2]:
        assert generate(branches(), api, "custom", {}).text == generate(branches(), api, "custom", {}).text
        assert (
            generate(branches(), api, "custom", {}).notebook
            == generate(branches(), api, "custom", {}).notebook
        )


def test_the_lines_of_a_node_are_where_it_is_made_and_used():
    made = generate(branches(), "subclassing")
    found = marked(made.text, made.lines)
    assert found["stem"] == [
        'self.stem = layers.Conv2D(4, 3, padding="same", name="stem")',
        "stem = self.stem(inputs)",
    ]
    assert found["join"] == ['self.join = layers.Add(name="join")', "x = self.join([left, right])"]
    assert found["head"][1] == "return self.head(x)"
    made = generate(branches(), "functional")
    found = marked(made.text, made.lines)
    assert found["left"] == ["left = conv_block(stem, 4)"]
    assert found["right"] == ['right = layers.Conv2D(4, 1, name="right")(stem)']
    made = generate(classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1)), "sequential")
    assert marked(made.text, made.lines)["stem"] == ['ConvBlock(4, name="stem"),']


def test_nothing_is_written_that_is_the_default_anyway():
    text = generate(
        classifier(
            node("Conv2D", "one", filters=4, kernel_size=[3, 3], strides=[1, 1], use_bias=True),
            node("MaxPooling2D", "two", pool_size=2, strides=None),
            node("BatchNormalization", "three", momentum=0.99),
            node("BatchNormalization", "four", momentum=0.9, epsilon=0.001),
            node("Rescaling", "five", scale=1 / 255),
        ),
        "functional",
    ).text
    assert 'one = layers.Conv2D(4, (3, 3), name="one")(image)' in text
    assert 'two = layers.MaxPooling2D(name="two")(one)' in text
    assert 'three = layers.BatchNormalization(name="three")(two)' in text
    assert 'four = layers.BatchNormalization(momentum=0.9, name="four")(three)' in text
    assert 'five = layers.Rescaling(1 / 255, name="five")(four)' in text


def test_a_loss_is_told_of_logits_unless_the_settings_say_never():
    linear = {"op": "set", "node": "head", "params": {"activation": "linear"}}
    logits = apply_edit(classifier(node("Conv2D", "conv", filters=4, kernel_size=3)), linear)
    assert "from_logits=True" in generate(logits).text
    assert "from_logits=True" not in generate(logits, settings={"from_logits": "never"}).text


def test_a_design_that_branches_is_no_stack_and_the_node_is_named():
    made = generate(branches(), "sequential")
    assert made.text == ""
    assert made.node == "right"
    assert made.problem == (
        '`Conv2D` "right" reads "stem", not "left" before it, so the design branches. '
        "Write this design in the Functional API or as a subclass."
    )
    with pytest.raises(ValueError, match="so the design branches"):
        _ = generate(branches(), "sequential").notebook


@pytest.mark.parametrize("api", APIS)
def test_whatever_people_type_becomes_text_only(api, tmp_path):
    made = generate(hostile(), api, "fit", {})
    assert made.findings == ()
    (tmp_path / "file.py").write_text(made.text, encoding="utf-8")
    assert ruff(tmp_path) == ""
    names = tokens(made.text)
    assert not {name for name in names if keyword.iskeyword(name) or not name.isascii()}
    assert not names & {"os", "system", "__import__", "__class__"}
    assert len({one["node"] for one in made.lines}) == len(HOSTILE) + 2
    assert read_code(made.text)["design"] == hostile().document()


def test_names_change_no_statement():
    plain = hostile().document()
    renamed = {**plain, "name": "Plain", "inputs": [{"id": "image", "shape": [8, 8, 1]}]}
    renamed["nodes"] = [{**one, "id": f"layer{place}_of_many"} for place, one in enumerate(plain["nodes"])]
    texts = [generate(one, "subclassing").text for one in (hostile(), read_design(renamed))]
    assert [kind for kind in shape_of_code(texts[0]) if kind != "keyword"][:60] == [
        kind for kind in shape_of_code(texts[1]) if kind != "keyword"
    ][:60]


def test_a_design_with_errors_is_written_as_far_as_it_goes():
    broken = read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [
                {"id": "a", "block": "Conv2D", "params": {"filters": 0, "kernel_size": 3, "x; y": 1}},
                {"id": "b", "block": "Nonsense"},
                {"id": "c", "block": "Add", "inputs": ["a", "nowhere"]},
                {"id": "d", "block": "ReLU", "inputs": ["e"]},
                {"id": "e", "block": "ReLU", "inputs": ["d"]},
            ],
        }
    )
    for api in ("subclassing", "functional"):
        made = generate(broken, api, "fit", {})
        assert len(made.findings) >= 4
        assert "# 'b' is left out: there is no block 'Nonsense'." in made.text
        assert "# 'c' is left out: it reads 'nowhere', which is not there." in made.text
        assert "# 'd' is left out: it waits for its own result." in made.text
        assert made.lines[0]["node"] == "a"
    assert generate(broken, "sequential").node == "b"


def test_values_that_no_layer_takes_are_still_plain_values(tmp_path):
    odd = {"units": [1, {"a\n": "b'"}], "activation": "x'); import os #\u2028", "use_bias": float("inf")}
    made = generate(design(node("Dense", "head", **odd), shape=(4,)), "functional", "fit", {})
    assert len(made.findings) >= 3
    assert 'use_bias=float("inf")' in made.text
    assert "os" not in tokens(made.text)
    (tmp_path / "odd.py").write_text(made.text)
    assert ruff(tmp_path) == ""


def test_an_empty_design_and_one_with_two_inputs_are_written_without_training():
    empty = read_design({"format": 1, "inputs": [{"id": "image", "shape": [8, 8, 1]}], "nodes": []})
    assert "class Untitled(keras.Model)" in generate(empty).text
    two = read_design(
        {
            "format": 1,
            "inputs": [{"id": "a", "shape": [8]}, {"id": "b", "shape": [8]}],
            "nodes": [{"id": "both", "block": "Concatenate", "inputs": ["a", "b"]}],
        }
    )
    text = generate(two, "subclassing", "train_step", {}).text
    assert 'a = inputs["a"]' in text
    assert "model.fit" not in text
    assert "without a training part: The design's inputs 'a' and 'b' take numbers" in text
    assert generate(two, "sequential").problem.startswith("A Sequential model has one input")


def test_an_upload_is_named_by_its_title_and_not_by_where_it_lies():
    choice = {"name": "upload", "path": "/srv/home/secret/abc.npz", "title": 'my "best" data.npz'}
    text = generate(branches(), "subclassing", "fit", {"data": choice}).text
    assert "secret" not in text
    assert "DATA = sys.argv[1] if len(sys.argv) > 1 else 'my \"best\" data.npz'" in text
    book = generate(branches(), "subclassing", "fit", {"data": choice}).notebook.decode()
    assert "sys.argv" not in book
    assert "secret" not in book


def test_unusable_arguments_are_refused():
    with pytest.raises(ValueError, match="`api` must be one of subclassing, functional, sequential"):
        generate(branches(), "keras")
    with pytest.raises(ValueError, match="`loop` must be one of fit, train_step, custom"):
        generate(branches(), "functional", "while")
    with pytest.raises(SettingsError, match="`epochs` must be at least 1"):
        generate(branches(), "functional", "fit", {"epochs": 0})


def test_a_file_never_names_its_maker_as_a_package(tmp_path: Path):
    for api in APIS[:2]:
        names = tokens(generate(branches(), api, "custom", {}).text)
        assert not {"blockwright", "blocks", "Block", "Annotated", "Setting"} & names


@pytest.mark.parametrize("api", APIS)
def test_batch_normalization_is_plain_unless_asked_for_exactly_as_trained(api, tmp_path):
    design = classifier(node("ConvBlock", "stem", filters=4), shape=(8, 8, 1))
    plain, exact = generate(design, api), generate(design, api, exact=True)
    assert "layers.BatchNormalization(" in plain.text
    assert "FusedBatchNormV3" not in plain.text
    helpers = [
        one.name for one in ast.parse(exact.text).body if isinstance(one, ast.ClassDef | ast.FunctionDef)
    ]
    assert helpers[-2:] == ["BatchNormalization", "main"]
    (tmp_path / "exact.py").write_text(exact.text)
    assert ruff(tmp_path) == ""


def test_exactly_as_trained_changes_nothing_without_batch_normalization_of_images():
    for one in (preset("lenet5").design, design(node("Dense", "head", units=10), shape=(4,))):
        assert generate(one, loop="custom", exact=True).text == generate(one, loop="custom").text


def test_a_notebook_exactly_as_trained_has_the_normalization_before_its_model():
    book = json.loads(generate(branches(), "functional", exact=True).notebook)
    sources = ["".join(cell["source"]) for cell in book["cells"]]
    defined = next(place for place, one in enumerate(sources) if "class BatchNormalization(" in one)
    made = next(place for place, one in enumerate(sources) if "model = build_model()" in one)
    assert defined < made


def test_a_file_carries_blocks_of_a_design_one_node_a_line():
    text = generate(composed(), "functional").text
    assert '#     "Stage": {"inputs": ["x"], "params": {"width": 6}, "nodes": [' in text
    assert read_code(text)["design"] == composed().document()

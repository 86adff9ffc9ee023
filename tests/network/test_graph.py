"""The picture, tested by its nodes and edges, not by pixels."""

import re
import shutil

import pydot
import pytest

from blockwright.design.parse import read_design
from blockwright.design.presets import presets
from blockwright.network import graph, render, summary
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.findings import DesignError
from tests.network.designs import classifier, design, node

SMALL = classifier(
    node("ConvBlock", "stem", filters=4),
    node("InceptionBlock", "mix", filters_1x1=2, filters_3x3=3),
    units=3,
    shape=(8, 8, 1),
)
NASTY = '"]<script>&{a|b}\\n é図 </b>'


def edges(dot: str) -> list[tuple[str, str]]:
    names = dict(re.findall(r"^(n\d+) \[label=.*?<b>([^<]*)</b>", dot, flags=re.MULTILINE))
    return [(names[a], names[b]) for a, b in re.findall(r"^(n\d+) -> (n\d+)", dot, flags=re.MULTILINE)]


def test_at_block_level_every_node_is_one_box():
    dot = graph(SMALL)["dot"]
    assert edges(dot) == [("image", "stem"), ("stem", "mix"), ("mix", "pool"), ("pool", "head")]
    assert "(ConvBlock)" in dot
    assert "(None, 8, 8, 5)" in dot


def test_opened_every_part_is_a_box():
    dot = graph(SMALL, {"expanded": True})["dot"]
    assert {("mix.conv_1x1.relu", "mix.concat"), ("mix.conv_3x3.relu", "mix.concat")} <= set(edges(dot))
    assert {("stem.relu", "mix.conv_1x1.conv"), ("stem.relu", "mix.conv_3x3.conv")} <= set(edges(dot))
    assert "Block)" not in dot


def test_blocks_are_opened_by_their_names_each_in_a_frame():
    dot = graph(SMALL, {"opened": ["mix", "mix.conv_1x1", "nowhere"]})["dot"]
    assert {("mix.conv_1x1.relu", "mix.concat"), ("mix.conv_3x3", "mix.concat")} <= set(edges(dot))
    frame, inner = dot.index('id="close mix"'), dot.index('id="close mix.conv_1x1"')
    outside = dot.index("\n}\n", dot.index("\n}\n", inner) + 2)
    assert dot.index("<b>pool</b>") < frame < inner < dot.index("<b>mix.conv_1x1.relu</b>") < outside
    assert frame < dot.index("<b>mix.concat</b>") < outside
    assert re.findall(r'id="open ([^"]+)"', dot) == ["stem", "mix.conv_3x3"]


def test_a_picture_is_not_cut_off_at_its_edges():
    """Graphviz scales what it draws by the resolution, but not the part of it that an SVG shows."""
    svg = render(graph(SMALL)["dot"], "svg").decode()
    assert re.search(r"scale\(1 1\)", svg)


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("show_shapes", "Output shape"),
        ("show_types", "Output dtype"),
        ("show_activations", "Activation: <b>softmax</b>"),
        ("show_trainable", "<b>Trainable</b>"),
        ("show_names", "<b>stem</b>"),
    ],
)
def test_each_option_shows_and_hides(option, words):
    assert words in graph(SMALL, {option: True})["dot"]
    assert words not in graph(SMALL, {option: False})["dot"]


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_the_direction(direction):
    assert f"rankdir={direction};" in graph(SMALL, {"rankdir": direction})["dot"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rankdir": "up"}, '`rankdir` must be "TB" or "LR". Received: \'up\'.'),
        ({"show_shapes": 1}, "`show_shapes` must be true or false. Received: 1."),
        ({"opened": "mix"}, "`opened` must be a list of names. Received: 'mix'."),
        ({"colour": True}, "A graph has the options expanded, opened, .* Received: colour."),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        graph(SMALL, options)


def test_every_box_has_the_colour_of_its_category():
    dot = graph(SMALL)["dot"]
    for category in ("Input", "Blocks", "Pooling", "Dense and shape"):
        assert f'bgcolor="{CATEGORY_COLOURS[category]}"' in dot


def test_the_same_design_gives_the_same_text():
    assert graph(SMALL) == graph(SMALL)


# pydot's parser calls pyparsing by names that it gave up.
@pytest.mark.filterwarnings("ignore::pyparsing.warnings.PyparsingDeprecationWarning")
def test_names_that_people_type_are_text():
    made = design(
        node("ConvBlock", NASTY, filters=2), node("GlobalAveragePooling2D", "x" * 120), shape=(8, 8, 1)
    )
    for expanded in (False, True):
        dot = graph(made, {"expanded": expanded})["dot"]
        assert "<script" not in dot
        assert "&lt;script&gt;" in dot
        (parsed,) = pydot.graph_from_dot_data(dot)
        assert len(parsed.get_edges()) == (2 if not expanded else 4)


def test_a_wrong_design_is_refused():
    with pytest.raises(DesignError, match="Nonsense"):
        graph(design(node("Nonsense", "a")))


def test_ten_billion_parameters_are_drawn_without_being_made():
    wide = [node("Dense", f"wide{place}", units=100_000) for place in (1, 2)]
    made = design(node("Flatten"), *wide)
    assert "(None, 100000)" in graph(made)["dot"]
    assert summary(made)["total_params"] > 10_000_000_000


@pytest.mark.parametrize(
    ("picture_format", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_pictures(picture_format, start, monkeypatch):
    if shutil.which("dot") is None:
        with pytest.raises(ValueError, match="graphviz"):
            render("digraph {}", picture_format)
        return
    nasty = design(node("ConvBlock", NASTY, filters=2), shape=(8, 8, 1))
    assert render(graph(nasty, {"expanded": True})["dot"], picture_format).startswith(start)


def test_a_missing_program_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ValueError, match=r"install the program `dot` \(Debian package `graphviz`\)"):
        render("digraph {}", "png")


def test_an_unknown_format_is_refused():
    with pytest.raises(ValueError, match=r"A picture can be svg, png, pdf. Received: 'exe'."):
        render("digraph {}", "exe")


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.key)
def test_every_preset_is_drawn_and_summarized(preset):
    for expanded in (False, True):
        assert graph(preset.design, {"expanded": expanded})["dot"].startswith("digraph")
        assert summary(preset.design, expanded)["total_params"] == preset.params


def test_a_block_of_the_design_is_one_box_that_opens():
    unit = {
        "inputs": ["x"],
        "nodes": [
            {"id": "conv", "block": "ConvBlock", "params": {"filters": 32}},
            {"id": "sum", "block": "Add", "inputs": ["x", "conv"]},
        ],
    }
    with_unit = read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 32]}],
            "nodes": [{"id": "stage", "block": "Unit", "repeat": 2}],
            "composites": {"Unit": unit},
        }
    )
    closed = graph(with_unit)["dot"]
    assert edges(closed) == [("image", "stage.1"), ("stage.1", "stage.2")]
    assert CATEGORY_COLOURS["Composite blocks"] in closed
    opened = edges(graph(with_unit, {"expanded": True})["dot"])
    assert ("stage.1.sum", "stage.2.conv.conv") in opened
    assert ("stage.1.sum", "stage.2.sum") in opened

"""The page Graph: the picture, its options and files, the summary."""

import shutil

import pytest

from blockwright.ui.graph.graph_view import for_page, table
from tests.ui.find_widget import shown_tables


@pytest.fixture
def graph(designing):
    return designing.switch_page("pages/graph.py").run()


def test_an_empty_design_is_led_back_to_the_page_design(app):
    app.switch_page("pages/graph.py").run()
    assert "no blocks yet" in " ".join(one.value for one in app.markdown)
    assert not app.exception


def test_the_picture_is_asked_of_the_service_with_the_options(graph, service):
    graph.button_group(key="graph_level").set_value("Expanded").run()
    graph.button_group(key="graph_direction").set_value("LR").run()
    graph.button_group(key="graph_show").set_value(["show_names", "show_trainable"]).run()
    assert service.options == {
        "expanded": True,
        "opened": [],
        "rankdir": "LR",
        "show_shapes": False,
        "show_names": True,
        "show_types": False,
        "show_activations": False,
        "show_trainable": True,
    }


def test_the_downloads_are_svg_png_and_dot(graph):
    assert {one.proto.label for one in graph.get("download_button")} == {"SVG", "PNG", "DOT"}


def test_without_a_drawing_the_browser_draws_the_picture(designing, service):
    service.answers["graph"] = lambda **_: {"dot": "digraph { a -> b; }", "svg": None}
    app = designing.switch_page("pages/graph.py").run()
    (chart,) = app.get("graphviz_chart")
    assert chart.proto.spec.startswith("digraph {")
    assert not app.exception


def test_without_dot_the_page_says_what_is_missing_and_still_gives_the_dot_file(designing, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    app = designing.switch_page("pages/graph.py").run()
    assert [one.proto.label for one in app.get("download_button")] == ["DOT"]
    assert "graphviz" in app.info[0].value


def test_a_faulty_design_shows_its_findings_instead_of_a_picture(designing, service):
    service.broken = True
    app = designing.switch_page("pages/graph.py").run()
    assert "made up for the test" in app.error[0].value
    assert not app.exception


def test_where_the_browser_draws_the_picture_its_arrows_are_visible_in_both_themes():
    dot = 'digraph G {\nrankdir=TB;\nnode [shape=record];\nn1 [label="x"];\nn1 -> n2;\n}'
    assert for_page(dot) == (
        'digraph G {\nedge [color="#7d8aa0"];\nrankdir=TB;\nnode [shape=record];\nn1 [label="x"];\nn1 -> n2;\n}'
    )


def test_the_summary_is_a_table_and_a_text(graph):
    graph.session_state["graph_tabs"] = "Summary"
    graph.run()
    (data,) = shown_tables(graph)
    assert ["mix1", "InceptionBlock", "28 × 28 × 64", "576", "576", "stem"] in data["rows"]
    assert "12,618 parameters" in graph.caption[-1].value
    graph.button_group(key="summary_form").set_value("Text").run()
    assert graph.code[0].value == "Model: made up"


def test_names_in_the_summary_stay_text():
    row = {
        "layer": "a|b *c*",
        "type": "Add",
        "output_shape": None,
        "params": 0,
        "trainable": 0,
        "connected_to": [],
    }
    assert table([row]) == [["a|b *c*", "Add", "–", "0", "0", ""]]

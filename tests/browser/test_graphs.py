"""Networks that branch, repeat and come from elsewhere, built, trained and evaluated by ordinary widgets."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import (
    Server,
    button,
    choose_data,
    field,
    fill,
    go,
    keyed,
    link,
    service_up,
    settle,
    show_in_inspector,
    visit,
)

pytestmark = pytest.mark.browser

LONG = 180_000


def rows(page: Page, names: list[str]) -> None:
    expect(page.locator(".stack .row .name")).to_have_text(names)


def row(page: Page, name: str):
    return page.locator(f'.stack .row[data-id="{name}"]')


def choose(page: Page, key: str, option: str) -> None:
    """Choose an option of the select box with that key, once the expander that it may stand in is open."""
    page.wait_for_function("document.getAnimations().every(animation => animation.playState != 'running')")
    keyed(page, key).locator("input").first.click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def blank(page: Page, server: Server) -> None:
    visit(page, server.url)
    button(page, "blank").click()
    rows(page, ["image"])
    service_up(page)


def compose(page: Page, name: str, *nodes: str) -> None:
    """Make blocks one of the design's own by the form in the inspector."""
    show_in_inspector(page, "Network")
    for node in nodes:
        keyed(page, "compose_nodes").locator("input").click()
        page.get_by_role("option", name=node, exact=True).click()
        settle(page)
    page.keyboard.press("Escape")
    fill(page, "compose_name", name)
    settle(page)
    button(page, "compose").click()
    settle(page)


def test_a_residual_network_of_a_block_of_ones_own_repeated_three_times(page: Page, server: Server):
    blank(page, server)
    for place, block in enumerate(("Conv2D", "Conv2D", "ReLU", "Add", "GlobalAveragePooling2D", "Dense")):
        button(page, f"add_{block}").click()
        expect(page.locator(".stack .row")).to_have_count(place + 2)
        settle(page)
    rows(page, ["image", "conv1", "conv2", "relu1", "add1", "global_average_pooling1", "dense1"])
    row(page, "conv2").click()
    choose(page, "param_conv2_padding", "same")
    row(page, "add1").click()
    expect(keyed(page, "reads_add1_more")).to_be_visible()
    choose(page, "reads_add1_more", "conv1")
    expect(row(page, "add1").locator(".params")).to_have_text("inputs: relu1 + conv1")

    compose(page, "ResidualUnit", "conv2", "relu1", "add1")
    rows(page, ["image", "conv1", "residual_unit1", "global_average_pooling1", "dense1"])
    expect(row(page, "residual_unit1").locator(".shape")).to_have_text("26 × 26 × 32")
    expect(page.get_by_role("button", name="ResidualUnit", exact=True)).to_be_visible()
    once = keyed(page, "totals").inner_text()

    keyed(page, "block_more").locator("summary").click()
    fill(page, "repeat_residual_unit1", "3")
    expect(row(page, "residual_unit1").locator(".mark")).to_have_text("×3")
    expect(keyed(page, "totals")).not_to_have_text(once)
    expect(row(page, "residual_unit1").locator(".cost")).to_contain_text("27,744 params")

    button(page, "enter_residual_unit1").click()
    rows(page, ["x", "conv2", "relu1", "add1"])
    expect(row(page, "conv2").locator(".shape")).to_have_text("26 × 26 × 32")
    row(page, "conv2").click()
    expect(field(page, "name_conv2")).to_have_value("conv2")
    keyed(page, "expose_conv2").locator("summary").click()
    choose(page, "expose_param_conv2", "activation")
    button(page, "expose_do_conv2").click()
    expect(page.locator('input[value="argument activation of ResidualUnit"]')).to_be_visible()
    button(page, "leave_0").click()
    rows(page, ["image", "conv1", "residual_unit1", "global_average_pooling1", "dense1"])
    choose(page, "param_residual_unit1_activation", "relu")
    expect(row(page, "residual_unit1").locator(".params")).to_have_text("activation relu")

    go(page, "Graph")
    picture = page.locator(".picture .drawing")
    expect(picture.locator("svg")).to_contain_text("residual_unit1")
    keyed(page, "graph_level").get_by_text("Expanded", exact=True).click()
    settle(page)
    expect(picture.locator("svg")).to_contain_text("conv2")


def keras_model() -> bytes:
    """What `to_json()` gives for a small Functional model."""

    def layer(kind: str, name: str, config: dict, reads: str | None) -> dict:
        tensor = {"class_name": "__keras_tensor__", "config": {"shape": [None, 4], "dtype": "float32"}}
        calls = []
        if reads:
            tensor["config"]["keras_history"] = [reads, 0, 0]
            calls = [{"args": [tensor], "kwargs": {}}]
        return {
            "module": "keras.layers",
            "class_name": kind,
            "config": {"name": name, **config},
            "registered_name": None,
            "name": name,
            "inbound_nodes": calls,
        }

    layers = [
        layer("InputLayer", "flower", {"batch_shape": [None, 4], "dtype": "float32"}, None),
        layer("Dense", "hidden", {"units": 8, "activation": "relu"}, "flower"),
        layer("Dense", "species", {"units": 3, "activation": "softmax"}, "hidden"),
    ]
    config = {
        "name": "from_elsewhere",
        "layers": layers,
        "input_layers": [["flower", 0, 0]],
        "output_layers": [["species", 0, 0]],
    }
    return json.dumps({"module": "keras", "class_name": "Functional", "config": config}).encode()


def test_a_model_from_elsewhere_is_imported_and_one_with_code_is_refused(
    page: Page, server: Server, tmp_path: Path
):
    visit(page, server.url)
    bad = json.loads(keras_model())
    bad["config"]["layers"][1]["class_name"] = "Lambda"
    (tmp_path / "bad.json").write_text(json.dumps(bad), encoding="utf-8")
    (tmp_path / "model.json").write_bytes(keras_model())
    button(page, "import").click()
    upload = page.get_by_role("dialog").locator("input[type=file]")
    upload.set_input_files(tmp_path / "bad.json")
    expect(page.get_by_role("dialog")).to_contain_text("hidden")
    expect(page.get_by_role("dialog")).to_contain_text("Lambda")
    expect(page.get_by_role("dialog")).to_contain_text("was not imported")
    upload.set_input_files(tmp_path / "model.json")
    expect(page).to_have_url(re.compile("/design"))
    rows(page, ["flower", "hidden", "species"])
    expect(page.get_by_text("model.json was imported: 2 blocks.")).to_be_visible()
    service_up(page)
    expect(keyed(page, "totals")).to_contain_text("67")


def test_iris_is_trained_through_the_page_and_evaluated(page: Page, server: Server, tmp_path: Path):
    (tmp_path / "model.json").write_bytes(keras_model())
    visit(page, server.url)
    button(page, "import").click()
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(tmp_path / "model.json")
    rows(page, ["flower", "hidden", "species"])
    go(page, "Train")
    choose_data(page, "Tables · Iris")
    settle(page)
    expect(keyed(page, "train_head")).to_contain_text("sepal")
    fill(page, "train_set_epochs", "3")
    settle(page)
    button(page, "train_start").click()
    see = link(page, "run_evaluate")
    expect(see).to_be_visible(timeout=LONG)
    expect(keyed(page, "run_numbers")).to_contain_text("Test accuracy")
    see.click()
    settle(page)
    expect(page.get_by_text("Test examples").first).to_be_visible()
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    expect(page.locator(".report-table")).to_contain_text("setosa")

"""A network of three inputs and two outputs: drawn from nothing on the canvas, trained, and evaluated by output."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import card, drag, expect_wires, middle, offer, rested, show_canvas
from tests.browser.driving import (
    Server,
    button,
    choose_data,
    fill,
    go,
    keyed,
    link,
    service_up,
    settle,
    show_in_inspector,
    visit,
    wait_for,
)

pytestmark = pytest.mark.browser
LONG = 120_000
TEXT = "text (string)"


def choose(page: Page, key: str, option: str) -> None:
    keyed(page, key).locator("input").first.click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def new_input(page: Page, before: str, name: str, shape: str, kind: str | None = None) -> None:
    """Rename the input `before`, which is shown on the canvas, and say what it is given."""
    card(page, before).click()
    show_in_inspector(page, "Block")
    fill(page, f"name_{before}", name)
    expect(card(page, name)).to_be_visible()
    fill(page, "input_text", shape)
    settle(page)
    if kind:
        choose(page, "input_dtype", kind)


def fit(page: Page) -> None:
    """Show the whole network, and wait until the view rests."""
    page.get_by_role("button", name="Show everything (F)").click()
    wait_for(lambda: rested(page.locator(".card").first), 10, "the view is at rest")


def add_input(page: Page) -> None:
    show_in_inspector(page, "Network")
    button(page, "input_add").click()
    settle(page)


def add_after(page: Page, name: str, *blocks: str) -> None:
    """Put blocks one after the other behind a node, by a click on each in the palette."""
    fit(page)
    card(page, name).click()
    expect(page.locator(".card.chosen .name")).to_have_text([name])
    for block in blocks:
        count = page.locator(".canvas .card").count()
        offer(page, block).click()
        expect(page.locator(".canvas .card")).not_to_have_count(count)
        settle(page)


def settings(page: Page, name: str, **values: object) -> None:
    """Set arguments of a block in the inspector."""
    card(page, name).click()
    for argument, value in values.items():
        fill(page, f"param_{name}_{argument}", str(value))
        settle(page)


def test_the_ticket_network_is_drawn_trained_and_evaluated(page: Page, server: Server):
    page.set_viewport_size({"width": 1600, "height": 1300})
    visit(page, server.url)
    button(page, "blank").click()
    settle(page)
    service_up(page)
    show_canvas(page)
    new_input(page, "image", "title", "1", TEXT)
    add_input(page)
    new_input(page, "input1", "body", "1", TEXT)
    add_input(page)
    new_input(page, "input1", "tags", "12", "numbers (float32)")
    add_after(page, "title", "TextVectorization", "Embedding", "LSTM")
    add_after(page, "body", "TextVectorization", "Embedding", "LSTM")
    board = page.locator(".canvas").bounding_box()
    drag(page, middle(offer(page, "Concatenate")), (board["x"] + 180, board["y"] + board["height"] - 120))
    expect(card(page, "concatenate1")).to_be_visible()
    for name in ("lstm1", "lstm2", "tags"):
        fit(page)
        handle = card(page, name).locator(".react-flow__handle.source")
        drag(page, middle(handle), middle(card(page, "concatenate1")))
        expect_wires(page, f"{name} to concatenate1")
    page.get_by_role("button", name="Arrange everything again").click()
    add_after(page, "concatenate1", "Dense")
    fit(page)
    drag(
        page,
        middle(card(page, "concatenate1").locator(".react-flow__handle.source")),
        (board["x"] + board["width"] - 90, board["y"] + board["height"] - 60),
    )
    expect(page.locator(".prompt")).to_contain_text("Choose the next block")
    offer(page, "Dense").click()
    expect_wires(page, "concatenate1 to dense1", "concatenate1 to dense2")
    for name in ("dense1", "dense2"):
        fit(page)
        card(page, name).click()
        expect(card(page, name)).to_have_class(re.compile("chosen"))
        page.keyboard.press("o")
        expect(page.locator(f'.card.output[data-output="{name}"]')).to_be_visible()
    fit(page)
    page.locator('.card.output[data-output="lstm1"]').click()
    page.keyboard.press("Delete")
    expect(page.locator(".card.output .name")).to_have_text(["dense1", "dense2"])
    for number in (1, 2):
        settings(page, f"text_vectorization{number}", max_tokens=200, output_sequence_length=8)
        settings(page, f"embedding{number}", input_dim=200, output_dim=8)
        settings(page, f"lstm{number}", units=8)
    settings(page, "dense1", units=1)
    fill(page, "name_dense1", "priority")
    settings(page, "dense2", units=4)
    choose(page, "param_dense2_activation", "softmax")
    fill(page, "name_dense2", "department")
    expect(page.locator(".card.output .name")).to_have_text(["priority", "department"])
    expect(page.locator(".finding.error")).to_have_count(0)
    go(page, "Train")
    choose_data(page, "Texts · Support tickets")
    settle(page)
    fill(page, "train_set_tickets_examples", "500")
    settle(page)
    fill(page, "train_set_epochs", "1")
    settle(page)
    button(page, "train_start").click()
    see = link(page, "run_evaluate")
    expect(see).to_be_visible(timeout=LONG)
    see.click()
    settle(page)
    outputs = page.get_by_role("radiogroup", name="Output")
    expect(outputs.get_by_role("radio")).to_have_text(["priority · a number", "department · classes"])
    expect(keyed(page, "evaluation_numbers")).to_contain_text("Mean absolute error")
    expect(page.get_by_text("Predicted and true", exact=True)).to_be_visible()
    outputs.get_by_text("department").click()
    settle(page)
    expect(page.get_by_role("heading", name="Confusion matrix")).to_be_visible()
    expect(page.locator(".report-table")).to_contain_text("shipping")

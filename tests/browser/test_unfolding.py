"""Blocks that unfold where they stand: on the canvas, in the stack, and in the picture of the network."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.drawing import box_of, card, open_on_canvas
from tests.browser.driving import Server, button, field, go, service_up, settle, visit, wait_for

pytestmark = pytest.mark.browser
NODES = [
    {"id": "mix", "block": "InceptionBlock", "params": {"filters_1x1": 2, "filters_3x3": 3}},
    *({"id": f"next{number}", "block": "ConvBlock", "params": {"filters": 4}} for number in range(8)),
]


def open_tutorial(page: Page, server: Server) -> None:
    visit(page, server.url)
    button(page, "use_tutorial_inception").click()
    settle(page)
    service_up(page)


def is_inside(element: Locator, frame: Locator) -> bool:
    box, room = element.bounding_box(), frame.bounding_box()
    across = box["x"] >= room["x"] and box["x"] + box["width"] <= room["x"] + room["width"]
    return across and box["y"] >= room["y"] and box["y"] + box["height"] <= room["y"] + room["height"]


def test_a_block_unfolds_on_the_canvas_with_its_arguments(page: Page, server: Server, tmp_path: Path):
    open_on_canvas(page, server, tmp_path, NODES)
    mix = card(page, "mix")
    mix.get_by_role("button", name="Show the layers inside mix").click()
    layers = mix.locator(".layer")
    expect(layers).to_have_count(7)
    convolution = layers.filter(has_text="kernel_size 3")
    expect(convolution).to_contain_text("Conv2D")
    expect(convolution.locator(".shape")).to_have_text("8 × 8 × 3")
    wait_for(lambda: is_inside(mix, page.locator(".canvas")), 20, "the whole block is seen")
    expect(convolution.locator(".params")).to_be_visible()
    mix.locator(".name").click()
    settle(page)
    field(page, "param_mix_filters_3x3").fill("5")
    field(page, "param_mix_filters_3x3").press("Enter")
    expect(convolution.locator(".shape")).to_have_text("8 × 8 × 5")
    mix.locator(".name").click()
    page.keyboard.press("u")
    expect(mix.locator(".layer")).to_have_count(0)
    mix.locator(".name").dblclick()
    expect(mix.locator(".layer")).to_have_count(7)


def test_a_block_unfolds_in_its_row_of_the_stack(page: Page, server: Server):
    open_tutorial(page, server)
    row = page.locator(".stack .row[data-id=mix1]")
    row.get_by_role("button", name="Show the layers inside").click()
    expect(row.locator(".layer")).to_have_count(7)
    expect(row.locator(".layer").first).to_contain_text("filters 32, kernel_size 1")
    expect(row.locator(".layer .shape").last).to_have_text("28 × 28 × 64")
    row.locator(".name").first.click()
    settle(page)
    page.keyboard.press("Enter")
    expect(row.locator(".layer")).to_have_count(0)


def test_the_graph_is_read_moved_fitted_and_its_blocks_open_in_place(page: Page, server: Server):
    open_tutorial(page, server)
    go(page, "Graph")
    board, first = page.locator(".picture"), page.locator("[id='open stem']")
    expect(first).to_be_visible()
    room = board.locator(".canvas")
    wait_for(lambda: is_inside(first, room), 20, "the graph begins in sight")
    text = first.locator("text").first
    assert text.evaluate("text => text.getBoundingClientRect().height") >= 12
    small = page.get_by_role("img", name="Map of the whole network")
    expect(small).to_be_visible()
    board.get_by_role("button", name="Show everything (F)").click()
    last = board.locator(".node").last
    wait_for(lambda: is_inside(last, room), 20, "the whole graph is seen")
    expect(small).to_have_count(0)
    board.get_by_role("button", name="Zoom in (+)").click()
    expect(small).to_be_visible()
    box = box_of(room)
    before = box_of(first)
    page.mouse.move(box["x"] + 30, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 100, steps=4)
    page.mouse.up()
    assert box_of(first)["x"] - before["x"] == pytest.approx(60, abs=8)
    page.locator("[id='open mix1']").click()
    frame = page.locator("[id='close mix1']")
    expect(frame).to_be_visible()
    expect(page.locator("[id='open mix1.conv_1x1']")).to_be_visible()
    wait_for(lambda: is_inside(frame, room), 20, "the whole frame is seen")
    frame.focus()
    page.keyboard.press("Enter")
    again = page.locator("[id='open mix1']")
    expect(again).to_be_visible()
    expect(again).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("[id='open mix2']")).to_be_focused()
    page.keyboard.press("m")
    expect(board.get_by_role("button", name="Leave full screen (M)")).to_be_visible()
    page.keyboard.press("m")
    expect(board.get_by_role("button", name="Full screen (M)", exact=True)).to_be_visible()
    for width in (800, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

"""The canvas in the real browser: a network is drawn, wired, edited and undone, by mouse and by keyboard."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import (
    box_of,
    card,
    drag,
    expect_wires,
    middle,
    offer,
    open_on_canvas,
    rested,
    show_canvas,
)
from tests.browser.driving import Server, button, field, fill, go, keyed, service_up, settle, visit, wait_for

pytestmark = pytest.mark.browser


def open_tutorial(page: Page, server: Server) -> None:
    visit(page, server.url)
    button(page, "use_tutorial_inception").click()
    settle(page)
    service_up(page)
    show_canvas(page)


def test_a_block_dropped_on_a_wire_goes_into_it_and_undo_takes_it_out(page: Page, server: Server):
    open_tutorial(page, server)
    expect_wires(page, "image to stem", "stem to mix1")
    expect(card(page, "stem").locator(".shape")).to_have_text("28 × 28 × 96")
    start = middle(offer(page, "ConvBlock"))
    above, below = box_of(card(page, "stem")), box_of(card(page, "mix1"))
    gap = (above["x"] + above["width"] / 2, (above["y"] + above["height"] + below["y"]) / 2)
    drag(page, start, gap)
    expect_wires(page, "stem to conv_block1", "conv_block1 to mix1")
    expect(card(page, "conv_block1")).to_have_class("card node    chosen")
    expect(card(page, "conv_block1").locator(".shape")).to_have_text("28 × 28 × 32")
    expect(field(page, "name_conv_block1")).to_be_visible()
    page.keyboard.press("Control+z")
    expect_wires(page, "stem to mix1")
    expect(card(page, "conv_block1")).to_have_count(0)
    page.keyboard.press("Control+Shift+Z")
    expect_wires(page, "stem to conv_block1")


def test_a_branch_is_drawn_by_hand_and_merged(page: Page, server: Server, tmp_path: Path):
    conv = {"block": "Conv2D", "params": {"filters": 4, "kernel_size": 3, "padding": "same"}}
    nodes = [{"id": "a", **conv}, {"id": "b", **conv, "inputs": ["image"]}, {"id": "sum", "block": "Add"}]
    nodes[2]["inputs"] = ["a", "b"]
    open_on_canvas(page, server, tmp_path, nodes)
    expect_wires(page, "a to sum", "b to sum")
    board = page.locator(".canvas").bounding_box()
    drag(page, middle(offer(page, "ConvBlock")), (board["x"] + 130, board["y"] + board["height"] - 90))
    new = card(page, "conv_block1")
    expect(new).to_be_visible()
    drag(
        page,
        middle(card(page, "a").locator(".react-flow__handle.source")),
        middle(new.locator(".react-flow__handle.target")),
    )
    expect_wires(page, "a to conv_block1")
    new.click()
    page.keyboard.press("c")
    expect(page.locator(".prompt")).to_contain_text("Connect conv_block1 to")
    wait_for(lambda: _aim(page, "sum"), 10, "the wire aims at the sum")
    page.keyboard.press("Enter")
    expect_wires(page, "a to sum", "b to sum", "conv_block1 to sum")


def _aim(page: Page, name: str) -> bool:
    if f"to {name}:" in page.locator(".prompt").text_content():
        return True
    page.keyboard.press("ArrowDown")
    return False


def test_several_are_selected_copied_pasted_and_removed_by_keyboard(page: Page, server: Server):
    open_tutorial(page, server)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card(page, "stem").click()
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".card.chosen .name")).to_have_text(["stem", "mix1"])
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(page.locator(".card.chosen .name")).to_have_text(["stem1", "mix6"])
    expect_wires(page, "stem1 to mix6")
    page.keyboard.press("Delete")
    expect(card(page, "stem1")).to_have_count(0)
    page.keyboard.press("f")
    card(page, "mix1").click()
    page.keyboard.press("Control+d")
    expect(card(page, "mix6")).to_be_visible()
    expect(page.locator(".card.chosen .name")).to_have_text(["mix6"])


def test_an_error_stands_on_its_node_and_is_mended_there(page: Page, server: Server):
    open_tutorial(page, server)
    card(page, "image").click()
    fill(page, "input_text", "6 x 6 x 1")
    expect(card(page, "stem").locator(".shape")).to_have_text("6 × 6 × 96")
    card(page, "stem").click()
    page.keyboard.press("f")
    expect(card(page, "down2").locator(".finding.error")).to_contain_text("needs at least 3 x 3 pixels")
    expect(page.locator(".card.grey .name")).to_have_text(["pool", "head", "head"])
    card(page, "down2").locator(".fix").click()
    expect(page.locator(".finding.error")).to_have_count(0)
    expect(page.locator(".card.grey")).to_have_count(0)


def test_a_block_of_ones_own_is_made_opened_and_left(page: Page, server: Server):
    open_tutorial(page, server)
    card(page, "mix1").click()
    page.keyboard.press("Shift+ArrowDown")
    page.get_by_role("button", name="Group the selection into a block of your own").click()
    page.get_by_label("Name of the new block").fill("Mixer")
    page.keyboard.press("Enter")
    expect_wires(page, "stem to mixer1", "mixer1 to down1")
    card(page, "mixer1").get_by_role("button", name="open").click()
    expect_wires(page, "x to mix1", "mix1 to mix2")
    expect(card(page, "mix2").locator(".shape")).to_have_text("28 × 28 × 80")
    page.get_by_role("button", name="inside Mixer").click()
    expect_wires(page, "stem to mixer1")
    expect(keyed(page, "totals")).to_contain_text("586,730")


def test_viewport_and_hand_placement_survive_edits_and_other_pages(page: Page, server: Server):
    open_tutorial(page, server)
    before = box_of(card(page, "stem"))
    x, y = middle(card(page, "stem"))
    drag(page, (x, y), (x + 90, y + 10))
    moved = box_of(card(page, "stem"))
    assert moved["x"] == pytest.approx(before["x"] + 90, abs=6)
    expect(button(page, "undo")).to_be_enabled()
    page.mouse.move(x, y + 260)
    page.mouse.wheel(0, -120)
    zoomed = wait_for(lambda: rested(card(page, "stem")), 10, "the zoom is over")
    fill(page, "param_stem_filters", "48")
    expect(card(page, "stem").locator(".shape")).to_have_text("28 × 28 × 48")
    assert box_of(card(page, "stem")) == zoomed
    go(page, "Graph")
    go(page, "Design")
    expect(card(page, "stem")).to_be_visible()
    assert box_of(card(page, "stem"))["x"] == pytest.approx(zoomed["x"], abs=1)


def test_names_are_never_markup_on_the_canvas(page: Page, server: Server):
    open_tutorial(page, server)
    name = "<img src=x onerror=window.hacked=1> **b**"
    card(page, "stem").click()
    fill(page, "name_stem", name)
    expect(page.locator(".card .name").nth(1)).to_have_text(name)
    assert page.evaluate("window.hacked") is None


def test_a_gesture_is_small(page: Page, server: Server):
    sizes: list[tuple[str, bytes | str]] = []
    page.on(
        "websocket",
        lambda socket: (
            socket.on("framereceived", lambda frame: sizes.append(("in", frame))),
            socket.on("framesent", lambda frame: sizes.append(("out", frame))),
        ),
    )
    open_tutorial(page, server)
    card(page, "mix1").click()
    expect(field(page, "name_mix1")).to_be_visible()
    settle(page)
    sizes.clear()
    page.keyboard.press("Control+d")
    expect(card(page, "mix6")).to_be_visible()
    settle(page)
    canvas = [len(frame) for kind, frame in sizes if kind == "in" and b"blockwright_canvas" in _bytes(frame)]
    assert len(canvas) == 1
    assert canvas[0] < 2_000
    assert sum(len(frame) for kind, frame in sizes if kind == "out") < 5_000


def _bytes(frame: bytes | str) -> bytes:
    return frame.encode() if isinstance(frame, str) else frame


def test_the_palette_of_the_canvas_folds_away_and_comes_back(page: Page, server: Server):
    open_tutorial(page, server)
    blocks = page.get_by_role("group", name="Blocks").first
    expect(blocks).to_be_visible()
    fold = page.get_by_role("button", name="Show or hide the blocks")
    fold.click()
    expect(blocks).to_be_hidden()
    fold.click()
    expect(blocks).to_be_visible()


def test_nothing_sticks_out_at_800_pixels(page: Page, server: Server):
    open_tutorial(page, server)
    page.set_viewport_size({"width": 800, "height": 1000})
    expect(page.get_by_role("button", name="Show or hide the blocks")).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")

"""Wires by hand and by key, names, copies with their blocks, and large networks on the canvas, in the real browser."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import (
    box_of,
    card,
    drag,
    expect_no_wires,
    expect_wires,
    middle,
    open_on_canvas,
)
from tests.browser.driving import Server, button, keyed, service_up, settle, visit, wait_for

pytestmark = pytest.mark.browser
CONV = {"block": "Conv2D", "params": {"filters": 4, "kernel_size": 3, "padding": "same"}}
UNIT = {"inputs": ["x"], "nodes": [{"id": "r", "block": "ReLU"}]}
OUTER = {"inputs": ["x"], "nodes": [{"id": "u", "block": "Unit"}, {"id": "v", "block": "Unit"}]}


def branches() -> list[dict[str, Any]]:
    return [
        {"id": "a", **CONV},
        {"id": "b", **CONV, "inputs": ["image"]},
        {"id": "sum", "block": "Add", "inputs": ["a", "b"]},
        {"id": "act", "block": "ReLU"},
    ]


def chain(length: int) -> list[dict[str, Any]]:
    return [{"id": f"layer{number}", **CONV} for number in range(length)]


def near_end(page: Page, reader: str, slot: int) -> tuple[float, float]:
    """Where the reading end of a wire is taken: a little above the port that it enters."""
    x, y = middle(card(page, reader).locator(".react-flow__handle.target").nth(slot))
    return x, y - 13


def test_a_second_wire_into_a_taken_input_asks_whether_both_are_merged(
    page: Page, server: Server, tmp_path: Path
):
    """`act` reads `sum` already; `a` is drawn to it."""
    open_on_canvas(page, server, tmp_path, branches())
    choices = page.get_by_role("dialog", name="Connect to an input that is taken")

    def draw() -> None:
        drag(
            page,
            middle(card(page, "a").locator(".react-flow__handle.source")),
            middle(card(page, "act").locator(".react-flow__handle.target")),
        )
        expect(choices).to_contain_text('"act" already reads "sum".')

    draw()
    form, end = box_of(choices), middle(card(page, "act").locator(".react-flow__handle.target"))
    assert form["x"] < end[0] < form["x"] + form["width"]
    assert 0 < end[1] - form["y"] - form["height"] < 30 or 0 < form["y"] - end[1] < 30
    page.keyboard.press("Escape")
    expect(choices).to_have_count(0)
    expect_wires(page, "sum to act", "a to sum")
    draw()
    page.keyboard.press("Enter")
    expect_wires(page, "sum to add1", "a to add1", "add1 to act", "a to sum")
    page.locator(".board").focus()
    page.keyboard.press("Control+z")
    expect_wires(page, "sum to act")
    draw()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect_wires(page, "sum to concatenate1", "a to concatenate1", "concatenate1 to act", "a to sum")
    page.keyboard.press("Control+z")
    expect_wires(page, "sum to act")
    draw()
    choices.get_by_role("button", name="Replace").click()
    expect_wires(page, "a to act")
    expect_no_wires(page, "sum to act")


SCALED = """element => parseFloat(getComputedStyle(element).fontSize) *
    element.getBoundingClientRect().width / element.offsetWidth"""


def expect_whole(page: Page) -> None:
    """Every block of the network lies on the canvas, and none below the palette."""

    def cut_off() -> list[str]:
        return page.locator(".canvas").evaluate(
            """canvas => {
                const room = canvas.getBoundingClientRect()
                return [...canvas.querySelectorAll(".card")].filter((card) => {
                    const box = card.getBoundingClientRect()
                    const isBeside = box.left < room.left || box.right > room.right
                    return isBeside || box.top < room.top || box.bottom > room.bottom
                }).map((card) => card.textContent)
            }"""
        )

    wait_for(lambda: not cut_off(), 20, f"the whole network is shown; {cut_off()} is not")


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1280, 720)])
def test_a_network_of_twelve_blocks_opens_fitted_and_can_be_read_beside_the_palette(
    page: Page, server: Server, tmp_path: Path, width: int, height: int
):
    page.set_viewport_size({"width": width, "height": height})
    open_on_canvas(page, server, tmp_path, chain(12))
    expect_whole(page)
    toggle = page.get_by_role("button", name="Show or hide the blocks (B)")
    is_open = toggle.get_attribute("aria-pressed") == "true"
    toggle.click()
    expect_whole(page)
    if is_open:
        toggle.click()
    expect(page.locator(".board .palette")).to_be_visible()
    expect_whole(page)
    assert len(page.locator(".canvas .card").all()) == 14
    for part, size in ((".name", 12.5), (".block", 10.5)):
        shown = card(page, "layer7").locator(part)
        expect(shown).to_be_visible()
        assert shown.evaluate(SCALED) >= size


def test_the_canvas_is_shown_on_the_full_screen_and_left_again(page: Page, server: Server, tmp_path: Path):
    open_on_canvas(page, server, tmp_path, chain(12))
    page.get_by_role("button", name="Full screen (M)").click()
    expect(page.get_by_role("button", name="Leave full screen (M)")).to_be_visible()
    expect_whole(page)
    page.keyboard.press("m")  # the focus is on the canvas again
    expect(page.get_by_role("button", name="Full screen (M)", exact=True)).to_be_visible()
    expect_whole(page)


def test_no_word_of_a_name_is_torn(page: Page, server: Server, tmp_path: Path):
    heads = [
        {"id": name, "block": "Dense", "params": {"units": 4}, "inputs": ["flat"]}
        for name in ("department", "priority", "recommended_department", "a_b")
    ]
    nodes = [{"id": "flat", "block": "Flatten"}, *heads]
    page.set_viewport_size({"width": 400, "height": 900})
    open_on_canvas(page, server, tmp_path, nodes, outputs=[head["id"] for head in heads])
    for name in page.locator(".canvas .word").all():
        assert name.evaluate("word => word.getClientRects().length") == 1


def test_the_end_of_a_wire_is_dragged_to_another_port_and_into_the_open(
    page: Page, server: Server, tmp_path: Path
):
    open_on_canvas(page, server, tmp_path, branches())
    expect_wires(page, "a to sum", "b to sum", "sum to act")
    drag(page, near_end(page, "act", 0), middle(card(page, "a").locator(".react-flow__handle.target")))
    expect(page.get_by_role("alert").filter(has_text="cycle")).to_be_visible()
    expect_wires(page, "sum to act")
    target = middle(card(page, "act").locator(".react-flow__handle.target"))
    drag(page, near_end(page, "sum", 1), target)
    page.get_by_role("button", name="Replace").click()
    expect_wires(page, "b to act", "a to sum")
    expect_no_wires(page, "b to sum", "sum to act")
    page.keyboard.press("Control+z")
    expect_wires(page, "b to sum", "sum to act")
    expect_no_wires(page, "b to act")
    board = box_of(page.locator(".canvas"))
    drag(page, near_end(page, "sum", 1), (board["x"] + 60, board["y"] + board["height"] - 60))
    expect_no_wires(page, "b to sum")
    expect_wires(page, "a to sum")
    page.keyboard.press("Control+z")
    expect_wires(page, "b to sum")


def test_the_end_of_a_wire_is_taken_elsewhere_by_keys(page: Page, server: Server, tmp_path: Path):
    open_on_canvas(page, server, tmp_path, branches())
    card(page, "b").click()
    settle(page)
    page.keyboard.press("w")
    page.keyboard.press("w")
    expect(page.locator(".react-flow__edge.selected")).to_have_attribute(
        "aria-label", "connection from b to sum"
    )
    page.keyboard.press("c")
    wait_for(lambda: aimed(page, "from b to act:"), 20, "the wire aims at act")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Replace").press("Enter")
    expect_wires(page, "b to act", "a to sum")
    expect_no_wires(page, "b to sum", "sum to act")
    card(page, "act").click()
    settle(page)
    page.keyboard.press("w")
    expect(page.locator(".react-flow__edge.selected")).to_have_attribute(
        "aria-label", "connection from b to act"
    )
    page.keyboard.press("Shift+C")
    wait_for(lambda: aimed(page, "from sum to act:"), 20, "the wire comes from the sum")
    page.keyboard.press("Enter")
    expect_wires(page, "sum to act")
    expect_no_wires(page, "b to act")


def aimed(page: Page, words: str) -> bool:
    if words in page.locator(".prompt").text_content():
        return True
    page.keyboard.press("ArrowDown")
    return False


def test_a_block_of_ones_own_is_given_a_name(page: Page, server: Server, tmp_path: Path):
    open_on_canvas(page, server, tmp_path, branches())
    card(page, "act").click()
    settle(page)
    page.keyboard.press("g")
    name = page.get_by_label("Name of the new block")
    expect(name).to_have_value("Block1")
    expect(name).to_be_focused()
    page.keyboard.press("Escape")
    expect(name).to_have_count(0)
    expect(card(page, "act")).to_be_visible()
    page.keyboard.press("g")
    name.fill("two words")
    page.keyboard.press("Enter")
    expect(page.locator(".grouping .wrong")).to_contain_text("one word of letters and digits")
    expect(name).to_have_value("two words")
    name.fill("Block1")
    page.keyboard.press("Enter")
    expect(name).to_have_count(0)
    expect(card(page, "block1").locator(".block")).to_have_text("Block1")
    page.keyboard.press("Control+z")
    expect(card(page, "act")).to_be_visible()


def test_a_copy_takes_its_blocks_into_another_design(page: Page, server: Server, tmp_path: Path):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    nodes = [{"id": "first", "block": "Outer"}, {"id": "second", "block": "Outer"}]
    open_on_canvas(page, server, tmp_path, nodes, composites={"Outer": OUTER, "Unit": UNIT})
    card(page, "second").click()
    expect(keyed(page, "name_second")).to_be_visible()
    settle(page)
    page.keyboard.press("Control+c")
    other = page.context.new_page()
    different = {"Unit": {"inputs": ["x"], "nodes": [{"id": "r", "block": "Softmax"}]}}
    open_on_canvas(other, server, tmp_path, [{"id": "here", "block": "Unit"}], composites=different)
    other.bring_to_front()
    other.locator(".board").focus()
    other.keyboard.press("Control+v")
    pasted = card(other, "second1")
    expect(pasted.locator(".block")).to_have_text("Outer")
    expect(other.locator(".offer[data-block=Unit2]")).to_have_count(1)
    other.keyboard.press("Enter")
    expect(card(other, "u").locator(".block")).to_have_text("Unit2")
    expect_wires(other, "x to u", "u to v")
    other.keyboard.press("Control+z")
    expect(card(other, "here")).to_be_visible()
    expect(other.locator(".offer[data-block=Outer]")).to_have_count(0)


def test_a_tall_network_stands_in_columns_and_its_names_can_be_read(
    page: Page, server: Server, tmp_path: Path
):
    open_on_canvas(page, server, tmp_path, chain(60))
    page.locator(".board").focus()
    page.keyboard.press("f")
    expect(page.locator(".canvas.far .card")).to_have_count(62)
    lefts = {round(box_of(card(page, f"layer{number}"))["x"]) for number in (0, 20, 40, 59)}
    assert len(lefts) == 4
    assert card(page, "layer30").locator(".name").evaluate(SCALED) >= 9


def test_columns_tear_no_branch_and_cover_nothing(page: Page, server: Server, tmp_path: Path):
    nodes: list[dict[str, Any]] = [{"id": "sum0", **CONV}]
    for number in range(1, 25):
        before, inner, merged = f"sum{number - 1}", f"inner{number}", f"sum{number}"
        nodes.append({"id": inner, **CONV, "inputs": [before]})
        nodes.append({"id": merged, "block": "Add", "inputs": [before, inner]})
    open_on_canvas(page, server, tmp_path, nodes)
    page.locator(".board").focus()
    page.keyboard.press("f")
    expect(page.locator(".canvas .card")).to_have_count(len(nodes) + 2)
    box_of(card(page, "sum0"))
    boxes = page.locator(".canvas .card[data-id]").evaluate_all(
        "all => all.map(one => [one.dataset.id, one.getBoundingClientRect()])"
        ".map(([id, {x, y, width, height}]) => [id, x, y, x + width, y + height])"
    )
    places = {name: rest for name, *rest in boxes}
    assert len({round(places[f"sum{number}"][0] / 20) for number in range(25)}) > 2
    for number in range(1, 25):
        assert places[f"sum{number}"][1] > places[f"inner{number}"][3]
    corners = list(places.values())
    for place, (left, top, right, bottom) in enumerate(corners):
        for other in corners[:place]:
            assert left >= other[2] or right <= other[0] or top >= other[3] or bottom <= other[1]


@pytest.mark.parametrize("width", [800, 400])
def test_the_tools_stand_in_one_row_and_the_others_behind_the_last(
    page: Page, server: Server, tmp_path: Path, width: int
):
    open_on_canvas(page, server, tmp_path, branches())
    page.set_viewport_size({"width": width, "height": 1000})
    bar = page.get_by_role("toolbar", name="Canvas")
    wait_for(lambda: box_of(bar)["width"] < width, 20, "the bar has its width")
    places = bar.locator("button:visible").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(({top, right}) => [Math.round(top), right])"
    )
    assert len({top for top, _ in places}) == 1
    assert max(right for _, right in places) <= box_of(bar)["x"] + box_of(bar)["width"]
    if width == 400:
        bar.locator(".others > button").click()
        page.get_by_role("menuitem", name="From left to right (T)").click()
        expect(page.get_by_role("menuitem")).to_have_count(0)
        bar.locator(".others > button").click()
        expect(page.get_by_role("menuitem", name="From top to bottom (T)")).to_be_visible()


def test_the_canvas_stays_where_it_is_while_the_service_starts(page: Page, cold_server: Server):
    visit(page, cold_server.url)
    button(page, "blank").click()
    page.get_by_test_id("stMain").get_by_text("Canvas", exact=True).click()
    expect(page.locator(".canvas .card").first).to_be_visible()
    before = page.locator(".canvas").bounding_box()
    service_up(page)
    expect(page.locator(".offer[data-block=ConvBlock]")).to_have_count(1)
    expect(page.locator(".notes")).to_have_count(0)
    assert page.locator(".canvas").bounding_box()["y"] == before["y"]


def test_a_refusal_stands_on_the_canvas_and_moves_nothing(page: Page, server: Server, tmp_path: Path):
    open_on_canvas(page, server, tmp_path, branches())
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before = box_of(page.locator(".canvas"))
    text = json.dumps({"nodes": [{"id": "n", "block": "Nowhere"}]})
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.locator(".board").focus()
    page.keyboard.press("Control+v")
    alert = page.get_by_role("alert").filter(has_text="neither this app nor this design")
    expect(alert).to_be_visible()
    assert box_of(page.locator(".canvas")) == before
    page.keyboard.press("Escape")
    expect(alert).to_have_count(0)
    expect(page.locator(".canvas .card")).to_have_count(6)

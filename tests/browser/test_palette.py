"""The palette beside the stack and on the canvas, by keyboard, by quick clicks and on a telephone."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import show_canvas
from tests.browser.driving import Server, button, keyed, service_up, settle, visit

pytestmark = pytest.mark.browser

SYNONYMS = {
    "fc": "Dense",
    "linear": "Dense",
    "resnet": "BasicResidualBlock",
    "concat": "Concatenate",
    "one-hot": "CategoryEncoding",
}

FOCUSED = """() => {
  let element = document.activeElement
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement
  return element.dataset.block ?? element.dataset.id ?? element.getAttribute("aria-label") ?? element.textContent
}"""


@pytest.fixture
def design(page: Page, server: Server) -> Page:
    """The page Design with an empty design."""
    visit(page, server.url)
    button(page, "blank").click()
    expect(page.locator(".stack .row")).to_have_count(1)
    service_up(page)
    expect(offer(page, "Dense")).to_be_visible()
    return page


def offer(page: Page, block: str):
    return page.locator(f'.offer[data-block="{block}"]')


def names(page: Page):
    return page.locator(".stack .row:not(.input) .name")


def focused(page: Page) -> str:
    return page.evaluate(FOCUSED)


def test_the_palette_is_two_stops_of_the_tab_key_before_the_stack(design: Page):
    design.get_by_role("searchbox", name="Search the blocks").focus()
    design.keyboard.press("Tab")
    assert focused(design) == "Conv2D"
    design.keyboard.press("Tab")
    assert focused(design) == "image"


def test_the_tools_and_the_palette_of_the_canvas_are_one_stop_each_and_the_field_another(design: Page):
    show_canvas(design)
    design.locator(".board").focus()
    stops = []
    for _ in range(5):
        design.keyboard.press("Tab")
        stops.append(focused(design))
    assert stops[:3] == ["Show or hide the blocks (B)", "Search blocks", "Conv2D"]
    assert not any(design.locator(f'.offer[data-block="{stop}"]').count() for stop in stops[3:])
    design.keyboard.press("Shift+Tab")
    design.locator(".tools button").first.focus()
    design.keyboard.press("End")
    design.keyboard.press("ArrowRight")
    assert focused(design) == "Show or hide the blocks (B)"


def test_blocks_are_searched_and_put_in_without_the_mouse(design: Page):
    design.get_by_role("searchbox", name="Search the blocks").focus()
    design.keyboard.type("flat")
    design.keyboard.press("Enter")
    expect(names(design)).to_have_text(["flatten1"])
    settle(design)
    design.keyboard.press("Control+a")
    design.keyboard.type("dense")
    design.keyboard.press("ArrowDown")
    assert focused(design) == "Dense"
    design.keyboard.press("ArrowDown")
    design.keyboard.press("ArrowUp")
    design.keyboard.press("Space")
    expect(names(design)).to_have_text(["flatten1", "dense1"])
    settle(design)
    assert focused(design) == "Dense"
    design.keyboard.press("ArrowUp")
    assert focused(design) == "Search the blocks"


def test_enter_in_an_empty_search_puts_nothing_in(design: Page):
    design.get_by_role("searchbox", name="Search the blocks").focus()
    design.keyboard.press("Enter")
    design.keyboard.type("relu")
    design.keyboard.press("Enter")
    expect(names(design)).to_have_text(["relu1"])


def test_clicks_within_one_moment_are_all_answered_in_their_order(design: Page):
    blocks = ["Conv2D", "Conv2D", "Conv2D", "ReLU", "Flatten", "Dense", "Dense"]
    for block in blocks:
        offer(design, block).dispatch_event("click")
    expected = ["conv1", "conv2", "conv3", "relu1", "flatten1", "dense1", "dense2"]
    expect(names(design)).to_have_text(expected)
    expect(design.locator(".stack .row.selected .name")).to_have_text("dense2")


@pytest.mark.parametrize("view", ["Stack", "Canvas"])
def test_the_nearest_names_come_first_and_a_category_only_where_no_block_is_called_so(
    design: Page, view: str
):
    if view == "Canvas":
        show_canvas(design)
    palette = design.locator(".palette")
    search = palette.locator("input")
    search.fill("dense")
    expect(palette.locator(".category").first).to_have_text("Dense and shape")
    expect(palette.locator(".offer").first).to_have_text("Dense")
    expect(palette.locator(".offer", has_text="Flatten")).to_have_count(0)
    search.fill("merging")
    expect(palette.locator(".category")).to_have_text(["Merging"])
    expect(palette.locator(".offer", has_text="Concatenate")).to_be_visible()
    search.fill("max pool")
    expect(palette.locator(".offer").first).to_have_text("MaxPooling2D")
    for synonym, block in SYNONYMS.items():
        search.fill(synonym)
        expect(palette.locator(".offer").first).to_have_text(block)
    search.fill("")
    expect(palette.locator(".category").first).to_have_text("Common")
    expect(palette.locator('.offer[data-block="Dense"]')).to_have_count(1)
    search.fill("nothing such")
    expect(palette.locator(".offer")).to_have_count(0)
    expect(palette.get_by_text("No block matches")).to_be_visible()


def test_in_a_window_of_medium_width_the_palette_is_a_drawer_over_the_stack(design: Page):
    design.set_viewport_size({"width": 800, "height": 800})
    expect(offer(design, "Dense")).to_be_hidden()
    settle(design)
    sides = [keyed(design, f"{name}_side").bounding_box() for name in ("palette", "stack", "inspector")]
    assert all(left["x"] + left["width"] <= right["x"] for left, right in pairwise(sides))
    assert sides[1]["width"] > 160
    drawer = design.get_by_role("button", name="Show or hide the blocks")
    drawer.press("Enter")
    expect(design.get_by_role("searchbox", name="Search the blocks")).to_be_focused()
    design.keyboard.type("flat")
    design.keyboard.press("Enter")
    expect(names(design)).to_have_text(["flatten1"])
    design.keyboard.press("Escape")
    expect(offer(design, "Flatten")).to_be_hidden()
    expect(drawer).to_have_attribute("aria-expanded", "false")


def test_on_a_telephone_the_palette_is_a_drawer_beside_the_stack_and_the_form_stands_below(design: Page):
    design.set_viewport_size({"width": 390, "height": 844})
    settle(design)
    expect(offer(design, "Dense")).to_be_hidden()
    palette, stack, form = (
        keyed(design, f"{name}_side").bounding_box() for name in ("palette", "stack", "inspector")
    )
    assert palette["x"] + palette["width"] <= stack["x"]
    assert stack["width"] > 280
    assert stack["y"] + stack["height"] <= form["y"]
    design.get_by_role("button", name="Show or hide the blocks").click()
    offer(design, "Dense").click()
    expect(names(design)).to_have_text(["dense1"])
    main = design.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_a_frozen_block_is_marked_in_the_stack_and_on_the_canvas(design: Page):
    offer(design, "Dense").click()
    expect(names(design)).to_have_text(["dense1"])
    settle(design)
    keyed(design, "block_trainable").get_by_text("Trainable").click()
    mark = design.locator(".stack .mark", has_text="frozen")
    expect(mark).to_have_attribute("title", "Frozen: training leaves its weights as they are")
    settle(design)
    show_canvas(design)
    expect(design.locator(".card .badge", has_text="frozen")).to_be_visible()
    keyed(design, "block_trainable").get_by_text("Trainable").click()
    expect(design.locator(".card .badge", has_text="frozen")).to_have_count(0)

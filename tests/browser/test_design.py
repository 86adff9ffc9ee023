"""From the Start page to a network of one's own, and its graph, in the real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from blockwright.design.link import encode_link
from blockwright.design.presets import preset
from tests.browser.driving import PATIENCE, Server, button, field, fill, go, keyed, service_up, settle, visit

pytestmark = pytest.mark.browser

TUTORIAL = ["image", "stem", "mix1", "mix2", "down1", "mix3", "mix4", "mix5", "down2", "pool", "head"]


def rows(page: Page) -> list[str]:
    return page.locator(".stack .row .name").all_text_contents()


def expect_rows(page: Page, names: list[str]) -> None:
    expect(page.locator(".stack .row .name")).to_have_text(names)


def row(page: Page, name: str):
    return page.locator(f'.stack .row[data-id="{name}"]')


def open_tutorial(page: Page, server: Server) -> None:
    visit(page, server.url)
    button(page, "use_tutorial_inception").click()
    expect_rows(page, TUTORIAL)
    service_up(page)


def test_from_a_preset_to_a_changed_network_and_its_graph(page: Page, server: Server):
    open_tutorial(page, server)
    expect(page).to_have_url(re.compile("/design"))
    expect(keyed(page, "totals")).to_contain_text("586,730")
    expect(row(page, "head")).to_contain_text("10")

    row(page, "mix1").click()
    button(page, "add_ConvBlock").click()
    expect_rows(page, [*TUTORIAL[:3], "conv_block1", *TUTORIAL[3:]])
    expect(row(page, "conv_block1")).to_have_attribute("aria-selected", "true")
    expect(row(page, "conv_block1").locator(".shape")).to_have_text("28 × 28 × 32")

    fill(page, "param_conv_block1_filters", "48")
    expect(row(page, "conv_block1").locator(".shape")).to_have_text("28 × 28 × 48")

    button(page, "undo").click()
    expect(row(page, "conv_block1").locator(".shape")).to_have_text("28 × 28 × 32")

    go(page, "Graph")
    expect(page.locator(".picture .drawing").locator("svg")).to_be_visible()
    expect(page.locator(".picture .drawing")).to_contain_text("conv_block1")


def test_on_a_telephone_a_chosen_block_and_its_form_are_on_the_screen_together(page: Page, server: Server):
    page.set_viewport_size({"width": 390, "height": 844})
    open_tutorial(page, server)
    for name in ("head", "stem", "mix4"):
        row(page, name).click()
        expect(row(page, name)).to_have_attribute("aria-selected", "true")
        settle(page)
        expect(keyed(page, "inspector_tab")).to_be_in_viewport(ratio=1)
        expect(keyed(page, "node")).to_be_in_viewport(ratio=1)
        expect(row(page, name)).to_be_in_viewport(ratio=0.9)
    stack = page.locator(".stack").bounding_box()
    assert stack["y"] + stack["height"] <= 0.6 * 844


def test_blocks_are_reordered_by_dragging(page: Page, server: Server):
    open_tutorial(page, server)
    handle = row(page, "mix1").locator(".handle").bounding_box()
    target = row(page, "down1").bounding_box()
    page.mouse.move(handle["x"] + 5, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, target["y"] + 20, steps=8)
    page.mouse.move(handle["x"] + 5, target["y"] + target["height"] - 4, steps=4)
    page.mouse.up()
    expect_rows(page, ["image", "stem", "mix2", "down1", "mix1", *TUTORIAL[5:]])


def test_blocks_are_edited_by_keyboard(page: Page, server: Server):
    open_tutorial(page, server)
    row(page, "stem").click()
    page.keyboard.press("ArrowDown")
    expect(row(page, "mix1")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowDown")
    expect_rows(page, ["image", "stem", "mix2", "down1", "mix1", *TUTORIAL[5:]])
    expect(row(page, "mix1")).to_be_focused()
    page.keyboard.press("Control+d")
    expect_rows(page, ["image", "stem", "mix2", "down1", "mix1", "mix6", *TUTORIAL[5:]])
    page.keyboard.press("Delete")
    expect_rows(page, ["image", "stem", "mix2", "down1", "mix1", *TUTORIAL[5:]])
    page.keyboard.press("Control+z")
    expect(page.locator(".stack .row")).to_have_count(12)
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect_rows(page, TUTORIAL)
    page.keyboard.press("Control+y")
    expect_rows(page, ["image", "stem", "mix2", "mix1", "down1", *TUTORIAL[5:]])


def test_undo_in_a_text_field_stays_in_the_field(page: Page, server: Server):
    open_tutorial(page, server)
    row(page, "mix1").click()
    row(page, "mix1").get_by_role("button", name="Remove").click()
    expect(page.locator(".stack .row")).to_have_count(10)
    field(page, "design_name").click()
    page.keyboard.press("Control+z")
    settle(page)
    expect(page.locator(".stack .row")).to_have_count(10)


def test_a_block_goes_where_the_gap_was_clicked(page: Page, server: Server):
    open_tutorial(page, server)
    page.get_by_role("button", name="Insert the next block above stem").click()
    button(page, "add_Rescaling").click()
    expect_rows(page, ["image", "rescaling1", *TUTORIAL[1:]])


def test_an_error_stands_in_its_row_and_is_mended_there(page: Page, server: Server):
    open_tutorial(page, server)
    row(page, "image").click()
    fill(page, "input_text", "6 x 6 x 1")
    finding = row(page, "down2").locator(".finding.error")
    expect(finding).to_contain_text("down2")
    finding.get_by_role("button").click()
    expect(page.locator(".stack .finding.error")).to_have_count(0)


def test_what_a_person_types_is_never_markup(page: Page, server: Server):
    open_tutorial(page, server)
    name = "<img src=x onerror=window.hacked=1> **b** :red[c]"
    row(page, "mix1").click()
    fill(page, "name_mix1", name)
    expect(page.locator(".stack .row .name").nth(2)).to_have_text(name)
    fill(page, "design_name", name)
    expect(page.get_by_test_id("stSidebar").get_by_text(name, exact=True)).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_work_survives_a_reload(page: Page, server: Server):
    open_tutorial(page, server)
    fill(page, "design_name", "Mine")
    expect(page.get_by_test_id("stSidebar").get_by_text("Mine", exact=True)).to_be_visible()
    page.reload()
    settle(page)
    expect(field(page, "design_name")).to_have_value("Mine")
    expect_rows(page, TUTORIAL)


def test_designs_are_found_again_by_the_same_browser_and_by_no_other(page: Page, server: Server, browser):
    open_tutorial(page, server)
    fill(page, "design_name", "Only mine")
    expect(page.get_by_test_id("stSidebar").get_by_text("Only mine", exact=True)).to_be_visible()
    button(page, "save").click()
    expect(page.get_by_text("is saved in your workspace")).to_be_visible()
    later = page.context.new_page()
    visit(later, server.url)
    expect(keyed(later, "recent")).to_contain_text("Only mine")
    stranger = browser.new_context().new_page()
    visit(stranger, server.url)
    expect(stranger.get_by_text("Only mine")).to_have_count(0)
    stranger.context.close()


def test_the_graph_is_had_as_svg_png_and_dot(page: Page, server: Server):
    open_tutorial(page, server)
    go(page, "Graph")
    begins = {"svg": b"<?xml", "png": b"\x89PNG", "dot": b"digraph"}
    for kind, beginning in begins.items():
        with page.expect_download() as download:
            button(page, f"graph_{kind}").click()
        assert download.value.suggested_filename == f"tutorial-inception.{kind}"
        assert Path(download.value.path()).read_bytes().startswith(beginning)


def test_a_design_goes_out_as_a_file_and_comes_back(page: Page, server: Server, tmp_path: Path):
    open_tutorial(page, server)
    with page.expect_download() as download:
        button(page, "download").click()
    assert download.value.suggested_filename == "tutorial-inception.json"
    download.value.save_as(tmp_path / "design.json")
    visit(page, server.url)
    button(page, "blank").click()
    expect_rows(page, ["image"])
    button(page, "open").click()
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(tmp_path / "design.json")
    expect_rows(page, TUTORIAL)


@pytest.mark.parametrize("title", ["Start", "Design", "Graph"])
def test_nothing_sticks_out_at_800_pixels(page: Page, server: Server, title: str):
    open_tutorial(page, server)
    page.set_viewport_size({"width": 800, "height": 1000})
    go(page, title)
    service_up(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("element => element.scrollWidth <= element.clientWidth")


def test_a_shared_link_opens_in_another_browser(page: Page, server: Server, browser):
    open_tutorial(page, server)
    button(page, "share").click()
    dialog = page.get_by_role("dialog")
    link = dialog.locator("code").first.text_content()
    assert "?s=" in link
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog.get_by_role("button", name="Copy the link").click()
    expect(dialog.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == link
    expect(dialog.get_by_role("img", name="QR code of the link")).to_be_visible()
    expect(keyed(page, "totals").locator("dl")).to_have_css("display", "grid")
    expect(keyed(page, "totals").locator("h1")).to_have_css("height", "1px")
    other = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    visit(other, link)
    assert other.evaluate("document.documentElement.scrollWidth") <= 390
    expect(other.locator(".stack .row .name")).to_have_text(TUTORIAL)
    expect(other.get_by_text("was opened from the link")).to_be_visible()
    other.context.close()


def test_a_deep_link_opens_on_a_cold_server(page: Page, cold_server: Server):
    token = encode_link({"design": preset("lenet5").design.document(), "settings": {"seed": 7}})
    page.goto(f"{cold_server.url}/design?d={token}")
    names = ["image", *(node.id for node in preset("lenet5").design.nodes)]
    expect_rows(page, names)
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link")).to_have_count(7)
    service_up(page)
    expect(keyed(page, "totals")).to_contain_text(f"{preset('lenet5').params:,}")


def test_the_side_of_the_start_page_tells_the_size_once_the_service_is_up(page: Page, cold_server: Server):
    token = encode_link({"design": preset("lenet5").design.document(), "settings": {}})
    page.goto(f"{cold_server.url}/design?d={token}")
    expect_rows(page, ["image", *(node.id for node in preset("lenet5").design.nodes)])
    go(page, "Start")
    side = page.get_by_test_id("stSidebar")
    expect(side).to_contain_text(re.compile(r"the design service is starting|multiply-adds"))
    expect(side).to_contain_text("multiply-adds", timeout=PATIENCE)
    expect(side).not_to_contain_text("the design service is starting")


def test_quick_clicks_in_the_palette_stand_in_their_order_and_choose_nothing_else(page: Page, server: Server):
    visit(page, f"{server.url}/design")
    service_up(page)
    button(page, "add_Dense").click()
    blocks = ["Flatten", "Dropout", "Activation", "Softmax"]
    for block in blocks:
        keyed(page, f"add_{block}").locator("button").first.dispatch_event("click")
    names = ["dense1", "flatten1", "dropout1", "activation1", "softmax1"]
    expect(page.locator(".row:not(.input) .name")).to_have_text(names)
    expect(page.locator(".row .mark")).to_have_count(0)

"""How the tests draw on the canvas: find its blocks and wires, and drag."""

import json
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import Server, button, field, service_up, settle, visit, wait_for

WIRES = """() => [...document.querySelectorAll("*")]
  .flatMap((element) => (element.shadowRoot ? [...element.shadowRoot.querySelectorAll(".react-flow__edge")] : []))
  .map((edge) => edge.getAttribute("aria-label").replace("connection from ", ""))"""


def wires(page: Page) -> set[str]:
    """The wires in sight, as "stem to mix1"."""
    return set(page.evaluate(WIRES))


def expect_wires(page: Page, *names: str) -> None:
    wait_for(lambda: set(names) <= wires(page), 20, f"there are the wires {names}")


def expect_no_wires(page: Page, *names: str) -> None:
    wait_for(lambda: not set(names) & wires(page), 20, f"the wires {names} are gone")


def open_on_canvas(page: Page, server: Server, folder: Path, nodes: list[dict], **more: object) -> None:
    """Open a design with one image input and these nodes, and show it on the canvas."""
    document = {"format": 1, "name": "Drawn", "inputs": [{"id": "image", "shape": [8, 8, 1]}], "nodes": nodes}
    (folder / "design.json").write_text(json.dumps(document | more))
    visit(page, server.url)
    button(page, "blank").click()
    settle(page)
    button(page, "open").click()
    page.get_by_role("dialog").locator("input[type=file]").set_input_files(folder / "design.json")
    expect(field(page, "design_name")).to_have_value("Drawn")
    service_up(page)
    show_canvas(page)


def card(page: Page, name: str) -> Locator:
    return page.locator(f'.card[data-id="{name}"]')


def box_of(element: Locator) -> dict:
    """Where an element lies once it lies still."""
    return wait_for(lambda: rested(element), 20, "the element lies still")


def middle(element: Locator) -> tuple[float, float]:
    box = box_of(element)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def show_canvas(page: Page) -> None:
    page.get_by_test_id("stMain").get_by_text("Canvas", exact=True).click()
    expect(page.locator(".canvas .card").first).to_be_visible()
    settle(page)
    # What stands above it may still come or go on a busy machine, and moves it.
    box_of(page.locator(".canvas"))
    settle(page)
    box_of(page.locator(".canvas"))


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 12, start[1] + 8, steps=3)
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def offer(page: Page, block: str) -> Locator:
    found = page.locator(f'.offer[data-block="{block}"]')
    found.scroll_into_view_if_needed()
    return found


def rested(element: Locator) -> dict | None:
    """Where an element is, or None while it moves."""
    box = element.bounding_box()
    element.page.evaluate("() => new Promise((done) => setTimeout(done, 300))")
    return box if box == element.bounding_box() else None

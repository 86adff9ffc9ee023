"""The Start page in the real browser: what stands there at once, and what is drawn when it is asked for."""

import pytest
from playwright.sync_api import Page, expect

from blockwright.design.presets import preset, presets
from blockwright.ui.shell.routing import PAGES
from tests.browser.driving import Server, button, go, keyed, service_up, settle, visit

pytestmark = pytest.mark.browser


def test_a_network_for_large_images_is_opened_from_its_card(page: Page, server: Server):
    visit(page, server.url)
    small = [one for one in presets() if not one.big]
    expect(page.get_by_role("button", name="Use")).to_have_count(len(small))
    expect(page.get_by_role("button", name="Use LeNet-5", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Search the examples").press_sequentially("text")
    expect(page.get_by_role("button", name="Use Text classifier with attention")).to_be_visible()
    expect(page.get_by_role("button", name="Use LeNet-5", exact=True)).to_have_count(0)
    page.get_by_role("searchbox", name="Search the examples").fill("")
    expect(page.get_by_role("button", name="Use LeNet-5", exact=True)).to_be_visible()
    keyed(page, "example_kind").get_by_text("Well-known networks, for 224 x 224").click()
    expect(page.get_by_role("button", name="Use ResNet-50", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Use")).to_have_count(len(presets()) - len(small))
    expect(keyed(page, "card_squeezenet")).to_contain_text(f"{preset('squeezenet').params:,}")
    button(page, "use_squeezenet").click()
    service_up(page)
    expect(keyed(page, "totals")).to_contain_text(f"{preset('squeezenet').params:,}")


def test_the_navigation_stands_in_the_sidebar_of_a_fresh_server(page: Page, cold_server: Server):
    visit(page, cold_server.url)
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    for one in PAGES.values():
        expect(links.filter(has_text=one.title).first).to_be_visible()


def test_a_browser_that_keeps_no_cookies_is_told_what_that_means(page: Page, server: Server):
    page.add_init_script("Object.defineProperty(document, 'cookie', { get: () => '', set: () => {} })")
    visit(page, server.url)
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("This browser keeps no cookies")).to_have_count(1)
    expect(sidebar.get_by_text("Return to a design by its link or code")).to_be_visible()
    go(page, "Runs")
    expect(sidebar.get_by_text("This browser keeps no cookies")).to_have_count(1)


SHIFTS = """
window.shifts = 0
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    const bySidebar = shift.sources.some(({ previousRect, currentRect }) => currentRect.x - previousRect.x > 200)
    if (!shift.hadRecentInput && !bySidebar) window.shifts += shift.value
  }
}).observe({ type: "layout-shift", buffered: true })
"""


@pytest.mark.parametrize("width", [1400, 800, 390])
def test_little_moves_while_the_page_loads(page: Page, server: Server, width: int):
    """But what Streamlit moves once when its sidebar appears: an empty app with a sidebar of that width does, too."""
    page.set_viewport_size({"width": width, "height": 1000})
    page.add_init_script(SHIFTS)
    visit(page, server.url)
    expect(keyed(page, "example_kind")).to_contain_text("Well-known")
    settle(page)
    assert page.evaluate("window.shifts") < 0.05


def test_the_focus_goes_to_the_heading_of_the_page_that_a_button_opens(page: Page, server: Server):
    visit(page, server.url)
    button(page, "use_lenet5").click()
    service_up(page)
    expect(page.get_by_role("heading", name="Design", exact=True)).to_be_focused()
    button(page, "to_train").click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_focused()
    go(page, "Graph")
    expect(page.get_by_test_id("stSidebarNav").get_by_role("link", name="Graph")).to_be_focused()

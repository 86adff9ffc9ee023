"""Every page in both themes, with and without a run, has no serious or critical violation that axe finds."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from blockwright.design.link import encode_link
from tests.browser.conftest import HEIGHT, WIDTH
from tests.browser.drawing import show_canvas
from tests.browser.driving import PATIENCE, Server, button, go, link, service_up, settle, visit

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")
DESIGN = {
    "format": 1,
    "name": "Small net",
    "inputs": [{"id": "image", "shape": [8, 8, 1]}],
    "nodes": [
        {"id": "conv", "block": "ConvBlock", "params": {"filters": 4}},
        {"id": "pool", "block": "GlobalAveragePooling2D"},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ],
}


@pytest.fixture(params=["light", "dark"])
def themed(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in one of the themes, with a workspace of its own."""
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme=request.param)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[str]:
    """What axe finds that is serious or critical: the rule, where, and with which values."""
    settle(page)
    response = Axe().run(page, options={"resultTypes": ["violations"]}).response
    return [
        f"{violation['id']} at {node['target']}: {node['html'][:120]} {[check['data'] for check in node['any']]}"
        for violation in response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def test_no_page_has_a_serious_violation(themed: Page, server: Server):
    found: dict[str, list[str]] = {}
    visit(themed, server.url)
    found["Start"] = violations(themed)
    settings = {"data": {"name": "digits"}, "epochs": 1, "batch_size": 256}
    visit(themed, f"{server.url}/design?d={encode_link({'design': DESIGN, 'settings': settings})}")
    service_up(themed)
    themed.locator(".stack .row").nth(2).click(position={"x": 60, "y": 20})
    found["Design, stack"] = violations(themed)
    show_canvas(themed)
    found["Design, canvas"] = violations(themed)
    for title in ("Graph", "Code", "Evaluate", "Runs", "Train"):
        go(themed, title)
        found[title] = violations(themed)
    button(themed, "train_start").click()
    expect(link(themed, "run_evaluate")).to_be_visible(timeout=2 * PATIENCE)
    for title in ("Train", "Evaluate", "Runs"):
        go(themed, title)
        found[f"{title}, with a run"] = violations(themed)
    assert {page: messages for page, messages in found.items() if messages} == {}

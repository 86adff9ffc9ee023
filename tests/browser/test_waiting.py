"""While the design service is slow, each page is there at once and says what it waits for."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import Page, expect

from blockwright.backend.client import Client
from tests.browser.driving import PATIENCE, Server, button, fill, keyed, service_up, settle, visit

pytestmark = pytest.mark.browser

SOON = 6_000
"""Milliseconds; the service answers nothing meanwhile."""


@contextmanager
def suspended(server: Server) -> Iterator[None]:
    """A service whose processes stand still; those that are started meanwhile answer."""
    pids = [pid for pool in Client(server.home).status()["children"].values() for pid in pool]
    for pid in pids:
        psutil.Process(pid).send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            if psutil.pid_exists(pid):
                psutil.Process(pid).send_signal(signal.SIGCONT)


def follow(page: Page, title: str) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()


def test_a_page_says_what_it_waits_for(page: Page, server: Server):
    visit(page, server.url)
    button(page, "use_lenet5").click()
    service_up(page)
    fill(page, "design_name", "A name that no answer is kept for")
    settle(page)
    with suspended(server):
        follow(page, "Code")
        expect(page.get_by_role("heading", name="A name that no answer is kept for")).to_be_visible(
            timeout=SOON
        )
        expect(keyed(page, "code_api")).to_be_visible(timeout=SOON)
        expect(page.get_by_text("Writing the code …")).to_be_visible(timeout=SOON)
    expect(keyed(page, "code_subclassing").locator(".line").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Writing the code …")).to_have_count(0)
    with suspended(server):
        follow(page, "Train")
        expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible(timeout=SOON)
        expect(page.get_by_test_id("stSkeleton").first).to_be_visible(timeout=SOON)
    settle(page)
    with suspended(server):
        follow(page, "Evaluate")
        expect(page.get_by_role("heading", name="Evaluate", exact=True)).to_be_visible(timeout=SOON)


def test_a_design_that_is_opened_from_a_link_says_so_too(page: Page, server: Server):
    visit(page, server.url)
    button(page, "use_lenet5").click()
    service_up(page)
    with suspended(server):
        button(page, "undo").wait_for()
        follow(page, "Start")
        button(page, "use_resnet_small").click()
        expect(page.get_by_text("Computing shapes and costs …").first).to_be_visible(timeout=SOON)
        expect(keyed(page, "toolbar")).to_be_visible(timeout=SOON)
    service_up(page)
    expect(keyed(page, "totals").locator("dd").first).not_to_have_text("–", timeout=PATIENCE)

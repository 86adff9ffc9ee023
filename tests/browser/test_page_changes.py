"""Pages are changed while a run trains and the machine is busy: no page stays white, however often it is done."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HEIGHT, WIDTH
from tests.browser.driving import PATIENCE, Server, button, keyed, settle, start_server, visit
from tests.browser.test_training import becomes, start

pytestmark = pytest.mark.browser
BUSY_LOOPS = 4
SLOW_SERVER = Path(__file__).with_name("slow_server")


@pytest.fixture
def busy() -> Iterator[None]:
    """Four processes that use all the time that they get."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(BUSY_LOOPS)]
    yield
    for loop in loops:
        loop.kill()
        loop.wait()


@pytest.fixture
def slow_server(tmp_path: Path) -> Iterator[Server]:
    """A server that takes its time with everything that it sends, so that timers of pages fire meanwhile."""
    running = start_server(tmp_path / "home", PYTHONPATH=str(SLOW_SERVER), SLOW_SERVER_SECONDS="0.03")
    yield running
    running.stop()


def open_again_and_again(page: Page, server: Server, times: int) -> None:
    """Start a long run, and open it from the list of runs that many times."""
    start(page, server, epochs=10_000)
    expect(keyed(page, "run_head")).to_contain_text("Training", timeout=PATIENCE)
    for _ in range(times):
        page.get_by_test_id("stSidebarNav").get_by_role("link", name="Runs", exact=True).click()
        row = page.locator("[class*=st-key-run_row_]")
        row.get_by_text("Open", exact=True).first.click(timeout=PATIENCE)
        expect(keyed(page, "run_head")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("so it was loaded again")).to_have_count(0)
    button(page, "run_stop").click()
    becomes(page, "Stopped")


def test_a_run_is_opened_from_the_list_while_timers_of_the_page_before_are_due(
    page: Page, slow_server: Server
):
    open_again_and_again(page, slow_server, 8)


@pytest.mark.attack
@pytest.mark.timeout(1800)
def test_a_run_is_opened_two_hundred_times_on_a_busy_machine(page: Page, server: Server, busy: None):
    open_again_and_again(page, server, 200)


def test_a_page_that_the_browser_has_lost_is_loaded_again_and_says_so(browser: Browser, server: Server):
    context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
    page = context.new_page()
    visit(page, f"{server.url}/runs")
    expect(keyed(page, "page_guard")).to_be_attached()
    page.wait_for_function("window.blockwrightPageGuard !== undefined")
    for _ in range(3):
        page.evaluate("document.getElementById('root').replaceChildren()")
        expect(page.get_by_text("so it was loaded again")).to_be_visible(timeout=PATIENCE)
        settle(page)
        page.wait_for_function("window.blockwrightPageGuard !== undefined")
    page.evaluate("document.getElementById('root').replaceChildren()")
    expect(page.get_by_role("alert")).to_contain_text("Your designs and runs are kept")
    context.close()

"""A run whose process is killed in the real app: resumed to its end, and trained further when it has finished."""

import os
import re
import signal
import sqlite3

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driving import Server, button, field, keyed, wait_for
from tests.browser.test_training import becomes, choose, start

pytestmark = pytest.mark.browser


def worker(server: Server, run_id: str) -> int:
    connection = sqlite3.connect(server.home / "blockwright.db")
    (pid,) = connection.execute("SELECT pid FROM runs WHERE id = ?", [run_id]).fetchone()
    connection.close()
    return int(pid)


def epochs_done(page: Page) -> int:
    shown = re.search(r"(\d+) of \d+", keyed(page, "run_numbers").inner_text())
    return int(shown[1]) if shown else 0


def test_a_killed_run_is_resumed_to_its_end_and_trained_further(page: Page, server: Server):
    start(page, server, epochs=40)
    wait_for(
        lambda: keyed(page, "run_numbers").count() and epochs_done(page) >= 3, 120, "three epochs are done"
    )
    run_id = re.search(r"run=([0-9a-f]{32})", page.url)[1]
    os.kill(worker(server, run_id), signal.SIGKILL)
    becomes(page, "Interrupted")
    done = epochs_done(page)
    assert done < 40
    button(page, "run_go_on").click()
    becomes(page, "Finished")
    expect(keyed(page, "run_numbers")).to_contain_text("40 of 40")
    keyed(page, "run_log").get_by_text("Run details").click()
    expect(keyed(page, "run_log")).to_contain_text("Resumed after epoch")

    keyed(page, "run_further").get_by_role("button").first.click()
    field(page, "run_more_epochs").fill("2")
    field(page, "run_more_epochs").press("Enter")
    expect(page.get_by_text("Epochs 41 to 42, in this run.")).to_be_visible()
    button(page, "run_further_start").click()
    expect(keyed(page, "run_numbers")).to_contain_text("42 of 42", timeout=120_000)
    becomes(page, "Finished")

    page.goto(f"{server.url}/runs")
    row = keyed(page, f"run_row_{run_id}")
    expect(row).to_contain_text("42 of 42 epochs")
    choose(page, row, "Train further")
    field(page, "runs_more_epochs").fill("1")
    field(page, "runs_more_epochs").press("Enter")
    button(page, "runs_further_start").click()
    expect(row).to_contain_text("43 of 43 epochs", timeout=120_000)

"""How the tests drive the app in the browser: start a server, wait for it to come to rest, find widgets by key."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, expect

from blockwright.backend.client import Client

ROOT = Path(__file__).parents[2]
APP = "[data-testid=stApp][data-test-connection-state=CONNECTED]"
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
PATIENCE = 60_000


@dataclass
class Server:
    """A running app: its address, its home folder and its process."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End the server, and the backend that it started."""
        self.end_server()
        Client(self.home).shutdown()

    def end_server(self) -> None:
        """End the server only."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_server(home: Path, port: int | None = None, **environment: str) -> Server:
    """Start the app as people do, with `home` as its home folder, and wait until it answers.

    No page is opened: the first visit is the test's.
    """
    port = port or free_port()
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true"]
    command += [
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
        "--server.fileWatcherType",
        "none",
    ]
    with open(home / "server.log", "ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, "BLOCKWRIGHT_HOME": str(home), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    server = Server(f"http://127.0.0.1:{port}", home, process)

    def answers() -> bool:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended: {(home / 'server.log').read_text()[-2000:]}")
        try:
            with urlopen(f"{server.url}/_stcore/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    wait_for(answers, 60, "the server answers")
    return server


def wait_for(condition: Callable[[], Any], seconds: float, what: str) -> Any:
    """Poll until the condition holds and return what it gave; AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {seconds:.0f} s in vain until {what}.")
        time.sleep(0.1)


def settle(page: Page) -> None:
    """Wait until the page is connected, no script runs, and nothing is a placeholder any more."""
    page.wait_for_selector(APP, timeout=PATIENCE)
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=PATIENCE)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PATIENCE)


def visit(page: Page, url: str) -> None:
    """Open an address and wait until the page has come to rest."""
    page.goto(url)
    settle(page)


def keyed(page: Page, key: str) -> Locator:
    """The element with that key, as Streamlit names it in the page; a widget's key may carry a revision."""
    name = "st-key-" + re.sub(r"[^a-zA-Z0-9_-]", "-", key)
    names = [name, *(f"{name}-{revision}" for revision in range(1, 40))]
    return page.locator(", ".join(f'[class~="{one}"]' for one in names))


def button(page: Page, key: str) -> Locator:
    """The button with that key (a tooltip may wrap it)."""
    return keyed(page, key).locator("button:visible").first


def link(page: Page, key: str) -> Locator:
    """The link to another page with that key."""
    return keyed(page, key).get_by_role("link").first


def field(page: Page, key: str) -> Locator:
    """The input field with that key."""
    return keyed(page, key).locator("input").first


def fill(page: Page, key: str, text: str) -> None:
    """Type into the field with that key, and confirm."""
    field(page, key).fill(text)
    field(page, key).press("Enter")


def show_in_inspector(page: Page, what: str) -> None:
    """Turn the inspector to "Block" or "Network", and wait until it shows that.

    Both show fields for names under the same keys: what is typed before the turn would be typed into the other.
    """
    keyed(page, "inspector_tab").get_by_text(what, exact=True).click()
    expect(keyed(page, "input_add")).to_have_count(0 if what == "Block" else 1)
    settle(page)


def go(page: Page, title: str) -> None:
    """Follow the navigation to the page of that title."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
    settle(page)


def service_up(page: Page) -> None:
    """Wait until the design service has answered: the waiting sentence is gone."""
    expect(page.get_by_text("The design service is starting")).to_have_count(0, timeout=PATIENCE)
    settle(page)


def no_faults(page: Page) -> None:
    """Nothing on the page speaks of a fault, and there is no traceback."""
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"\(incident [0-9a-f]{6}\)"))).to_have_count(0)


def choose_data(page: Page, title: str) -> None:
    """Choose a data set on the page Train, by the words of its list."""
    keyed(page, "train_set_data").get_by_role("combobox").click()
    page.get_by_role("option", name=title).click()
    settle(page)

"""The Streamlit server: its memory, and the time from `streamlit run` to a usable first page.

Budgets: <= 170 MB resident after every page was visited, <= 2 s to a usable first page, <= 6 s until the
design service answers: until a network, opened from its card as soon as the card is there, shows its parameters. The
references, run beside it, are what importing TensorFlow alone costs, and an app of a single Streamlit button.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.classroom import first_page
from benchmarks.report import Row, ratio
from blockwright.design.presets import preset

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
OPENED = preset("tutorial_inception")
PAGES = ("", "design", "graph", "train", "evaluate", "runs")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop_backend(home: Path) -> None:
    """End the backend of this home folder, if one runs."""
    from blockwright.backend.client import Client

    Client(home).shutdown()


@contextmanager
def running_server(home: Path, script: str = "app.py") -> Iterator[tuple[subprocess.Popen, str]]:
    """A fresh server on a home folder of its own: the process and its address."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", script, "--server.port", str(port)]
    environment = {**os.environ, "BLOCKWRIGHT_HOME": str(home)}
    server = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield server, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(10)


def _import_tensorflow() -> tuple[float, float]:
    code = (
        "import time; start = time.perf_counter(); import tensorflow, keras; import psutil; "
        "print(time.perf_counter() - start, psutil.Process().memory_info().rss / 1e6)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, answer.stdout.split())
    return seconds, megabytes


def wait_until_listening(url: str) -> None:
    """Wait until the server takes connections."""
    host, port = url.removeprefix("http://").split(":")
    while True:
        with socket.socket() as probe:
            if probe.connect_ex((host, int(port))) == 0:
                return
        time.sleep(0.01)


def _empty_app(browser: "Browser", home: Path) -> float:
    """Seconds until a Streamlit app with a single button is in the browser: what Streamlit itself takes."""
    script = home / "empty.py"
    script.write_text('import streamlit as st\n\nst.button("Use", key="use")\n')
    start = time.perf_counter()
    with running_server(home, str(script)) as (_, url):
        wait_until_listening(url)
        page = browser.new_page()
        page.goto(url)
        page.locator(".st-key-use button").wait_for(timeout=30_000)
        return time.perf_counter() - start


def measure(home: Path) -> list[Row]:
    """The rows of the report; drives Debian's chromium."""
    from playwright.sync_api import sync_playwright

    import_seconds, import_megabytes = _import_tensorflow()
    start = time.perf_counter()
    with running_server(home) as (_, url):
        wait_until_listening(url)
        first_page(url)
        answered = time.perf_counter() - start
    stop_backend(home)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        warm = browser.new_page()
        warm.goto("about:blank")
        empty = _empty_app(browser, home)
        start = time.perf_counter()
        with running_server(home) as (server, url):
            wait_until_listening(url)
            page = browser.new_page()
            received: list[int] = []
            page.on(
                "websocket",
                lambda websocket: websocket.on("framereceived", lambda frame: received.append(len(frame))),
            )
            page.goto(url)
            card = page.locator(f".st-key-use_{OPENED.key} button:visible").first
            card.wait_for(timeout=30_000)
            usable = time.perf_counter() - start
            sent = sum(received)
            elements = page.locator("[data-testid=stElementContainer]").count()
            card.click()
            page.locator(".st-key-totals").get_by_text(f"{OPENED.params:,}").wait_for(timeout=60_000)
            answers = time.perf_counter() - start
            for path in PAGES:
                page.goto(f"{url}/{path}")
                page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(
                    timeout=30_000
                )
            resident = psutil.Process(server.pid).memory_info().rss / 1e6
        browser.close()
    stop_backend(home)
    return [
        Row("server memory after a visit to every page", resident, "MB", 170),
        Row("importing TensorFlow alone: memory", import_megabytes, "MB"),
        Row("streamlit run to the first page, at the server's socket", answered, "s", 2),
        Row("the same in Chromium on the same two cores", usable, "s", 2),
        Row("an empty Streamlit app in Chromium, in the same run", empty, "s"),
        Row("what the first page sends", sent / 1e3, "kB"),
        Row("its elements", elements, ""),
        Row("streamlit run to the first design answer", answers, "s", 6),
        Row("importing TensorFlow alone: time", import_seconds, "s"),
        ratio("the first page against that import", import_seconds, answered),
    ]

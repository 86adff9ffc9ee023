"""Two server processes over one home serve one class: a visitor who comes to the other one finds everything again."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import Page, expect

from blockwright.backend.client import Client
from blockwright.design.link import encode_link
from tests.browser.driving import (
    PATIENCE,
    ROOT,
    button,
    field,
    fill,
    free_port,
    go,
    keyed,
    service_up,
    visit,
    wait_for,
)
from tests.ui.synthetic import DESIGN

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def healthy(url: str) -> bool:
    try:
        with urlopen(f"{url}/_stcore/health", timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


@pytest.fixture
def urls(tmp_path: Path) -> Iterator[list[str]]:
    """The addresses of two server processes, started as `compose.yaml` does."""
    home = tmp_path / "home"
    home.mkdir()
    ports = [str(free_port()) for _ in range(2)]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "BLOCKWRIGHT_HOME": str(home), "BLOCKWRIGHT_CLASS": "1", "PATH": path}
    with open(home / "server.log", "ab") as log:
        process = subprocess.Popen(
            [ROOT / "deploy" / "serve", *ports], env=environment, stdout=log, stderr=subprocess.STDOUT
        )
    addresses = [f"http://127.0.0.1:{port}" for port in ports]
    try:
        wait_for(lambda: all(map(healthy, addresses)), 90, "both servers answer")
        yield addresses
    finally:
        process.terminate()
        process.wait(20)
        Client(home).shutdown()


def backends(home: Path) -> list[int]:
    """The processes that serve as the backend of this home, without the children that they forked."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        try:
            ours = process.environ().get("BLOCKWRIGHT_HOME") == str(home)
        except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
            continue
        if ours and (process.info["cmdline"] or [])[1:3] == ["-m", "blockwright.backend"]:
            found.append(process.pid)
    return found


def test_a_visitor_who_is_moved_to_the_other_server_loses_nothing(
    page: Page, urls: list[str], tmp_path: Path
):
    first, second = urls
    settings = {"data": {"name": "digits"}, "epochs": 2000, "batch_size": 32}
    visit(page, f"{first}/train?d={encode_link({'design': DESIGN, 'settings': settings})}")
    service_up(page)
    go(page, "Design")
    fill(page, "design_name", "Saved by ann")
    button(page, "save").click()
    expect(page.get_by_text("is saved in your workspace")).to_be_visible()
    fill(page, "design_name", "Draft of ann")
    expect(page.get_by_test_id("stSidebar").get_by_text("Draft of ann", exact=True)).to_be_visible()
    go(page, "Train")
    button(page, "train_start").click()
    expect(keyed(page, "run_head")).to_contain_text("Training")

    visit(page, f"{second}/design")
    service_up(page)
    expect(field(page, "design_name")).to_have_value("Draft of ann")
    go(page, "Start")
    expect(keyed(page, "recent")).to_contain_text("Saved by ann")
    go(page, "Runs")
    expect(page.get_by_text("Draft of ann").first).to_be_visible()
    go(page, "Train")
    expect(keyed(page, "run_head")).to_contain_text("Training")
    button(page, "run_stop").click()

    visit(page, f"{first}/runs")
    row = page.locator("[class*=st-key-run_row_]").first
    expect(row).to_contain_text("Stopped", timeout=PATIENCE)
    # A second one, if a server started it, has ended once it found the lock taken.
    wait_for(lambda: len(backends(tmp_path / "home")) == 1, 10, "there is one backend")

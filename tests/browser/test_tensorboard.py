"""TensorBoard in the real browser: opened from the page of a run, shows its scalars, and is closed with the run."""

import re
import socket

import pytest
from playwright.sync_api import Page, expect

from blockwright.design.link import encode_link
from tests.browser.driving import PATIENCE, Server, button, keyed, link, service_up, visit, wait_for
from tests.browser.test_training import DESIGN

pytestmark = pytest.mark.browser


def test_tensorboard_opens_from_the_page_shows_a_scalar_and_closes(page: Page, server: Server):
    settings = {"data": {"name": "digits"}, "epochs": 1, "callbacks": ["tensorboard"]}
    visit(page, f"{server.url}/train?d={encode_link({'design': DESIGN, 'settings': settings})}")
    service_up(page)
    button(page, "train_start").click()
    expect(keyed(page, "run_head")).to_contain_text("Finished", timeout=PATIENCE)
    link(page, "run_evaluate").click()
    button(page, "tensorboard_open").click()
    show = page.get_by_role("link", name="Show TensorBoard")
    expect(show).to_be_visible(timeout=PATIENCE)
    address = show.get_attribute("href")
    assert address
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{20,}/", address)
    with page.expect_popup() as popup:
        show.click()
    board = popup.value
    expect(board.get_by_text("epoch_loss").first).to_be_visible(timeout=PATIENCE)
    board.close()
    button(page, "tensorboard_close").click()
    expect(button(page, "tensorboard_open")).to_be_visible(timeout=PATIENCE)
    port = int(address.split(":")[2].split("/")[0])
    wait_for(lambda: not answers(port), 20, "TensorBoard has ended")


def answers(port: int) -> bool:
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0

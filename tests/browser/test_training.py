"""Training in the real browser: live curves, zoom, stop, the way back after a reload, and the evaluation."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from blockwright.design.link import encode_link
from tests.browser.driving import (
    PATIENCE,
    Server,
    button,
    field,
    go,
    keyed,
    link,
    service_up,
    settle,
    visit,
    wait_for,
)

pytestmark = pytest.mark.browser

DESIGN = {
    "format": 1,
    "name": "Little <b>net</b>",
    "inputs": [{"id": "image", "shape": [8, 8, 1]}],
    "nodes": [
        {"id": "conv", "block": "ConvBlock", "params": {"filters": 8}},
        {"id": "pool", "block": "GlobalAveragePooling2D"},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ],
}
DRAWN = "plot => plot.data ? plot.data[0].y.filter(value => value !== null).length : 0"
UPDATES = "plot => Number(plot.dataset.updates || 0)"
AXES = "plot => [plot._fullLayout.xaxis.range, plot._fullLayout.yaxis.range]"


def start(page: Page, server: Server, epochs: int) -> None:
    """Open the little net from a link, on the page Train, and start it."""
    settings = {"data": {"name": "digits"}, "epochs": epochs, "batch_size": 32, "learning_rate": 0.01}
    visit(page, f"{server.url}/train?d={encode_link({'design': DESIGN, 'settings': settings})}")
    service_up(page)
    expect(keyed(page, "train_card")).to_contain_text("1,797 real handwritten digits")
    button(page, "train_start").click()


def plot(page: Page, figure: int = 0) -> Locator:
    return page.locator(".bw-plot").nth(figure)


def until_drawn(page: Page, points: int) -> None:
    wait_for(
        lambda: plot(page).count() and plot(page).evaluate(DRAWN) >= points, 60, f"{points} points are drawn"
    )


def status(page: Page) -> Locator:
    return keyed(page, "run_head")


def becomes(page: Page, word: str) -> None:
    """Wait until the head of the run says so."""
    expect(status(page)).to_contain_text(word, timeout=PATIENCE)


def epochs_done(page: Page) -> int:
    """How many epochs the page says are done."""
    text = keyed(page, "run_numbers").inner_text()
    return int(re.search(r"([\d,]+) of 2,?000", text)[1].replace(",", ""))


def choose(page: Page, row: Locator, option: str) -> None:
    """Choose from the menu of a run in the list."""
    row.get_by_role("button", name="More").first.click()
    page.get_by_role("menuitem", name=option).click()


def click_cell(page: Page, true: int, said: int) -> None:
    """Click a cell of the confusion matrix."""
    where = plot(page).evaluate(
        """(plot, [true_class, said]) => {
            const box = plot.getBoundingClientRect();
            const { xaxis, yaxis } = plot._fullLayout;
            return [box.left + xaxis._offset + xaxis.d2p(said), box.top + yaxis._offset + yaxis.d2p(true_class)];
        }""",
        [true, said],
    )
    page.mouse.click(*where)


def test_a_run_is_watched_zoomed_found_again_and_stopped(page: Page, server: Server):
    start(page, server, epochs=2000)
    until_drawn(page, 2)
    before = plot(page).evaluate(DRAWN)
    until_drawn(page, before + 4)
    expect(keyed(page, "run_numbers")).to_contain_text("Examples/s")

    box = plot(page).bounding_box()
    page.mouse.move(box["x"] + 120, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 260, box["y"] + 190, steps=6)
    page.mouse.up()
    zoomed = plot(page).evaluate(AXES)
    assert zoomed[0][1] - zoomed[0][0] < 1500
    seen = plot(page).evaluate(UPDATES)
    wait_for(lambda: plot(page).evaluate(UPDATES) >= seen + 3, 30, "the curves were drawn three times more")
    assert plot(page).evaluate(AXES) == zoomed
    wait_for(lambda: epochs_done(page) > 45, 120, "the axis of 20 epochs was doubled twice")
    assert plot(page).evaluate(AXES) == zoomed
    page.mouse.dblclick(box["x"] + 200, box["y"] + 150)
    seen = plot(page).evaluate(UPDATES)
    wait_for(lambda: plot(page).evaluate(UPDATES) >= seen + 2, 30, "the curves were drawn twice more")
    assert plot(page).evaluate(AXES)[0][1] > epochs_done(page)

    page.reload()
    settle(page)
    becomes(page, "Training")
    until_drawn(page, 2)

    second = page.context.new_page()
    visit(second, f"{server.url}/train")
    becomes(second, "Little <b>net</b>")
    until_drawn(second, 2)
    second.close()

    button(page, "run_pause").click()
    becomes(page, "Paused")
    button(page, "run_resume").click()
    becomes(page, "Training")
    button(page, "run_stop").click()
    becomes(page, "Stopped")
    expect(link(page, "run_evaluate")).to_be_visible()


def test_a_finished_run_shows_its_mistakes_and_is_kept(page: Page, server: Server):
    start(page, server, epochs=2)
    becomes(page, "Finished")
    link(page, "run_evaluate").click()
    expect(page).to_have_url(re.compile(r"/evaluate\?run="))
    expect(keyed(page, "evaluation_numbers")).to_contain_text("297")

    wait_for(lambda: plot(page).evaluate(DRAWN_MATRIX), 60, "the confusion matrix is drawn")
    click_cell(page, 3, 3)
    expect(field(page, "evaluation_true")).to_have_value("3")
    expect(field(page, "evaluation_predicted")).to_have_value("3")
    expect(page.get_by_test_id("stMarkdown").get_by_text(re.compile(r"Of \d+ images of “3”"))).to_be_visible()
    keyed(page, "evaluation_values").get_by_text("Row %").click()
    wait_for(lambda: plot(page).evaluate("plot => plot.data[0].zmax === 1"), 30, "the matrix shows shares")

    with page.expect_download() as download:
        button(page, "download_history").click()
    assert download.value.path().read_text().startswith("epoch,loss,accuracy")

    go(page, "Runs")
    row = page.locator("[class*=st-key-run_row_]").first
    expect(row).to_contain_text("2 of 2 epochs")
    choose(page, row, "Rename")
    keyed(page, "run_new_name").locator("input").fill("*My* run")
    button(page, "run_rename_save").click()
    expect(row).to_contain_text("*My* run")
    choose(page, row, "Open design")
    expect(page).to_have_url(re.compile("/design"))
    go(page, "Runs")
    choose(page, row, "Delete")
    button(page, "run_delete_sure").click()
    expect(page.get_by_text("No runs yet.")).to_be_visible()


DRAWN_MATRIX = "plot => Boolean(plot.data && plot.data[0].type === 'heatmap')"


def test_a_learning_rate_beyond_reason_ends_with_a_sentence(page: Page, server: Server):
    settings = {"data": {"name": "digits"}, "epochs": 3, "optimizer": "sgd", "learning_rate": 1e9}
    dense = [
        {"id": f"dense{n}", "block": "Dense", "params": {"units": 32, "activation": "relu"}} for n in range(3)
    ]
    nodes = [{"id": "flat", "block": "Flatten"}, *dense, DESIGN["nodes"][-1]]
    link = encode_link({"design": {**DESIGN, "nodes": nodes}, "settings": settings})
    visit(page, f"{server.url}/train?d={link}")
    service_up(page)
    button(page, "train_start").click()
    becomes(page, "Failed")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("learning rate")

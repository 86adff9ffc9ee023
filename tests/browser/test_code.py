"""Code and design together in the real browser: ways of writing, lines of a block, a notebook, and back again."""

import json
import re
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from playwright.sync_api import Locator, Page, expect

from tests.browser.driving import PATIENCE, Server, button, go, keyed, link, service_up, settle, visit

pytestmark = pytest.mark.browser

TEST_EXAMPLES = 297
"""Of the data set Digits."""


def open_code(page: Page, server: Server) -> None:
    visit(page, server.url)
    button(page, "use_tutorial_inception").click()
    expect(page.locator(".stack .row")).to_have_count(11)
    service_up(page)
    go(page, "Code")
    expect(lines(page, "subclassing").first).to_be_visible(timeout=PATIENCE)


def lines(page: Page, way: str, mark: str = "") -> Locator:
    return keyed(page, f"code_{way}").locator(f".line{mark}")


def choose(page: Page, way: str) -> None:
    keyed(page, "code_api").get_by_text(way, exact=True).click()
    settle(page)


def test_a_block_shows_its_lines_and_a_line_its_block(page: Page, server: Server):
    open_code(page, server)
    keyed(page, "code_node").locator("input").click()
    page.get_by_role("option", name="mix3 · InceptionBlock").click()
    expect(lines(page, "subclassing", ".strong")).to_have_text(
        [
            '        self.mix3 = InceptionBlock(filters_1x1=112, filters_3x3=48, name="mix3")',
            "        x = self.mix3(x)",
        ]
    )
    expect(lines(page, "subclassing", ".strong").first).to_be_in_viewport()

    choose(page, "Functional")
    expect(lines(page, "functional", ".strong")).to_contain_text(["mix3 = inception_block("])
    expect(lines(page, "functional", ".strong")).to_be_in_viewport()

    lines(page, "functional").filter(has_text="down2 = downsample_block(").click()
    expect(lines(page, "functional", ".strong")).to_contain_text(["down2 = downsample_block("])
    expect(keyed(page, "code_node").locator("input")).to_have_value("down2 · DownsampleBlock")

    choose(page, "Compare side by side")
    expect(page.locator(".file")).to_have_count(3)
    for way in ("subclassing", "functional", "sequential"):
        expect(lines(page, way, ".strong").first).to_be_in_viewport()

    go(page, "Design")
    expect(page.locator('.stack .row[data-id="down2"]')).to_have_attribute("aria-selected", "true")


def test_code_stays_where_it_was_scrolled_while_a_block_in_sight_is_chosen(page: Page, server: Server):
    open_code(page, server)
    code = keyed(page, "code_subclassing").locator(".code")
    code.evaluate("element => { element.scrollTop = 2000 }")
    line = lines(page, "subclassing").filter(has_text="x = self.mix4(x)")
    line.scroll_into_view_if_needed()
    place = code.evaluate("element => element.scrollTop")
    line.click()
    expect(lines(page, "subclassing", ".strong")).to_have_count(2)
    settle(page)
    assert code.evaluate("element => element.scrollTop") == place


def test_a_downloaded_notebook_brings_its_design_back(page: Page, server: Server, tmp_path: Path):
    open_code(page, server)
    with page.expect_download(timeout=PATIENCE) as download:
        button(page, "code_ipynb_subclassing").click()
    assert download.value.suggested_filename == "tutorial_inception.ipynb"
    file = tmp_path / "mine.ipynb"
    download.value.save_as(file)
    book = json.loads(file.read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    assert any(cell["cell_type"] == "markdown" for cell in book["cells"])

    go(page, "Start")
    button(page, "blank").click()
    expect(page.locator(".stack .row")).to_have_count(1)
    button(page, "open").click()
    keyed(page, "open_file").locator("input[type=file]").set_input_files(file)
    expect(page.locator(".stack .row")).to_have_count(11)
    expect(page.get_by_text("was restored from the file")).to_be_visible()


def test_code_is_verified_on_demand(page: Page, server: Server):
    visit(page, server.url)
    button(page, "use_lenet5").click()
    service_up(page)
    go(page, "Code")
    button(page, "prove").click()
    expect(page.get_by_text("Verified identical")).to_be_visible(timeout=4 * PATIENCE)
    expect(keyed(page, "verification_checks")).to_contain_text("61,706, the same")


def test_a_trained_network_is_taken_along(page: Page, server: Server, tmp_path: Path):
    visit(page, server.url)
    button(page, "use_lenet5").click()
    service_up(page)
    go(page, "Train")
    button(page, "train_start").click()
    link(page, "run_evaluate").click(timeout=4 * PATIENCE)
    button(page, "export_build_keras_plain").click()
    expect(button(page, "export_download_keras_plain")).to_be_visible(timeout=4 * PATIENCE)
    expect(keyed(page, "export_keras_plain")).to_contain_text("allowed 1e-06")
    with page.expect_download(timeout=PATIENCE) as download:
        button(page, "export_download_keras_plain").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.suffix == ".keras"
    assert zipfile.is_zipfile(file)


def test_the_notebook_of_a_run_finds_the_accuracy_of_the_run(page: Page, server: Server, tmp_path: Path):
    visit(page, server.url)
    button(page, "use_three_apis").click()
    service_up(page)
    go(page, "Train")
    button(page, "train_start").click()
    link(page, "run_evaluate").click(timeout=4 * PATIENCE)
    tested = keyed(page, "evaluation_numbers").get_by_test_id("stMetricValue").first
    expect(tested).to_contain_text("%")
    accuracy = tested.inner_text()
    button(page, "export_code").click()
    expect(lines(page, "subclassing").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("The network that the run Three ways to write it trained")).to_be_visible()
    with page.expect_download(timeout=PATIENCE) as download:
        button(page, "code_ipynb_subclassing").click()
    book = nbformat.read(download.value.path(), as_version=4)
    NotebookClient(book, timeout=240, resources={"metadata": {"path": str(tmp_path)}}).execute()
    printed = "".join(out.get("text", "") for cell in book.cells for out in cell.get("outputs", []))
    found = re.search(r"Test accuracy: ([0-9.]+)", printed)
    assert found is not None
    # The file prints four digits; rounding those once more could end elsewhere than the page.
    correct = round(float(found[1]) * TEST_EXAMPLES)
    assert f"{100 * correct / TEST_EXAMPLES:.1f} %" == accuracy

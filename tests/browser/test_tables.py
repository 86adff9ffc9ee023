"""A table of one's own in the real browser: uploaded, its column of tags chosen, trained on, and evaluated."""

import pytest
from playwright.sync_api import Page, expect

from blockwright.design.link import encode_link
from tests.browser.driving import PATIENCE, Server, button, choose_data, go, keyed, service_up, settle, visit

pytestmark = pytest.mark.browser

NETWORK = {
    "format": 1,
    "name": "Topics",
    "inputs": [{"id": "values", "shape": [7]}],
    "nodes": [
        {"id": "hidden", "block": "Dense", "params": {"units": 16, "activation": "relu"}},
        {"id": "topics", "block": "Dense", "params": {"units": 3, "activation": "sigmoid"}},
    ],
}
NOTES = ('"=HYPERLINK(""http://x"",""y"")<b>bold</b>"', '"+cmd<b>bold</b>=HYPERLINK(""http://x"",""y"")"')
"""What would be a formula or markup elsewhere; every row has it, because which rows are shown depends on the split."""


def table(rows: int = 60) -> str:
    lines = [
        f"{row % 7},{row % 5},{NOTES[row % 2]},{('billing', 'billing;login', 'login;<i>slow</i>', '')[row % 4]}"
        for row in range(rows)
    ]
    return "\n".join(["balance,delay,note,topics", *lines]) + "\n"


def give(page: Page, name: str, text: str) -> None:
    keyed(page, "train_set_upload").locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    settle(page)


def test_a_table_with_tags_is_uploaded_trained_on_and_evaluated(page: Page, server: Server) -> None:
    given = {"design": NETWORK, "settings": {"epochs": 1, "data": {"name": "iris"}}}
    visit(page, f"{server.url}/train?d={encode_link(given)}")
    service_up(page)
    choose_data(page, "Your own file")
    settle(page)
    give(page, "ragged.csv", table() + "1,2\n")
    expect(page.get_by_text("Line 62 has 2 values, but the header has 4 columns")).to_be_visible()
    give(page, "topics.csv", table())
    keyed(page, "train_set_target").locator("input").click()
    page.get_by_role("option", name="topics", exact=True).click()
    settle(page)
    card = keyed(page, "train_card")
    expect(card).to_contain_text("Tags: <i>slow</i>, billing, login")
    expect(card).to_contain_text('"topics" holds 3 tags separated by semicolons; 30 rows have more than one.')
    button(page, "train_read_all").click()
    settle(page)
    expect(keyed(page, "train_matches")).to_contain_text('The input "note" reads note: texts.')
    expect(keyed(page, "train_matches")).to_contain_text(
        'The output "topics" learns to predict topics: any of 3 tags.'
    )
    button(page, "train_start").click()
    expect(page.get_by_text("Finished after 1 of 1 epoch")).to_be_visible(timeout=2 * PATIENCE)
    go(page, "Evaluate")
    expect(page.get_by_role("heading", name="Scores by tag")).to_be_visible()
    expect(keyed(page, "evaluation_tags")).to_contain_text("<i>slow</i>")
    worst = keyed(page, "evaluation_worst_table")
    expect(worst).to_contain_text("<b>bold</b>")
    expect(worst).to_contain_text('=HYPERLINK("http://x","y")')

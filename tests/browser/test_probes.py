"""What is measured before a run, in the real browser."""

import pytest
from playwright.sync_api import Page, expect

from blockwright.design.link import encode_link
from tests.browser.driving import Server, button, field, keyed, service_up, visit
from tests.browser.test_training import DESIGN

pytestmark = pytest.mark.browser

MINUTES = 120_000


def test_a_run_is_measured_its_rate_tested_and_a_batch_passed_through_before_it_starts(
    page: Page, server: Server
):
    settings = {"data": {"name": "digits"}, "epochs": 3, "batch_size": 64, "learning_rate": 0.01}
    visit(page, f"{server.url}/train?d={encode_link({'design': DESIGN, 'settings': settings})}")
    service_up(page)
    expect(button(page, "train_start")).to_be_enabled()
    expect(keyed(page, "train_estimate")).to_contain_text("measured on this machine by", timeout=MINUTES)
    expect(keyed(page, "train_estimate")).to_contain_text("for all 3 epochs and the test")
    page.get_by_text("Learning-rate range test").click()
    button(page, "train_range_start").click()
    expect(keyed(page, "train_range")).to_contain_text("Suggested learning rate", timeout=MINUTES)
    before = field(page, "train_set_learning_rate").input_value()
    button(page, "train_range_take").click()
    expect(field(page, "train_set_learning_rate")).not_to_have_value(before)
    page.get_by_text("Values of one batch").click()
    button(page, "train_batch_start").click()
    expect(keyed(page, "train_batch")).to_contain_text("Loss before training", timeout=MINUTES)
    expect(keyed(page, "train_batch_table")).to_contain_text("ConvBlock")
    expect(button(page, "train_start")).to_be_enabled()

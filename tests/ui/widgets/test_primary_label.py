"""The words on primary buttons can be read in both themes."""

import tomllib

import pytest

from blockwright.ui.widgets.primary_label import primary_label
from tests.ui.conftest import ROOT


def luminance(colour: str) -> float:
    """The relative luminance of #rrggbb (WCAG 2.1)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_words_on_the_primary_colour_and_in_it_have_enough_contrast(theme):
    colours = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    assert contrast(colours["primaryColor"], colours["violetTextColor"]) >= 4.5
    assert contrast(colours["primaryColor"], colours["backgroundColor"]) >= 4.5


def test_a_primary_button_carries_its_icon_and_its_words_in_that_colour():
    assert primary_label("Train", ":material/model_training:") == ":violet[:material/model_training: Train]"
    assert primary_label("Rename") == ":violet[Rename]"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("paper", ["backgroundColor", "codeBackgroundColor"])
def test_names_in_code_have_enough_contrast(theme, paper):
    colours = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][theme]
    assert contrast(colours["violetColor"], colours[paper]) >= 4.5


def test_that_colour_is_used_for_nothing_else():
    styles = (ROOT / "blockwright" / "ui" / "frontend").rglob("*.css")
    assert not [
        path.name
        for path in styles
        if "node_modules" not in path.parts and "--st-violet-text-color" in path.read_text(encoding="utf-8")
    ]

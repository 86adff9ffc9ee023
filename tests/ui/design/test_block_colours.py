"""Writing can be read: contrasts by WCAG 2.1, success criterion 1.4.3, of the theme and of the blocks' colours."""

import tomllib
from pathlib import Path

import pytest

from blockwright.schema.block_colours import CATEGORY_COLOURS

THEME = tomllib.loads((Path(__file__).parents[3] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))[
    "theme"
]
ENOUGH = 4.5
FADED = 0.6
"""Captions are drawn in the colour of text at this opacity (Streamlit 1.67)."""


def channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]


def luminance(colour: list[float]) -> float:
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in colour]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(ink: list[float], paper: list[float]) -> float:
    dark, light = sorted((luminance(ink), luminance(paper)))
    return (light + 0.05) / (dark + 0.05)


def faded(ink: str, paper: str) -> list[float]:
    pairs = zip(channels(ink), channels(paper), strict=True)
    return [FADED * over + (1 - FADED) * under for over, under in pairs]


@pytest.mark.parametrize("category", CATEGORY_COLOURS)
def test_white_writing_is_read_on_the_colour_of_every_category(category):
    assert contrast([1, 1, 1], channels(CATEGORY_COLOURS[category])) >= ENOUGH


@pytest.mark.parametrize("base", ["light", "dark"])
def test_captions_are_read_on_the_page_and_in_the_sidebar(base):
    theme = THEME[base]
    # Streamlit's sidebar has the second background where nothing else is said.
    sidebar = theme.get("sidebar", {}).get("backgroundColor", theme["secondaryBackgroundColor"])
    for paper in (theme["backgroundColor"], sidebar):
        assert contrast(faded(theme["textColor"], paper), channels(paper)) >= ENOUGH


@pytest.mark.parametrize("base", ["light", "dark"])
def test_names_in_captions_are_read_too(base):
    theme = THEME[base]
    paper = theme["codeBackgroundColor"]
    assert contrast(faded(theme["codeTextColor"], paper), channels(paper)) >= ENOUGH

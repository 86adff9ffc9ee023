import re
from pathlib import Path
from types import SimpleNamespace

import streamlit as st

from blockwright.ui.widgets import live_figure
from blockwright.ui.widgets.live_figure import library_file


def test_streamlits_own_plotly_is_one_file_that_sets_the_window_name():
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    assert [found.name for found in folder.glob("PlotlyChart.*.js")] == [library_file()]
    assert re.search(r"window\.Plotly=\w", (folder / library_file()).read_text(encoding="utf-8"))


def test_the_page_has_the_entry_script_beside_which_that_file_lies():
    page = Path(st.__file__).parent / "static" / "index.html"
    assert re.search(
        r'<script type="module"[^>]* src="\./static/js/index\.', page.read_text(encoding="utf-8")
    )


def test_no_message_equals_an_earlier_one_so_that_none_is_sent_as_a_reference(monkeypatch):
    messages = []
    monkeypatch.setattr(
        live_figure,
        "_component",
        lambda **sent: messages.append(sent["data"]) or SimpleNamespace(clicked=None),
    )
    for _ in range(2):
        live_figure.live_figures([], key="figures", viewer="run")
    first, second = messages
    assert first != second

"""A session holds plain data only, so that it could be written down and read again."""

import json
from typing import Any

import pytest

from blockwright.design.history import History
from blockwright.design.presets import preset
from blockwright.schema.design import Design

PAGES = ("start", "design", "graph", "train", "evaluate", "runs")


def plain(value: Any) -> Any:
    """A design, or its history, as its document; TypeError for anything else that JSON does not know."""
    if isinstance(value, Design | History):
        return value.document()
    raise TypeError(f"{type(value).__name__} is no plain data")


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_keeps_is_plain_data(designing, page):
    app = designing.switch_page(f"pages/{page}.py").run()
    kept = {key: app.session_state[key] for key in app.session_state}
    assert not app.exception
    assert isinstance(kept["history"], History)
    assert json.loads(json.dumps(kept, default=plain)).keys() == kept.keys()


def test_a_history_comes_back_from_what_was_written_down(designing):
    written = json.loads(json.dumps(designing.session_state["history"], default=plain))
    assert History.from_document(written).current == preset("tutorial_inception").design

"""Choosing one of many: a select box, or a button with one behind it once the list is long."""

import pytest
from streamlit.testing.v1 import AppTest


def page(count: int) -> None:
    import streamlit as st

    from blockwright.ui.reactive import lazy_select

    st.session_state.setdefault("block", "block7")
    lazy_select.choose(
        "Selected block",
        [f"block{number}" for number in range(count)],
        key="block",
        index=None,
        placeholder="Choose a block",
        format_func=lambda name: f"{name} · Dense",
    )


def run(count: int, **held: object) -> AppTest:
    app = AppTest.from_function(page, kwargs={"count": count})
    for name, value in held.items():
        app.session_state[name] = value
    return app.run()


@pytest.mark.parametrize("count", [8, 30])
def test_few_are_in_a_select_box(count):
    app = run(count)
    assert len(app.selectbox[0].options) == count
    assert app.selectbox[0].value == "block7"
    assert app.get("popover") == []


def test_many_stay_behind_a_button_that_says_what_is_chosen():
    app = run(31)
    assert list(app.selectbox) == []
    assert [one.proto.popover.label for one in app.get("popover")] == ["Selected block: block7 · Dense"]


def test_the_button_says_so_when_nothing_is_chosen():
    app = run(31, block=None)
    assert [one.proto.popover.label for one in app.get("popover")] == ["Selected block: Choose a block"]


def test_the_list_is_there_when_the_button_is_open():
    app = run(31, block_drawer=True)
    assert len(app.selectbox[0].options) == 31
    assert not app.exception

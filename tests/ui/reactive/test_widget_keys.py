"""Widgets of the design: a value that the browser sends again is not a choice."""

import pytest

from blockwright.ui.reactive import widget_keys


@pytest.fixture
def session(monkeypatch):
    kept = {}
    monkeypatch.setattr(widget_keys.st, "session_state", kept)
    return kept


def test_what_was_shown_is_no_choice_and_something_else_is_one_once(session):
    key = widget_keys.widget_key("output_head", True)
    assert not widget_keys.is_choice(key)
    session[key] = False
    assert widget_keys.is_choice(key)
    assert not widget_keys.is_choice(key)


def test_a_widget_that_is_gone_chooses_nothing_with_its_last_value(session):
    key = widget_keys.widget_key("output_head", True)
    del session[key]
    session[key] = True
    assert not widget_keys.is_choice(key)


def test_a_value_that_changed_while_its_widget_was_gone_gets_a_fresh_key(session):
    key = widget_keys.widget_key("output_head", True)
    del session[key]
    fresh = widget_keys.widget_key("output_head", False)
    assert (fresh, session[fresh]) == ("output_head~1", False)
    session[key] = True
    assert not widget_keys.is_choice(key)


def test_after_an_undo_the_value_from_before_is_no_choice(session):
    key = widget_keys.widget_key("units", 10)
    session[key] = 64
    assert widget_keys.is_choice(key)
    assert widget_keys.widget_key("units", 64) == key
    assert widget_keys.widget_key("units", 10) == "units~1"
    assert not widget_keys.is_choice(key)


def test_of_several_fields_one_that_was_changed_is_a_choice(session):
    keys = [widget_keys.widget_key("height", 28), widget_keys.widget_key("width", 28)]
    assert not widget_keys.is_choice(*keys)
    session["width"] = 32
    assert widget_keys.is_choice(*keys)

"""What pages say: text stays text, faults become incidents, refusals their sentences."""

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.ui.shell.messages import plain


@pytest.mark.parametrize(
    ("typed", "escaped"),
    [
        ("Received: filters=0.", "Received: filters=0."),
        ("**bold** _it_", "\\*\\*bold\\*\\* \\_it\\_"),
        ("<b>x</b>", "\\<b\\>x\\</b\\>"),
        (":red[x] :smile:", "\\:red\\[x\\] \\:smile:"),
        ("$y$", "\\$y\\$"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("# head", "\\# head"),
        ("&lt;", "\\&lt;"),
        ("`a_b` of c_d", "`a_b` of c\\_d"),
        ("an odd ` one", "an odd ' one"),
    ],
)
def test_what_people_type_is_never_markdown(typed, escaped):
    assert plain(typed) == escaped


def faulty() -> None:
    import streamlit as st

    from blockwright.ui.shell.messages import Refusal, action, guarded, part, show_notices

    @action()
    def refuse() -> None:
        raise Refusal("This cannot be done. Do that instead.")

    @action()
    def fail() -> None:
        raise KeyError("secret detail")

    @part("the part")
    def draw() -> None:
        raise ZeroDivisionError("secret detail")

    show_notices()
    st.button("refuse", key="refuse", on_click=refuse)
    st.button("fail", key="fail", on_click=fail)
    draw()
    with guarded("the page"):
        raise OSError("secret detail")


@pytest.fixture
def page() -> AppTest:
    return AppTest.from_function(faulty).run()


def test_an_unforeseen_fault_is_a_sentence_with_an_incident_number_and_a_log_entry(page, caplog):
    sentences = [box.value for box in page.error]
    assert len(sentences) == 2
    assert all("(incident " in sentence for sentence in sentences)
    assert sentences[0].startswith("An error in the app stopped the part")
    assert not any("secret detail" in sentence for sentence in sentences)
    assert not page.exception
    page.button(key="fail").click().run()
    assert "secret detail" in caplog.text
    assert page.error[0].value.startswith("An error in the app stopped this action")


def test_a_refusal_is_shown_once_as_it_is(page):
    page.button(key="refuse").click().run()
    assert page.error[0].value == "This cannot be done. Do that instead."
    page.run()
    assert len(page.error) == 2

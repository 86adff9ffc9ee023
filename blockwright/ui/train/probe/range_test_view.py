"""The learning-rate range test: started, waited for, drawn, and its rate taken over."""

import streamlit as st

from blockwright.charts.range_test import range_test_document
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.schema.run.probes import RangeTest
from blockwright.schema.service_calls import RANGE_TEST
from blockwright.ui.reactive import background_calls
from blockwright.ui.shell import service
from blockwright.ui.shell.messages import action, box, part, plain
from blockwright.ui.train.probe.probe_arguments import ProbeArguments, probe_arguments, probe_key
from blockwright.ui.train.settings.training_state import forget_widgets, put
from blockwright.ui.widgets.live_figure import Panel, live_figures
from blockwright.ui.widgets.number_format import decimal

_ABOUT = (
    "Trains for about a hundred steps while the learning rate grows from 0.000001 to 10, and throws the weights away. "
    "A good rate is where the loss falls most steeply: far above it, the loss diverges."
)


def show_range_test(design: Design, settings: Settings) -> None:
    """The test of the design with these settings, whose learning rate and schedule do not count."""
    arguments = probe_arguments(design, settings)
    key = probe_key(arguments)
    call = background_calls.find(RANGE_TEST, key)
    with st.expander("Learning-rate range test", key="train_range", icon=":material/show_chart:"):
        if call is not None and not call.done:
            _wait(key)
            return
        if call is not None and call.result is not None:
            _show(call.result, settings, key)
            return
        st.caption(_ABOUT)
        if call is not None and call.error:
            box("warning", call.error)
        st.button(
            "Test the learning rate",
            key="train_range_start",
            icon=":material/show_chart:",
            on_click=_start,
            args=(key, arguments),
        )


@part("the range test", key="range_test_progress", run_every=1.0)
def _wait(key: str) -> None:
    call = background_calls.find(RANGE_TEST, key)
    if call is None or call.done:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Testing learning rates … ({call.seconds:.0f} s)", width="stretch")
        st.button("Cancel", key="train_range_cancel", icon=":material/close:", on_click=_cancel)


@action("page", in_fragment=True)
def _cancel() -> None:
    service.connect().cancel(RANGE_TEST)


@action("page")
def _start(key: str, arguments: ProbeArguments) -> None:
    background_calls.start(RANGE_TEST, key, **arguments)


def _show(test: RangeTest, settings: Settings, key: str) -> None:
    panel = Panel(
        name="range_test",
        title="Loss against learning rate",
        alt="The loss of each step of the range test against its learning rate, on a logarithmic axis",
        **range_test_document(test),
    )
    live_figures([panel], key="range_test_figure", viewer=key, height=240, least_width=240)
    st.caption(plain(sentence(test)))
    suggestion = test["suggestion"]
    if suggestion is None:
        return
    st.button(
        f"Use {decimal(suggestion)}",
        key="train_range_take",
        icon=":material/check:",
        on_click=_take,
        args=(suggestion,),
        disabled=settings.learning_rate == suggestion,
        help="Sets the learning rate.",
    )


def sentence(test: RangeTest) -> str:
    """What the test found, in words."""
    words = [] if test["suggestion"] is None else [f"Suggested learning rate: {decimal(test['suggestion'])}."]
    words.append(test["reason"])
    if test["diverged_at"] is not None:
        diverged_at = decimal(float(f"{test['diverged_at']:.1e}"))
        words.append(f"The loss diverged at {diverged_at}, which ended the test.")
    return " ".join(words)


@action("page")
def _take(rate: float) -> None:
    put(learning_rate=rate)
    forget_widgets()

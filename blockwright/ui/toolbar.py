"""The top of the page Design: the name, undo and redo, keeping and sharing, and what the network costs."""

import re
import zlib
from itertools import count

import streamlit as st

from blockwright.ui import editing, figures, opening, routing, sharing, shelf, state
from blockwright.ui.describing import described
from blockwright.ui.messages import action, has_notices, part, show_notices
from blockwright.ui.slots import slot

_counter = count(1)
_HELP = {
    "total_params": "Numbers that the network holds, trained or not.",
    "trainable_params": "Numbers that training changes.",
    "macs": "Multiplications with an addition for one example, forward.",
    "activation_bytes": "Memory that the results of all blocks take for one example, in float32.",
}
_LABELS = {
    "total_params": "Parameters",
    "trainable_params": "Trainable",
    "macs": "Multiply-adds",
    "activation_bytes": "Activation memory",
}


@part("the toolbar", key="toolbar")
def draw() -> None:
    """The toolbar and, below it, the totals."""
    editing.note("toolbar")
    history = state.history()
    key = slot("design_name", history.current.name)
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="toolbar"):
        st.text_input(
            "Name of the design",
            key=key,
            max_chars=120,
            label_visibility="collapsed",
            placeholder="Untitled",
            on_change=_rename,
            args=(key,),
            width=260,
        )
        _button("undo", "Undo", history.undoes, history.can_undo)
        _button("redo", "Redo", history.redoes, history.can_redo)
        st.space(8)
        if st.button("Open", key="open", icon=":material/folder_open:"):
            shelf.dialog()
        st.button("Save", key="save", icon=":material/save:", on_click=_save, help=_saved_words())
        st.download_button(
            "Download",
            data=history.current.text,
            file_name=file_name(history.current.name),
            mime="application/json",
            key="download",
            icon=":material/download:",
            help="The design as a JSON file.",
            on_click="ignore",
        )
        if st.button("Share", key="share", icon=":material/link:"):
            sharing.dialog()
        if st.button("Train", key="to_train", icon=":material/model_training:", type="primary"):
            routing.go("train")
    show_notices("toolbar")
    _totals()


def _signature() -> object:
    """What the toolbar shows; with notices for it, never the same twice."""
    history, totals = state.history(), described().totals
    numbers = [totals.get(name) for name in _LABELS]
    shapes = [output["output_shape"] for output in totals.get("outputs", ())]
    waits = next(_counter) if has_notices("toolbar") else 0
    text = zlib.crc32(history.current.text().encode())
    return [text, history.undoes, history.redoes, _saved_words(), numbers, shapes, waits]


editing.SHOWS["toolbar"] = _signature


def _button(deed: str, label: str, what: str | None, possible: bool) -> None:
    st.button(
        label,
        key=deed,
        icon=f":material/{deed}:",
        help=f"{label}: {what}" if what else f"Nothing to {deed}",
        disabled=not possible,
        on_click=editing.do,
        args=({"do": deed},),
    )


def _totals() -> None:
    description = described()
    totals = description.totals if state.design().nodes else {}
    with st.grid(5, min_column_width=130, gap=("xsmall", "medium"), key="totals"):
        for name, label in _LABELS.items():
            number = totals.get(name)
            words = {"activation_bytes": figures.size, "macs": figures.short}.get(name, figures.count)(number)
            st.metric(label, words, help=_HELP[name])
        if state.design().nodes and totals:
            shapes = [figures.shape(output["output_shape"]) for output in totals["outputs"]]
            several = len(shapes) > 1
            st.metric(
                "Outputs" if several else "Output",
                " and ".join([", ".join(shapes[:-1]), shapes[-1]] if several else shapes),
                help="The shapes of what the network gives."
                if several
                else "The shape of what the network gives.",
            )


def _rename(key: str) -> None:
    name = st.session_state[key] or "Untitled"
    editing.mend([{"op": "name", "name": name}], f"Name it {name}")


def _saved_words() -> str:
    if state.origin() is None:
        return "Keep this design in your workspace."
    return "Keep the changes." if state.is_changed() else "Everything is kept."


@action("toolbar")
def _keep() -> None:
    opening.save()


def _save() -> None:
    _keep()
    editing.redraw()


def file_name(name: str) -> str:
    """A file name for a design of that name: small letters, digits and dashes, whatever people typed."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60]
    return f"{plain or 'design'}.json"

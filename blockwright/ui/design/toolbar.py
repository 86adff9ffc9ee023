"""The top of the page Design: the name, undo and redo, keeping and sharing, and what the network costs."""

import zlib
from collections.abc import Callable
from itertools import count
from typing import Literal

import streamlit as st

from blockwright.design.edits import SetName
from blockwright.schema.text import slug
from blockwright.ui.design import commands, design_storage, editing, sharing
from blockwright.ui.design.description import described
from blockwright.ui.reactive.fragments import fragment, mark_as_shown
from blockwright.ui.reactive.widget_keys import widget_key
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import action, has_notices, show_notices
from blockwright.ui.start import saved_designs
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.primary_label import primary_label

_STYLE = """<style>
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.sums.sums{padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(130px,1fr));gap:4px 16px;margin:0}
div:has(>.st-key-totals){min-width:min(276px,100%)}
.sums dt,.sums dd{padding:0;margin:0}
.sums dt{font-size:.85rem;font-weight:400;opacity:.75}
.sums dd{font-size:1.5rem;line-height:1.25}
</style>"""
_counter = count(1)
_DOWNLOADED = "downloaded"
_NOTICED = "toolbar_noticed"
_Total = Literal["total_params", "trainable_params", "macs", "activation_bytes"]
_HELP: dict[_Total, str] = {
    "total_params": "All weights of the network.",
    "trainable_params": "The weights that training changes.",
    "macs": "For one example, forward pass.",
    "activation_bytes": "What training keeps for the backward pass: the outputs of all layers, also inside "
    "blocks, for one example in float32.",
}
_LABELS: dict[_Total, str] = {
    "total_params": "Parameters",
    "trainable_params": "Trainable",
    "macs": "Multiply-adds",
    "activation_bytes": "Activation memory",
}
_FORMATS: dict[_Total, Callable[[float | None], str]] = {
    "activation_bytes": number_format.size,
    "macs": number_format.short,
}


def _name_shown() -> object:
    return state.design().name


def _undo_shown() -> object:
    """With the design itself, so that it tells whether anything has changed."""
    history = state.history()
    return [zlib.crc32(history.current.text().encode()), history.undoes]


def _redo_shown() -> object:
    return state.history().redoes


def _keeping_shown() -> object:
    return [state.design().name, _saved_words()]


def _notices_shown() -> object:
    """While there are some, and right after them, never the same twice."""
    return next(_counter) if has_notices("toolbar") or st.session_state.get(_NOTICED) else 0


def _totals_shown() -> object:
    network = described().network if state.design().nodes else None
    if network is None:
        return None
    return [*(network[name] for name in _LABELS), [output["output_shape"] for output in network["outputs"]]]


def draw() -> None:
    """The toolbar; each part of it is drawn again when it shows something else."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="toolbar"):
        with st.container(width=260):
            _name()
        with st.container(horizontal=True, gap="xsmall", width="content"):
            with st.container(width="content"):
                _undo()
            with st.container(width="content"):
                _redo()
        with st.container(width="content"):
            _keeping()
    _notices()


def draw_totals() -> None:
    """What the network costs, as a container that is as wide as the rest leaves it."""
    with st.container(key="totals", gap=None, width="stretch"):
        # In one piece with the heading: a style alone would go from the page when a dialog opens.
        st.html(f"<h1 class=unseen>Design</h1>{_STYLE}")
        _totals()


@fragment("the name of the design", key="toolbar_name", shows=_name_shown)
def _name() -> None:
    key = widget_key("design_name", state.design().name)
    st.text_input(
        "Name of the design",
        key=key,
        max_chars=120,
        label_visibility="collapsed",
        placeholder="Untitled",
        on_change=editing.apply_choice,
        args=(lambda name: SetName(name=name or "Untitled"), key),
    )


@fragment("undo", key="toolbar_undo", shows=_undo_shown, confirms=True)
def _undo() -> None:
    history = state.history()
    _downloaded()["text"] = history.current.text()
    _button("undo", "Undo", history.undoes, commands.Undo())


@fragment("redo", key="toolbar_redo", shows=_redo_shown)
def _redo() -> None:
    history = state.history()
    _button("redo", "Redo", history.redoes, commands.Redo())


@fragment("the toolbar", key="toolbar", shows=_keeping_shown)
def _keeping() -> None:
    with st.container(horizontal=True, gap="xsmall", width="content"):
        if st.button("Open", key="open", icon=":material/folder_open:"):
            saved_designs.dialog()
        st.button("Save", key="save", icon=":material/save:", on_click=_save, help=_saved_words())
        st.download_button(
            "Download",
            data=_text(_downloaded()),
            file_name=file_name(state.design().name),
            mime="application/json",
            key="download",
            icon=":material/download:",
            help="The design as a JSON file.",
            on_click="ignore",
        )
        if st.button("Share", key="share", icon=":material/link:"):
            sharing.dialog()
        if st.button(primary_label("Train", ":material/model_training:"), key="to_train", type="primary"):
            routing.go("train")


def _downloaded() -> dict[str, str]:
    """What the download gives: it is asked for outside of any run, when the button is long drawn."""
    return st.session_state.setdefault(_DOWNLOADED, {})


def _text(download: dict[str, str]) -> Callable[[], str]:
    return lambda: download["text"]


@fragment("the toolbar", key="toolbar_notices", shows=_notices_shown)
def _notices() -> None:
    st.session_state[_NOTICED] = has_notices("toolbar")
    mark_as_shown("toolbar_notices")
    show_notices("toolbar")


def _button(name: str, label: str, step: str | None, command: commands.Command) -> None:
    st.button(
        label,
        key=name,
        icon=f":material/{name}:",
        help=f"{label}: {step}" if step else f"Nothing to {name}",
        disabled=step is None,
        on_click=commands.run,
        args=(command,),
    )


@fragment("the totals", key="toolbar_totals", shows=_totals_shown)
def _totals() -> None:
    network = described().network if state.design().nodes else None
    sums = [
        _sum(label, _FORMATS.get(name, number_format.count)(network[name] if network else None), _HELP[name])
        for name, label in _LABELS.items()
    ]
    if network is not None:
        shapes = [number_format.shape(output["output_shape"]) for output in network["outputs"]]
        several = len(shapes) > 1
        text = " and ".join([", ".join(shapes[:-1]), shapes[-1]] if several else shapes)
        sums.append(_sum("Outputs" if several else "Output", text, "The shape of the network's output."))
    st.html(f"<dl class=sums>{''.join(sums)}</dl>")


def _sum(label: str, value: str, help: str) -> str:
    """One of the totals; as Streamlit's own metrics they would be twice as heavy, and they come with every edit."""
    return f'<div title="{help}"><dt>{label}<dd>{value}</div>'


def _saved_words() -> str:
    if state.origin() is None:
        return "Save this design in your workspace."
    return "Save the changes." if state.is_changed() else "All changes are saved."


def _save() -> None:
    action("toolbar")(design_storage.save)()
    editing.redraw()


def file_name(name: str) -> str:
    """A file name for a design of that name: small letters, digits and dashes, whatever people typed."""
    return f"{slug(name) or 'design'}.json"

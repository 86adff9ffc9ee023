"""What can be opened: the workspace's own designs and drafts, a file, a link; and a blank design."""

from datetime import datetime

import streamlit as st

from blockwright.runs.records import SavedDesign
from blockwright.ui.design import design_storage
from blockwright.ui.design.block_colours import colour_of, strip
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import action, guarded, plain, show_notices
from blockwright.ui.shell.service import catalog
from blockwright.ui.start import import_model


@st.dialog("Open a design", width="medium", icon=":material/folder_open:")
def dialog() -> None:
    """Everything that can be opened, in a dialog."""
    with guarded("the dialog"):
        show_notices("start")
        draw_own()
        draw_foreign()


def draw_own() -> None:
    """The designs that this workspace keeps."""
    saved, drafts = design_storage.kept_designs()
    if not saved and not drafts:
        st.caption("No saved designs yet. Designs that you save, and unsaved drafts, appear here.")
    for design in [*saved, *drafts]:
        _row(design, draft=design.key.startswith(design_storage.DRAFT))


def draw_foreign() -> None:
    """A file, a link, or nothing at all to begin from."""
    st.file_uploader(
        "Open a file (a design or a Keras model as JSON, or code from here: .py, .ipynb)",
        type=["json", "py", "ipynb"],
        key="open_file",
        max_upload_size=20,
        on_change=_open_file,
    )
    with st.form("open_link", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Open a link, or the text of one",
            key="link_text",
            placeholder="https://…/design?d=1.eJx…",
            icon=":material/link:",
        )
        st.form_submit_button("Open", key="open_link_button", on_click=_open_text)


_ASKED = "asked_to_open"


def ask_to_open() -> None:
    """Callback: show the dialog with the next drawing of the page."""
    st.session_state[_ASKED] = True


def draw_opening() -> None:
    """The dialog, if it was asked for."""
    if st.session_state.pop(_ASKED, False):
        dialog()


def draw_recent() -> None:
    """The latest of the workspace's own designs, on the Start page."""
    with guarded("the list of your designs"):
        _recent()


def _recent() -> None:
    saved, drafts = design_storage.kept_designs()
    kept = sorted([*saved, *drafts], key=lambda one: one.updated, reverse=True)
    if not kept:
        return
    st.header("Your designs")
    with st.container(border=True, gap="small", key="recent"):
        for one in kept[:5]:
            _row(one, draft=one.key.startswith(design_storage.DRAFT))
    if len(kept) > 5:
        st.caption(f"{len(kept) - 5} more under “Open a file or a link”.")


def _row(kept: SavedDesign, draft: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"kept_{kept.key}"):
        nodes = kept.document.get("design", {}).get("nodes", [])
        blocks = catalog()
        st.html(strip([colour_of(node.get("block", ""), blocks) for node in nodes]), width=120)
        when = datetime.fromtimestamp(kept.updated).strftime("%d %b %Y, %H:%M")
        mark = " :gray-badge[draft]" if draft else ""
        st.markdown(
            f"{plain(kept.name)}{mark}  \n:small[:gray[{len(nodes)} blocks · {when}]]", width="stretch"
        )
        st.button("Open", key=f"open_{kept.key}", on_click=_open_kept, args=(kept.key,))
        st.button(
            "Delete",
            key=f"delete_{kept.key}",
            icon=":material/delete:",
            type="tertiary",
            on_click=_delete,
            args=(kept.key,),
        )


@action("start")
def _delete(key: str) -> None:
    design_storage.delete(key)


@action("start")
def _opened(key: str) -> None:
    design_storage.open_kept(key)
    routing.follow("design")


def _open_kept(key: str) -> None:
    _opened(key)
    routing.leave_if_following()


@action("start")
def _read_file() -> None:
    given = st.session_state["open_file"]
    if given is not None:
        content = given.getvalue()
        if given.name.lower().endswith(".json") and import_model.is_model(content):
            import_model.open_model(content, given.name)
        else:
            design_storage.open_file(content, given.name)
        routing.follow("design")


def _open_file() -> None:
    _read_file()
    routing.leave_if_following()


@action("start")
def _read_text() -> None:
    design_storage.open_token(st.session_state["link_text"])
    routing.follow("design")


def _open_text() -> None:
    _read_text()
    routing.leave_if_following()


def open_blank() -> None:
    """Callback: begin with nothing."""
    design_storage.open_new(state.blank())
    routing.follow("design")

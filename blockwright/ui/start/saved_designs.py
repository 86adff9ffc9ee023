"""What can be opened: the workspace's own designs and drafts, a file, a link; and a blank design."""

from collections import Counter
from datetime import datetime

import streamlit as st

from blockwright.runs.records import DesignEntry
from blockwright.ui.design import design_storage
from blockwright.ui.design.block_colours import colour_of, strip
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import action, guarded, plain, show_notices
from blockwright.ui.shell.service import catalog
from blockwright.ui.start import import_model
from blockwright.ui.widgets.number_format import counted, size

_RECENT = 5
_LONG_NAME = 60
_BUTTON_WIDTH = 150


@st.dialog("Open a design", width="medium", icon=":material/folder_open:")
def dialog() -> None:
    """Everything that can be opened, in a dialog."""
    with guarded("the dialog"):
        show_notices("start")
        saved, drafts = design_storage.kept_designs()
        if not saved and not drafts:
            st.caption("No saved designs yet. Designs that you save, and unsaved drafts, appear here.")
        _rows([*saved, *drafts])
        st.file_uploader(
            "Open a file (a design or a Keras model as JSON, or code from here: .py, .ipynb)",
            type=["json", "py", "ipynb"],
            key="open_file",
            max_upload_size=20,
            on_change=_open_file,
        )
        with st.form("open_link", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                "Open a link or a code",
                key="link_text",
                placeholder="https://…/design?s=k7p2m9xq, or k7p2-m9xq",
                icon=":material/link:",
            )
            st.form_submit_button("Open", key="open_link_button", on_click=_open_link)


def draw_recent() -> None:
    """The latest of the workspace's own designs, on the page Start."""
    with guarded("the list of your designs"):
        saved, drafts = design_storage.kept_designs()
        designs = sorted([*saved, *drafts], key=lambda design: design.updated, reverse=True)
        if not designs:
            return
        st.header("Your designs")
        with st.container(border=True, gap="small", key="recent"):
            _rows(designs[:_RECENT])
        if len(designs) > _RECENT:
            st.caption(f"{len(designs) - _RECENT} more under “Open a file or a link”.")


def _rows(designs: list[DesignEntry]) -> None:
    """A row for each design. Its buttons name it, and number designs of one name."""
    names: Counter[str] = Counter()
    for design in designs:
        name = design.name[:_LONG_NAME]
        names[name] += 1
        _row(design, name if names[name] == 1 else f"{name} ({names[name]})")


def _time(design: DesignEntry) -> str:
    return datetime.fromtimestamp(design.updated).strftime("%d %b %Y, %H:%M")


def _row(design: DesignEntry, name: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"kept_{design.key}"):
        blocks = catalog()
        st.html(strip([colour_of(block, blocks) for block in design.blocks], design.nodes), width=120)
        badge = " :gray-badge[draft]" if design.key.startswith(design_storage.DRAFT) else ""
        details = f"{counted(design.nodes, 'block')} · {size(design.size)} · {_time(design)}"
        st.markdown(f"{plain(design.name)}{badge}  \n:small[:gray[{details}]]", width="stretch")
        st.button(
            f"Open {plain(name)}",
            key=f"open_{design.key}",
            on_click=_open_saved,
            args=(design.key,),
            width=_BUTTON_WIDTH,
            wrap=False,
        )
        st.button(
            f"Delete {plain(name)}",
            key=f"delete_{design.key}",
            icon=":material/delete:",
            type="tertiary",
            on_click=_delete,
            args=(design.key,),
            width=_BUTTON_WIDTH,
            wrap=False,
        )


@action("start")
def _delete(key: str) -> None:
    design_storage.delete(key)


@action("start", in_fragment=True)
def _open_saved(key: str) -> None:
    design_storage.open_kept(key)
    routing.follow("design")


@action("start", in_fragment=True)
def _open_file() -> None:
    file = st.session_state["open_file"]
    if file is None:
        return
    content = file.getvalue()
    if file.name.lower().endswith(".json") and import_model.is_model(content):
        import_model.open_model(content, file.name)
    else:
        design_storage.open_file(content, file.name)
    routing.follow("design")


@action("start", in_fragment=True)
def _open_link() -> None:
    design_storage.open_token(st.session_state["link_text"])
    routing.follow("design")


def open_blank() -> None:
    """Callback: begin with a blank design."""
    design_storage.open_new(state.blank())
    routing.follow("design")

"""Import of Keras models: their `to_json()` becomes a design, read as plain data by the design service."""

import json
import time
from typing import Any

import streamlit as st

from blockwright.design.parse import read_design
from blockwright.schema.findings import DesignError
from blockwright.ui.design import design_storage
from blockwright.ui.shell import routing, service
from blockwright.ui.shell.messages import Refusal, action, guarded, say, show_notices
from blockwright.ui.shell.service import Starting, Unanswered

MOST_MB = 5
PLACE = "start"
PATIENCE = 20.0
_ASKED = "asked_to_import"
_SHOWN = 8


@st.dialog("Import a Keras model", width="medium", icon=":material/input:")
def dialog() -> None:
    """What can be imported, and the file."""
    with guarded("the dialog"):
        show_notices(PLACE)
        st.write(
            "A model's JSON, Sequential or Functional, becomes a design: layers, shared layers, nested models as "
            "composite blocks, several inputs and outputs. It holds no weights, and nothing in it is run."
        )
        st.code('open("model.json", "w").write(model.to_json())', language="python")
        st.file_uploader(
            "The JSON of the model",
            type=["json"],
            key="import_file",
            max_upload_size=MOST_MB,
            on_change=_take,
        )


def ask() -> None:
    """Callback: show the dialog with the next drawing of the page."""
    st.session_state[_ASKED] = True


def draw_dialog() -> None:
    """The dialog, if it was asked for."""
    if st.session_state.pop(_ASKED, False):
        dialog()


@action(PLACE)
def _read() -> None:
    given = st.session_state["import_file"]
    if given is not None:
        open_model(given.getvalue(), given.name)
        routing.follow("design")


def _take() -> None:
    _read()
    routing.leave_if_following()


def is_model(content: bytes) -> bool:
    """Whether a JSON file holds a Keras model rather than a design; False for what is no JSON object."""
    if len(content) > MOST_MB * 1_000_000:
        return False
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "class_name" in document and "format" not in document


def _imported(text: str) -> dict[str, Any]:
    """What the service makes of the model; while it starts, it is waited for up to `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return service.request("import_model", text=text)
        except Starting:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def open_model(content: bytes, name: str) -> None:
    """Open what a model's JSON becomes, and keep its notes to be shown with it.

    Raises Refusal with a sentence, which names each reason with its place where the model itself cannot be carried
    over; the design then stays as it was.
    """
    if len(content) > MOST_MB * 1_000_000:
        raise Refusal(
            f"A model's JSON may have up to {MOST_MB} MB. Received: {len(content) / 1e6:,.1f} MB. It holds no "
            "weights: save it with model.to_json()."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(
            f"{name[:80]} is not text in UTF-8. Save the model with model.to_json(); files with weights are not read."
        ) from None
    try:
        with st.spinner("Reading the model …"):
            found = _imported(text)
    except Starting:
        raise Refusal(
            "The design service is still starting. Import the file again in a few seconds."
        ) from None
    except Unanswered as error:
        raise Refusal(str(error)) from None
    except DesignError as error:
        sentences = [finding.message for finding in error.findings]
        more = len(sentences) - _SHOWN
        said = [f"{name[:80]} was not imported, and your design has not changed:", *sentences[:_SHOWN]]
        said += [f"And {more} more of this kind."] if more > 0 else []
        raise Refusal((" " if len(sentences) == 1 else "\n\n").join(said)) from None
    design = read_design(found["design"])
    design_storage.open_new(design)
    blocks = "one block" if len(design.nodes) == 1 else f"{len(design.nodes):,} blocks"
    notes = [f"{name[:80]} was imported: {blocks}. Nothing in the file was run."]
    say("\n\n".join([*notes, *found["notes"]]), "success", "toolbar")

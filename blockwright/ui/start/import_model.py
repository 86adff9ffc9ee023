"""Import of Keras models: their `to_json()` becomes a design, read as plain data by the design service."""

import json
import time

import streamlit as st

from blockwright.design.parse import read_design
from blockwright.schema.findings import DesignError
from blockwright.schema.service_calls import IMPORT_MODEL, ImportedModel
from blockwright.ui.design import design_storage
from blockwright.ui.shell import routing, service
from blockwright.ui.shell.messages import Refusal, action, guarded, say, show_notices
from blockwright.ui.shell.service import Starting, Unanswered
from blockwright.ui.widgets.number_format import counted, size

MAX_MB = 5
PATIENCE = 20.0
_MAX_REASONS = 8


@st.dialog("Import a Keras model", width="medium", icon=":material/input:")
def dialog() -> None:
    """What can be imported, and the file."""
    with guarded("the dialog"):
        show_notices("start")
        st.write(
            "A model's JSON, Sequential or Functional, becomes a design: layers, shared layers, nested models as "
            "composite blocks, several inputs and outputs. It holds no weights, and nothing in it is run."
        )
        st.code('open("model.json", "w").write(model.to_json())', language="python")
        st.file_uploader(
            "The JSON of the model",
            type=["json"],
            key="import_file",
            max_upload_size=MAX_MB,
            on_change=_read_file,
        )


@action("start", in_fragment=True)
def _read_file() -> None:
    file = st.session_state["import_file"]
    if file is not None:
        open_model(file.getvalue(), file.name)
        routing.follow("design")


def is_model(content: bytes) -> bool:
    """Whether a JSON file holds a Keras model rather than a design; False for what is no JSON object."""
    if len(content) > MAX_MB * 1_000_000:
        return False
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(document, dict) and "class_name" in document and "format" not in document


def open_model(content: bytes, name: str) -> None:
    """Open what a model's JSON becomes, and keep its notes to be shown with it.

    Raises Refusal with a sentence, which names each reason with its place where the model itself cannot be carried
    over; the design then stays as it was.
    """
    if len(content) > MAX_MB * 1_000_000:
        raise Refusal(
            f"A model's JSON may have up to {MAX_MB} MB. Received: {size(len(content))}. It holds no weights: save it "
            "with model.to_json()."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(
            f"{name[:80]} is not text in UTF-8. Save the model with model.to_json(); files with weights are not read."
        ) from None
    try:
        with st.spinner("Reading the model …"):
            answer = _request(text)
    except Starting:
        raise Refusal(
            "The design service is still starting. Import the file again in a few seconds."
        ) from None
    except Unanswered as error:
        raise Refusal(str(error)) from None
    except DesignError as error:
        reasons = [finding.message for finding in error.findings]
        sentences = [
            f"{name[:80]} was not imported, and your design has not changed:",
            *reasons[:_MAX_REASONS],
        ]
        if len(reasons) > _MAX_REASONS:
            sentences.append(f"And {len(reasons) - _MAX_REASONS} more of this kind.")
        raise Refusal((" " if len(reasons) == 1 else "\n\n").join(sentences)) from None
    design = read_design(answer["design"])
    design_storage.open_new(design)
    imported = (
        f"{name[:80]} was imported: {counted(len(design.nodes), 'block')}. Nothing in the file was run."
    )
    say("\n\n".join([imported, *answer["notes"]]), "success", "toolbar")


def _request(text: str) -> ImportedModel:
    """What the service makes of the model; while it starts, it is waited for up to `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return service.request(IMPORT_MODEL, text=text)
        except Starting:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)

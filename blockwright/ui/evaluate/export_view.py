"""Export of a trained network: every kind of file, what it is for, and how close its predictions are."""

from pathlib import Path

import streamlit as st

from blockwright.runs.records import Run
from blockwright.schema.run.exports import KINDS, ExportKind, ExportProgress, ExportResult
from blockwright.schema.service_calls import EXPORT, EXPORT_PROGRESS
from blockwright.ui.code import code_selection
from blockwright.ui.evaluate.evaluation_files import WEIGHTS, Unreadable, has_file
from blockwright.ui.reactive import background_calls
from blockwright.ui.shell.messages import action, box, part, plain, show_notices
from blockwright.ui.shell.service import Starting, Unanswered, request, wait_for_service
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.downloads import download_button

_PLACE = "exports"


@part("the exports", key="exports")
def draw(run: Run) -> None:
    """Every kind of file of a run with saved weights; for another, the sentence that says why there is none."""
    show_notices(_PLACE)
    st.button(
        "Show code",
        key="export_code",
        icon=":material/code:",
        on_click=action(_PLACE, in_fragment=True)(code_selection.show_run),
        args=(run.id,),
        help="The code that trains this network with the settings of this run.",
    )
    if not has_file(run.id, WEIGHTS):
        box("info", _reason(run))
        return
    try:
        with st.spinner("Looking for exported files …"):
            states = {
                key: request(EXPORT_PROGRESS, run_id=run.id, owner=workspace(), kind=key) for key in KINDS
            }
    except Starting:
        wait_for_service()
        return
    except Unanswered as error:
        box("warning", str(error))
        return
    with st.container(border=True, gap="small", key="export_kinds"):
        for kind in KINDS.values():
            _row(run.id, kind, states[kind.key])


def _reason(run: Run) -> str:
    if not run.over:
        return "This run has no weights yet. They are saved after each epoch and can be exported then."
    return "This run has no saved weights, so it cannot be exported. Train it again."


def _row(run_id: str, kind: ExportKind, progress: ExportProgress) -> None:
    with st.container(key=f"export_{kind.key}"):
        words, control = st.columns([3.2, 1], vertical_alignment="center")
        call = background_calls.find(EXPORT, _key(run_id, kind.key))
        working = progress["state"] == "working" or (call is not None and not call.done)
        error = call.error if call is not None else None
        words.markdown(_words(kind, progress, working, error))
        with control:
            if working:
                _progress(run_id, kind.key)
            elif progress["result"] is not None:
                _download(kind, progress["result"])
            else:
                st.button(
                    "Build",
                    key=f"export_build_{kind.key}",
                    icon=":material/package_2:",
                    on_click=_build,
                    args=(run_id, kind.key),
                    width="stretch",
                )


def _words(kind: ExportKind, progress: ExportProgress, working: bool, error: str | None) -> str:
    """Markdown: the kind, what it is for, and what its check found or why it could not be made."""
    lines = [f"**{kind.title}**  \n:small[{kind.summary}]"]
    if working:
        return lines[0]
    if progress["result"] is not None:
        lines.append(f":small[:gray[{_checked(progress['result'])}]]")
    elif error or progress["state"] == "failed":
        lines.append(f":small[:red[:material/error: {plain(error or progress['sentence'])}]]")
    return "  \n".join(lines)


def _checked(result: ExportResult) -> str:
    size = number_format.size(result["bytes"])
    if result["difference"] is None or result["tolerance"] is None:
        return size
    words = f"{size} · {number_format.difference(result['difference'], result['tolerance'])}"
    if result["examples"]:
        words += f", over {number_format.count(result['examples'])} examples"
    return words


def _download(kind: ExportKind, result: ExportResult) -> None:
    def content() -> bytes:
        try:
            return Path(result["path"]).read_bytes()
        except OSError as error:
            raise Unreadable(f"{result['name']} cannot be read: {error.strerror or error}.") from None

    download_button(
        "Download",
        content,
        result["name"],
        result["mime"],
        key=f"export_download_{kind.key}",
        help=result["sentence"],
        width="stretch",
    )


@part("the progress of the export", run_every=1.0)
def _progress(run_id: str, key: str) -> None:
    call = background_calls.find(EXPORT, _key(run_id, key))
    try:
        progress = request(EXPORT_PROGRESS, run_id=run_id, owner=workspace(), kind=key)
    except (Starting, Unanswered):
        progress = {"state": "working", "fraction": 0.0, "sentence": "", "result": None}
    if progress["state"] != "working" and (call is None or call.done):
        st.rerun()
    fraction = progress["fraction"] if progress["state"] == "working" else 0.0
    st.progress(fraction, text=f":small[{progress['sentence'] or 'Queued.'}]")


@action(_PLACE)
def _build(run_id: str, key: str) -> None:
    background_calls.start(EXPORT, _key(run_id, key), run_id=run_id, owner=workspace(), kind=key)


def _key(run_id: str, kind: str) -> str:
    return f"{workspace()} {run_id} {kind}"

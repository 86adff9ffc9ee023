"""TensorBoard for the event files of a run: opened and closed from the page, or the files to take elsewhere."""

import io
import zipfile

import streamlit as st

from blockwright.recipe.callbacks.tensorboard import FOLDER
from blockwright.runs.files.home import run_folder
from blockwright.schema.run.tensorboard import TensorBoardAction, TensorBoardState
from blockwright.schema.service_calls import TENSORBOARD
from blockwright.ui.shell import service
from blockwright.ui.shell.local_address import is_local
from blockwright.ui.shell.messages import action, box, part, show_notices
from blockwright.ui.shell.service import Starting, Unanswered, request
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.widgets.downloads import download_button

_PLACE = "tensorboard"
COMMAND = f"tensorboard --logdir {FOLDER}"


def show_tensorboard(run_id: str) -> None:
    """The TensorBoard of a run that wrote event files; nothing for others."""
    if not (run_folder(run_id) / FOLDER).is_dir():
        return
    _draw(run_id)


@part("TensorBoard", key="tensorboard")
def _draw(run_id: str) -> None:
    show_notices(_PLACE)
    with st.container(border=True, gap="small", key="tensorboard_of_run"):
        if is_local(st.context.url or "http://localhost:8501/"):
            st.markdown(
                "**TensorBoard**  \n:small[Curves, the graph, histograms and images from the run's event files, "
                "also while it trains.]"
            )
            _open_here(run_id)
        else:
            st.markdown("**TensorBoard**")
            st.caption(
                "A TensorBoard that the app starts can be opened only in a browser on the app's own machine, and yours "
                "is on another one. Download the event files, unzip them, and run this where TensorBoard is installed "
                f"(`pip install tensorboard`): `{COMMAND}`"
            )
            _download(run_id)


def _open_here(run_id: str) -> None:
    state = _state(run_id)
    if state is None:
        return
    with st.container(horizontal=True, key="tensorboard_controls"):
        if state["state"] == "open":
            st.link_button(
                "Show TensorBoard",
                f"http://127.0.0.1:{state['port']}/{state['path']}/",
                icon=":material/open_in_new:",
                type="primary",
            )
            _button("Close TensorBoard", "close", run_id, ":material/close:")
        elif state["state"] == "starting":
            _wait(run_id)
        else:
            _button("Open TensorBoard", "open", run_id, ":material/monitoring:")
        _download(run_id)
    if state["sentence"]:
        box("warning", state["sentence"])
    if state["state"] == "open":
        st.caption(
            "It closes when nobody has looked at it for a while, when another one is opened, and when the run is "
            f"deleted. Through a tunnel such as SSH, also forward port {state['port']}."
        )


def _button(label: str, act: TensorBoardAction, run_id: str, icon: str) -> None:
    st.button(label, key=f"tensorboard_{act}", icon=icon, on_click=_ask, args=(run_id, act))


@action(_PLACE)
def _ask(run_id: str, act: TensorBoardAction) -> None:
    service.connect().call(TENSORBOARD, run_id=run_id, owner=workspace(), action=act)


def _state(run_id: str) -> TensorBoardState | None:
    """How it is; None, and the reason on the page, where that is not known."""
    try:
        return request(TENSORBOARD, run_id=run_id, owner=workspace(), action="state")
    except Starting:
        st.caption("The app is starting its services. TensorBoard can be opened in a few seconds.")
        _wait(run_id)
    except Unanswered as error:
        box("warning", str(error))
    return None


@part("the start of TensorBoard", key="tensorboard_wait", run_every=0.5)
def _wait(run_id: str) -> None:
    try:
        state = request(TENSORBOARD, run_id=run_id, owner=workspace(), action="state")["state"]
    except Starting:
        state = "starting"
    except Unanswered:
        state = "failed"
    if state != "starting":
        st.rerun()
    st.button(
        "TensorBoard is starting …",
        key="tensorboard_starting",
        icon=":material/hourglass_top:",
        disabled=True,
    )


def _download(run_id: str) -> None:
    download_button(
        "Event files",
        lambda: zipped(run_id),
        f"tensorboard-{run_id[:8]}.zip",
        "application/zip",
        key="download_tensorboard",
        help=f"The event files, as a zip. Unzip them and run `{COMMAND}`.",
    )


def zipped(run_id: str) -> bytes:
    """The event files of a run."""
    folder, buffer = run_folder(run_id) / FOLDER, io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(path, path.relative_to(folder.parent))
    return buffer.getvalue()

"""Uploaded data: arrays in an .npz file, or a table in a .csv file with its target column."""

from typing import Any

import streamlit as st

from blockwright.runs.files.home import home
from blockwright.runs.files.upload_store import check_owned, keep_upload
from blockwright.schema.data.dataset_config import TABLE_SUFFIXES
from blockwright.schema.data.errors import DataError
from blockwright.schema.service_calls import CHECK_UPLOAD, UploadDescription
from blockwright.tasks import TASKS
from blockwright.ui.shell.byte_cache import cached_by_bytes, json_bytes
from blockwright.ui.shell.messages import Refusal, action, plain
from blockwright.ui.shell.service import Starting, Unanswered, request, wait_for_service
from blockwright.ui.shell.store import workspace_limits
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train.settings.training_state import data_choice, put
from blockwright.ui.widgets.number_format import count, size

UPLOAD = "upload"
LAST = "train_upload_choice"
MOST_MB = 100
_TASKS: dict[str | None, str] = {None: "automatic"} | {
    task.kind: task.choice_title for task in TASKS.values() if task.choice_title
}


def draw(chosen: dict[str, Any]) -> None:
    """The field for the file, and for a table its target."""
    st.file_uploader(
        "A table (.csv) or arrays (.npz)",
        type=["npz", *(suffix.removeprefix(".") for suffix in TABLE_SUFFIXES)],
        key="train_set_upload",
        max_upload_size=MOST_MB,
        on_change=_take,
        help="The first row of a table holds the names of its columns. An .npz file holds x_train, y_train and, if "
        "there are any, x_test, y_test, and x_val, y_val to validate with: images as numbers (examples, height, width, "
        "channels), texts, labels as whole numbers from 0, or tags as columns of 0 and 1. Several inputs or "
        "targets are called x_train_photo, y_train_price and so on. In Python: "
        "numpy.savez_compressed('data.npz', x_train=x, y_train=y).",
    )
    table = table_of(chosen)
    if table:
        _target(chosen, table)
    elif str(chosen.get("path") or "").endswith(".npz"):
        _task(
            chosen,
            "Labels are",
            "Columns of 0 and 1 may be tags, and whole numbers may be classes or amounts.",
        )


def _task(chosen: dict[str, Any], label: str, help: str) -> None:
    tasks = list(_TASKS)
    st.selectbox(
        label,
        tasks,
        index=tasks.index(chosen.get("task")) if chosen.get("task") in tasks else 0,
        format_func=lambda task: _TASKS[task],
        key="train_set_task",
        on_change=_choose,
        help=help,
    )


def table_of(chosen: dict[str, Any]) -> UploadDescription | None:
    """The columns of the uploaded table; None for arrays, and before there is a file."""
    path = str(chosen.get("path") or "")
    if not path.endswith(".csv"):
        return None
    try:
        check_owned(path, home(), workspace())
        return _table(path)
    except (DataError, Unanswered, Starting):
        return None


def show_waiting() -> None:
    """Say that the file is read once the design service is up, and read it then."""
    st.caption("The file has been uploaded, and is read as soon as the design service has started.")
    wait_for_service()


@cached_by_bytes(16_000_000, json_bytes)
def _table(path: str) -> UploadDescription:
    return request(CHECK_UPLOAD, path=path)


def _target(chosen: dict[str, Any], table: UploadDescription) -> None:
    names = [column["name"] for column in table["columns"]]
    target = chosen.get("target") if chosen.get("target") in names else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Target column",
            names,
            index=None if target is None else names.index(target),
            placeholder="Choose a column",
            key="train_set_target",
            on_change=_choose,
            help="What the network learns to predict from the other columns.",
        )
        _task(
            chosen,
            "Target type",
            "Whole numbers may be classes or amounts; cells such as billing;login hold several tags.",
        )
    title = plain(str(chosen.get("title") or "Table"))
    st.caption(
        f"{title}: {count(table['rows'])} rows, {count(len(names))} columns"
        + (f", separated by {plain(str(table['delimiter']))}." if table.get("delimiter") else ".")
    )
    for note in table.get("notes", []):
        st.caption(plain(note))


@action("data")
def _choose() -> None:
    choice = {key: value for key, value in data_choice().items() if key not in ("target", "task")}
    for key in ("target", "task"):
        if st.session_state.get(f"train_set_{key}") is not None:
            choice[key] = st.session_state[f"train_set_{key}"]
    st.session_state[LAST] = choice
    put(data=choice)


@action("data")
def _take() -> None:
    file = st.session_state["train_set_upload"]
    if file is None:
        return
    if file.size > MOST_MB * 1_000_000:
        raise Refusal(f"A data file may have up to {MOST_MB} MB. Received: {size(file.size)}.")
    try:
        path = keep_upload(
            file.getvalue(), home(), workspace(), file.name, most_bytes=workspace_limits().upload_bytes
        )
        request(CHECK_UPLOAD, path=str(path))
    except (DataError, Unanswered) as error:
        raise Refusal(f"{file.name[:80]}: {error}") from None
    except Starting:
        # The page looks at the file as soon as the service answers.
        pass
    choice = {"name": UPLOAD, "path": str(path), "title": file.name[:200]}
    st.session_state.pop("train_set_target", None)
    st.session_state.pop("train_set_task", None)
    st.session_state[LAST] = choice
    put(data=choice)

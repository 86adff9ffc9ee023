"""What a workspace stores on this server: how much of its limits that is, what will be deleted, and its uploads."""

from pathlib import Path

import streamlit as st

from blockwright.runs.files.home import home
from blockwright.runs.files.run_files import run_bytes
from blockwright.runs.files.upload_store import Upload, delete_upload, uploads
from blockwright.runs.records import ENDINGS
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.ui.shell.messages import Refusal, action, box, plain, show_notices
from blockwright.ui.shell.store import run_store, workspace_limits
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.downloads import download_button


def announce_deletions() -> bool:
    """Say which runs and uploads will be deleted, and when; whether only such runs are to be listed."""
    runs = run_store().expiring(workspace())
    expiring = [upload.expires for upload in uploads(home(), workspace()) if upload.expires is not None]
    expiring += [run.expires for run in runs if run.expires is not None]
    if not expiring:
        return False
    words = [number_format.counted(len(runs), "run")] if runs else []
    if len(expiring) > len(runs):
        words.append(number_format.counted(len(expiring) - len(runs), "upload"))
    box(
        "warning",
        f"{' and '.join(words)} will be deleted, the first {number_format.until(min(expiring))}: {_kept()} "
        "Download what you want to keep.",
    )
    return bool(runs) and st.toggle("Show only runs that will be deleted", key="runs_expiring")


def _kept() -> str:
    limits = workspace_limits()
    words = [f"for {number_format.counted(limits.days, 'day')}"] if limits.days else []
    if limits.run_mb:
        words.append(f"while those of a workspace take no more than {number_format.size(limits.run_bytes)}")
    return (
        f"this server keeps runs {', and '.join(words)}."
        if words
        else "this server has had a limit for them."
    )


def check_room() -> None:
    """Raise Refusal if the runs of this workspace take all of their space."""
    limits = workspace_limits()
    if not limits.run_mb:
        return
    taken = sum(map(run_bytes, run_store().run_ids(workspace())))
    if taken >= limits.run_bytes:
        raise Refusal(
            f"Your runs take {number_format.size(taken)} of {number_format.size(limits.run_bytes)}. Delete some of "
            "them on the page Runs, or wait: the oldest ones are deleted a day after this is announced there."
        )


def show_storage() -> None:
    """What runs and uploads take, and the uploads with what can be done with them; nothing where there is none."""
    files = uploads(home(), workspace())
    limits = workspace_limits()
    if not files and limits == WorkspaceLimits():
        return
    with st.expander("Storage", key="runs_storage", icon=":material/hard_drive:"):
        show_notices("storage")
        st.caption(_use(files, limits))
        users = _users()
        for upload in files:
            _upload(upload, users.get(upload.path.name, []))


def _use(files: list[Upload], limits: WorkspaceLimits) -> str:
    runs = sum(map(run_bytes, run_store().run_ids(workspace())))
    uploaded = sum(upload.bytes for upload in files)
    return f"Runs take {_part(runs, limits.run_bytes)}, uploads {_part(uploaded, limits.upload_bytes)}."


def _part(taken: int, limit: int) -> str:
    size = number_format.size(taken)
    return f"{size} of {number_format.size(limit)}" if limit else size


def _users() -> dict[str, list[tuple[str, str]]]:
    """The states of the runs that use an upload, and their titles of it, by the upload's name."""
    users: dict[str, list[tuple[str, str]]] = {}
    for status, path, title in run_store().upload_users(workspace()):
        users.setdefault(Path(path).name, []).append((status, title))
    return users


def _upload(upload: Upload, users: list[tuple[str, str]]) -> None:
    name = upload.path.name
    title = next((title for _, title in users if title), f"Upload {name[:8]}{upload.path.suffix}")
    words = [number_format.size(upload.bytes)]
    words.append(f"used by {number_format.counted(len(users), 'run')}" if users else "used by no run")
    if upload.expires is not None:
        words.append(f"will be deleted {number_format.until(upload.expires)}")
    with st.container(horizontal=True, vertical_alignment="center", border=True, key=f"upload_{name[:8]}"):
        with st.container(width="stretch", gap=None):
            st.markdown(plain(title))
            st.caption(" · ".join(words))
        download_button(
            "Download",
            upload.path.read_bytes,
            title,
            "application/octet-stream",
            key=f"upload_download_{name[:8]}",
        )
        busy = any(status not in ENDINGS for status, _ in users)
        st.button(
            "Delete",
            key=f"upload_delete_{name[:8]}",
            icon=":material/delete:",
            disabled=busy,
            help="A run that has not ended uses it."
            if busy
            else "Its runs stay, but cannot be resumed, trained again or exported with a check.",
            on_click=_delete,
            args=(name,),
        )


@action("storage")
def _delete(name: str) -> None:
    used = {
        Path(path).name for status, path, _ in run_store().upload_users(workspace()) if status not in ENDINGS
    }
    if name in used:
        raise Refusal("A run that has not ended uses this file, so it was not deleted.")
    delete_upload(home(), workspace(), name)

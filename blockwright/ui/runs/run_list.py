"""The list of a workspace's runs: what became of each, and what can be done with it."""

from functools import partial

import streamlit as st

from blockwright.design.parse import read_design
from blockwright.runs.files.run_files import run_zip
from blockwright.runs.records import RunEntry
from blockwright.schema.findings import DesignError
from blockwright.schema.run.exports import safe_name
from blockwright.ui.design import design_storage
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_queries import PARAMETER, my_entry, my_run, my_runs, open_by_id
from blockwright.ui.runs.run_resumption import can_train_further, offer_of, resume, show_further
from blockwright.ui.runs.run_status import data_title, look_of
from blockwright.ui.runs.storage import announce_deletions
from blockwright.ui.shell import routing, service, state
from blockwright.ui.shell.messages import Refusal, action, box, part, plain, show_notices
from blockwright.ui.shell.store import run_store
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train.run.live_metrics import best_validation, result
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.downloads import download_button
from blockwright.ui.widgets.primary_label import primary_label

A_PAGE = 10
_DIALOG = "runs_dialog"
_ASKED = "runs_asked"
RENAME, DESIGN, STOP, DELETE = "Rename", "Open design", "Stop", "Delete"
RESUME, FURTHER = "Resume", "Train further"
DELETED = "This run has been deleted in the meantime."
_ICONS = {
    RENAME: ":material/edit:",
    DESIGN: ":material/stacks:",
    STOP: ":material/stop:",
    RESUME: ":material/play_arrow:",
    FURTHER: ":material/forward:",
    DELETE: ":material/delete:",
}


def show_list() -> bool:
    """The runs, ten a page; refreshed while one of them is active. False where there is none."""
    expiring = announce_deletions()
    total = run_store().count_runs(workspace())
    if not total:
        return False
    search = ""
    if total > A_PAGE:
        search = st.text_input(
            "Search runs by name",
            key="runs_search",
            placeholder="Search runs by name",
            label_visibility="collapsed",
            icon=":material/search:",
        )
    matches = run_store().count_runs(workspace(), search, expiring)
    if not matches:
        box("info", "No run matches.")
        return True
    pages = -(-matches // A_PAGE)
    page = st.pagination(pages, key="runs_page") if pages > 1 else 1
    page = min(page, pages)
    runs = my_runs(A_PAGE, (page - 1) * A_PAGE, search, expiring)
    shown = [run.id for run in runs]
    active = not all(run.over for run in runs)
    (_refreshed if active else _still)(shown, active)
    return True


def _rows(run_ids: list[str], active: bool) -> None:
    if st.session_state.pop(_ASKED, False):
        st.rerun()
    show_notices("runs_list")
    runs = [run for run in map(my_entry, run_ids) if run is not None]
    for run in runs:
        _row(run)
    if active and all(run.over for run in runs):
        st.rerun()


_refreshed = part("the list of runs", run_every=2.0)(_rows)
_still = part("the list of runs")(_rows)


def _row(run: RunEntry) -> None:
    look = look_of(run)
    with st.container(
        horizontal=True, vertical_alignment="center", border=True, key=f"run_row_{run.id}", gap="small"
    ):
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{plain(run.name)}**")
            st.caption(plain(facts(run)))
        with st.container(horizontal=True, vertical_alignment="center", width="content", gap="small"):
            st.badge(
                look.word,
                icon=look.icon,
                color=look.colour,
                help=plain(run.message) if run.message else look.meaning,
            )
            with st.container(width="content"):
                routing.link(
                    page_of(run), "Open", key=f"run_open_{run.id}", icon=":material/open_in_new:", run=run.id
                )
            if run.expires is not None:
                _download(run)
            key = f"run_more_{run.id}"
            st.menu_button(
                "More",
                menu_options(run),
                key=key,
                type="tertiary",
                format_func=lambda option: f"{_ICONS[option]} {option}",
                on_click=_choose,
                args=(key, run.id),
            )


def menu_options(run: RunEntry) -> list[str]:
    """What can be done with a run besides opening it."""
    offer = offer_of(run)
    options = [RENAME, DESIGN]
    if not run.over:
        options.append(STOP)
    if offer is not None and not offer.is_complete:
        options.append(RESUME)
    if can_train_further(offer, run):
        options.append(FURTHER)
    if not run.active:
        options.append(DELETE)
    return options


def _download(run: RunEntry) -> None:
    download_button(
        "Download",
        partial(_zip, run.id),
        f"{safe_name(run.name)}-{run.id[:8]}.zip",
        "application/zip",
        key=f"run_download_{run.id}",
        help="Design, settings, curves, weights and evaluation of this run, in one zip.",
    )


def _zip(run_id: str) -> bytes:
    run = my_run(run_id)
    if run is None:
        raise Refusal(DELETED)
    return run_zip(run)


def facts(run: RunEntry) -> str:
    """What became of a run, on one line."""
    history = follow(run.id)
    total = run.settings.get("epochs") or (history.started["epochs"] if history.started else 0)
    words = [run.design_name] if run.design_name not in (run.name, "") else []
    words.append(data_title(run.settings))
    if run.status == "queued":
        words.append(f"{number_format.ordinal(run_store().queue_position(run.id))} in the queue")
    else:
        words.append(f"{len(history.epochs)} of {number_format.counted(total, 'epoch')}")
    best = best_validation(history.epochs)
    if best is not None:
        words.append(f"best validation accuracy {number_format.percent(best)}")
    if history.evaluated:
        words.append(result(history))
    if run.started and run.ended:
        words.append(number_format.duration(run.ended - run.started + run_store().seconds_before(run.id)))
    words.append(number_format.ago(run.created))
    if run.expires is not None:
        words.append(f"will be deleted {number_format.until(run.expires)}")
    return " · ".join(words)


def page_of(run: RunEntry) -> str:
    """The path of the page that shows most of a run: Evaluate once it was tested, else Train."""
    return "train" if follow(run.id).evaluated is None else "evaluate"


def _choose(key: str, run_id: str) -> None:
    act(st.session_state[key], run_id)


@action("runs_list", in_fragment=True)
def act(option: str, run_id: str) -> None:
    """Carry out an option of a run's menu; what needs an answer opens a dialog."""
    run = my_run(run_id)
    if run is None:
        raise Refusal(DELETED)
    if option == STOP:
        run_store().request(run.id, workspace(), "stop")
        service.connect().wake()
    elif option == RESUME:
        resume(run.id)
        st.session_state[_ASKED] = True
    elif option == DESIGN:
        try:
            design_storage.open_new(read_design(run.design), run.settings)
        except DesignError as error:
            raise Refusal(f"The design of this run cannot be opened: {error}") from None
        routing.follow("design")
    else:
        st.session_state[_DIALOG] = {"ask": option, "run": run.id}
        st.session_state[_ASKED] = True


def show_dialog() -> None:
    """The open question about a run, if there is one. It outlives the refreshing of the list."""
    question = st.session_state.get(_DIALOG)
    run = my_entry(question["run"]) if question else None
    if question is None or run is None:
        return
    {RENAME: _rename, FURTHER: _further, DELETE: _delete}[question["ask"]](run)


def _close() -> None:
    st.session_state.pop(_DIALOG, None)


@st.dialog("Rename the run", icon=":material/edit:", on_dismiss=_close)
def _rename(run: RunEntry) -> None:
    with st.form("run_rename", border=False):
        st.text_input("Name", run.name, max_chars=120, key="run_new_name")
        st.form_submit_button(
            primary_label("Rename"),
            key="run_rename_save",
            type="primary",
            on_click=_take_name,
            args=(run.id,),
        )
    show_notices("run_name")
    _leave_if_closed()


@action("run_name")
def _take_name(run_id: str) -> None:
    try:
        run_store().rename(run_id, workspace(), st.session_state["run_new_name"])
    except ValueError as error:
        raise Refusal(str(error)) from None
    _close()


@st.dialog("Train further", icon=":material/forward:", on_dismiss=_close)
def _further(run: RunEntry) -> None:
    st.markdown(f"**{plain(run.name)}**")
    show_further(run, "runs")
    show_notices("runs_further")
    _leave_if_closed()


@st.dialog("Delete the run?", icon=":material/delete:", on_dismiss=_close)
def _delete(run: RunEntry) -> None:
    st.markdown(f"**{plain(run.name)}** and its curves, weights and evaluation will be deleted permanently.")
    with st.container(horizontal=True):
        st.button(
            primary_label("Delete", ":material/delete:"),
            key="run_delete_sure",
            type="primary",
            on_click=_take_delete,
            args=(run.id,),
        )
        st.button("Cancel", key="run_delete_not", on_click=_close)
    _leave_if_closed()


@action("runs_list")
def _take_delete(run_id: str) -> None:
    _close()
    if not run_store().delete(run_id, workspace()):
        raise Refusal("The run is still active, so it was not deleted. Stop it first.")
    if state.active_run() == run_id:
        state.set_active_run(None)


def _leave_if_closed() -> None:
    if _DIALOG not in st.session_state:
        st.rerun()


def show_open_by_id() -> None:
    """Open a run that was started from the command line, by its id."""
    with st.popover("Open a run by its id", icon=":material/terminal:", key="runs_by_id"):
        with st.form("runs_open", border=False):
            st.text_input(
                "Run id",
                key="runs_id",
                placeholder="32 letters and digits",
                help="`python -m blockwright train` prints it as `run`. Afterwards the run belongs to this browser.",
            )
            st.form_submit_button("Open", key="runs_open_id", on_click=_take_id)
        show_notices("runs_id")


@action("runs_id")
def _take_id() -> None:
    st.query_params[PARAMETER] = open_by_id(st.session_state["runs_id"]).id

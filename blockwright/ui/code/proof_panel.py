"""Verification on demand: the generated file is run on its own and its numbers are compared with the app's training."""

import hashlib
import json
from typing import Any

import streamlit as st

from blockwright.runs.files import proof_progress
from blockwright.runs.files.proof_progress import STEPS, ProofProgress
from blockwright.schema.service_calls import PROVE, Proof, ProofCheck
from blockwright.ui.reactive import background_calls
from blockwright.ui.shell.messages import action, box, part, plain
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.widgets import number_format

_ABOUT = (
    "Runs this file, exactly as trained, in a new process and compares its first 20 batches with the app's own "
    "training, in float32."
)


def draw(arguments: dict[str, Any], reason: str | None) -> None:
    """The button, the wait, or what was compared. `reason` says why the code cannot be verified yet."""
    key = _key(arguments)
    if background_calls.is_running(PROVE, _mine()):
        _wait(key)
    else:
        _state(key, arguments, reason)


@part("the verification", key="verification_progress", run_every=1.0)
def _wait(key: str) -> None:
    call = background_calls.find(PROVE, key)
    mine = call is not None and not call.done
    if not background_calls.is_running(PROVE, _mine()):
        st.rerun()
    st.button(
        "Verifying" if mine else "Verify code",
        key="prove",
        icon="spinner" if mine else ":material/verified:",
        disabled=True,
        help=_ABOUT,
    )
    if call is None or call.done:
        st.caption("Another verification of yours is running.")
        return
    progress = proof_progress.read(_progress_key(key))
    st.progress(progress.fraction if progress else 0.0, text=_step(progress, call.seconds))
    st.button("Cancel", key="prove_cancel", icon=":material/close:", on_click=_cancel, args=(key,))


def _step(progress: ProofProgress | None, seconds: float) -> str:
    """The step that is under way: "2 of 5: The app trains its network, 7 of 20 batches (12 s)"."""
    if progress is None:
        return f"Waiting for a free process ({seconds:.0f} s)"
    batches = f", {progress.batches} of {progress.of} batches" if progress.batches else ""
    return f"{progress.step + 1} of {len(STEPS)}: {STEPS[progress.step]}{batches} ({seconds:.0f} s)"


@action("code", in_fragment=True)
def _cancel(key: str) -> None:
    proof_progress.cancel(_progress_key(key))


def _state(key: str, arguments: dict[str, Any], reason: str | None) -> None:
    call = background_calls.find(PROVE, key)
    if call is not None and call.result is not None:
        _verdict(call.result)
    elif call is not None and call.error:
        box("warning", call.error)
    st.button(
        "Verify code" if call is None else "Verify again",
        key="prove",
        icon=":material/verified:",
        on_click=_prove,
        args=(key, arguments),
        disabled=bool(reason),
        help=reason or _ABOUT,
    )


@action("code")
def _prove(key: str, arguments: dict[str, Any]) -> None:
    proof_progress.forget(_progress_key(key))
    background_calls.start(PROVE, key, progress_key=_progress_key(key), **arguments)


def _verdict(answer: Proof) -> None:
    checks = answer["checks"]
    if answer["equal"]:
        box("success", "Verified identical: this file, exactly as trained, trains as the app does.")
    else:
        wrong = [check["what"] for check in checks if not check["equal"]]
        box("error", f"Not identical: {', '.join(wrong)}. Please report this with the downloaded file.")
    with st.container(gap="xsmall", key="verification_checks"):
        for check in checks:
            st.markdown(row(check))


def row(check: ProofCheck) -> str:
    """One comparison in two short lines of Markdown."""
    mark = ":green[:material/check:]" if check["equal"] else ":red[:material/close:]"
    if check["difference"] is None:
        words = f"expected {_number(check['expected'])}, received {_number(check['received'])}"
    elif not check["tolerance"]:
        result = "the same" if check["equal"] else f"received {_number(check['received'])}"
        words = f"{_number(check['expected'])}, {result}"
    else:
        words = number_format.difference(check["difference"], check["tolerance"])
    return f"{mark} {plain(check['what'])}  \n:small[:gray[{plain(words)}]]"


def _number(value: object) -> str:
    if isinstance(value, float) and not value.is_integer():
        return number_format.number(value)
    return number_format.count(value) if isinstance(value, int | float) else str(value)


def _key(arguments: dict[str, Any]) -> str:
    text = json.dumps(arguments, sort_keys=True)
    return _mine() + hashlib.sha256(text.encode("utf-8")).hexdigest()


def _progress_key(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8")).hexdigest()


def _mine() -> str:
    return f"{workspace()} "

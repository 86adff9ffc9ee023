"""The messages of the pages: findings, refusals, and the sentence for an unexpected error."""

import functools
import logging
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec

import streamlit as st

from blockwright.backend.client import BackendError
from blockwright.design.edits import EditError
from blockwright.design.link import LinkError
from blockwright.runs.records import StoreError
from blockwright.schema.findings import DesignError, Finding
from blockwright.ui.shell import routing

logger = logging.getLogger("blockwright.ui")
_NOTICES = "notices"
_SECONDS_ASIDE = 15
_BOXES = {
    "error": (st.error, ":material/error:"),
    "warning": (st.warning, ":material/warning:"),
    "info": (st.info, ":material/info:"),
    "success": (st.success, ":material/check_circle:"),
    "note": (st.info, ":material/info:"),
}

P = ParamSpec("P")


class Refusal(ValueError):
    """Something a page refuses to do; the message is shown as it stands."""


EXPECTED = (Refusal, EditError, DesignError, LinkError, StoreError, BackendError)


def say(text: str, kind: str = "error", place: str = "page") -> None:
    """Keep a sentence to be shown at `place` by the next run (`kind`: error, warning, info or success).

    For callbacks, which run before the page is drawn.
    """
    st.session_state.setdefault(_NOTICES, []).append({"text": text, "kind": kind, "place": place})


def has_notices(place: str) -> bool:
    """Whether a sentence waits to be shown at `place`."""
    return any(notice["place"] == place for notice in st.session_state.get(_NOTICES, ()))


def taken_notices(place: str = "page") -> list[dict[str, str]]:
    """The sentences kept for `place`, which are then kept no longer: `text` and `kind`."""
    notices = st.session_state.get(_NOTICES, [])
    here = [notice for notice in notices if notice["place"] == place]
    if here:
        st.session_state[_NOTICES] = [notice for notice in notices if notice["place"] != place]
    return here


def show_notices(place: str = "page") -> None:
    """Show the sentences kept for `place`, once."""
    for notice in taken_notices(place):
        box(notice["kind"], notice["text"])


def show_notices_aside(place: str) -> None:
    """Show the sentences kept for `place`, once and in the corner of the window, so that nothing on the page moves."""
    for notice in taken_notices(place):
        st.toast(plain(notice["text"]), icon=_BOXES[notice["kind"]][1], duration=_SECONDS_ASIDE)


def box(kind: str, text: str) -> None:
    """One sentence in a box. What people typed in it is shown as typed, never as Markdown."""
    draw, icon = _BOXES[kind]
    draw(plain(text), icon=icon)


_MARKUP = re.compile(r"[\\*_\[\]<>$~]|:(?=\w)|&(?=[#\w])|^(?=[#+-])|(?<=^\d)[.)]", re.MULTILINE)


def plain(text: str) -> str:
    """The text with everything escaped that Markdown would read, except pairs of backticks around names."""
    if text.count("`") % 2:
        text = text.replace("`", "'")
    pieces = text.split("`")
    return "`".join(
        piece if index % 2 else _MARKUP.sub(lambda match: "\\" + match[0], piece)
        for index, piece in enumerate(pieces)
    )


def show_findings(findings: list[Finding]) -> None:
    """Findings in boxes, the most severe first."""
    order = {"error": 0, "warning": 1, "note": 2}
    for finding in sorted(findings, key=lambda finding: order[finding.severity]):
        box(finding.severity, finding.message)


def incident(place: str) -> tuple[str, str]:
    """An incident number for the log, and the sentence that tells the visitor about the fault."""
    number = secrets.token_hex(3)
    return number, (
        f"An error in the app stopped {place} (incident {number}). Your design is kept. Reload the page; if it "
        "happens again, give the incident number to whoever runs this server: the details are in its log."
    )


@contextmanager
def guarded(place: str) -> Iterator[None]:
    """Turn an unexpected exception inside into a sentence with an incident number. Never a traceback."""
    try:
        yield
    except EXPECTED as error:
        box("error", str(error))
    except Exception:
        number, sentence = incident(place)
        logger.exception("Incident %s in %s", number, place)
        box("error", sentence)


def part(
    place: str, *, key: str | None = None, run_every: float | None = None
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """A guarded fragment: `@part("the block list", key="editor")` above a drawing function."""

    def decorate(draw: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(draw)
        def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
            with guarded(place):
                draw(*args, **kwargs)

        return st.fragment(drawn, key=key, run_every=run_every)

    return decorate


def action(
    place: str = "page", *, in_fragment: bool = False
) -> Callable[[Callable[P, Any]], Callable[P, None]]:
    """A guarded callback: what was refused with a sentence is kept for `place`, a fault becomes an incident.

    Args:
        in_fragment: whether its widget may be in a dialog or a fragment; if it follows a page, the whole app is run.
    """

    def decorate(act: Callable[P, Any]) -> Callable[P, None]:
        @functools.wraps(act)
        def acted(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                act(*args, **kwargs)
            except EXPECTED as error:
                say(str(error), "error", place)
            except Exception:
                number, sentence = incident("this action")
                logger.exception("Incident %s in %s", number, act.__name__)
                say(sentence, "error", place)
            if in_fragment:
                routing.leave_if_following()

        return acted

    return decorate

"""Parts of a page that are drawn again only when what they show has changed (see the room's own page)."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx

from blockwright.ui.reactive.turns import turn
from blockwright.ui.shell.messages import part

_SHOWN = "fragments_shown"


@dataclass(frozen=True)
class Fragment:
    """A part of a page.

    Attributes:
        shows: what it shows now, as plain data; None for a part that is drawn after every gesture.
        holds_fields: whether it is also drawn after a gesture that was refused or had no effect.
        confirms: whether a change of it means that a gesture had an effect.
    """

    shows: Callable[[], Any] | None = None
    holds_fields: bool = False
    confirms: bool = False


FRAGMENTS: dict[str, Fragment] = {}
"""Every fragment of the pages by its key; `fragment` registers them."""


def fragment(
    name: str,
    *,
    key: str,
    shows: Callable[[], Any] | None = None,
    holds_fields: bool = False,
    confirms: bool = False,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A part of a page that `redraw` draws again when `shows()` has changed; `name` stands in messages about a fault.

    Several functions may have one key where only one of them is on the page, as the stack and the canvas.
    """
    FRAGMENTS[key] = Fragment(shows, holds_fields, confirms)

    def decorate(draw: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(draw)
        def drawn(*args: Any, **kwargs: Any) -> None:
            with turn():
                mark_as_shown(key)
                draw(*args, **kwargs)

        return part(name, key=key)(drawn)

    return decorate


def mark_as_shown(key: str) -> None:
    """Take the fragment for drawn as it is now: the browser shows already what a gesture changed in it."""
    if FRAGMENTS[key].shows is not None:
        st.session_state.setdefault(_SHOWN, {})[key] = now_shown(key)


def now_shown(key: str) -> Any:
    """What the fragment of that key would show now."""
    shows = FRAGMENTS[key].shows
    return None if shows is None else shows()


def redraw(refused: bool = False) -> None:
    """From a callback: draw again the fragments that show something else now, and no others.

    Before the page was drawn whole for the first time there are no fragments yet: then all of it is drawn.
    """
    if draws_whole_page():
        return
    try:
        st.rerun(list(dict.fromkeys([*always_drawn(), *changed_fragments(refused)])))
    except StreamlitAPIException:
        st.rerun()


def draws_whole_page() -> bool:
    """Whether this run draws the whole page anyway: something outside of the fragments changed in the same moment."""
    context = get_script_run_ctx()
    return context is not None and not context.fragment_ids_this_run


def always_drawn() -> list[str]:
    """The fragments that are drawn after every gesture."""
    return [key for key, part in FRAGMENTS.items() if part.shows is None]


def changed_fragments(refused: bool = False) -> list[str]:
    """The drawn fragments that show something else now; after a gesture without effect also those with fields."""
    shown = st.session_state.get(_SHOWN, {})
    watched = {key: part for key, part in FRAGMENTS.items() if key in shown and part.shows is not None}
    changed = [key for key in watched if shown[key] != now_shown(key)]
    if refused or not any(watched[key].confirms for key in changed):
        changed += [key for key, part in watched.items() if part.holds_fields and key not in changed]
    return changed

"""What a drawing component is sent: entries and facts, and of them only what changed since the last time.

The browser puts it together again (`canvas/src/patch.js`), and asks for everything where it holds another version.
"""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

Entry = dict[str, Any]


@dataclass
class Sent:
    """What the browser holds: a version, and the entries and facts of that version."""

    version: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def change(sent: Sent | None, drawn: dict[str, Entry], facts: dict[str, Any]) -> tuple[dict[str, Any], Sent]:
    """The message that brings the browser from what it holds to this, and what it holds then.

    With `sent` None everything is sent. The message: `version`, `base` (None: everything), `facts`, `drop` (keys),
    `set` (key -> fields, None taking a field away), `put` ([place, entry], in order) and `order` (keys) where the
    entries that stay changed places.
    """
    if sent is None:
        return whole(1, drawn, facts)
    new_facts = {name: value for name, value in facts.items() if sent.facts.get(name) != value}
    fields = {}
    for key, entry in drawn.items():
        before = sent.entries.get(key)
        if before is not None and before != entry:
            fields[key] = {name: value for name, value in entry.items() if before.get(name) != value}
            fields[key] |= {name: None for name in before if name not in entry}
    dropped = [key for key in sent.entries if key not in drawn]
    put = [[place, entry] for place, (key, entry) in enumerate(drawn.items()) if key not in sent.entries]
    kept = [key for key in drawn if key in sent.entries]
    moved = kept != [key for key in sent.entries if key in drawn]
    if not (new_facts or fields or dropped or put or moved):
        return {"version": sent.version, "base": sent.version}, sent
    message: dict[str, Any] = {"version": sent.version + 1, "base": sent.version}
    for name, value in (("facts", new_facts), ("drop", dropped), ("set", fields), ("put", put)):
        if value:
            message[name] = value
    if moved:
        message["order"] = list(drawn)
    return message, Sent(sent.version + 1, drawn, facts)


def whole(version: int, drawn: dict[str, Entry], facts: dict[str, Any]) -> tuple[dict[str, Any], Sent]:
    """The message that carries everything, and what the browser holds then."""
    put = [[place, entry] for place, entry in enumerate(drawn.values())]
    return {"version": version, "base": None, "facts": facts, "put": put}, Sent(version, drawn, facts)


def message(place: str, drawn: dict[str, Entry], facts: dict[str, Any]) -> dict[str, Any]:
    """The message for the component kept in the session under `place`, noted as sent."""
    kept = st.session_state.get(place)
    if kept and kept["entries"] is not None:
        patch, sent = change(Sent(**kept), drawn, facts)
    else:
        patch, sent = whole(kept["version"] + 1 if kept else 1, drawn, facts)
    st.session_state[place] = {"version": sent.version, "entries": sent.entries, "facts": sent.facts}
    return patch


def held_facts(place: str) -> dict[str, Any]:
    """The facts that the browser holds for the component kept under `place`."""
    return (st.session_state.get(place) or {}).get("facts", {})


def forget(place: str) -> None:
    """Send everything the next time: the browser may hold nothing any more."""
    kept = st.session_state.get(place)
    st.session_state[place] = {"version": kept["version"], "entries": None, "facts": {}} if kept else None

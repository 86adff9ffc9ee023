"""What a drawing component is sent: entries and facts, and of them only what changed since the last time.

The browser puts it together again (`patch.js`), and asks for everything where it holds another version.
"""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

Entry = dict[str, Any]
_SENT = "component_patches"


@dataclass(frozen=True)
class Sent:
    """What a browser holds: a version, and its entries and facts; without entries it may hold anything."""

    version: int = 0
    entries: dict[str, Entry] | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def change(sent: Sent, entries: dict[str, Entry], facts: dict[str, Any]) -> tuple[dict[str, Any], Sent]:
    """The message that brings the browser from what it holds to this, and what it holds then.

    The message: `version`, `base` (None: everything), `facts`, `drop` (keys), `set` (key -> fields, None taking a
    field away), `put` ([index, entry], in order) and `order` (keys) where the entries that stay changed places.
    """
    before = sent.entries or {}
    put = [[index, entry] for index, (key, entry) in enumerate(entries.items()) if key not in before]
    after = Sent(sent.version + 1, entries, facts)
    if sent.entries is None:
        return {"version": after.version, "base": None, "facts": facts, "put": put}, after
    fields = {
        key: {name: value for name, value in entry.items() if before[key].get(name) != value}
        | {name: None for name in before[key] if name not in entry}
        for key, entry in entries.items()
        if key in before and before[key] != entry
    }
    staying = [key for key in entries if key in before]
    changes = {
        "facts": {name: value for name, value in facts.items() if sent.facts.get(name) != value},
        "drop": [key for key in before if key not in entries],
        "set": fields,
        "put": put,
        "order": list(entries) if staying != [key for key in before if key in entries] else [],
    }
    changes = {name: value for name, value in changes.items() if value}
    if not changes:
        return {"version": sent.version, "base": sent.version}, sent
    return {"version": after.version, "base": sent.version, **changes}, after


def message(component: str, entries: dict[str, Entry], facts: dict[str, Any]) -> dict[str, Any]:
    """The message for a component, noted as sent."""
    patch, sent = change(_sent(component), entries, facts)
    st.session_state.setdefault(_SENT, {})[component] = vars(sent)
    return patch


def held_facts(component: str) -> dict[str, Any]:
    """The facts that the browser holds for a component."""
    return _sent(component).facts


def forget() -> None:
    """Send everything the next time: the browser may hold nothing any more."""
    for component, sent in st.session_state.get(_SENT, {}).items():
        st.session_state[_SENT][component] = vars(Sent(sent["version"]))


def _sent(component: str) -> Sent:
    return Sent(**st.session_state.get(_SENT, {}).get(component, {}))

"""A setting that holds several members of a family: each is switched on by itself, with its arguments."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from blockwright.recipe.member import Member, read_text
from blockwright.ui.shell.messages import box
from blockwright.ui.train.settings.member_fields import argument_field
from blockwright.ui.train.settings.training_state import put, raw

Choices = Callable[[str, object], Sequence[str]]
"""The names that an argument may have, by its own name and the value that it has now."""
SwitchedOn = Callable[[str], None]
"""What else a member changes that is switched on, by its name."""


def no_choices(field: str, value: object) -> Sequence[str]:
    """No argument is a name that only this run knows."""
    return ()


def show_switches(
    setting: str,
    family: Mapping[str, type[Member]],
    problems: dict[str, str],
    choices: Choices = no_choices,
    switched_on: SwitchedOn = lambda _: None,
) -> None:
    """A switch for each member, and the arguments of those that are on; takes out of `problems` what it shows."""
    chosen = chosen_members(setting, family)
    for name, member in family.items():
        _show(setting, family, member, name, chosen.get(name), problems, choices, switched_on)
    problem = problems.pop(setting, None)
    if problem:
        box("error", problem)


def chosen_members(setting: str, family: Mapping[str, type[Member]]) -> dict[str, dict[str, Any]]:
    """The documents of the members that are on, as far as they can be read."""
    value = raw().get(setting)
    documents: dict[str, dict[str, Any]] = {}
    for entry in value if isinstance(value, list | tuple) else ():
        try:
            document = read_text(entry) if isinstance(entry, str) else entry
        except ValueError:
            continue
        if isinstance(document, Mapping) and document.get("name") in family:
            documents[str(document["name"])] = dict(document)
    return documents


def _show(
    setting: str,
    family: Mapping[str, type[Member]],
    member: type[Member],
    name: str,
    document: dict[str, Any] | None,
    problems: dict[str, str],
    choices: Choices,
    switched_on: SwitchedOn,
) -> None:
    key = f"train_set_{setting.removesuffix('s')}_{name}"
    st.toggle(
        f"**{member.title}**",
        value=document is not None,
        key=key,
        help=member.help,
        on_change=_switch,
        args=(setting, family, name, key, switched_on),
    )
    if document is None:
        return
    with st.grid(2, min_column_width=150):
        for field, info in member.fields().items():
            with st.container(gap="xsmall"):
                value = document.get(field, info.default)
                field_key = f"{key}_{field}"
                arguments = (setting, family, name, field, field_key)
                argument_field(info, value, field_key, _take, arguments, choices(field, value))
                problem = problems.pop(f"{setting}.{name}.{field}", None)
                if problem:
                    box("error", problem)


def _switch(
    setting: str, family: Mapping[str, type[Member]], name: str, key: str, switched_on: SwitchedOn
) -> None:
    chosen = chosen_members(setting, family)
    if st.session_state[key]:
        chosen[name] = {"name": name}
    else:
        chosen.pop(name, None)
    _put(setting, family, chosen)
    if st.session_state[key]:
        switched_on(name)


def _take(setting: str, family: Mapping[str, type[Member]], name: str, field: str, key: str) -> None:
    chosen = chosen_members(setting, family)
    chosen[name] = {**chosen.get(name, {"name": name}), field: st.session_state[key]}
    _put(setting, family, chosen)


def _put(setting: str, family: Mapping[str, type[Member]], chosen: dict[str, dict[str, Any]]) -> None:
    """Keep the members, in the order of the form."""
    put(**{setting: [chosen[name] for name in family if name in chosen]})

"""The widgets of a choice that has arguments of its own, such as the optimizer, from its declaration."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from blockwright.recipe.member import Member, read_value
from blockwright.ui.shell.messages import box
from blockwright.ui.train.settings.training_state import choice_of, forget_widgets, hold, is_default, put

M = TypeVar("M", bound=Member)

_WORDS = {"auto": "Automatic", "min": "Less is better", "max": "More is better"}
_WORDS |= {",": "Comma", ";": "Semicolon", "\t": "Tab", "epoch": "Each epoch", "batch": "Each batch"}


def show_choice(
    setting: str, label: str, help: str, family: Mapping[str, type[M]], problem: str | None = None
) -> type[M]:
    """The select box of a family with a sentence about the member that is chosen; the member."""
    name = choice_of(setting, family)["name"]
    key = f"train_set_{setting}"
    hold(key, name)
    with st.container(gap="xsmall"):
        st.selectbox(
            label,
            list(family),
            index=list(family).index(name),
            format_func=lambda member: family[member].title,
            key=key,
            help=f"{help} {family[name].title}: {family[name].help}",
            on_change=_take_member,
            args=(setting, key, family),
        )
        if problem:
            box("error", problem)
        st.caption(family[name].help.split(". ")[0].rstrip(".") + ".")
    return family[name]


def show_arguments(
    setting: str, family: Mapping[str, type[Member]], names: Iterable[str], problems: dict[str, str]
) -> None:
    """A widget for each of these arguments of the chosen member. Takes the problems that it shows out of `problems`."""
    document = choice_of(setting, family)
    member = family[document["name"]]
    for name in names:
        info = member.fields()[name]
        key = f"train_set_{setting}_{document['name']}_{name}"
        value = document.get(name, info.default)
        with st.container(gap="xsmall"):
            argument_field(info, value, key, _take_argument, (setting, name, key, family))
            path = f"{setting}.{name}"
            for place in [place for place in problems if place == path or place.startswith(f"{path}.")]:
                box("error", problems.pop(place))


def argument_field(
    info: FieldInfo,
    value: Any,
    key: str,
    on_change: Callable[..., None],
    arguments: tuple[Any, ...],
    choices: Sequence[str] = (),
) -> None:
    """The widget of one argument, by its type; `choices` are those of an argument that may be any text."""
    common: dict[str, Any] = {
        "label": info.title,
        "key": key,
        "help": info.description,
        "on_change": on_change,
        "args": arguments,
    }
    if isinstance(info.default, bool):
        hold(key, value if isinstance(value, bool) else info.default)
        st.toggle(value=value if isinstance(value, bool) else info.default, **common)
        return
    choices = choices or (get_args(info.annotation) if get_origin(info.annotation) is Literal else ())
    if choices:
        usable = value if value in choices else info.default
        index = choices.index(usable) if usable in choices else 0
        hold(key, choices[index])
        st.selectbox(
            options=choices, index=index, format_func=lambda choice: _WORDS.get(choice, choice), **common
        )
        return
    if isinstance(info.default, tuple):
        listed = value if isinstance(value, list | tuple) else [value]
        text = ", ".join(f"{number:g}" if isinstance(number, float) else str(number) for number in listed)
        hold(key, text)
        st.text_input(value=text, max_chars=200, **common)
        return
    whole = "int" in str(info.annotation)
    usable = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53
    optional = type(None) in get_args(info.annotation)
    number = value if usable or (value is None and optional) else info.default
    convert: Callable[[Any], Any] = int if whole else float
    if number is not None:
        hold(key, convert(number))
    if optional:
        # A browser can only clear a field whose own default is empty.
        number = None
    st.number_input(
        value=None if number is None else convert(number),
        step=1 if whole else _step(info.default),
        format=None if whole else "%g",
        placeholder="none" if optional else None,
        **common,
    )


def _step(default: float | None) -> float:
    """A tenth of the default's leading digit: 0.01 for 0.9."""
    return 10.0 ** (math.floor(math.log10(abs(default))) - 1) if default else 0.1


def _take_member(setting: str, key: str, family: Mapping[str, type[Member]]) -> None:
    """Keep another member, with the arguments that all members of its family have."""
    document, name = choice_of(setting, family), st.session_state[key]
    common = set.intersection(*(set(member.fields()) for member in family.values()))
    shared = {argument: value for argument, value in document.items() if argument in common}
    put(**{setting: {"name": name, **shared}})
    forget_widgets()


def _take_argument(setting: str, name: str, key: str, family: Mapping[str, type[Member]]) -> None:
    """Keep one argument; what is the default is left out."""
    value = st.session_state[key]
    document = {**choice_of(setting, family), name: read_value(value) if isinstance(value, str) else value}
    if is_default(document[name], family[document["name"]].fields()[name].default):
        del document[name]
    put(**{setting: document})

"""The training settings of the session as the page Train edits them: raw values in, checked only to be used."""

from collections.abc import Mapping
from typing import Any, TypeVar

import streamlit as st

from blockwright.recipe.member import Member
from blockwright.recipe.new_run import NEW_RUN, completed, names_no_settings
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.ui.design import design_storage
from blockwright.ui.runs.run_queries import show_setup
from blockwright.ui.shell import state

DEFAULTS = NEW_RUN.document()
Number = TypeVar("Number", int, float)


def raw() -> dict[str, Any]:
    """Every setting: what was chosen, else its default. May hold values that cannot be used."""
    return completed(state.settings())


def choice_of(setting: str, family: Mapping[str, type[Member]]) -> dict[str, Any]:
    """The chosen member of a family: its name, and its arguments that are not the defaults.

    The default member where the chosen one is unknown.
    """
    document = raw()[setting]
    if not isinstance(document, dict) or str(document.get("name")) not in family:
        return {"name": DEFAULTS[setting]["name"]}
    defaults = {name: info.default for name, info in family[document["name"]].fields().items()}
    return {
        name: value
        for name, value in document.items()
        if name not in defaults or not is_default(value, defaults[name])
    }


def is_default(value: object, default: object) -> bool:
    """Whether an argument is its default, which JSON holds as a list where it is a tuple."""
    return (tuple(value) if isinstance(value, list) else value) == default


def put(**changes: Any) -> None:
    """Keep changed settings, in the session and in the workspace's draft; with all others, once one was chosen."""
    chosen = {**state.settings(), **changes}
    state.set_settings(chosen if names_no_settings(chosen) else {**raw(), **changes})
    design_storage.keep_draft()


def take(name: str, key: str) -> None:
    """Keep what the widget `key` holds as the setting `name`."""
    put(**{name: st.session_state[key]})


def data_choice() -> dict[str, Any]:
    """The chosen data set, as `schema.data.dataset_config` reads it."""
    choice = raw()["data"]
    return choice if isinstance(choice, dict) else {"name": str(choice)}


def checked() -> tuple[Settings | None, dict[str, str]]:
    """The settings ready for use, or None; and what is wrong by setting, but for the data, which has its own place."""
    try:
        return Settings.read(raw()), {}
    except SettingsError as error:
        about = zip(error.fields, error.sentences, strict=True)
        return None, {setting: sentence for setting, sentence in about if setting != "data"}


def take_defaults() -> None:
    """Back to the defaults, the data set kept."""
    state.set_settings({"data": data_choice()})
    design_storage.keep_draft()
    forget_widgets()


def take_over(settings: dict[str, Any]) -> None:
    """Take over the settings of a run and show them, with the design as it is now."""
    state.set_settings(settings)
    design_storage.keep_draft()
    forget_widgets()
    show_setup()


def field_number(value: object, default: Number) -> Number:
    """The number that a field shows: `value`, or the default where a browser could not hold it."""
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53:
        return type(default)(value)
    return default


def hold(key: str, value: Any) -> None:
    """Have the widget `key`, drawn next, show a value, unless it shows what was entered.

    A field of Streamlit keeps what it shows in the browser where only its default changes.
    """
    if key not in st.session_state:
        st.session_state[key] = value


def forget_widgets() -> None:
    """Let the widgets show the settings again."""
    for key in list(st.session_state):
        if str(key).startswith("train_set_"):
            del st.session_state[key]

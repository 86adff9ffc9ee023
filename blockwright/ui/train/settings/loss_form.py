"""The loss of the run or of an output: which one, what it is, and its arguments."""

from collections.abc import Callable, Sequence

import streamlit as st

from blockwright.recipe.losses import AUTO, LOSSES, loss_name, loss_text, read_loss
from blockwright.recipe.losses.loss import Loss
from blockwright.ui.train.settings.member_fields import argument_field
from blockwright.ui.train.settings.setting_labels import TITLES

Put = Callable[[str], None]


def show_loss(
    setting: object, key: str, options: Sequence[str], help: str, reason: str, put_loss: Put
) -> None:
    """The list of losses with a sentence on the chosen one, and its arguments.

    Args:
        setting: the setting as it is, which may be wrong.
        key: of the list.
        options: the names that can be chosen, `auto` first.
        help: what the setting does.
        reason: which loss Automatic takes, and why.
        put_loss: keeps another setting.
    """
    loss = _readable(setting)
    name = loss.name if loss else AUTO
    options = [*options, *([name] if name not in options else [])]
    st.selectbox(
        "Loss",
        options,
        index=options.index(name),
        format_func=lambda option: TITLES[option],
        key=key,
        help=help,
        on_change=_take,
        args=(key, options, put_loss),
    )
    st.caption(loss.help if loss else reason)
    if loss is None:
        return
    for argument, info in loss.fields().items():
        field_key = f"{key}_{name}_{argument}"
        value = getattr(loss, argument)
        argument_field(info, value, field_key, _take_argument, (loss, argument, field_key, put_loss))


def _readable(setting: object) -> Loss | None:
    """The loss of a setting; its defaults where an argument is wrong."""
    try:
        return read_loss(setting)
    except ValueError:
        name = loss_name(setting) if isinstance(setting, str) else ""
        return LOSSES[name]() if name in LOSSES else None


def _take(key: str, options: Sequence[str], put_loss: Put) -> None:
    if st.session_state[key] in options:
        put_loss(st.session_state[key])


def _take_argument(loss: Loss, argument: str, key: str, put_loss: Put) -> None:
    put_loss(loss_text(loss.model_copy(update={argument: st.session_state[key]})))

"""One field for each argument of a block, made from the catalog; what is typed is checked and then applied.

Each field shows what the design holds: it is set anew before every drawing. What does not fit is refused with
a sentence, and the field goes back to what the design holds.
"""

import json
import re
from typing import Any

import streamlit as st

from blockwright.architecture.catalog import Param
from blockwright.architecture.edits import EditError
from blockwright.architecture.spec import Node
from blockwright.ui import editing, figures
from blockwright.ui.backend import catalog
from blockwright.ui.messages import action

_SAFE = 2**53 - 1


def draw(node: Node, param: Param) -> None:
    """The field of one argument of one node, with its own key: `param_NODE_ARGUMENT`."""
    value = node.params.get(param.name, param.default)
    key = key_of(node.id, param.name)
    change = {"on_change": _take, "args": (node.id, param.name)}
    help_text = _help(param)
    if isinstance(value, tuple):
        value = list(value)
    if param.complaint(value) is not None or _too_large(value):
        _text(key, param, json.dumps(value, ensure_ascii=False), help_text, change)
    elif param.kind in ("int", "float"):
        _number(key, param.name, value, param, help_text, change)
    elif param.kind == "bool" and not param.optional:
        st.session_state[key] = value
        st.toggle(param.name, key=key, help=help_text, **change)
    elif param.kind in ("choice", "bool"):
        options = [True, False] if param.kind == "bool" else list(param.choices)
        st.session_state[key] = value
        st.selectbox(
            param.name,
            [None, *options] if param.optional else options,
            key=key,
            format_func=figures.value,
            help=help_text,
            **change,
        )
    elif param.kind in ("size", "number-range") and not isinstance(value, str):
        _pair(key, param, value, help_text, change)
    else:
        text = ", ".join(map(str, value)) if isinstance(value, list) else value
        _text(key, param, text or "", help_text, change)


def key_of(node: str, param: str) -> str:
    """The key of the field of one argument of one node."""
    return f"param_{node}_{param}"


def _help(param: Param) -> str:
    return f"{param.help}\n\nMust be {param.expected()}. Default: {figures.value(param.default)}."


def _number(key: str, label: str, value: Any, param: Param, help_text: str, change: dict[str, Any]) -> None:
    whole = param.kind in ("int", "size")
    st.session_state[key] = value if value is None or whole else float(value)
    step = param.step or (1 if whole else 0.1)
    st.number_input(
        label,
        value=None if param.optional else "min",
        step=int(step) if whole else float(step),
        format=None if whole else "%g",
        key=key,
        help=help_text,
        placeholder="none" if param.optional else "",
        **change,
    )


def _pair(key: str, param: Param, value: Any, help_text: str, change: dict[str, Any]) -> None:
    """Two numbers side by side; while the second is empty, the first stands for both."""
    first, second = value if isinstance(value, list) else (value, None)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _number(key, param.name, first, param, help_text, change)
        whole = param.kind == "size"
        st.session_state[f"{key}_2"] = second if second is None or whole else float(second)
        st.number_input(
            f"{param.name}, second",
            value=None,
            step=1 if whole else float(param.step or 0.1),
            format=None if whole else "%g",
            key=f"{key}_2",
            label_visibility="hidden",
            placeholder="same",
            width=92,
            **change,
        )


def _text(key: str, param: Param, text: str, help_text: str, change: dict[str, Any]) -> None:
    st.session_state[key] = text
    st.text_input(param.name, key=key, help=help_text, **change)


def _too_large(value: object) -> bool:
    """Whether a browser could not hold the number exactly."""
    numbers = value if isinstance(value, list) else [value]
    return any(isinstance(one, int | float) and abs(one) > _SAFE for one in numbers)


@action(editing.PLACE)
def _set(node: str, name: str) -> None:
    known = catalog()
    if known is None:
        raise EditError("The design service is starting; change this again in a moment.")
    from blockwright.ui import state

    block = state.design().node(node).block
    param = known.blocks[block].param(name)
    value = read(param, st.session_state[key_of(node, name)], st.session_state.get(key_of(node, name) + "_2"))
    finding = known.check_param(block, node, name, value)
    if finding is not None:
        raise EditError(finding.message)
    same = json.dumps(value) == json.dumps(param.default) and not param.required
    change = {"unset": [name]} if same else {"params": {name: value}}
    editing.make([{"op": "set", "node": node, **change}], f"Set {name} of {node} to {figures.value(value)}")


def _take(node: str, name: str) -> None:
    _set(node, name)
    editing.redraw()


def read(param: Param, given: Any, second: Any = None) -> Any:
    """The argument that a field's content stands for; what cannot be read is returned as it is.

    Numbers come as numbers; lists are typed as `28, 28, 1`, and null as an empty field or `none`.
    """
    if param.kind in ("size", "number-range") and isinstance(given, int | float):
        return given if second is None or second == given else [given, second]
    if not isinstance(given, str) or param.kind in ("choice", "bool"):
        return given
    text = given.strip()
    if text in ("", "none", "null") and param.kind != "text":
        return None
    if param.kind == "text" or text in param.choices:
        return given
    pieces = [piece for piece in re.split(r"[\s,;x×()\[\]]+", text) if piece]
    numbers = [_parsed(piece) for piece in pieces]
    if not numbers or None in numbers:
        return given
    return numbers if len(numbers) > 1 or param.kind == "shape" else numbers[0]


def _parsed(piece: str) -> int | float | None:
    try:
        return int(piece)
    except ValueError:
        pass
    try:
        return float(piece)
    except ValueError:
        return None

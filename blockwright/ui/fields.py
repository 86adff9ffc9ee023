"""One field for each argument of a block, made from the catalog; what is typed is checked and then applied.

Each field shows what the design holds. What does not fit is refused with a sentence, and the field goes back
to what the design holds.
"""

import json
import re
from typing import Any

import streamlit as st

from blockwright.architecture.catalog import Param
from blockwright.architecture.edits import EditError
from blockwright.architecture.spec import Node
from blockwright.ui import editing, figures, state
from blockwright.ui.backend import catalog
from blockwright.ui.messages import action
from blockwright.ui.slots import slot

_SAFE = 2**53 - 1


def draw(node: Node, param: Param) -> None:
    """The field of one argument of one node, in the slot `param_NODE_ARGUMENT`."""
    value = node.params.get(param.name, param.default)
    if isinstance(value, tuple):
        value = list(value)
    name = name_of(node.id, param.name)
    if param.complaint(value) is not None or _too_large(value):
        _text(name, node.id, param, json.dumps(value, ensure_ascii=False))
    elif param.kind in ("int", "float"):
        _number(name, node.id, param, value)
    elif param.kind == "bool" and not param.optional:
        key = slot(name, value)
        st.toggle(param.name, key=key, help=_help(param), on_change=_take, args=(node.id, param.name, key))
    elif param.kind in ("choice", "bool"):
        _choice(name, node.id, param, value)
    elif param.kind in ("size", "number-range") and not isinstance(value, str):
        _pair(name, node.id, param, value)
    else:
        _text(name, node.id, param, ", ".join(map(str, value)) if isinstance(value, list) else value or "")


def name_of(node: str, param: str) -> str:
    """The slot of the field of one argument of one node."""
    return f"param_{node}_{param}"


def _help(param: Param) -> str:
    return f"{param.help}\n\nMust be {param.expected()}. Default: {figures.value(param.default)}."


def _number(name: str, node: str, param: Param, value: Any, second_key: str | None = None) -> str:
    whole = param.kind in ("int", "size")
    key = slot(name, value if value is None or whole else float(value))
    step = param.step or (1 if whole else 0.1)
    st.number_input(
        param.name,
        value=None if param.optional else "min",
        step=int(step) if whole else float(step),
        format=None if whole else "%g",
        key=key,
        help=_help(param),
        placeholder="none" if param.optional else "",
        on_change=_take,
        args=(node, param.name, key, second_key),
    )
    return key


def _pair(name: str, node: str, param: Param, value: Any) -> None:
    """Two numbers side by side; while the second is empty, the first stands for both."""
    first, second = value if isinstance(value, list) else (value, None)
    whole = param.kind == "size"
    second_key = slot(f"{name}_2", second if second is None or whole else float(second))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        first_key = _number(name, node, param, first, second_key)
        st.number_input(
            f"{param.name}, second",
            value=None,
            step=1 if whole else float(param.step or 0.1),
            format=None if whole else "%g",
            key=second_key,
            label_visibility="hidden",
            placeholder="same",
            width=92,
            on_change=_take,
            args=(node, param.name, first_key, second_key),
        )


def _choice(name: str, node: str, param: Param, value: Any) -> None:
    options = [True, False] if param.kind == "bool" else list(param.choices)
    key = slot(name, value)
    st.selectbox(
        param.name,
        [None, *options] if param.optional else options,
        key=key,
        format_func=figures.value,
        help=_help(param),
        on_change=_take,
        args=(node, param.name, key),
    )


def _text(name: str, node: str, param: Param, text: str) -> None:
    key = slot(name, text)
    st.text_input(param.name, key=key, help=_help(param), on_change=_take, args=(node, param.name, key))


def _too_large(value: object) -> bool:
    """Whether a browser could not hold the number exactly."""
    numbers = value if isinstance(value, list) else [value]
    return any(isinstance(one, int | float) and abs(one) > _SAFE for one in numbers)


@action(editing.PLACE)
def _set(node: str, name: str, key: str, second_key: str | None) -> None:
    known = catalog()
    if known is None:
        raise EditError("The design service is starting; change this again in a moment.")
    block = state.design().node(node).block
    param = known.blocks[block].param(name)
    value = read(param, st.session_state[key], st.session_state[second_key] if second_key else None)
    finding = known.check_param(block, node, name, value)
    if finding is not None:
        raise EditError(finding.message)
    same = json.dumps(value) == json.dumps(param.default) and not param.required
    change = {"unset": [name]} if same else {"params": {name: value}}
    editing.make([{"op": "set", "node": node, **change}], f"Set {name} of {node} to {figures.value(value)}")


def _take(node: str, name: str, key: str, second_key: str | None = None) -> None:
    _set(node, name, key, second_key)
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

"""One field for each argument of a block, made from the catalog; what is typed is checked and then applied.

Each field shows what the design holds. What does not fit is refused with a sentence, and the field goes back
to what the design holds.
"""

import json
from dataclasses import dataclass
from typing import Any

import streamlit as st

from blockwright.design.argument_rules import check_argument
from blockwright.design.composites import reference
from blockwright.design.edits import EditError, SetDefault, SetParams
from blockwright.schema.catalog import BlockType
from blockwright.schema.design import Node
from blockwright.schema.parameters import Param
from blockwright.ui.design import editing
from blockwright.ui.design.inspector.field_text import read, written
from blockwright.ui.reactive.fragments import FRAGMENTS, mark_as_shown
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action
from blockwright.ui.widgets import number_format

_SAFE = 2**53 - 1
LONGEST = 400
_FEW = 5
_RARE = (
    *("use_bias", "dilation_rate", "groups", "depth_multiplier", "output_padding", "keepdims"),
    *("recurrent_activation", "recurrent_dropout", "unit_forget_bias", "reset_after", "go_backwards"),
    *("return_state", "value_dim", "noise_shape", "mask_value", "shared_axes"),
    *("ngrams", "num_oov_indices", "pad_to_max_tokens"),
)


@dataclass(frozen=True)
class Owner:
    """Whose argument a field sets: that of a node, or the default of a block of the design's own.

    Attributes:
        id: the id of the node, or the name of the block.
        block: what the node is; the block itself for its defaults.
        defaults: whether the defaults of the block are meant.
    """

    id: str
    block: str
    defaults: bool = False


def draw(node: Node, param: Param, one_side: bool = False) -> None:
    """The field of one argument of one node, with the key `param_NODE_ARGUMENT`.

    With `one_side`, a pair of which one number stands for both sides is drawn as that number alone.
    """
    value = node.params.get(param.name, param.default)
    argument = reference(value)
    if argument is not None:
        _argument(node, param, argument)
        return
    show(Owner(node.id, node.block), param, value, one_side)


def is_rare(kind: BlockType, param: Param) -> bool:
    """Whether few would look for the argument, of a block that takes many: it then stands below the others."""
    named = param.name in _RARE or param.name.endswith("_initializer")
    return named and not param.required and len(kind.params) > _FEW


def show(owner: Owner, param: Param, value: Any, one_side: bool = False) -> None:
    """The field of an argument that holds `value`; with `one_side` as in `draw`."""
    if isinstance(value, tuple):
        value = list(value)
    name = name_of(owner.id, param.name)
    if isinstance(value, list) and _beyond_hand(param, value):
        _long(name, param, value)
    elif param.complaint(value) is not None or _too_large(value):
        _text(name, owner, param, json.dumps(value, ensure_ascii=False))
    elif param.kind in ("int", "float") or (one_side and _is_one_number(param, value)):
        _number(name, owner, param, value)
    elif param.kind == "bool" and not param.optional:
        key = widget_key(name, value)
        st.toggle(param.name, key=key, help=_help(param), on_change=_take, args=(owner, param.name, key))
    elif param.kind in ("choice", "bool"):
        _choice(name, owner, param, value)
    elif param.kind in ("size", "number-range") and not isinstance(value, str):
        _pair(name, owner, param, value)
    elif param.kind == "words":
        _lines(name, owner, param, written(param, value))
    else:
        _text(name, owner, param, written(param, value))


def _is_one_number(param: Param, value: Any) -> bool:
    return param.kind in ("size", "number-range") and isinstance(value, int | float)


def name_of(owner: str, param: str) -> str:
    """The name of the key of the field of one argument of one node, or of one default of a block."""
    return f"param_{owner}_{param}"


def _help(param: Param) -> str:
    words = [param.help, f"{_allowed(param)}Default: {number_format.value(param.default)}."]
    return "\n\n".join(one for one in words if one)


def _allowed(param: Param) -> str:
    """What fits, in as few words as will do: a list of choices is in the field itself, and a switch is a switch."""
    if param.kind in ("choice", "bool"):
        return ""
    if param.kind in ("int", "float", "size", "number-range") and None not in (param.minimum, param.maximum):
        return f"{number_format.decimal(param.minimum)} to {number_format.decimal(param.maximum)}. "
    words = param.expected()
    return f"{words[:1].upper()}{words[1:]}. "


def _argument(node: Node, param: Param, argument: str) -> None:
    """What stands for an argument of the block around it, and a button that gives it a value of its own."""
    block = state.inside()
    default = state.design().composites[block].params.get(argument) if block else None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.text_input(
            param.name,
            value=f"argument {argument} of {block}",
            key=f"{name_of(node.id, param.name)}_of_{argument}",
            disabled=True,
            help=f"Every use of {block} sets it. {_help(param)}",
        )
        label = f"Set {param.name} of {node.id} to {number_format.value(default)}"
        st.button(
            "",
            key=f"own_{node.id}_{param.name}",
            icon=":material/link_off:",
            help="Give it its own value here.",
            on_click=editing.edit_and_redraw,
            args=([SetParams(node=node.id, params={param.name: default})], label),
        )


def _number(name: str, owner: Owner, param: Param, value: Any, second_key: str | None = None) -> str:
    whole = param.kind in ("int", "size")
    key = widget_key(name, value if value is None or whole else float(value))
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
        args=(owner, param.name, key, second_key),
    )
    return key


def _pair(name: str, owner: Owner, param: Param, value: Any) -> None:
    """Two numbers side by side; while the second is empty, the first stands for both."""
    first, second = value if isinstance(value, list) else (value, None)
    whole = param.kind == "size"
    second_key = widget_key(f"{name}_2", second if second is None or whole else float(second))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        first_key = _number(name, owner, param, first, second_key)
        st.number_input(
            f"{param.name}, second",
            value=None,
            step=1 if whole else float(param.step or 0.1),
            format=None if whole else "%g",
            key=second_key,
            label_visibility="collapsed",
            placeholder="same",
            width=92,
            on_change=_take,
            args=(owner, param.name, first_key, second_key),
        )


def _choice(name: str, owner: Owner, param: Param, value: Any) -> None:
    options = [True, False] if param.kind == "bool" else list(param.choices)
    key = widget_key(name, value)
    st.selectbox(
        param.name,
        [None, *options] if param.optional else options,
        key=key,
        format_func=number_format.value,
        help=_help(param),
        on_change=_take,
        args=(owner, param.name, key),
    )


_EXAMPLES = {
    "size3": "3, or 3 x 3 x 3",
    "borders": "1, or (1, 2), (3, 4)",
    "shape": "28, 28, 1",
    "numbers": "0.5, or 0.5, 0.2",
    "integers": "3, or 3, 5",
}


def _text(name: str, owner: Owner, param: Param, text: str) -> None:
    key = widget_key(name, text)
    example = "none" if param.optional else _EXAMPLES.get(param.kind, "")
    st.text_input(
        param.name,
        key=key,
        help=_help(param),
        placeholder=example,
        on_change=_take,
        args=(owner, param.name, key),
    )


def _lines(name: str, owner: Owner, param: Param, text: str) -> None:
    key = widget_key(name, text)
    st.text_area(
        param.name,
        key=key,
        height=110,
        placeholder="one a line" + (", or nothing" if param.optional else ""),
        help=_help(param),
        on_change=_take,
        args=(owner, param.name, key),
    )


def _beyond_hand(param: Param, value: list[Any]) -> bool:
    """Whether a list is too long to be edited by hand, or holds words that a field of lines would change."""
    return len(value) > LONGEST or (
        param.kind == "words"
        and param.complaint(value) is None
        and read(param, written(param, value)) != value
    )


def _long(name: str, param: Param, value: list[Any]) -> None:
    """A list that nobody would edit by hand, such as a vocabulary that came with an imported model."""
    beginning = ", ".join(number_format.value(one) for one in value[:4])
    st.text_input(
        param.name,
        value=f"{len(value):,} entries: {beginning}, …",
        key=f"{name}_long",
        disabled=True,
        help=f"{_help(param)}\n\nSuch a list is not edited here.",
    )


def _too_large(value: object) -> bool:
    """Whether a browser could not hold the number exactly."""
    numbers = value if isinstance(value, list) else [value]
    return any(isinstance(one, int | float) and abs(one) > _SAFE for one in numbers)


@action(editing.PLACE)
def _set(owner: Owner, name: str, key: str, second_key: str | None) -> None:
    known = editing.known_blocks()
    if known is None:
        raise EditError("The design service is starting; change this again in a moment.")
    param = known.blocks[owner.block].param(name)
    value = read(param, st.session_state[key], st.session_state[second_key] if second_key else None)
    finding = check_argument(known, owner.block, owner.id, name, value)
    if finding is not None:
        raise EditError(finding.message)
    label = f"Set {name} of {owner.id} to {number_format.value(value)}"
    if owner.defaults:
        editing.apply([SetDefault(composite=owner.id, name=name, value=value)], label)
    elif json.dumps(value) == json.dumps(param.default) and not param.required:
        editing.apply([SetParams(node=owner.id, unset=(name,))], label)
    else:
        editing.apply([SetParams(node=owner.id, params={name: value})], label)


def _take(owner: Owner, name: str, key: str, second_key: str | None = None) -> None:
    if not is_choice(key, *([second_key] if second_key else [])):
        return
    shows = FRAGMENTS["form"].shows
    before = shows()
    _set(owner, name, key, second_key)
    after = shows()
    # A number or a switch shows already what it was set to; the form is drawn again when more than that has changed.
    if after != before and after[:-1] == before[:-1] and not isinstance(st.session_state[key], str):
        mark_as_shown("form")
    editing.redraw()

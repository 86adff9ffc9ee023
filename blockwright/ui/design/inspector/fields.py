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
from blockwright.ui.reactive.fragments import mark_as_shown, now_shown
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import state
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
_EXAMPLES = {
    "size3": "3, or 3 x 3 x 3",
    "borders": "1, or (1, 2), (3, 4)",
    "shape": "28, 28, 1",
    "numbers": "0.5, or 0.5, 0.2",
    "integers": "3, or 3, 5",
}


@dataclass(frozen=True)
class Field:
    """A field: the argument that it sets, of a node or, as its default, of a block of the design's own.

    Attributes:
        owner: the id of the node, or the name of the block.
        block: what the node is; the block itself for its defaults.
        of_default: whether the default of the block is meant.
    """

    owner: str
    block: str
    param: Param
    of_default: bool = False

    @property
    def name(self) -> str:
        """The name of the field's widget key."""
        return f"param_{self.owner}_{self.param.name}"

    @property
    def help(self) -> str:
        """What the argument means, what it takes, and its default."""
        words = [self.param.help, f"{self._allowed()}Default: {number_format.value(self.param.default)}."]
        return "\n\n".join(filter(None, words))

    def _allowed(self) -> str:
        """In as few words as will do: a list of choices is in the field itself, and a switch is a switch."""
        param = self.param
        if param.kind in ("choice", "bool"):
            return ""
        low, high = param.minimum, param.maximum
        if low is not None and high is not None and param.kind in ("int", "float", "size", "number-range"):
            return f"{number_format.decimal(low)} to {number_format.decimal(high)}. "
        words = param.expected()
        return f"{words[:1].upper()}{words[1:]}. "


def is_rare(block_type: BlockType, param: Param) -> bool:
    """Whether few would look for the argument, of a block that takes many: it then stands below the others."""
    by_name = param.name in _RARE or param.name.endswith("_initializer")
    return by_name and not param.required and len(block_type.params) > _FEW


def draw_argument(node: Node, param: Param, one_side: bool = False) -> None:
    """The field of one argument of one node, with the key `param_NODE_ARGUMENT`.

    With `one_side`, a pair of which one number stands for both sides is drawn as that number alone.
    """
    value = node.params.get(param.name, param.default)
    field, argument = Field(node.id, node.block, param), reference(value)
    if argument is None:
        draw(field, value, one_side)
    else:
        _reference(field, argument)


def draw(field: Field, value: Any, one_side: bool = False) -> None:
    """The field of an argument that holds `value`, and what was refused there; `one_side` as in `draw_argument`."""
    _draw(field, value, one_side)
    editing.show_refusal(field.name)


def _draw(field: Field, value: Any, one_side: bool) -> None:
    param, kind = field.param, field.param.kind
    if isinstance(value, tuple):
        value = list(value)
    if isinstance(value, list) and _is_beyond_hand(param, value):
        _long(field, value)
    elif param.complaint(value) is not None or _is_too_large(value):
        _text(field, json.dumps(value, ensure_ascii=False))
    elif kind in ("int", "float"):
        _number(field, value)
    elif kind in ("size", "number-range") and not isinstance(value, str):
        if one_side and isinstance(value, int | float):
            _number(field, value)
        else:
            _pair(field, value)
    elif kind == "bool" and not param.optional:
        st.toggle(param.name, **_widget(field, value))
    elif kind in ("choice", "bool"):
        options = [True, False] if kind == "bool" else list(param.choices)
        st.selectbox(
            param.name,
            [None, *options] if param.optional else options,
            format_func=number_format.value,
            **_widget(field, value),
        )
    elif kind == "words":
        st.text_area(
            param.name,
            height=110,
            placeholder="one a line" + (", or nothing" if param.optional else ""),
            **_widget(field, written(param, value)),
        )
    else:
        _text(field, written(param, value))


def _widget(field: Field, value: Any) -> dict[str, Any]:
    """What every widget of an argument has: a key under which it shows `value`, its help, and its callback."""
    key = widget_key(field.name, value)
    return {"key": key, "help": field.help, "on_change": _take, "args": (field, key)}


def _reference(field: Field, argument: str) -> None:
    """What stands for an argument of the block around it, and a button that gives it a value of its own."""
    block, name = state.inside(), field.param.name
    default = state.design().composites[block].params.get(argument) if block else None
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        st.text_input(
            name,
            value=f"argument {argument} of {block}",
            key=f"{field.name}_of_{argument}",
            disabled=True,
            help=f"Every use of {block} sets it. {field.help}",
        )
        st.button(
            "",
            key=f"own_{field.owner}_{name}",
            icon=":material/link_off:",
            help="Set its own value here.",
            on_click=editing.edit,
            args=(
                [SetParams(node=field.owner, params={name: default})],
                f"Set {name} of {field.owner} to {number_format.value(default)}",
            ),
        )


def _as_shown(param: Param, value: Any) -> Any:
    """A number as its field shows it: those that need not be whole as floats."""
    return value if value is None or param.kind in ("int", "size") else float(value)


def _step(param: Param) -> int | float:
    whole = param.kind in ("int", "size")
    return int(param.step or 1) if whole else float(param.step or 0.1)


def _number(field: Field, value: Any, second_key: str | None = None) -> str:
    param = field.param
    widget = _widget(field, _as_shown(param, value))
    widget["args"] += (second_key,)
    st.number_input(
        param.name,
        value=None if param.optional else "min",
        step=_step(param),
        format=None if param.kind in ("int", "size") else "%g",
        placeholder="none" if param.optional else "",
        **widget,
    )
    return widget["key"]


def _pair(field: Field, value: Any) -> None:
    """Two numbers side by side; while the second is empty, the first stands for both."""
    param = field.param
    first, second = value if isinstance(value, list) else (value, None)
    second_key = widget_key(f"{field.name}_2", _as_shown(param, second))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        first_key = _number(field, first, second_key)
        st.number_input(
            f"{param.name}, second",
            value=None,
            step=_step(param),
            format=None if param.kind == "size" else "%g",
            key=second_key,
            label_visibility="collapsed",
            placeholder="same",
            width=92,
            on_change=_take,
            args=(field, first_key, second_key),
        )


def _text(field: Field, text: str) -> None:
    placeholder = "none" if field.param.optional else _EXAMPLES.get(field.param.kind, "")
    st.text_input(field.param.name, placeholder=placeholder, **_widget(field, text))


def _is_beyond_hand(param: Param, value: list[Any]) -> bool:
    """Whether a list is too long to be edited by hand, or holds words that a field of lines would change."""
    return len(value) > LONGEST or (
        param.kind == "words"
        and param.complaint(value) is None
        and read(param, written(param, value)) != value
    )


def _long(field: Field, value: list[Any]) -> None:
    """A list that nobody would edit by hand, such as a vocabulary that came with an imported model."""
    beginning = ", ".join(number_format.value(entry) for entry in value[:4])
    st.text_input(
        field.param.name,
        value=f"{len(value):,} entries: {beginning}, …",
        key=f"{field.name}_long",
        disabled=True,
        help=f"{field.help}\n\nA list like this cannot be edited here.",
    )


def _is_too_large(value: object) -> bool:
    """Whether a browser could not hold the number exactly."""
    numbers = value if isinstance(value, list) else [value]
    return any(isinstance(number, int | float) and abs(number) > _SAFE for number in numbers)


def _take(field: Field, key: str, second_key: str | None = None) -> None:
    if is_choice(key, *([second_key] if second_key else [])):
        value, second = st.session_state[key], st.session_state[second_key] if second_key else None
        _set(field, value, second)


@editing.gesture
def _set(field: Field, content: Any, second: Any) -> None:
    with editing.at_field(field.name):
        _set_checked(field, content, second)


def _set_checked(field: Field, content: Any, second: Any) -> None:
    catalog = editing.design_catalog()
    if catalog is None:
        raise EditError("The design service is starting; change this again in a moment.")
    param, owner = field.param, field.owner
    value = read(param, content, second)
    finding = check_argument(catalog, field.block, owner, param.name, value)
    if finding is not None:
        raise EditError(finding.message)
    edit: SetDefault | SetParams
    if field.of_default:
        edit = SetDefault(composite=owner, name=param.name, value=value)
    elif json.dumps(value) == json.dumps(param.default) and not param.required:
        edit = SetParams(node=owner, unset=(param.name,))
    else:
        edit = SetParams(node=owner, params={param.name: value})
    before = now_shown("form")
    editing.apply([edit], f"Set {param.name} of {owner} to {number_format.value(value)}")
    after = now_shown("form")
    # A number or a switch shows already what it was set to; the form is drawn again when more than that has changed.
    is_shown = after != before and after[:-1] == before[:-1] and not isinstance(content, str)
    if not editing.takes_refusal_away() and is_shown:
        mark_as_shown("form")

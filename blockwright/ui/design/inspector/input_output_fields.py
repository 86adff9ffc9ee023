"""The ends of what is shown: its inputs with shape and kind of values, and its outputs with their names."""

import streamlit as st

from blockwright.design.edits import EditError
from blockwright.design.structure import resolve_outputs
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import DTYPES, Design, Input, port
from blockwright.schema.text import shape_text
from blockwright.ui.design import commands
from blockwright.ui.design.description import Description
from blockwright.ui.design.inspector.connection_fields import set_output
from blockwright.ui.design.readable_sources import called, sources_of
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.widget_keys import is_choice, slot
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action
from blockwright.ui.widgets import number_format


def name_field(name: str, label: str = "Name", help: str = "Shown in graph and summary.") -> None:
    """The field in which an input or a node is renamed."""
    key = slot(f"name_{name}", name)
    st.text_input(label, key=key, max_chars=120, on_change=_rename, args=(name, key), help=help)


@action(commands.PLACE)
def _renamed(old: str, new: str) -> None:
    chosen = state.selected()
    commands.make(commands.here([{"op": "rename", "node": old, "to": new}]), f"Rename {old} to {new}")
    state.select(new if chosen == old else chosen)


def _rename(name: str, key: str) -> None:
    if not is_choice(key):
        return
    _renamed(name, st.session_state[key].strip())
    commands.redraw()


def draw_input(one: Input) -> None:
    """The name, the shape and the kind of values of one input; inside a block only its name."""
    name_field(one.id)
    if state.inside() is not None:
        st.caption("Its shape is that of what the block is given.")
        return
    labels = ("Height", "Width", "Channels") if len(one.shape) == 3 else None
    keys = [slot(f"input_{one.id}_{place}", side) for place, side in enumerate(one.shape)]
    with st.container(horizontal=True, gap="xsmall", key="input_shape"):
        for place, key in enumerate(keys):
            st.number_input(
                labels[place] if labels else f"Size {place + 1}",
                value=None,
                step=1,
                key=key,
                placeholder="open",
                width=88,
                on_change=_resize,
                args=(one.id, keys),
            )
    _shape_field(one, "input_text")
    _dtype_field(one, "input_dtype")


def _shape_field(one: Input, name: str) -> None:
    key = slot(name, shape_text(one.shape, "?", "one number").replace(",", ""))
    st.text_input(
        "Shape",
        key=key,
        on_change=_reshape,
        args=(one.id, key),
        help="Sizes without the batch: 28 x 28 x 1 for grey images, 784 for a plain list of numbers, ? for a size "
        "left open.",
    )


def _given(one: Input) -> str:
    """What an input is given for one example: 28 × 28 × 1, 12 of whole numbers, or a text."""
    if one.dtype == "string" and one.shape == (1,):
        return "a text"
    kind = "" if one.dtype == "float32" else f" of {number_format.KINDS[one.dtype]}"
    return f"{number_format.shape(one.shape, batch=False)}{kind}"


def _kind(dtype: str) -> str:
    return f"{number_format.KINDS[dtype]} ({dtype})"


def _dtype_field(one: Input, name: str) -> None:
    key = slot(name, one.dtype)
    st.selectbox(
        "Values",
        DTYPES,
        key=key,
        format_func=_kind,
        on_change=_retype,
        args=(one.id, key),
        help="What kind of values it is given. Text goes into a TextVectorization or StringLookup block first.",
    )


@action(commands.PLACE)
def _set(name: str, **changes: object) -> None:
    what = "shape" if "shape" in changes else "values"
    commands.make([{"op": "set_input", "input": name, **changes}], f"Set the {what} of {name}")


def _resize(name: str, keys: list[str]) -> None:
    if not is_choice(*keys):
        return
    _set(name, shape=[st.session_state[key] for key in keys])
    commands.redraw()


def _retype(name: str, key: str) -> None:
    if not is_choice(key):
        return
    _set(name, dtype=st.session_state[key])
    commands.redraw()


@action(commands.PLACE)
def _reshaped(name: str, text: str) -> None:
    pieces = text.lower().replace("×", "x").replace(",", "x").split("x")
    sizes = [piece.strip() for piece in pieces]
    if not all(size.isdecimal() or size == "?" for size in sizes):
        raise EditError(f'A shape is written as "28 x 28 x 1". Received: "{text[:60]}".')
    shape = [None if size == "?" else int(size) for size in sizes]
    commands.make([{"op": "set_input", "input": name, "shape": shape}], f"Set the shape of {name}")


def _reshape(name: str, key: str) -> None:
    if not is_choice(key):
        return
    _reshaped(name, st.session_state[key])
    commands.redraw()


def draw_inputs(design: Design) -> None:
    """Every input with its name, and a button for one more."""
    st.markdown("**Inputs**")
    for one in design.inputs:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            name_field(one.id, "Name of an input", "Data of that name is fed to it.")
            if state.inside() is None:
                st.button(
                    "",
                    key=f"input_open_{one.id}",
                    icon=":material/tune:",
                    help="Its shape and the kind of its values.",
                    on_click=_show,
                    args=(one.id,),
                )
            st.button(
                "",
                key=f"input_remove_{one.id}",
                icon=":material/delete:",
                help="Remove this input" if len(design.inputs) > 1 else "A network needs an input.",
                disabled=len(design.inputs) == 1,
                on_click=commands.mend_here,
                args=([{"op": "remove_input", "input": one.id}], f"Remove {one.id}"),
            )
        if state.inside() is None:
            st.caption(_given(one))
    st.button("Add an input", key="input_add", icon=":material/add:", on_click=_add)


def _show(name: str) -> None:
    state.select(name)
    state.show_in_inspector("Block")
    commands.redraw()


@action(commands.PLACE)
def _added() -> None:
    before = state.shown().ids()
    shape = {} if state.inside() else {"shape": list(state.design().inputs[0].shape)}
    commands.make(commands.here([{"op": "add_input", **shape}]), "Add an input")
    state.select(next(one.id for one in state.shown().inputs if one.id not in before))


def _add() -> None:
    _added()
    commands.redraw()


def draw_outputs(design: Design, known: Catalog | None, description: Description) -> None:
    """Every output with its name, and a chooser for one more."""
    st.markdown("**Outputs**")
    ids = design.ids()
    given = resolve_outputs(design)
    for place, source in enumerate(given):
        name = port(ids, source)[0]
        if name not in ids:
            continue
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            label = "Name of an output" + (f" ({called(source, ids)})" if source != name else "")
            key = slot(f"output_name_{place}", name)
            st.text_input(
                label,
                key=key,
                max_chars=120,
                on_change=_rename,
                args=(name, key),
                help="The name of the block that gives it. Losses, metrics and charts are named after it.",
            )
            st.button(
                "",
                key=f"output_remove_{place}",
                icon=":material/close:",
                help="No output any more" if len(given) > 1 else "The only output.",
                disabled=len(given) == 1,
                on_click=_drop,
                args=(source,),
            )
    others = [one for one in sources_of(design, known, description) if one not in given]
    inputs = {one.id for one in design.inputs}
    key = slot("output_more", None)
    lazy_select.choose(
        "Another output",
        [one for one in others if one not in inputs],
        key=key,
        index=None,
        placeholder="Take a block as another output",
        label_visibility="collapsed",
        format_func=lambda one: called(one, ids),
        on_change=_also,
        args=(key,),
    )


def _drop(source: str) -> None:
    set_output(source, False)
    commands.redraw()


def _also(key: str) -> None:
    if not is_choice(key):
        return
    if st.session_state[key] is not None:
        set_output(st.session_state[key], True)
    commands.redraw()

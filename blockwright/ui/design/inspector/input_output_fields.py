"""The inputs of what is shown, with shape and data type, and its outputs with their names."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from blockwright.design.edits import (
    AddInput,
    AddOutput,
    EditError,
    RemoveInput,
    RemoveOutput,
    Rename,
    SetInput,
)
from blockwright.design.wiring import resolve_outputs
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import DTYPES, Design, Input, port
from blockwright.schema.text import shape_text
from blockwright.ui.design import commands, editing
from blockwright.ui.design.description import Description
from blockwright.ui.design.readable_sources import called, sources_of
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.widget_keys import widget_key
from blockwright.ui.shell import state
from blockwright.ui.widgets import number_format


def name_field(name: str, label: str = "Name", help: str = "Shown in graph and summary.") -> None:
    """The field in which an input or a node is renamed."""
    key = widget_key(f"name_{name}", name)
    st.text_input(
        label, key=key, max_chars=120, on_change=editing.apply_field, args=(renaming(name), key), help=help
    )


def renaming(name: str) -> Callable[[str], Rename]:
    """The edit that gives an input or a node the name that was typed."""
    return lambda typed: Rename(node=name, to=typed.strip())


def draw_input(entry: Input) -> None:
    """The name, the shape and the data type of an input; inside a block only its name."""
    name_field(entry.id)
    editing.show_refusal(f"name_{entry.id}")
    if state.inside() is not None:
        st.caption("Its shape is that of the block's input where the block is used.")
        return
    labels = ("Height", "Width", "Channels") if len(entry.shape) == 3 else None
    keys = [widget_key(f"input_{entry.id}_{axis}", size) for axis, size in enumerate(entry.shape)]
    with st.container(horizontal=True, gap="xsmall", key="input_shape"):
        for axis, key in enumerate(keys):
            st.number_input(
                labels[axis] if labels else f"Size {axis + 1}",
                value=None,
                step=1,
                key=key,
                placeholder="open",
                width=88,
                on_change=editing.apply_field,
                args=(lambda *sizes: SetInput(input=entry.id, shape=sizes), *keys),
            )
    if entry.shape:
        editing.show_refusal(f"input_{entry.id}_0")
    _shape_field(entry)
    _dtype_field(entry)


def _shape_field(entry: Input) -> None:
    key = widget_key("input_text", shape_text(entry.shape, "?", "one number").replace(",", ""))
    st.text_input(
        "Shape",
        key=key,
        on_change=editing.apply_field,
        args=(partial(_reshaped, entry.id), key),
        help="Sizes without the batch: 28 x 28 x 1 for grey images, 784 for a plain list of numbers, ? for a size "
        "left open.",
    )
    editing.show_refusal("input_text")


def _example(entry: Input) -> str:
    """One example of an input: "28 × 28 × 1", "12, whole numbers", or "a text"."""
    if entry.dtype == "string" and entry.shape == (1,):
        return "a text"
    values = "" if entry.dtype == "float32" else f", {number_format.KINDS[entry.dtype]}"
    return f"{number_format.shape(entry.shape, batch=False)}{values}"


def _dtype_field(entry: Input) -> None:
    key = widget_key("input_dtype", entry.dtype)
    st.selectbox(
        "Data type",
        DTYPES,
        key=key,
        format_func=lambda dtype: f"{number_format.KINDS[dtype]} ({dtype})",
        on_change=editing.apply_choice,
        args=(lambda dtype: SetInput(input=entry.id, dtype=dtype), key),
        help="The type of each value. Text goes into a TextVectorization or StringLookup block first.",
    )


def _reshaped(name: str, text: str) -> SetInput:
    """The edit for a shape as it was typed, such as "28 x 28 x 1"."""
    sizes = [size.strip() for size in text.lower().replace("×", "x").replace(",", "x").split("x")]
    if not all(size.isdecimal() or size == "?" for size in sizes):
        raise EditError(f'A shape is written as "28 x 28 x 1". Received: "{text[:60]}".')
    return SetInput(input=name, shape=tuple(None if size == "?" else int(size) for size in sizes))


def draw_inputs(design: Design) -> None:
    """Every input with its name, and a button for one more."""
    st.markdown("**Inputs**")
    for entry in design.inputs:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            name_field(entry.id, "Name of an input", "The data with this name goes into it.")
            if state.inside() is None:
                st.button(
                    "",
                    key=f"input_open_{entry.id}",
                    icon=":material/tune:",
                    help="Its shape and data type.",
                    on_click=commands.run,
                    args=(commands.Select(nodes=(entry.id,)),),
                )
            st.button(
                "",
                key=f"input_remove_{entry.id}",
                icon=":material/delete:",
                help="Remove this input" if len(design.inputs) > 1 else "A network needs an input.",
                disabled=len(design.inputs) == 1,
                on_click=editing.edit,
                args=([RemoveInput(input=entry.id)],),
            )
        editing.show_refusal(f"name_{entry.id}")
        if state.inside() is None:
            st.caption(_example(entry))
    st.button("Add an input", key="input_add", icon=":material/add:", on_click=_add)


@editing.gesture
def _add() -> None:
    before = state.shown().ids()
    editing.apply([AddInput() if state.inside() else AddInput(shape=state.design().inputs[0].shape)])
    state.select(next(entry.id for entry in state.shown().inputs if entry.id not in before))


def draw_outputs(design: Design, catalog: Catalog | None, description: Description) -> None:
    """Every output with its name, and a chooser for one more."""
    st.markdown("**Outputs**")
    ids, outputs = design.ids(), resolve_outputs(design)
    for index, source in enumerate(outputs):
        name = port(ids, source)[0]
        if name not in ids:
            continue
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            label = "Name of an output" + (f" ({called(source, ids)})" if source != name else "")
            key = widget_key(f"output_name_{index}", name)
            st.text_input(
                label,
                key=key,
                max_chars=120,
                on_change=editing.apply_field,
                args=(renaming(name), key),
                help="The name of its block. Losses, metrics and charts are named after it.",
            )
            st.button(
                "",
                key=f"output_remove_{index}",
                icon=":material/close:",
                help="Remove from the outputs" if len(outputs) > 1 else "The only output.",
                disabled=len(outputs) == 1,
                on_click=editing.edit,
                args=([RemoveOutput(output=source)],),
            )
        editing.show_refusal(f"output_name_{index}")
    inputs = {entry.id for entry in design.inputs}
    others = [
        source for source in sources_of(design, catalog, description) if source not in {*outputs, *inputs}
    ]
    key = widget_key("output_more", None)
    lazy_select.choose(
        "Another output",
        others,
        key=key,
        index=None,
        placeholder="Add another output",
        label_visibility="collapsed",
        format_func=lambda source: called(source, ids),
        on_change=editing.apply_choice,
        args=(lambda source: None if source is None else AddOutput(source=source), key),
    )

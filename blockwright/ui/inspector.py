"""The inspector: the selected block's name, arguments, wires and documentation, made from the catalog."""

import streamlit as st

from blockwright.architecture.catalog import BlockType, Catalog
from blockwright.architecture.edits import EditError
from blockwright.architecture.spec import Design, Input, Node
from blockwright.architecture.structure import resolve_reads
from blockwright.ui import card, editing, fields, figures, state
from blockwright.ui.backend import catalog
from blockwright.ui.describing import described
from blockwright.ui.messages import action, box, part
from blockwright.ui.slots import slot
from blockwright.ui.stack import fix_label

_ABOVE = "the block above"


@part("the inspector", key="inspector")
def draw() -> None:
    """The chooser of the block, and everything about the block that is chosen."""
    design = state.design()
    called = {one.id: f"{one.id} · input" for one in design.inputs}
    called |= {node.id: f"{node.id} · {node.block}" for node in design.nodes}
    key = slot("node", state.selected())
    st.selectbox(
        "Selected block",
        list(called),
        key=key,
        index=None,
        placeholder="Choose a block",
        on_change=_choose,
        args=(key,),
        format_func=lambda name: called.get(name, name),
    )
    chosen = state.selected()
    if chosen is None:
        st.caption(
            "Select a block to set it. Up and Down walk through the stack, Alt with them moves the block, "
            "Ctrl+D duplicates, Delete removes, Ctrl+Z undoes and Ctrl+Y does again."
        )
        return
    for one in design.inputs:
        if one.id == chosen:
            _input(one)
            return
    _node(design, design.node(chosen), catalog())


def _choose(key: str) -> None:
    editing.do({"do": "select", "node": st.session_state[key]})


def _node(design: Design, node: Node, known: Catalog | None) -> None:
    _buttons(design, node)
    for number, finding in enumerate(described().of(node.id)):
        if finding.fix:
            box(finding.severity, finding.message)
            st.button(
                fix_label(finding),
                key=f"fix_{number}",
                icon=":material/build:",
                on_click=editing.do,
                args=({"do": "fix", "node": node.id, "code": finding.code, "label": finding.fix.label},),
            )
    _name(node.id)
    kind = known.blocks.get(node.block) if known else None
    if kind is None:
        st.caption("The settings of this block appear as soon as the design service knows it.")
        return
    for param in kind.params:
        fields.draw(node, param)
    unknown = [name for name in node.params if kind.param(name) is None]
    given = [
        param.name
        for param in kind.params
        if not param.required and node.params.get(param.name, param.default) != param.default
    ]
    if given or unknown:
        st.button(
            "Back to the defaults",
            key="node_defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=editing.mend,
            args=([{"op": "set", "node": node.id, "unset": given + unknown}], f"Defaults for {node.id}"),
        )
    _reads(design, node, kind)
    card.draw(kind)


def _buttons(design: Design, node: Node) -> None:
    place = design.index(node.id)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="node_buttons"):
        for key, icon, words, deed, possible in (
            ("up", "arrow_upward", "Move up", {"do": "shift", "by": -1}, place > 0),
            (
                "down",
                "arrow_downward",
                "Move down",
                {"do": "shift", "by": 1},
                place + 1 < len(design.nodes),
            ),
            ("duplicate", "content_copy", "Duplicate", {"do": "duplicate"}, True),
            ("remove", "delete", "Remove", {"do": "remove"}, True),
        ):
            st.button(
                "",
                key=f"{key}_{node.id}",
                icon=f":material/{icon}:",
                help=words,
                disabled=not possible,
                on_click=editing.do,
                args=(deed | {"node": node.id},),
            )
        key = slot(f"enabled_{node.id}", node.enabled)
        st.toggle(
            "On", key=key, on_change=_switch, args=(node.id, key), help="Off: values pass through unchanged."
        )


def _switch(node: str, key: str) -> None:
    editing.do({"do": "enable", "node": node, "enabled": st.session_state[key]})


def _name(name: str) -> None:
    key = slot(f"name_{name}", name)
    st.text_input(
        "Name",
        key=key,
        max_chars=120,
        on_change=_rename,
        args=(name, key),
        help="Shown in graph and summary.",
    )


@action(editing.PLACE)
def _renamed(old: str, new: str) -> None:
    editing.make([{"op": "rename", "node": old, "to": new}], f"Rename {old} to {new}")
    state.select(new)


def _rename(name: str, key: str) -> None:
    _renamed(name, st.session_state[key].strip())
    editing.redraw()


def _reads(design: Design, node: Node, kind: BlockType) -> None:
    """What the node reads: several for a merge, one for everything else."""
    names = [one.id for one in design.inputs] + [one.id for one in design.nodes if one.id != node.id]
    reads = resolve_reads(design)[node.id]
    name = f"reads_{node.id}"
    if kind.many_inputs or len(reads) > 1:
        key = slot(name, [source for source in reads if source in names])
        st.multiselect(
            "Reads", names, key=key, on_change=_connect, args=(node.id, key), help="What it merges."
        )
        return
    shown = _ABOVE if node.inputs is None else reads[0] if reads else None
    key = slot(name, shown)
    options = [_ABOVE, *names] if shown in (None, _ABOVE, *names) else [_ABOVE, shown, *names]
    st.selectbox(
        "Reads",
        options,
        key=key,
        index=0 if reads else None,
        placeholder="Nothing yet",
        on_change=_connect,
        args=(node.id, key),
        help="Where its values come from.",
    )


@action(editing.PLACE)
def _connected(node: str, given: str | list[str] | None) -> None:
    inputs = None if given == _ABOVE else [given] if isinstance(given, str) else list(given or ())
    if inputs == []:
        raise EditError(f'"{node}" must read at least one block. Choose what it reads.')
    words = _ABOVE if inputs is None else " + ".join(inputs)
    editing.make([{"op": "connect", "node": node, "inputs": inputs}], f"Let {node} read {words}")


def _connect(node: str, key: str) -> None:
    _connected(node, st.session_state[key])
    editing.redraw()


def _input(one: Input) -> None:
    """The shape of an input: height, width and channels, or whatever dimensions there are."""
    _name(one.id)
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
    key = slot("input_text", figures.shape(one.shape, batch=False).replace("×", "x"))
    st.text_input(
        "Shape",
        key=key,
        on_change=_reshape,
        args=(one.id, key),
        help="Sizes without the batch: 28 x 28 x 1 for grey images, 784 for a plain list of numbers.",
    )


@action(editing.PLACE)
def _resized(name: str, shape: list[int | None]) -> None:
    editing.make([{"op": "set_input", "input": name, "shape": shape}], f"Set the shape of {name}")


def _resize(name: str, keys: list[str]) -> None:
    _resized(name, [st.session_state[key] for key in keys])
    editing.redraw()


@action(editing.PLACE)
def _reshaped(name: str, text: str) -> None:
    pieces = text.lower().replace("×", "x").replace(",", "x").split("x")
    sizes = [piece.strip() for piece in pieces]
    if not all(size.isdecimal() or size == "?" for size in sizes):
        raise EditError(f'A shape is written as "28 x 28 x 1". Received: "{text[:60]}".')
    shape = [None if size == "?" else int(size) for size in sizes]
    editing.make([{"op": "set_input", "input": name, "shape": shape}], f"Set the shape of {name}")


def _reshape(name: str, key: str) -> None:
    _reshaped(name, st.session_state[key])
    editing.redraw()

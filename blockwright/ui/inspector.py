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
from blockwright.ui.stack import fix_label

_ABOVE = "the block above"


@part("the inspector", key="inspector")
def draw() -> None:
    """The chooser of the block, and everything about the block that is chosen."""
    design = state.design()
    called = {one.id: f"{one.id} · input" for one in design.inputs}
    called |= {node.id: f"{node.id} · {node.block}" for node in design.nodes}
    st.session_state["node"] = state.selected()
    st.selectbox(
        "Selected block",
        list(called),
        key="node",
        index=None,
        placeholder="Choose a block",
        on_change=_choose,
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


def _choose() -> None:
    editing.do({"do": "select", "node": st.session_state["node"]})


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
            ("node_up", "arrow_upward", "Move up", {"do": "shift", "by": -1}, place > 0),
            (
                "node_down",
                "arrow_downward",
                "Move down",
                {"do": "shift", "by": 1},
                place + 1 < len(design.nodes),
            ),
            ("node_duplicate", "content_copy", "Duplicate", {"do": "duplicate"}, True),
            ("node_remove", "delete", "Remove", {"do": "remove"}, True),
        ):
            st.button(
                "",
                key=key,
                icon=f":material/{icon}:",
                help=words,
                disabled=not possible,
                on_click=editing.do,
                args=(deed | {"node": node.id},),
            )
        st.session_state["node_enabled"] = node.enabled
        st.toggle("On", key="node_enabled", on_change=_switch, help="Off: values pass through unchanged.")


def _switch() -> None:
    editing.do({"do": "enable", "node": state.selected(), "enabled": st.session_state["node_enabled"]})


def _name(name: str) -> None:
    st.session_state["node_name"] = name
    st.text_input(
        "Name", key="node_name", max_chars=120, on_change=_rename, help="Shown in graph and summary."
    )


@action(editing.PLACE)
def _renamed() -> None:
    old, new = state.selected(), st.session_state["node_name"].strip()
    editing.make([{"op": "rename", "node": old, "to": new}], f"Rename {old} to {new}")
    state.select(new)


def _rename() -> None:
    _renamed()
    editing.redraw()


def _reads(design: Design, node: Node, kind: BlockType) -> None:
    """What the node reads: several for a merge, one for everything else."""
    names = [one.id for one in design.inputs] + [one.id for one in design.nodes if one.id != node.id]
    reads = resolve_reads(design)[node.id]
    key = f"reads_{node.id}"
    if kind.many_inputs or len(reads) > 1:
        st.session_state[key] = [name for name in reads if name in names]
        st.multiselect("Reads", names, key=key, on_change=_connect, args=(node.id,), help="What it merges.")
        return
    st.session_state[key] = _ABOVE if node.inputs is None else reads[0]
    options = [_ABOVE, *names] if st.session_state[key] in (_ABOVE, *names) else [_ABOVE, reads[0], *names]
    st.selectbox(
        "Reads", options, key=key, on_change=_connect, args=(node.id,), help="Where its values come from."
    )


@action(editing.PLACE)
def _connected(node: str) -> None:
    given = st.session_state[f"reads_{node}"]
    inputs = None if given == _ABOVE else [given] if isinstance(given, str) else list(given)
    if inputs == []:
        raise EditError(f'"{node}" must read at least one block. Choose what it reads.')
    words = _ABOVE if inputs is None else " + ".join(inputs)
    editing.make([{"op": "connect", "node": node, "inputs": inputs}], f"Let {node} read {words}")


def _connect(node: str) -> None:
    _connected(node)
    editing.redraw()


def _input(one: Input) -> None:
    """The shape of an input: height, width and channels, or whatever dimensions there are."""
    _name(one.id)
    labels = ("Height", "Width", "Channels") if len(one.shape) == 3 else None
    with st.container(horizontal=True, gap="xsmall", key="input_shape"):
        for place, side in enumerate(one.shape):
            key = f"input_{one.id}_{place}"
            st.session_state[key] = side
            st.number_input(
                labels[place] if labels else f"Size {place + 1}",
                value=None,
                step=1,
                key=key,
                placeholder="open",
                width=88,
                on_change=_resize,
                args=(one.id, len(one.shape)),
            )
    st.session_state["input_text"] = figures.shape(one.shape, batch=False).replace("×", "x")
    st.text_input(
        "Shape",
        key="input_text",
        on_change=_reshape,
        args=(one.id,),
        help="Sizes without the batch: 28 x 28 x 1 for grey images, 784 for a plain list of numbers.",
    )


@action(editing.PLACE)
def _resized(name: str, shape: list[int | None]) -> None:
    editing.make([{"op": "set_input", "input": name, "shape": shape}], f"Set the shape of {name}")


def _resize(name: str, length: int) -> None:
    _resized(name, [st.session_state[f"input_{name}_{place}"] for place in range(length)])
    editing.redraw()


@action(editing.PLACE)
def _reshaped(name: str) -> None:
    text = st.session_state["input_text"]
    pieces = text.lower().replace("×", "x").replace(",", "x").split("x")
    sizes = [piece.strip() for piece in pieces]
    if not all(size.isdecimal() or size == "?" for size in sizes):
        raise EditError(f'A shape is written as "28 x 28 x 1". Received: "{text[:60]}".')
    shape = [None if size == "?" else int(size) for size in sizes]
    editing.make([{"op": "set_input", "input": name, "shape": shape}], f"Set the shape of {name}")


def _reshape(name: str) -> None:
    _reshaped(name)
    editing.redraw()

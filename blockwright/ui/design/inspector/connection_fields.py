"""How a node is connected: its inputs, how often it is repeated, whose weights it uses, which outputs it is."""

from functools import partial

import streamlit as st

from blockwright.design.edits import AddOutput, Connect, RemoveOutput, Repeat, Share
from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import MAX_REPEAT, Design, Node, port
from blockwright.ui.design import editing
from blockwright.ui.design.description import Description
from blockwright.ui.design.readable_sources import called, result_count, sources_of
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.widget_keys import widget_key
from blockwright.ui.shell import state

_ABOVE = "the block above"
_OWN_WEIGHTS = "no other block"


def is_in_sight(design: Design, node: Node, block_type: BlockType) -> bool:
    """Whether its inputs are something to choose: it merges several, or has none yet."""
    return block_type.max_inputs != 1 or len(resolve_reads(design)[node.id]) != 1


def draw_copies(design: Design, node: Node, block_type: BlockType) -> None:
    """How often it is repeated, and whose weights it uses."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="node_copies"):
        _repeat(node, block_type)
        _shares(design, node)
    editing.show_refusal(f"repeat_{node.id}")


def draw_inputs(
    design: Design, node: Node, block_type: BlockType, catalog: Catalog | None, description: Description
) -> None:
    """The inputs of the node: several in order for a merge, a single one for everything else."""
    sources = sources_of(design, catalog, description)
    ids = design.ids()
    options = [source for source in sources if port(ids, source)[0] != node.id]
    inputs = resolve_reads(design)[node.id]
    if block_type.max_inputs == 1 and len(inputs) <= 1:
        _single_input(design, node, inputs, options)
        return
    for index, source in enumerate(inputs):
        _input(design, node, block_type, index, source, options)
    if block_type.max_inputs is None or len(inputs) < block_type.max_inputs:
        _another_input(design, node, inputs, options)


def _single_input(design: Design, node: Node, inputs: tuple[str, ...], options: list[str]) -> None:
    shown = _ABOVE if node.inputs is None else inputs[0] if inputs else None
    key = widget_key(f"reads_{node.id}", shown)
    choices = [_ABOVE, *options]
    lazy_select.choose(
        "Input",
        choices if shown is None or shown in choices else [_ABOVE, shown, *options],
        key=key,
        index=None,
        placeholder="Choose an input",
        format_func=partial(called, ids=design.ids()),
        on_change=editing.apply_field,
        args=(
            lambda source: Connect(node=node.id, inputs=None if source in (None, _ABOVE) else (source,)),
            key,
        ),
        help="The block or network input whose values it gets.",
    )
    editing.show_refusal(f"reads_{node.id}")


def _input(
    design: Design, node: Node, block_type: BlockType, index: int, source: str, options: list[str]
) -> None:
    key = widget_key(f"reads_{node.id}_{index}", source)
    title = "Inputs, in this order" if block_type.max_inputs != 1 else "Input"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        lazy_select.choose(
            f"Input {index + 1}" if index else title,
            options if source in options else [source, *options],
            key=key,
            format_func=partial(called, ids=design.ids()),
            label_visibility="collapsed" if index else "visible",
            on_change=editing.apply_field,
            args=(partial(_replaced, node.id, index), key),
            help=None if index else "The blocks or network inputs whose values it gets.",
        )
        st.button(
            "",
            key=f"unread_{node.id}_{index}",
            icon=":material/close:",
            help=f"Disconnect {called(source, design.ids())}",
            on_click=_disconnect,
            args=(node.id, index),
        )
    editing.show_refusal(f"reads_{node.id}_{index}")


def _another_input(design: Design, node: Node, inputs: tuple[str, ...], options: list[str]) -> None:
    key = widget_key(f"reads_{node.id}_more", None)
    lazy_select.choose(
        "Another input",
        options,
        key=key,
        index=None,
        placeholder="Add another input" if inputs else "Choose an input",
        format_func=partial(called, ids=design.ids()),
        label_visibility="collapsed" if inputs else "visible",
        on_change=editing.apply_field,
        args=(partial(_added, node.id), key),
    )
    editing.show_refusal(f"reads_{node.id}_more")


def _inputs(node: str) -> list[str]:
    return list(resolve_reads(state.shown()).get(node, ()))


def _added(node: str, source: str | None) -> Connect | None:
    return None if source is None else Connect(node=node, inputs=(*_inputs(node), source))


def _replaced(node: str, index: int, *sources: str) -> Connect:
    """The edit that puts `sources` in place of the input `index` of the node."""
    inputs = _inputs(node)
    inputs[index : index + 1] = sources
    return Connect(node=node, inputs=tuple(inputs))


def _disconnect(node: str, index: int) -> None:
    editing.edit([_replaced(node, index)])


def _repeat(node: Node, block_type: BlockType) -> None:
    is_possible = (
        block_type.min_inputs == 1
        and block_type.outputs == 1
        and (node.inputs is None or len(node.inputs) <= 1)
    )
    if node.repeat == 1 and (not is_possible or node.shares is not None):
        return
    key = widget_key(f"repeat_{node.id}", node.repeat)
    st.number_input(
        "Repeat",
        step=1,
        key=key,
        width=112,
        on_change=editing.apply_field,
        args=(lambda times: Repeat(node=node.id, times=1 if times is None else times), key),
        help=f"The number of copies in a row, each with its own weights: 1 to {MAX_REPEAT}.",
    )


def _shares(design: Design, node: Node) -> None:
    owners = [
        other.id
        for other in design.nodes
        if other.block == node.block and other.id != node.id and other.shares is None
    ]
    if node.shares is None and (not owners or node.repeat != 1):
        return
    key = widget_key(f"shares_{node.id}", node.shares or _OWN_WEIGHTS)
    if node.shares is not None and node.shares not in owners:
        owners.insert(0, node.shares)
    lazy_select.choose(
        "Shares weights with",
        [_OWN_WEIGHTS, *owners],
        key=key,
        format_func=str,
        on_change=editing.apply_choice,
        args=(lambda owner: Share(node=node.id, owner=None if owner == _OWN_WEIGHTS else owner), key),
        help="It then uses the layer of another block of the same type: the same weights, trained together.",
    )


def draw_outputs(design: Design, node: Node, catalog: Catalog | None, description: Description) -> None:
    """Which of its results are outputs of what is shown."""
    results = result_count(node, catalog, description.nodes.get(node.id))
    outputs = resolve_outputs(design)
    whole = state.inside() or "the network"
    for number in range(results):
        source = f"{node.id}/{number}" if number else node.id
        key = widget_key(f"output_{source}", source in outputs)
        st.toggle(
            f"Output of {whole}" + (f", result {number + 1}" if results > 1 else ""),
            key=key,
            on_change=editing.apply_choice,
            args=(partial(_output, source), key),
            help=f"Whether it is an output of {whole}. Several blocks can be outputs, also ones in the middle. "
            "An output has the name of its block.",
        )


def _output(source: str, is_output: bool) -> AddOutput | RemoveOutput:
    return AddOutput(source=source) if is_output else RemoveOutput(output=source)

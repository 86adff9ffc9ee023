"""How a node is connected: what it reads, how often it is repeated, whose weights it uses, which outputs it is."""

from functools import partial

import streamlit as st

from blockwright.design.edits import AddOutput, Connect, RemoveOutput, Repeat, Share
from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import MAX_REPEAT, Design, Node, port
from blockwright.ui.design import editing
from blockwright.ui.design.description import Description
from blockwright.ui.design.readable_sources import called, result_count, sources_of
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.widget_keys import widget_key
from blockwright.ui.shell import state

_ABOVE = "the block above"
_OWN = "none: its own weights"


def reads_in_sight(design: Design, node: Node, kind: BlockType) -> bool:
    """Whether what it reads is something to choose: it merges several, or reads nothing yet."""
    return kind.max_inputs != 1 or len(resolve_reads(design)[node.id]) != 1


def draw_copies(design: Design, node: Node, kind: BlockType) -> None:
    """How often it is repeated, and whose weights it uses."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="node_copies"):
        _repeat(node, kind)
        _shares(design, node)


def draw_reads(
    design: Design, node: Node, kind: BlockType, known: Catalog | None, description: Description
) -> None:
    """What the node reads: several in order for a merge, a single input for everything else."""
    sources = sources_of(design, known, description)
    options = [source for source in sources if port(design.ids(), source)[0] != node.id]
    reads = resolve_reads(design)[node.id]
    if kind.max_inputs == 1 and len(reads) <= 1:
        _single_source(design, node, reads, options)
        return
    for place, source in enumerate(reads):
        _source(design, node, kind, place, source, options)
    if kind.max_inputs is None or len(reads) < kind.max_inputs:
        _another_source(design, node, reads, options)


def _single_source(design: Design, node: Node, reads: tuple[str, ...], options: list[str]) -> None:
    shown = _ABOVE if node.inputs is None else reads[0] if reads else None
    key = widget_key(f"reads_{node.id}", shown)
    choices = [_ABOVE, *options]
    lazy_select.choose(
        "Reads",
        choices if shown is None or shown in choices else [_ABOVE, shown, *options],
        key=key,
        index=None,
        placeholder="Nothing yet",
        format_func=lambda source: called(source, design.ids()),
        on_change=editing.apply_choice,
        args=(
            lambda source: Connect(node=node.id, inputs=None if source in (None, _ABOVE) else (source,)),
            key,
        ),
        help="The block or input that it reads.",
    )


def _source(design: Design, node: Node, kind: BlockType, place: int, source: str, options: list[str]) -> None:
    key = widget_key(f"reads_{node.id}_{place}", source)
    several = "Reads, in this order" if kind.max_inputs != 1 else "Reads"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        lazy_select.choose(
            several if place == 0 else f"Reads, number {place + 1}",
            options if source in options else [source, *options],
            key=key,
            format_func=lambda source: called(source, design.ids()),
            label_visibility="visible" if place == 0 else "collapsed",
            on_change=editing.apply_choice,
            args=(partial(_replaced, node.id, place), key),
            help="What it merges, in order." if place == 0 else None,
        )
        st.button(
            "",
            key=f"unread_{node.id}_{place}",
            icon=":material/close:",
            help=f"Disconnect {called(source, design.ids())}",
            on_click=_disconnect,
            args=(node.id, place),
        )


def _another_source(design: Design, node: Node, reads: tuple[str, ...], options: list[str]) -> None:
    key = widget_key(f"reads_{node.id}_more", None)
    lazy_select.choose(
        "Another input",
        options,
        key=key,
        index=None,
        placeholder="Add another input" if reads else "Choose an input",
        format_func=lambda source: called(source, design.ids()),
        label_visibility="collapsed" if reads else "visible",
        on_change=editing.apply_choice,
        args=(partial(_added, node.id), key),
    )


def _sources(node: str) -> list[str]:
    return list(resolve_reads(state.shown()).get(node, ()))


def _connected(node: str, reads: list[str]) -> Connect:
    return Connect(node=node, inputs=tuple(reads))


def _added(node: str, source: str | None) -> Connect | None:
    return None if source is None else _connected(node, [*_sources(node), source])


def _replaced(node: str, place: int, source: str) -> Connect:
    """The edit that lets `node` read `source` at a place of what it reads."""
    reads = _sources(node)
    reads[place : place + 1] = [source]
    return _connected(node, reads)


def _disconnect(node: str, place: int) -> None:
    reads = _sources(node)
    del reads[place : place + 1]
    editing.edit_and_redraw([_connected(node, reads)])


def _repeat(node: Node, kind: BlockType) -> None:
    fits = kind.min_inputs == 1 and kind.outputs == 1 and (node.inputs is None or len(node.inputs) <= 1)
    if node.repeat == 1 and (not fits or node.shares is not None):
        return
    key = widget_key(f"repeat_{node.id}", node.repeat)
    st.number_input(
        "Repeat",
        step=1,
        key=key,
        width=112,
        on_change=editing.apply_choice,
        args=(lambda times: Repeat(node=node.id, times=1 if times is None else times), key),
        help=f"The number of copies in a row, each with its own weights: 1 to {MAX_REPEAT}.",
    )


def _shares(design: Design, node: Node) -> None:
    twins = [one.id for one in design.nodes if one.block == node.block and one.id != node.id]
    owners = [one for one in twins if design.node(one).shares is None]
    if node.shares is None and (not owners or node.repeat != 1):
        return
    key = widget_key(f"shares_{node.id}", node.shares or _OWN)
    lazy_select.choose(
        "Shares weights with",
        [_OWN, *owners] if node.shares in (None, *owners) else [_OWN, node.shares, *owners],
        key=key,
        format_func=str,
        on_change=editing.apply_choice,
        args=(lambda owner: Share(node=node.id, owner=None if owner == _OWN else owner), key),
        help="It then uses the layer of another block of the same type: the same weights, trained together.",
    )


def draw_outputs(design: Design, node: Node, known: Catalog | None, description: Description) -> None:
    """Which of its results are outputs of what is shown."""
    results = result_count(node, known, description.nodes.get(node.id))
    given = resolve_outputs(design)
    whole = "the network" if state.inside() is None else state.inside()
    for number in range(results):
        source = f"{node.id}/{number}" if number else node.id
        key = widget_key(f"output_{source}", source in given)
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

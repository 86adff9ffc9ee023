"""How a node stands in the network: what it reads, how often it is repeated, whose weights it uses, what it gives."""

import streamlit as st

from blockwright.design.edits import EditError
from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import MAX_REPEAT, Design, Node, port
from blockwright.ui.design import commands
from blockwright.ui.design.description import Description
from blockwright.ui.design.readable_sources import called, result_count, sources_of
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.widget_keys import is_choice, slot
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action

_ABOVE = "the block above"
_OWN = "none: weights of its own"


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
    """What the node reads: several in order for a merge, one for everything else."""
    sources = sources_of(design, known, description)
    options = [one for one in sources if port(design.ids(), one)[0] != node.id]
    reads = resolve_reads(design)[node.id]
    if kind.max_inputs == 1 and len(reads) <= 1:
        _one_source(design, node, reads, options)
        return
    for place, source in enumerate(reads):
        _source(design, node, kind, place, source, options)
    if kind.max_inputs is None or len(reads) < kind.max_inputs:
        _more(design, node, reads, options)


def _one_source(design: Design, node: Node, reads: tuple[str, ...], options: list[str]) -> None:
    shown = _ABOVE if node.inputs is None else reads[0] if reads else None
    key = slot(f"reads_{node.id}", shown)
    known = [_ABOVE, *options]
    lazy_select.choose(
        "Reads",
        known if shown is None or shown in known else [_ABOVE, shown, *options],
        key=key,
        index=None,
        placeholder="Nothing yet",
        format_func=lambda one: called(one, design.ids()),
        on_change=_connect,
        args=(node.id, key),
        help="Where its values come from.",
    )


def _source(design: Design, node: Node, kind: BlockType, place: int, source: str, options: list[str]) -> None:
    key = slot(f"reads_{node.id}_{place}", source)
    several = "Reads, in this order" if kind.max_inputs != 1 else "Reads"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        lazy_select.choose(
            several if place == 0 else f"Reads, number {place + 1}",
            options if source in options else [source, *options],
            key=key,
            format_func=lambda one: called(one, design.ids()),
            label_visibility="visible" if place == 0 else "collapsed",
            on_change=_exchange,
            args=(node.id, place, key),
            help="What it merges, in order." if place == 0 else None,
        )
        st.button(
            "",
            key=f"unread_{node.id}_{place}",
            icon=":material/close:",
            help=f"Read {called(source, design.ids())} no more",
            on_click=_cut,
            args=(node.id, place),
        )


def _more(design: Design, node: Node, reads: tuple[str, ...], options: list[str]) -> None:
    key = slot(f"reads_{node.id}_more", None)
    lazy_select.choose(
        "Reads another one",
        options,
        key=key,
        index=None,
        placeholder="Let it read another one" if reads else "Choose what it reads",
        format_func=lambda one: called(one, design.ids()),
        label_visibility="collapsed" if reads else "visible",
        on_change=_also,
        args=(node.id, key),
    )


@action(commands.PLACE)
def _read(node: str, inputs: list[str] | None) -> None:
    ids = state.shown().ids()
    words = _ABOVE if inputs is None else " + ".join(called(one, ids) for one in inputs) or "nothing"
    edit = {"op": "connect", "node": node, "inputs": inputs}
    commands.make(commands.here([edit]), f"Let {node} read {words}")


def _connect(node: str, key: str) -> None:
    if not is_choice(key):
        return
    given = st.session_state[key]
    _read(node, None if given in (None, _ABOVE) else [given])
    commands.redraw()


def _sources(node: str) -> list[str]:
    return list(resolve_reads(state.shown()).get(node, ()))


def _exchange(node: str, place: int, key: str) -> None:
    if not is_choice(key):
        return
    reads = _sources(node)
    reads[place : place + 1] = [st.session_state[key]]
    _read(node, reads)
    commands.redraw()


def _cut(node: str, place: int) -> None:
    reads = _sources(node)
    del reads[place : place + 1]
    _read(node, reads)
    commands.redraw()


def _also(node: str, key: str) -> None:
    if not is_choice(key):
        return
    if st.session_state[key] is not None:
        _read(node, [*_sources(node), st.session_state[key]])
    commands.redraw()


def _repeat(node: Node, kind: BlockType) -> None:
    fits = kind.min_inputs == 1 and kind.outputs == 1 and (node.inputs is None or len(node.inputs) <= 1)
    if node.repeat == 1 and (not fits or node.shares is not None):
        return
    key = slot(f"repeat_{node.id}", node.repeat)
    st.number_input(
        "Repeat",
        step=1,
        key=key,
        width=112,
        on_change=_take_repeat,
        args=(node.id, key),
        help=f"How many copies stand in a chain, each with weights of its own: 1 to {MAX_REPEAT}.",
    )


@action(commands.PLACE)
def _repeated(node: str, times: int | None) -> None:
    edit = {"op": "repeat", "node": node, "times": 1 if times is None else times}
    commands.make(commands.here([edit]), f"Repeat {node} {edit['times']} times")


def _take_repeat(node: str, key: str) -> None:
    if not is_choice(key):
        return
    _repeated(node, st.session_state[key])
    commands.redraw()


def _shares(design: Design, node: Node) -> None:
    twins = [one.id for one in design.nodes if one.block == node.block and one.id != node.id]
    owners = [one for one in twins if design.node(one).shares is None]
    if node.shares is None and (not owners or node.repeat != 1):
        return
    key = slot(f"shares_{node.id}", node.shares or _OWN)
    lazy_select.choose(
        "Shares weights with",
        [_OWN, *owners] if node.shares in (None, *owners) else [_OWN, node.shares, *owners],
        key=key,
        format_func=str,
        on_change=_take_owner,
        args=(node.id, key),
        help="It then uses the layer of another block of its kind: the same weights, trained together.",
    )


@action(commands.PLACE)
def _shared(node: str, owner: str) -> None:
    other = None if owner == _OWN else owner
    words = f"Let {node} share weights with {other}" if other else f"Give {node} weights of its own"
    commands.make(commands.here([{"op": "share", "node": node, "with": other}]), words)


def _take_owner(node: str, key: str) -> None:
    if not is_choice(key):
        return
    _shared(node, st.session_state[key])
    commands.redraw()


def draw_outputs(design: Design, node: Node, known: Catalog | None, description: Description) -> None:
    """Which of its results are outputs of what is shown."""
    results = result_count(node, known, description.nodes.get(node.id))
    given = resolve_outputs(design)
    whole = "the network" if state.inside() is None else state.inside()
    for number in range(results):
        source = f"{node.id}/{number}" if number else node.id
        key = slot(f"output_{source}", source in given)
        st.toggle(
            f"Output of {whole}" + (f", result {number + 1}" if results > 1 else ""),
            key=key,
            on_change=_take_output,
            args=(source, key),
            help=f"What {whole} gives: several blocks may be outputs, one in the middle too. The name of an output "
            "is the name of its block.",
        )


@action(commands.PLACE)
def set_output(source: str, on: bool) -> None:
    """Make a source an output of what is shown, or no output any more."""
    design = state.shown()
    given = list(resolve_outputs(design))
    words = called(source, design.ids())
    if on and source not in given:
        given.append(source)
    elif not on:
        given = [one for one in given if one != source]
    if not given:
        raise EditError(
            f'"{words}" is the only output, and a network gives something. Make another one an output first.'
        )
    last = design.nodes[-1].id if design.nodes else None
    edit = {"op": "outputs", "outputs": None if given == [last] else given}
    label = f"Make {words} an output" if on else f"Take {words} off the outputs"
    commands.make(commands.here([edit]), label)


def _take_output(source: str, key: str) -> None:
    if not is_choice(key):
        return
    set_output(source, st.session_state[key])
    commands.redraw()

"""The stack of blocks as the page shows it: one row a block, with its shape, its cost and what is wrong with it.

Its script is loaded once by a component of its own, because a component's script is sent again with every update; of
the rows, only what changed is sent.
"""

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node, port
from blockwright.schema.findings import Finding
from blockwright.ui.design import breadcrumbs, commands
from blockwright.ui.design.block_colours import INPUT, colour_of
from blockwright.ui.design.description import Description, described_here, shown_with_shapes
from blockwright.ui.design.readable_sources import called
from blockwright.ui.frontend import mount, script, sealed
from blockwright.ui.reactive import component_patches
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action, box, part, show_notices
from blockwright.ui.shell.service import wait_for_service
from blockwright.ui.widgets import number_format

KEY = "stack"
_ORDER = ("error", "warning", "note")
_EMPTY = "Nothing here yet. Pick a block on the left, or take a ready network from the Start page."

_SENT = "stack_sent"

_library = st.components.v2.component(
    "blockwright_stack_library",
    js=f"{script('canvas/src/patch.js')}\nconst STYLE = {json.dumps(script('stack.css'))}\n{script('stack.js')}",
)
_component = st.components.v2.component(
    "blockwright_stack", html='<div class="mount">The stack is being loaded.</div>\n', js=mount("stack")
)


def load() -> None:
    """Bring the script into the page; everything is sent to it anew after this."""
    _library(key="stack_library", data=sealed({}), height=1)
    component_patches.forget(_SENT)


@part("the stack of blocks", key="stack")
def draw() -> None:
    """The stack, with what concerns the whole design above it."""
    design = state.shown()
    description = described_here()
    breadcrumbs.draw(description)
    show_notices(commands.PLACE)
    if description.starting:
        wait_for_service()
    if description.trouble:
        box("error", description.trouble)
    for number, finding in enumerate(description.of(None) if design.nodes else []):
        show_whole(finding, number)
    drawn = {
        f"n:{row['id']}": row
        for row in rows(shown_with_shapes(description), description, commands.known_blocks())
    }
    _component(
        key=KEY,
        data=sealed(
            {
                **component_patches.message(_SENT, drawn, {"empty": _EMPTY}),
                "selected": state.selected(),
                "place": state.chosen_place(),
                "done": state.deeds_done(),
                "said": state.history().undoes or "",
            }
        ),
        on_deed_change=_answer,
    )


@action(commands.PLACE)
def _take() -> None:
    commands.answer(getattr(st.session_state[KEY], "deed", None), _act)


def _act(deed: dict[str, Any]) -> None:
    if deed.get("do") == "resend":
        component_patches.forget(_SENT)
    else:
        commands.act(deed)


def _answer() -> None:
    _take()
    commands.redraw()


def show_whole(finding: Finding, number: int) -> None:
    """A finding about the design as a whole, with its fix as a button."""
    box(finding.severity, finding.message)
    if finding.fix:
        st.button(
            finding.fix.label,
            key=f"fix_design_{number}",
            icon=":material/build:",
            on_click=commands.mend_here,
            args=(finding.fix.edits, finding.fix.label),
        )


def rows(design: Design, description: Description, known: Catalog | None) -> list[dict[str, Any]]:
    """What the component draws: the inputs, then every node, as text and colours."""
    reads = resolve_reads(design)
    outputs = resolve_outputs(design) if design.outputs is not None else ()
    whole = state.inside() is None
    drawn = [
        {
            "id": one.id,
            "kind": "input",
            "block": "input",
            "colour": INPUT,
            "params": ("what the network is given" if whole else "what the block is given")
            if one.dtype == "float32"
            else number_format.KINDS[one.dtype],
            "marks": [],
            "opens": False,
            "shape": number_format.shape(one.shape, batch=False),
            "cost": "",
            "enabled": True,
            "findings": findings_shown(description.of(one.id)),
            "severity": worst(description.of(one.id)),
        }
        for one in design.inputs
    ]
    ids = design.ids()
    given = [port(ids, one) for one in outputs]
    before = design.inputs[0].id
    for node in design.nodes:
        about = description.nodes.get(node.id, {})
        shape = number_format.shape(about.get("output_shape"))
        found = description.of(node.id)
        words = _words(node, [called(one, ids) for one in reads[node.id]], before, known)
        marks = _marks(node, [number for name, number in given if name == node.id])
        drawn.append(
            {
                "id": node.id,
                "kind": "node",
                "block": node.block,
                "colour": colour_of(node.block, known),
                "params": words,
                "marks": marks,
                "opens": node.block in design.composites,
                "shape": shape,
                "cost": cost(about),
                "enabled": node.enabled,
                "findings": findings_shown(found),
                "severity": worst(found),
            }
        )
        before = node.id
    return drawn


def _marks(node: Node, outputs: list[int]) -> list[str]:
    """What stands beside the name: how often it is repeated, whether it is frozen, whose weights it uses, that it
    gives an output.
    """
    marks = [f"×{node.repeat}"] if node.repeat != 1 else []
    marks += [] if node.trainable else ["frozen"]
    if node.shares is not None:
        marks.append(f"shares weights with {node.shares}")
    marks += ["output" if not number else f"output: result {number + 1}" for number in outputs]
    return marks


def _words(node: Node, reads: list[str], before: str, known: Catalog | None) -> str:
    """The parameters that say something, and what the node reads where that is not the block above."""
    kind = known.blocks.get(node.block) if known else None
    names = [param.name for param in kind.params] if kind else list(node.params)
    given = [name for name in names if name in node.params]
    given += [name for name in node.params if name not in given]
    words = [f"{name} {number_format.value(node.params[name])}" for name in given]
    if not node.enabled:
        words = ["switched off: values pass through"]
    if reads != [before]:
        words.insert(0, f"reads {' + '.join(reads) or 'nothing yet'}")
    return ", ".join(words) or "as it is"


def cost(about: Mapping[str, Any]) -> str:
    """What a block costs, as text; empty where that is unknown."""
    if about.get("output_shape") is None:
        return ""
    params, macs = about["params"], about["macs"]
    if not params and not macs:
        return "no parameters"
    return f"{number_format.count(params)} params · {number_format.short(macs)} MACs"


def findings_shown(found: list[Finding]) -> list[dict[str, Any]]:
    """Findings as a component shows them, the gravest first."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message.replace("`", ""),
            "fix": fix_label(finding),
            "label": finding.fix.label if finding.fix else None,
        }
        for finding in sorted(found, key=lambda one: _ORDER.index(one.severity))
    ]


def fix_label(finding: Finding) -> str | None:
    """What the button of a fix says: the fix, and the shape that it would give."""
    if finding.fix is None:
        return None
    shape = finding.fix.output_shape
    return finding.fix.label + (f" → {number_format.shape(shape)}" if shape else "")


def worst(found: list[Finding]) -> str:
    """The gravest severity among findings; empty where there is none."""
    severities = {finding.severity for finding in found}
    return next((severity for severity in _ORDER if severity in severities), "")

"""The stack of blocks as the page shows it: one row a block, with its shape, its cost and what is wrong with it.

Its script is loaded once by a component of its own, because a component's script is sent again with every update; of
the rows, only what changed is sent.
"""

import json
from typing import Any

import streamlit as st

from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node, port
from blockwright.ui.design import breadcrumbs, commands, editing
from blockwright.ui.design.block_colours import INPUT, colour_of
from blockwright.ui.design.block_text import (
    argument_names,
    cost,
    draw_finding,
    shown_findings,
    worst_severity,
)
from blockwright.ui.design.description import Description, described_here, shown_with_shapes
from blockwright.ui.design.readable_sources import called
from blockwright.ui.design.unfolding import layers_inside, unfolds
from blockwright.ui.frontend import component_data, mount, script
from blockwright.ui.reactive import component_patches
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import box, show_notices_aside
from blockwright.ui.shell.service import wait_for_service
from blockwright.ui.widgets import number_format

KEY = "stack"
_EMPTY = "Nothing here yet. Pick a block from the list, or start from an example on the Start page."

_receive = commands.receiver(KEY)

_library = st.components.v2.component(
    "blockwright_stack_library",
    js=f"const STYLE = {json.dumps(script('stack.css'))}\n"
    + script("patch.js", "outbox.js", "elements.js", "stack_row.js", "stack.js"),
)
_component = st.components.v2.component(
    "blockwright_stack", html='<div class="mount">The stack is being loaded.</div>\n', js=mount("stack")
)


def load() -> None:
    """Bring the script into the page; everything is sent to it again after this."""
    _library(key="stack_library", data=component_data({}), height=1)
    component_patches.forget()


@fragment("the stack of blocks", key="stack")
def draw() -> None:
    """The stack, with what concerns the whole design above it."""
    design = state.shown()
    description = described_here()
    breadcrumbs.draw(description)
    show_notices_aside(editing.PLACE)
    if description.starting:
        wait_for_service()
    if description.trouble:
        box("error", description.trouble)
    for number, finding in enumerate(description.of(None) if design.nodes else []):
        draw_finding(finding, f"fix_design_{number}")
    drawn = {
        f"n:{row['id']}": row
        for row in rows(shown_with_shapes(description), description, editing.design_catalog())
    }
    _component(
        key=KEY,
        data=component_data(
            {
                **component_patches.message(KEY, drawn, {"empty": _EMPTY}),
                "selected": state.selected(),
                "insertion": state.chosen_insertion(),
                "done": state.last_message(),
                "announce": state.history().undoes or "",
            }
        ),
        on_action_change=_receive,
    )


def rows(design: Design, description: Description, catalog: Catalog | None) -> list[dict[str, Any]]:
    """What the component draws: the inputs, then every node, as text and colours."""
    reads = resolve_reads(design)
    outputs = resolve_outputs(design) if design.outputs is not None else ()
    whole = state.inside() is None
    rows: list[dict[str, Any]] = [
        {
            "id": entry.id,
            "kind": "input",
            "block": "input",
            "colour": INPUT,
            "params": ("network input" if whole else "block input")
            if entry.dtype == "float32"
            else number_format.KINDS[entry.dtype],
            "marks": [],
            "opens": False,
            "unfolds": False,
            "layers": None,
            "shape": number_format.shape(entry.shape, batch=False),
            "cost": "",
            "enabled": True,
            "findings": shown_findings(description.of(entry.id)),
            "severity": worst_severity(description.of(entry.id)),
        }
        for entry in design.inputs
    ]
    ids = design.ids()
    output_ports = [port(ids, source) for source in outputs]
    above = design.inputs[0].id
    for node in design.nodes:
        described = description.nodes.get(node.id)
        findings = description.of(node.id)
        inputs = [called(source, ids) for source in reads[node.id]]
        rows.append(
            {
                "id": node.id,
                "kind": "node",
                "block": node.block,
                "colour": colour_of(node.block, catalog),
                "params": _summary(node, inputs, above, catalog.blocks.get(node.block) if catalog else None),
                "marks": _marks(node, [number for name, number in output_ports if name == node.id]),
                "opens": node.block in design.composites,
                "unfolds": unfolds(node, catalog),
                "layers": layers_inside(node, catalog),
                "shape": number_format.shape(described and described["output_shape"]),
                "cost": cost(described),
                "enabled": node.enabled,
                "findings": shown_findings(findings),
                "severity": worst_severity(findings),
            }
        )
        above = node.id
    return rows


def _marks(node: Node, outputs: list[int]) -> list[str]:
    """What stands beside the name: how often it is repeated, whether it is frozen, whose weights it uses, which
    outputs it gives.
    """
    marks = [f"×{node.repeat}"] if node.repeat != 1 else []
    marks += [] if node.trainable else ["frozen"]
    if node.shares is not None:
        marks.append(f"shares weights with {node.shares}")
    marks += ["output" if not number else f"output: result {number + 1}" for number in outputs]
    return marks


def _summary(node: Node, inputs: list[str], above: str, block_type: BlockType | None) -> str:
    """The arguments that are set, and the inputs of the node where that is not the block above."""
    words = [f"{name} {number_format.value(node.params[name])}" for name in argument_names(node, block_type)]
    if not node.enabled:
        words = ["switched off: values pass through"]
    if inputs != [above]:
        words.insert(0, f"{'inputs' if len(inputs) > 1 else 'input'}: {' + '.join(inputs) or 'none yet'}")
    return ", ".join(words) or "default settings"

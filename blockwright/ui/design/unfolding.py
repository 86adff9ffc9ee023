"""The blocks that are unfolded where they stand, on the canvas and in the stack: their layers, arguments and shapes."""

from typing import Any

import streamlit as st

from blockwright.schema.catalog import Catalog
from blockwright.schema.description import LayerDescription
from blockwright.schema.design import Node
from blockwright.schema.findings import DesignError
from blockwright.schema.service_calls import BLOCK_LAYERS
from blockwright.ui.design.block_colours import colour_of
from blockwright.ui.shell import state
from blockwright.ui.shell.service import Starting, Unanswered, request
from blockwright.ui.widgets import number_format

_UNFOLDED = "unfolded"


def unfolds(node: Node, catalog: Catalog | None) -> bool:
    """Whether the layers inside a node can be shown."""
    kind = catalog.blocks.get(node.block) if catalog else None
    return kind is not None and kind.opens and node.enabled


def toggle(node: str) -> None:
    """Unfold a node of what is shown, or fold it again."""
    scope, nodes = _scope(), _nodes()
    st.session_state[_UNFOLDED] = {"scope": scope, "nodes": nodes ^ {node}}


def layers_inside(node: Node, catalog: Catalog | None) -> dict[str, Any] | None:
    """What a component draws inside a node; None where it is not unfolded, or while the service starts.

    `layers` have texts and a colour each; what they read are their names and those of `inputs`. Where there are none,
    `note` says why.
    """
    if node.id not in _nodes() or not unfolds(node, catalog):
        return None
    uses = [level["use"] for level in state.levels()]
    try:
        answer = request(
            BLOCK_LAYERS,
            design=state.design().document(),
            node=node.id,
            block=state.inside(),
            path=[use for use in uses if use] if all(uses) else [],
        )
    except (Starting, DesignError):
        return None
    except Unanswered as error:
        return {"inputs": [], "layers": [], "outputs": [], "note": str(error)}
    return {**answer, "layers": [_drawn(layer, catalog) for layer in answer["layers"]]}


def _drawn(layer: LayerDescription, catalog: Catalog | None) -> dict[str, Any]:
    params = [f"{name} {number_format.value(value)}" for name, value in layer["params"].items()]
    count = layer["parameters"]
    return {
        "id": layer["id"],
        "block": layer["block"],
        "colour": colour_of(layer["block"], catalog),
        "params": ", ".join(params),
        "shape": number_format.shape(layer["output_shape"]),
        "cost": f"{number_format.count(count)} params" if count else "",
        "reads": layer["reads"],
    }


def _scope() -> list[str | None]:
    return [state.document_key(), state.inside()]


def _nodes() -> set[str]:
    unfolded = st.session_state.get(_UNFOLDED)
    if not unfolded or not unfolded["nodes"]:
        return set()
    return unfolded["nodes"] if unfolded["scope"] == _scope() else set()

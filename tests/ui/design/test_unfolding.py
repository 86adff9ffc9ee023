"""Blocks that are unfolded into their layers where they stand."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.backend.client import BackendError

ANSWER = {
    "inputs": ["input"],
    "layers": [
        {
            "id": "conv",
            "block": "Conv2D",
            "params": {"filters": 4, "strides": [1, 2]},
            "output_shape": [None, 8, 8, 4],
            "parameters": 1040,
            "reads": ["input"],
        }
    ],
    "outputs": ["conv"],
}


def acting(actions: list) -> None:
    import json

    import streamlit as st

    from blockwright.design.presets import preset
    from blockwright.ui.design import commands, editing
    from blockwright.ui.design.unfolding import layers_inside
    from blockwright.ui.shell import state
    from blockwright.ui.shell.messages import show_notices

    state.open_design(preset("tutorial_inception").design)
    commands.carry_out_message({"number": state.last_message() + 1, "actions": actions})
    show_notices(editing.PLACE)
    nodes = {node.id: layers_inside(node, editing.design_catalog()) for node in state.shown().nodes}
    st.text(json.dumps({name: inside for name, inside in nodes.items() if inside}))


@pytest.fixture
def unfolded(service, workspace_store):
    service.answers["block_layers"] = lambda **_: ANSWER

    def run(*actions: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
        app = AppTest.from_function(acting, args=(list(actions),), default_timeout=30).run()
        assert not app.exception
        return json.loads(app.text[0].value), [box.value for box in app.error]

    return run


def test_a_block_is_unfolded_into_its_layers_and_folded_again(unfolded):
    assert unfolded({"do": "unfold", "node": "mix1"}) == (
        {
            "mix1": {
                "inputs": ["input"],
                "layers": [
                    {
                        "id": "conv",
                        "block": "Conv2D",
                        "colour": "#2072dc",
                        "params": "filters 4, strides 1×2",
                        "shape": "8 × 8 × 4",
                        "cost": "1,040 params",
                        "reads": ["input"],
                    }
                ],
                "outputs": ["conv"],
            }
        },
        [],
    )
    twice = {"do": "unfold", "node": "mix1"}
    assert unfolded(twice, twice) == ({}, [])


def test_where_the_layers_are_not_known_the_block_says_why(unfolded, service):
    def refuse(**_: Any) -> None:
        raise BackendError('The shapes of "mix1" are not known.')

    service.answers["block_layers"] = refuse
    inside, _ = unfolded({"do": "unfold", "node": "mix1"})
    assert inside["mix1"]["note"] == 'The shapes of "mix1" are not known.'


@pytest.mark.parametrize(
    ("node", "sentence"),
    [
        ("head", '"head" is a single layer: there is nothing inside.'),
        ("gone", 'There is no block named "gone".'),
    ],
)
def test_what_cannot_be_unfolded_is_said(unfolded, node, sentence):
    assert unfolded({"do": "unfold", "node": node}) == ({}, [sentence])

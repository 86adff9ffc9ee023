"""The shapes of opened networks, and those that are kept for the cards of the examples."""

import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.design.presets import preset, presets
from blockwright.network.describe import describe
from blockwright.network.topology import topology
from blockwright.schema.data.dataset_cards import card
from blockwright.tasks.fitting import adapted_shape
from blockwright.ui.start.thumbnails import topologies

KEYS = [pytest.param(one.key, marks=[pytest.mark.slow] if one.big else []) for one in presets()]


def test_a_shortcut_passes_beside_the_layers_that_it_skips():
    design = read_design(
        {
            "format": 1,
            "name": "Shortcut",
            "inputs": [{"id": "image", "shape": [8, 8, 4]}],
            "nodes": [
                {
                    "id": "conv",
                    "block": "Conv2D",
                    "params": {"filters": 4, "kernel_size": 3, "padding": "same"},
                },
                {"id": "norm", "block": "BatchNormalization"},
                {"id": "sum", "block": "Add", "inputs": ["norm", "image"]},
            ],
        }
    )
    drawn = topology(design)
    assert drawn.parts == {"Input": [(0, 0)], "Convolution": [(1, 1)], "Merging": [(2, 0)]}
    assert drawn.wires == [(0, 0, -1), (0, 0, 1), (1, -1, 0), (1, 1, 0)]


@pytest.mark.parametrize("key", KEYS)
def test_what_is_kept_of_an_example_is_what_its_design_makes(key):
    design = preset(key).design
    assert topologies()[key] == topology(design), "An example was changed: run `make thumbnails`."
    assert preset(key).macs == describe(design)["macs"]


@pytest.mark.parametrize("key", [one.key for one in presets() if not one.big and one.data is None])
def test_what_an_example_costs_on_digits_is_what_its_adapted_design_costs(key):
    example = preset(key)
    (entry,) = example.design.inputs
    shape = adapted_shape(card("digits").shape, entry.shape)
    description = describe(
        apply_edits(example.design, [{"op": "set_input", "input": entry.id, "shape": list(shape)}])
    )
    built = not any(finding["severity"] == "error" for finding in description["findings"])
    assert example.digits_macs == (description["macs"] if built else None)

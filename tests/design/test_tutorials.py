import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.presets import preset, preset_with_tutorial, presets
from blockwright.recipe.optimizers.adam import Adam
from blockwright.recipe.schedules.constant import Constant

WITH_TUTORIAL = [entry for entry in presets() if entry.tutorial is not None]


def tutorial(key):
    return preset(key).tutorial


def test_the_tutorial_inception_trains_as_its_tutorial():
    settings = tutorial("tutorial_inception").run_settings()
    chosen = (settings.optimizer, settings.learning_rate, settings.batch_size, settings.epochs)
    assert chosen == (Adam(), 5e-5, 32, 10)
    assert (settings.schedule, settings.precision) == (Constant(), "float32")


def test_a_result_says_on_which_data_it_was_reached():
    assert tutorial("tutorial_inception").results[0].sentence() == (
        "The tutorial by fit, on MNIST after 10 epochs: 99.02 % validation accuracy, 99.09 % test accuracy, "
        "a test loss of 0.0286."
    )
    assert all(
        "on MNIST" in result.sentence() for entry in WITH_TUTORIAL for result in entry.tutorial.results
    )


@pytest.mark.parametrize("entry", WITH_TUTORIAL, ids=lambda entry: entry.key)
def test_each_has_settings_in_words_and_a_result(entry):
    assert entry.tutorial.words().startswith("Adam at a constant ")
    assert " accuracy" in entry.tutorial.results[0].sentence()


def test_the_networks_that_classify_well_have_a_level_to_compare_with():
    levels = {entry.key: entry.tutorial.results[0].level for entry in WITH_TUTORIAL}
    assert levels == {
        "tutorial_inception": 0.9902,
        "resnet_like": 0.9914,
        "stacked_conv": 0.9875,
        "three_apis": None,
        "mlp_128_128": 0.9692,
    }


@pytest.mark.parametrize("entry", WITH_TUTORIAL, ids=lambda entry: entry.key)
def test_the_edits_make_it_the_network_of_the_tutorial_which_is_still_recognized(entry):
    edits = entry.tutorial.edits(entry.design, entry.design)
    changed = apply_edits(entry.design, edits)
    normalized = ("BatchNormalization", "ConvBlock", "InceptionBlock", "DownsampleBlock", "ResidualBlock")
    momenta = {node.params.get("momentum") for node in changed.nodes if node.block in normalized}
    assert momenta <= {0.99}
    assert entry.tutorial.edits(entry.design, changed) == []
    assert preset_with_tutorial(changed)[0] is entry


def test_the_edits_follow_other_names():
    entry = preset("three_apis")
    renamed = apply_edits(
        entry.design,
        [{"op": "rename", "node": "head", "to": "end"}, {"op": "rename", "node": "image", "to": "picture"}],
    )
    changed = apply_edits(renamed, entry.tutorial.edits(entry.design, renamed))
    assert changed.inputs[0].shape == (28, 28, 3)
    assert "activation" not in changed.nodes[-1].params


def test_the_network_is_recognized_by_its_blocks_whatever_their_names_and_the_input():
    design = preset("tutorial_inception").design
    edits = [
        {"op": "set_input", "input": "image", "shape": [8, 8, 1]},
        {"op": "rename", "node": "mix1", "to": "a"},
    ]
    assert preset_with_tutorial(apply_edits(design, edits))[0].key == "tutorial_inception"


@pytest.mark.parametrize(
    "edit",
    [
        {"op": "set", "node": "mix1", "params": {"filters_1x1": 33}},
        {"op": "remove", "node": "mix1"},
        {"op": "enable", "node": "mix1", "enabled": False},
        {"op": "connect", "node": "pool", "inputs": ["mix5"]},
    ],
    ids=lambda edit: edit["op"],
)
def test_another_network_has_no_tutorial(edit):
    assert preset_with_tutorial(apply_edits(preset("tutorial_inception").design, [edit])) is None

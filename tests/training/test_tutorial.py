"""What the tutorial network must reach from the page's defaults."""

import pytest

from blockwright import preset
from blockwright.design.edits import apply_edits
from blockwright.design.presets import presets
from blockwright.runs.history import fold
from blockwright.schema.data.dataset_cards import card
from blockwright.training.worker import execute
from tests.training.designs import new_run


@pytest.mark.slow
def test_the_first_card_with_the_defaults_of_the_page_learns_digits_at_their_own_size(store):
    design = apply_edits(
        presets()[0].design, [{"op": "set_input", "input": "image", "shape": list(card("digits").shape)}]
    )
    run = new_run(store, design)
    execute(run.id)
    history = fold(store.events(run.id))
    assert history.evaluated["outputs"]["head"]["test_accuracy"] >= 0.9
    assert history.diagnoses == []


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["auto", pytest.param("float32", marks=pytest.mark.allcode)])
def test_the_tutorial_inception_learns_digits_within_five_epochs(store, precision):
    run = new_run(store, preset("tutorial_inception").design, precision=precision)
    execute(run.id)
    history = fold(store.events(run.id))
    validation = [epoch["outputs"]["head"]["val_accuracy"] for epoch in history.epochs]
    assert len(validation) == 5
    assert max(validation) >= 0.97
    assert min(validation[1:]) >= 0.6
    assert history.evaluated["outputs"]["head"]["test_accuracy"] >= 0.9

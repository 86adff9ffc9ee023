import pytest

from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_the_best_epoch_is_said_when_the_run_has_ended():
    run = synthetic.ended(store(), MINE, "stopped", "Stopped by request after 2 epochs.", done=2.0)
    text = words(visit("train", run.id)).replace("\\_", "_")
    assert "Stopped after 2 of 5 epochs. Best epoch: 2, by val_loss (" in text


def test_after_one_epoch_none_is_the_best():
    run = synthetic.ended(store(), MINE, "stopped", "Stopped by request after 1 epoch.", done=1.0)
    assert "Best epoch" not in words(visit("train", run.id))


@pytest.mark.parametrize("page", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("weights", "sentence"),
    [
        (
            {"which": "best", "epoch": 3, "monitor": "val_accuracy"},
            "Tested and exported: the weights of epoch 3, the best by val_accuracy.",
        ),
        ({"which": "last", "epoch": 5, "monitor": None}, "Tested and exported: the last weights."),
        (None, None),
    ],
)
def test_which_weights_were_tested_is_said_where_it_is_known(page, weights, sentence):
    run = synthetic.finished(store(), MINE, weights=weights)
    text = words(visit(page, run.id)).replace("\\_", "_")
    if sentence is None:
        assert "Tested and exported" not in text
    else:
        assert sentence in text


def test_the_callback_that_ended_a_run_early_is_named_with_the_settings(monkeypatch):
    chosen = {
        **synthetic.settings(),
        "schedule": {"name": "cosine", "warmup": 0.1, "final": 0.0},
        "callbacks": [{"name": "early_stopping"}, {"name": "csv_logger"}, {"name": "of_a_newer_version"}],
    }
    monkeypatch.setattr(synthetic, "settings", lambda epochs=5: chosen)
    run = synthetic.ended(store(), MINE, "finished", "", done=2.0)
    text = words(visit("train", run.id)).replace("\\_", "_")
    assert "Finished after 2 of 5 epochs: EarlyStopping ended the training." in text
    assert " · schedule: Cosine (warmup 0.1) · batches of 32 · " in text
    assert " · callbacks: EarlyStopping, CSVLogger" in text

import numpy as np
import pytest

from blockwright.runs.files.batch_losses import write_batch_losses
from blockwright.runs.files.home import run_folder
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_the_loss_of_every_batch_is_shown_by_epoch_and_downloaded():
    run = synthetic.running(store(), MINE)
    write_batch_losses(run_folder(run.id), 0, np.linspace(2.0, 0.5, 2 * synthetic.STEPS))
    app = visit("train", run.id)
    assert "batch_loss_epoch" not in {box.key for box in app.selectbox}
    app.toggle(key="run_every_batch").set_value(True).run()
    assert app.selectbox(key="batch_loss_epoch").options == ["All epochs", "Epoch 1", "Epoch 2"]
    app.selectbox(key="batch_loss_epoch").set_value(2).run()
    assert [button.label for button in app.get("download_button")] == ["Loss of every batch"]
    assert not app.exception


def test_a_run_that_recorded_none_says_so():
    run = synthetic.finished(store(), MINE)
    app = visit("train", run.id)
    app.toggle(key="run_every_batch").set_value(True).run()
    assert "no losses of single batches" in words(app)

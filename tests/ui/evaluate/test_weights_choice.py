"""Choosing which weights of a run are tested and exported."""

import pytest

from blockwright.backend.client import BackendError
from blockwright.runs.files.home import run_folder
from blockwright.schema.service_calls import CHOOSE_WEIGHTS
from blockwright.ui.reactive import background_calls
from tests.browser.driving import wait_for
from tests.ui import synthetic
from tests.ui.page_harness import MINE, keys, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def with_checkpoints():
    run = synthetic.finished(store(), MINE)
    folder = run_folder(run.id) / "checkpoints"
    folder.mkdir()
    (folder / "best.weights.h5").write_bytes(b"x" * 2_000_000)
    (folder / "epoch_0004.weights.h5").write_bytes(b"x" * 1_000_000)
    (run_folder(run.id) / "weights.weights.h5").write_bytes(b"x" * 3_000_000)
    return run


def test_weights_are_offered_with_what_each_takes_on_disk():
    run = with_checkpoints()
    app = visit("evaluate", run.id)
    assert not app.exception
    choice = app.selectbox(key=f"weights_{run.id}")
    assert (choice.label, choice.options) == (
        "Weights (3 MB of checkpoints on disk)",
        ["Last weights · 3 MB · tested", "Best epoch · 2 MB", "Epoch 4 · 1 MB"],
    )
    assert "Checkpoint" in [button.label for button in app.get("download_button")]
    assert app.button(key="test_weights").disabled


@pytest.mark.parametrize("trouble", [None, "This run can no longer be tested: its data is gone."])
def test_other_weights_are_tested(service, trouble):
    run, asked = with_checkpoints(), []

    def answer(**arguments):
        asked.append(arguments)
        if trouble:
            raise BackendError(trouble)
        return "Test accuracy 50.0 %."

    service.answers["choose_weights"] = answer
    app = visit("evaluate", run.id)
    app.selectbox(key=f"weights_{run.id}").set_value("epoch:4").run()
    app.button(key="test_weights").click().run()
    wait_for(lambda: not background_calls.is_running(CHOOSE_WEIGHTS), 10, "the test is over")
    assert asked == [{"run_id": run.id, "owner": MINE, "weights": "epoch:4"}]
    assert not trouble or trouble in words(app.run())


def test_a_run_that_kept_one_set_of_weights_has_no_choice():
    run = synthetic.finished(store(), MINE)
    assert "test_weights" not in keys(visit("evaluate", run.id))

import io
import zipfile

import pytest

from blockwright.runs.epoch_table import epochs_csv, text_cell
from blockwright.runs.files.home import run_folder
from blockwright.ui.evaluate import run_downloads
from blockwright.ui.runs import live_history
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_the_history_is_a_table_of_every_epoch():
    run = synthetic.finished(store(), MINE, epochs=2)
    lines = epochs_csv(live_history.follow(run.id)).splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,val_accuracy,seconds,examples_per_second"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", "\ta"])
def test_names_that_people_typed_are_no_formulas_in_a_downloaded_table(name):
    assert text_cell(name) == f"'{name}"
    assert text_cell(f"val_{name}") == f"val_{name}"


def test_the_history_has_a_column_for_every_measure_of_every_output():
    run = synthetic.kinds(store(), MINE)
    head, row = epochs_csv(live_history.follow(run.id)).splitlines()
    assert "val_kind_accuracy" in head.split(",")
    assert row.split(",")[head.split(",").index("price_mae")] == "14.0"


def test_checkpoints_are_offered_with_what_each_takes_on_disk():
    run = synthetic.finished(store(), MINE)
    folder = run_folder(run.id) / "checkpoints"
    folder.mkdir()
    (folder / "best.weights.h5").write_bytes(b"x" * 2_000_000)
    (folder / "epoch_0004.weights.h5").write_bytes(b"x" * 1_000_000)
    app = visit("evaluate", run.id)
    assert not app.exception
    choice = app.selectbox(key=f"checkpoint_{run.id}")
    assert (choice.label, choice.options) == (
        "Checkpoints (3 MB on disk)",
        ["Best epoch · 2 MB", "Epoch 4 · 1 MB"],
    )
    assert "Checkpoint" in [button.label for button in app.get("download_button")]


def test_a_run_without_checkpoints_offers_none():
    run = synthetic.finished(store(), MINE)
    assert f"checkpoint_{run.id}" not in {box.key for box in visit("evaluate", run.id).selectbox}


def test_the_event_files_of_tensorboard_are_one_zip():
    run = synthetic.finished(store(), MINE)
    folder = run_folder(run.id) / "tensorboard" / "train"
    folder.mkdir(parents=True)
    (folder / "events.out.tfevents.1").write_bytes(b"events")
    assert "TensorBoard" in [button.label for button in visit("evaluate", run.id).get("download_button")]
    with zipfile.ZipFile(io.BytesIO(run_downloads._zipped(run.id))) as archive:
        assert archive.namelist() == ["tensorboard/train/events.out.tfevents.1"]

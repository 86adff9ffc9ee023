import pytest

from blockwright.runs.epoch_table import epochs_csv, text_cell
from blockwright.ui.runs import live_history
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store

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

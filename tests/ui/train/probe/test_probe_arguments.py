"""What a probe is asked."""

from blockwright.design.parse import read_design
from blockwright.recipe.settings import Settings
from blockwright.ui.train.probe import probe_arguments as module
from blockwright.ui.train.probe.probe_arguments import probe_arguments, probe_key
from tests.ui import synthetic

DIGITS = {"data": {"name": "digits"}}


def key(**settings) -> str:
    return probe_key(probe_arguments(read_design(synthetic.DESIGN), Settings.read({**DIGITS, **settings})))


def test_settings_that_change_no_step_have_the_same_answer():
    assert key() == key(epochs=9, learning_rate=0.1, schedule="cosine", callbacks=[{"name": "csv_logger"}])
    assert key() != key(batch_size=64)
    assert key() != key(seed=1)
    assert key() != key(data={"name": "shapes"})


def test_only_uploads_are_asked_for_by_their_workspace(monkeypatch):
    monkeypatch.setattr(module, "workspace", lambda: "mine")
    design = read_design(synthetic.DESIGN)
    upload = Settings.read({"data": {"name": "upload", "path": "/tmp/table.csv", "target": "kind"}})
    assert probe_arguments(design, upload)["owner"] == "mine"
    assert probe_arguments(design, Settings.read(DIGITS))["owner"] == ""

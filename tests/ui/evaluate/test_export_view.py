"""Taking the trained network along on the page Evaluate, and the source of a block on its card."""

import threading

import pytest

from blockwright.backend.client import BackendError
from blockwright.runs.files.home import run_folder
from blockwright.schema.run.exports import KINDS
from blockwright.schema.service_calls import EXPORT
from blockwright.ui.design.inspector import block_source
from blockwright.ui.reactive import background_calls
from tests.browser.driving import wait_for
from tests.ui import synthetic
from tests.ui.find_widget import widget
from tests.ui.page_harness import MINE, OTHER, keys, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")

NOTHING = {"state": "none", "fraction": 0.0, "sentence": "", "result": None}


class Exports:
    """Exports made up for the tests: `trouble` is why one fails, `gate` holds one back, `known` what was made."""

    def __init__(self, folder):
        self.folder = folder
        self.known = {}
        self.asked = []
        self.trouble = None
        self.gate = threading.Event()
        self.gate.set()

    def progress(self, run_id, owner, kind):
        if store().get(run_id, owner=owner) is None:
            raise BackendError(f"There is no run '{run_id}' here; it may have been deleted.")
        return self.known.get(kind, NOTHING)

    def export(self, run_id, owner, kind):
        self.asked.append((run_id, owner, kind))
        self.known[kind] = {**NOTHING, "state": "working", "fraction": 0.4, "sentence": "Comparing answers."}
        self.gate.wait(20)
        if self.trouble:
            self.known[kind] = {**NOTHING, "state": "failed", "sentence": self.trouble}
            raise BackendError(self.trouble)
        path = self.folder / f"net{KINDS[kind].ending}"
        path.write_bytes(b"x" * 1200)
        result = {
            "path": str(path),
            "name": path.name,
            "mime": KINDS[kind].mime,
            "bytes": 1200,
            "difference": 2.4e-7,
            "tolerance": KINDS[kind].tolerance,
            "examples": 297,
            "sentence": "Checked.",
        }
        self.known[kind] = {"state": "done", "fraction": 1.0, "sentence": "Checked.", "result": result}
        return result


@pytest.fixture
def exports(service, tmp_path):
    made = Exports(tmp_path)
    service.answers["export"] = made.export
    service.answers["export_progress"] = made.progress
    return made


@pytest.fixture
def run(exports):
    trained = synthetic.finished(store(), MINE)
    (run_folder(trained.id) / "weights.weights.h5").write_bytes(b"weights")
    return trained


def built(app, kind):
    app.button(key=f"export_build_{kind}").click().run()
    wait_for(lambda: not background_calls.is_running(EXPORT), 10, "the export is over")
    return app.run()


def test_every_kind_says_what_it_is_for(run):
    app = visit("evaluate", run.id)
    assert {f"export_build_{kind}" for kind in KINDS} <= keys(app)
    for kind in KINDS.values():
        assert kind.summary in words(app)


def test_a_built_file_shows_its_size_and_its_largest_difference(run, exports):
    app = built(visit("evaluate", run.id), "onnx")
    assert exports.asked == [(run.id, MINE, "onnx")]
    assert "1.2 kB · largest difference 2.4e-07, allowed 1e-04, over 297 examples" in words(app)
    assert "export_download_onnx" in {one.key for one in app.get("download_button")}
    assert "export_build_onnx" not in keys(app)


def test_while_a_file_is_built_the_page_says_how_far_it_is(run, exports):
    exports.gate.clear()
    app = visit("evaluate", run.id)
    app.button(key="export_build_tflite").click().run()
    wait_for(lambda: exports.known, 10, "the export has begun")
    app.run()
    assert "Comparing answers." in words(app)
    assert "export_build_tflite" not in keys(app)
    exports.gate.set()
    wait_for(lambda: not background_calls.is_running(EXPORT), 10, "the export is over")


@pytest.mark.parametrize(
    "trouble", ["The disk is full, so nothing was left behind.", "The files of this run are gone."]
)
def test_a_file_that_cannot_be_built_says_why_and_can_be_tried_again(run, exports, trouble):
    exports.trouble = trouble
    app = built(visit("evaluate", run.id), "bundle")
    assert trouble in words(app)
    exports.trouble = None
    assert trouble not in words(built(app, "bundle"))


def test_a_run_without_weights_cannot_be_exported(exports):
    trained = synthetic.finished(store(), MINE)
    app = visit("evaluate", trained.id)
    assert "cannot be exported" in words(app)
    assert not any(key.startswith("export_build") for key in keys(app))


def test_another_ones_run_is_not_offered(run):
    app = visit("evaluate", run.id, owner=OTHER)
    assert "There is no run" in words(app)
    assert not any(key.startswith("export_") for key in keys(app))


def test_a_stopped_run_with_weights_can_be_taken_along(exports):
    stopped = synthetic.ended(store(), MINE, "stopped", "Stopped by you.")
    (run_folder(stopped.id) / "weights.weights.h5").write_bytes(b"weights")
    assert "export_build_bundle" in keys(visit("evaluate", stopped.id))


def test_the_code_of_the_run_is_one_click_away(run):
    app = visit("evaluate", run.id)
    app.button(key="export_code").click().run()
    assert app.title[0].value == "Small net"
    assert "Finished net" in words(app)


def test_the_source_of_a_block_is_read_from_its_file():
    name, text = block_source.source_of("InceptionBlock")
    assert name == "inception_block.py"
    assert text == (block_source.BLOCKS / name).read_text(encoding="utf-8")
    assert block_source.source_of("Dense") is None


def test_a_broken_file_among_the_blocks_hides_no_other(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("class (", encoding="utf-8")
    (tmp_path / "b.py").write_text("class Mine:\n    pass\n", encoding="utf-8")
    monkeypatch.setattr(block_source, "BLOCKS", tmp_path)
    assert block_source.source_of("Mine") == ("b.py", "class Mine:\n    pass\n")


def test_the_card_of_a_block_has_a_tab_with_its_source(designing):
    widget(designing.selectbox, "node").set_value("mix1").run()
    designing.session_state["card_tabs"] = "Source"
    designing.run()
    assert "class InceptionBlock" in designing.code[0].value
    assert "blocks/inception_block.py" in words(designing)


def test_the_inside_of_a_block_is_asked_for_when_its_tab_is_opened(designing, service):
    widget(designing.selectbox, "node").set_value("mix1").run()
    assert "block_picture" not in service.asked
    designing.session_state["card_tabs"] = "Inside"
    designing.run()
    assert service.asked.count("block_picture") == 1
    assert "Drawn from the block itself" in words(designing)


def test_the_card_of_a_keras_layer_has_no_source(designing):
    widget(designing.selectbox, "node").set_value("head").run()
    assert len(designing.code) == 0

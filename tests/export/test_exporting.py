"""Files of a trained run: what they give, what is said about them, and what is left when something goes wrong."""

import csv
import dataclasses
import errno
import json
import os
import shutil
import subprocess
import sys
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from blockwright.backend.protocol import unpack
from blockwright.backend.service.answering import respond
from blockwright.backend.service.calls import CALLS
from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.export import exporting, writers
from blockwright.export import readme as export_texts
from blockwright.export.exporting import export, export_progress
from blockwright.export.verify import gather
from blockwright.recipe.settings import Settings
from blockwright.runs.epoch_table import epochs_csv
from blockwright.runs.files.home import run_folder
from blockwright.runs.records import COMMAND_LINE, Run
from blockwright.runs.store import RunStore
from blockwright.schema.run.exports import KINDS, ExportError, safe_name
from blockwright.training.artifacts import WEIGHTS
from blockwright.training.worker import execute
from tests.training.designs import convolutional, dense, new_run
from tests.training.graphs import tickets

ROOT = Path(__file__).parents[2]
NETWORKS = [key for key, kind in KINDS.items() if kind.tolerance is not None and key != "bundle"]
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(scope="module", autouse=True)
def home_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One home for all tests here: the runs in it are trained once."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BLOCKWRIGHT_HOME", str(folder))
        patch.setenv("KERAS_HOME", str(folder / "keras"))
        yield folder


@pytest.fixture(scope="module")
def store(home_of_module: Path) -> Iterator[RunStore]:
    opened = RunStore()
    yield opened
    opened.close()


def trained(store: RunStore, design: Any, **settings: Any) -> Run:
    run = new_run(store, design, epochs=1, batch_size=64, **settings)
    execute(run.id)
    done = store.get(run.id)
    assert done.status == "finished", done.message
    return done


@pytest.fixture(scope="module")
def run(store: RunStore) -> Run:
    return trained(store, convolutional(), precision="float32")


@pytest.fixture
def copied(store: RunStore, run: Run) -> Run:
    """A run with the same files, for a test to spoil."""
    copy = store.create_run("me", "A <b>copy</b>\n# of `it`", run.design, run.settings, here=True)
    store.end(copy.id, "finished")
    for file in run_folder(run.id).iterdir():
        if file.is_file():
            (run_folder(copy.id) / file.name).write_bytes(file.read_bytes())
    return copy


def left_over(run_id: str) -> list[str]:
    folder = run_folder(run_id) / exporting.FOLDER
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(".partial"))


@pytest.mark.parametrize("kind", NETWORKS)
def test_each_file_gives_the_networks_answers_and_the_runs(run: Run, kind: str):
    result = export(run.id, kind, owner="me")
    assert result["difference"] <= result["tolerance"] <= 1e-4
    assert result["run"]["difference"] <= 1e-5
    assert (result["examples"], result["run"]["same_class"]) == (64, 64)
    assert "64 test examples of the run's data" in result["sentence"]
    path = Path(result["path"])
    assert (path.parent.name, path.name, path.stat().st_size) == ("exports", result["name"], result["bytes"])
    assert left_over(run.id) == []


ELSEWHERE = """
import json, sys
import numpy as np
images = np.load("images.npy")
found = {}
for kind, code in json.load(open("usages.json")).items():
    if kind == "keras_blocks":
        print("\\nKNOWN", *[name for name in sys.modules if name.split(".")[0] in ("blocks", "blockwright")])
        sys.path.insert(0, sys.argv[1])
    used = {"images": images}
    exec(code, used)
    found[kind] = used["outputs"]
np.savez("found.npz", **found)
"""


@pytest.mark.slow
def test_files_are_used_as_said_where_nothing_of_this_project_is(run: Run, tmp_path: Path):
    examples = gather(run, read_design(run.design), run_folder(run.id))
    np.save(tmp_path / "images.npy", examples.inputs[0])
    kinds = [*(kind for kind in NETWORKS if kind not in ("weights", "keras_blocks")), "keras_blocks"]
    results = {kind: export(run.id, kind) for kind in kinds}
    for result in results.values():
        shutil.copy(result["path"], tmp_path / result["name"])
    (tmp_path / "usages.json").write_text(
        json.dumps({kind: result["usage"] for kind, result in results.items()})
    )
    there = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(ROOT)],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert there.returncode == 0, there.stderr[-2000:]
    assert "KNOWN" in there.stdout.splitlines()
    with np.load(tmp_path / "found.npz") as predicted:
        differences = {
            name: float(np.abs(predicted[name] - examples.probabilities).max()) for name in predicted
        }
    assert all(value <= 1e-5 for value in differences.values()), differences
    assert len(differences) == 5


def test_a_file_is_made_once_and_again_when_the_weights_change(copied: Run):
    first = export(copied.id, "weights")
    made = Path(first["path"]).stat().st_mtime_ns
    assert export(copied.id, "weights") == first
    assert Path(first["path"]).stat().st_mtime_ns == made
    assert export_progress(copied.id, "weights")["state"] == "done"
    weights = run_folder(copied.id) / WEIGHTS
    os.utime(weights, ns=(made + 10**9, made + 10**9))
    assert export_progress(copied.id, "weights")["state"] == "none"
    export(copied.id, "weights")
    assert Path(first["path"]).stat().st_mtime_ns > made
    Path(first["path"]).unlink()
    assert export_progress(copied.id, "weights")["state"] == "none"
    assert Path(export(copied.id, "weights")["path"]).is_file()


def test_progress_is_told_here_and_to_others(copied: Run):
    heard: list[tuple[float, str]] = []
    states: list[dict[str, Any]] = []

    def hear(fraction: float, sentence: str) -> None:
        heard.append((fraction, sentence))
        states.append(export_progress(copied.id, "bundle", owner="me"))

    assert export_progress(copied.id, "bundle")["state"] == "none"
    result = export(copied.id, "bundle", hear)
    fractions = [fraction for fraction, _ in heard]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert [state["state"] for state in states] == ["working"] * (len(heard) - 1) + ["done"]
    assert [(state["fraction"], state["sentence"]) for state in states] == heard
    assert "Writing the zip." in [sentence for _, sentence in heard]
    assert export_progress(copied.id, "bundle")["result"] == result


def test_the_zip_holds_everything_and_says_how_to_use_it(copied: Run):
    result = export(copied.id, "bundle")
    with zipfile.ZipFile(result["path"]) as archive:
        files = {name.removeprefix("small/"): archive.read(name) for name in archive.namelist()}
    expected = {
        "README.md",
        "design.json",
        "settings.json",
        "small.keras",
        "small.weights.h5",
        "requirements.txt",
    }
    expected |= {
        "history.json",
        "history.csv",
        "evaluation.json",
        "predictions.npz",
        "preprocessing.json",
        "network.py",
        "network.ipynb",
    }
    assert set(files) == expected
    assert read_design(files["design.json"]) == read_design(copied.design)
    assert json.loads(files["settings.json"]) == Settings.read(copied.settings).document()
    assert files["requirements.txt"].decode() == export_texts.requirements()
    readme = files["README.md"].decode()
    assert all(name in readme for name in expected - {"README.md"})
    assert r'in the run "A \<b\>copy\</b\> \# of \`it\`"' in readme
    assert result["difference"] <= result["tolerance"]


def test_the_weights_fit_the_code_in_the_zip(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with zipfile.ZipFile(export(run.id, "bundle")["path"]) as archive:
        code = archive.read("small/network.py").decode()
        readme = archive.read("small/README.md").decode()
        archive.extract("small/small.weights.h5", tmp_path)
    snippet = readme.partition("alone, for the model in `network.py`.\n\n```python\n")[2].partition("```")[0]
    examples = gather(run, read_design(run.design), run_folder(run.id))
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "network", types.ModuleType("network"))
    monkeypatch.chdir(tmp_path / "small")
    exec(compile(code, "network.py", "exec"), vars(sys.modules["network"]))
    used: dict[str, Any] = {"images": examples.inputs[0]}
    exec(snippet, used)
    assert np.allclose(used["outputs"], examples.probabilities, atol=1e-5)


def test_history_and_preparation_stand_in_the_zip(run: Run):
    result = export(run.id, "bundle")
    with zipfile.ZipFile(result["path"]) as archive:
        table = list(csv.DictReader(archive.read("small/history.csv").decode().splitlines()))
        history = json.loads(archive.read("small/history.json"))
        readme = archive.read("small/README.md").decode()
    assert [row["epoch"] for row in table] == ["1"]
    assert float(table[0]["val_loss"]) == history["epochs"][0]["val_loss"]
    assert "- Values from 0 to 255 are divided by 255." in readme
    assert "each 8 x 8 x 1 numbers (float32)" in readme
    assert "Trained for 1 epoch on Digits in the run" in readme


def test_the_zip_of_several_inputs_and_outputs_tells_of_all_of_them(store: RunStore):
    run = trained(store, tickets(), data={"name": "tickets", "examples": 120})
    with zipfile.ZipFile(export(run.id, "bundle")["path"]) as archive:
        base = archive.namelist()[0].partition("/")[0]
        table = list(csv.DictReader(archive.read(f"{base}/history.csv").decode().splitlines()))
        history = json.loads(archive.read(f"{base}/history.json"))["epochs"][0]
        readme = archive.read(f"{base}/README.md").decode()
    assert "- title: 1 string\n- body: 1 string\n- tags: 12 float32\n" in readme
    assert "- priority: 1 float32; the number priority\n" in readme
    assert "- department: 4 float32; a value for each class of department\n" in readme
    metrics = history["metrics"]
    assert {
        "priority_mae",
        "val_priority_mae",
        "department_accuracy",
        "val_department_loss",
    } <= metrics.keys()
    assert {name: float(table[0][name]) for name in metrics} == metrics
    assert float(table[0]["loss"]) == history["loss"]


def test_names_of_outputs_are_no_formulas_in_the_table():
    epoch = {
        "epoch": 1,
        "loss": 0.5,
        "val_loss": None,
        "outputs": {"=cmd()": {"loss": 0.25}, "b": {}},
        "seconds": 1.0,
        "examples_per_second": 2.0,
    }
    heading, row = epochs_csv(SimpleNamespace(epochs=[epoch])).splitlines()
    assert heading.endswith(",examples_per_second,'=cmd()_loss")
    assert row == "1,0.5,,,,1.0,2.0,0.25"


def test_a_run_in_bfloat16_is_exported_in_float32_and_says_so(store: RunStore):
    run = trained(store, dense(), precision="bfloat16")
    result = export(run.id, "keras_plain")
    assert result["difference"] <= 1e-6
    assert 0 < result["run"]["difference"] <= result["run"]["tolerance"]
    assert "The run computed in bfloat16; this file has float32 weights" in result["sentence"]
    with zipfile.ZipFile(result["path"]) as archive:
        assert b"bfloat16" not in archive.read("config.json")
    assert "The run computed in bfloat16" in _readme(run)


def _readme(run: Run) -> str:
    with zipfile.ZipFile(export(run.id, "bundle")["path"]) as archive:
        return archive.read("small/README.md").decode()


def test_data_that_is_not_here_is_replaced_by_seeded_numbers(run: Run):
    design = read_design(run.design)
    for choice in ({"name": "mnist"}, {"name": "upload", "path": "/nowhere/data.npz"}):
        away = dataclasses.replace(run, settings={**run.settings, "data": choice}, owner=COMMAND_LINE)
        examples = gather(away, design, run_folder(run.id))
        assert "random inputs (seed 0), because the run's data is not on this machine" in examples.description
        assert examples.inputs[0].shape == (64, 8, 8, 1)
        assert examples.probabilities is None


def test_a_file_of_another_owner_is_never_read(run: Run, tmp_path: Path):
    np.savez(tmp_path / "x.npz", x_train=np.zeros((40, 8, 8)), y_train=np.arange(40) % 10)
    other = {**run.settings, "data": {"name": "upload", "path": str(tmp_path / "x.npz")}}
    examples = gather(dataclasses.replace(run, settings=other), read_design(run.design), run_folder(run.id))
    assert "random inputs" in examples.description


def test_the_place_of_an_upload_stays_here():
    data = {"name": "upload", "path": "/srv/home/uploads/ab/cd.npz", "title": "../my Données.npz"}
    shared = writers.shared_settings({"epochs": 1, "data": data})
    assert shared == {"epochs": 1, "data": {**data, "path": "my-donnees.npz"}}


@pytest.mark.parametrize("owner", ["you", ""])
def test_another_visitors_run_is_not_found(run: Run, owner: str):
    for ask in (export, export_progress):
        with pytest.raises(ExportError, match=f"^There is no run '{run.id}' here"):
            ask(run.id, "weights", owner=owner)


@pytest.mark.parametrize("run_id", ["../../etc", "", "a" * 32, "ä", None])
def test_an_id_that_leads_nowhere_is_a_sentence(run_id: Any):
    with pytest.raises(ExportError, match=r"^There is no run"):
        export(run_id, "weights")


def test_an_unknown_kind_is_a_sentence(run: Run):
    with pytest.raises(ExportError, match=r"^There is no export called 'exe'\. There are: keras_plain, "):
        export(run.id, "exe")


def test_a_run_without_weights_says_why(store: RunStore, copied: Run):
    weights = run_folder(copied.id) / WEIGHTS
    weights.unlink()
    with pytest.raises(ExportError, match=r"^The weights of this run are gone"):
        export(copied.id, "onnx")
    waiting = store.create_run("me", "Waiting", copied.design, copied.settings)
    with pytest.raises(ExportError, match=r"^This run has no weights yet"):
        export(waiting.id, "onnx")
    store.end(waiting.id, "stopped")
    with pytest.raises(ExportError, match=r"^This run ended during its first epoch"):
        export(waiting.id, "onnx")
    for file in run_folder(waiting.id).iterdir():
        file.unlink()
    run_folder(waiting.id).rmdir()
    with pytest.raises(ExportError, match=r"^The files of this run are gone"):
        export(waiting.id, "onnx")


def test_damaged_weights_are_a_sentence(copied: Run):
    (run_folder(copied.id) / WEIGHTS).write_bytes(b"not a weights file")
    with pytest.raises(ExportError, match=r"^The weights of this run \(weights.weights.h5\) are damaged"):
        export(copied.id, "keras_plain")
    assert export_progress(copied.id, "keras_plain")["state"] == "failed"


def test_weights_of_another_network_are_a_sentence(store: RunStore, copied: Run):
    other = store.create_run("me", "Other", dense().document(), copied.settings, here=True)
    (run_folder(other.id) / WEIGHTS).write_bytes((run_folder(copied.id) / WEIGHTS).read_bytes())
    with pytest.raises(ExportError, match="are damaged or belong to another network"):
        export(other.id, "keras_plain")


def test_a_run_that_was_not_tested_is_exported_without_its_test(copied: Run):
    for name in ("evaluation.json", "predictions.npz"):
        (run_folder(copied.id) / name).unlink()
    result = export(copied.id, "bundle")
    assert result["run"] is None
    with zipfile.ZipFile(result["path"]) as archive:
        assert "small/evaluation.json" not in archive.namelist()
        assert "The run was not evaluated" in archive.read("small/README.md").decode()


@pytest.mark.parametrize("where", ["zipfile.ZipFile.write", "zipfile.ZipFile.writestr"])
def test_a_full_disk_leaves_what_was_there(copied: Run, where: str, monkeypatch: pytest.MonkeyPatch):
    before = export(copied.id, "bundle")
    content = Path(before["path"]).read_bytes()
    weights = run_folder(copied.id) / WEIGHTS
    os.utime(weights, ns=(1, 1))
    export(copied.id, "weights")
    export(copied.id, "keras_plain")
    original = zipfile.ZipFile.writestr

    def full(*args: Any, **kwargs: Any) -> None:
        if "README.md" in str(args) or where.endswith("write"):
            raise FULL
        original(*args, **kwargs)

    monkeypatch.setattr(where, full)
    with pytest.raises(ExportError, match=r"^The disk is full, so the file could not be written"):
        export(copied.id, "bundle")
    assert left_over(copied.id) == []
    assert Path(before["path"]).read_bytes() == content
    progress = export_progress(copied.id, "bundle")
    assert (progress["state"], progress["sentence"][:17]) == ("failed", "The disk is full,")
    monkeypatch.undo()
    assert export(copied.id, "bundle")["name"] == "small.zip"


@pytest.mark.parametrize(
    "error", [FULL, OSError("Can't write data (error message = 'No space left on device')")]
)
def test_a_disk_that_fills_up_in_the_middle_of_a_format(
    copied: Run, error: OSError, monkeypatch: pytest.MonkeyPatch
):
    def full(model: Any, path: Path) -> None:
        Path(path).write_bytes(b"half")
        raise error

    monkeypatch.setattr("keras.Model.save_weights", full)
    with pytest.raises(ExportError, match=r"^The disk is full"):
        export(copied.id, "weights")
    assert left_over(copied.id) == []
    assert not (run_folder(copied.id) / "exports" / "small.weights.h5").exists()


def test_what_cannot_fit_is_refused_beforehand(copied: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=20_000))
    expected = r"^The disk is full: Weights only needs about 1\.\d MB for this network, and 0\.0 MB are free"
    with pytest.raises(ExportError, match=expected):
        export(copied.id, "weights")
    assert export_progress(copied.id, "weights")["state"] == "failed"
    assert export(copied.id, "requirements")["bytes"] > 0


def test_progress_that_cannot_be_noted_down_is_not_left_as_it_was(
    copied: Run, monkeypatch: pytest.MonkeyPatch
):
    def full(*args: Any) -> None:
        raise FULL

    def broken() -> str:
        monkeypatch.setattr("blockwright.export.status.write_json", full)
        raise FULL

    monkeypatch.setattr(export_texts, "requirements", broken)
    with pytest.raises(ExportError, match=r"^The disk is full"):
        export(copied.id, "requirements")
    assert export_progress(copied.id, "requirements")["state"] == "none"


def test_no_room_even_for_the_folder(copied: Run, monkeypatch: pytest.MonkeyPatch):
    def full(*args: Any, **kwargs: Any) -> None:
        raise FULL

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(ExportError, match=r"^The disk is full"):
        export(copied.id, "requirements")


def test_a_file_with_other_answers_is_not_kept(copied: Run, monkeypatch: pytest.MonkeyPatch):
    from blockwright.export import formats

    honest = formats.FORMATS["onnx"]

    def open_wrong(path: Path, network: Any) -> formats.Runner:
        run = honest.open(path, network)
        return lambda inputs: [output + 0.01 for output in run(inputs)]

    monkeypatch.setitem(formats.FORMATS, "onnx", formats.Format(honest.write, open_wrong))
    with pytest.raises(
        ExportError,
        match=r"differ from the network's by 0\.01; only 0\.0001 is allowed\. The file was deleted",
    ):
        export(copied.id, "onnx")
    assert not (run_folder(copied.id) / "exports" / "small.onnx").exists()


def test_weights_that_are_no_numbers_are_a_sentence(copied: Run, monkeypatch: pytest.MonkeyPatch):
    original = writers.artifacts.load_weights

    def broken(model: Any, folder: Path) -> None:
        original(model, folder)
        model.weights[0].assign(np.full(model.weights[0].shape, np.nan))

    monkeypatch.setattr(writers.artifacts, "load_weights", broken)
    with pytest.raises(
        ExportError, match=r"^With the weights of this run, the network outputs NaN or infinity"
    ):
        export(copied.id, "keras_plain")


def test_what_a_killed_export_left_is_removed_and_its_progress_says_so(copied: Run):
    folder = run_folder(copied.id) / exporting.FOLDER
    (folder / ".partial-1-dir").mkdir(parents=True)
    (folder / ".partial-1-small.onnx").write_bytes(b"half")
    record = {"state": "working", "fraction": 0.5, "sentence": "Writing.", "process": [os.getpid(), 1.0]}
    (folder / ".onnx.json").write_text(json.dumps(record))
    progress = export_progress(copied.id, "onnx")
    assert (progress["state"], progress["sentence"]) == (
        "failed",
        "This export was interrupted. Start it again.",
    )
    export(copied.id, "requirements")
    assert left_over(copied.id) == []


def test_an_unexpected_error_ends_the_progress(copied: Run, monkeypatch: pytest.MonkeyPatch):
    def broken() -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(export_texts, "requirements", broken)
    with pytest.raises(ZeroDivisionError):
        export(copied.id, "requirements")
    assert export_progress(copied.id, "requirements")["state"] == "failed"
    assert left_over(copied.id) == []


def test_a_missing_package_is_named(copied: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    with pytest.raises(
        ExportError, match=r"^ONNX needs the package tf2onnx, which is not installed: pip install"
    ):
        export(copied.id, "onnx")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Tutorial Inception", "tutorial-inception"),
        ("../../etc/passwd", "etc-passwd"),
        ("größe\nx\x00", "groe-x"),
        ("con", "network-con"),
        ("日本", "network"),
        ("", "network"),
        ("a" * 300, "a" * 60),
        ("__class__", "class"),
    ],
)
def test_file_names_are_safe_whatever_was_typed(typed: str, name: str):
    assert safe_name(typed) == name


def test_packages_are_those_of_this_project():
    own = (ROOT / "requirements.txt").read_text()
    for name, version, _ in export_texts.PACKAGES:
        assert name == "matplotlib" or f"{name}=={version}" in own


def test_the_service_answers_for_the_owner_only(run: Run):
    asked = {"run_id": run.id, "owner": "me", "kind": "requirements"}
    header, body = unpack(respond(CALLS, "export", json.dumps(asked).encode()))
    assert (header["status"], json.loads(body)["name"]) == ("ok", "small-requirements.txt")
    header, body = unpack(respond(CALLS, "export_progress", json.dumps(asked).encode()))
    assert (header["status"], json.loads(body)["state"]) == ("ok", "done")
    header, _ = unpack(respond(CALLS, "export", json.dumps({**asked, "owner": "you"}).encode()))
    assert (header["status"], header["message"][:15]) == ("error", "There is no run")


@pytest.mark.slow
def test_the_tutorial_inception_on_digits_gives_the_runs_own_predictions(store: RunStore):
    run = trained(store, preset("tutorial_inception").design, precision="float32")
    results = {kind: export(run.id, kind) for kind in NETWORKS}
    assert {kind: result["run"]["same_class"] for kind, result in results.items()} == dict.fromkeys(
        NETWORKS, 64
    )
    assert max(result["run"]["difference"] for result in results.values()) <= 1e-4
    assert all(result["difference"] <= result["tolerance"] for result in results.values())

import json
from pathlib import Path

import pytest

from blockwright.runs.evaluation_reader import (
    output_file,
    read_evaluation,
    read_examples,
    read_predictions,
)
from blockwright.schema.run.evaluation import (
    ClassificationReport,
    MultilabelReport,
    ReconstructionReport,
    RegressionReport,
)

OLDER_RUNS = Path(__file__).parents[1] / "older" / "home" / "runs"
REPORTS = {
    "classes": ClassificationReport,
    "number": RegressionReport,
    "tags": MultilabelReport,
    "reconstruction": ReconstructionReport,
}


def test_a_run_without_evaluation_reads_as_none(tmp_path):
    assert read_evaluation(tmp_path) is None
    assert read_examples(tmp_path) is None
    assert read_predictions(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{", b"PK\x03\x04 broken", b"\xff\xfe"])
def test_damaged_files_are_reported_as_damaged(tmp_path, content):
    for name in ("evaluation.json", "mistakes.npz", "predictions.npz"):
        (tmp_path / name).write_bytes(content)
    for read in (read_evaluation, read_examples, read_predictions):
        with pytest.raises(ValueError, match="cannot be read"):
            read(tmp_path)


def test_runs_of_before_outputs_had_names_are_read_as_one(tmp_path):
    old = {
        "test_loss": 0.1,
        "test_accuracy": 0.9,
        "examples": 5,
        "class_names": ["a"],
        "confusion_matrix": [[5]],
    }
    (tmp_path / "evaluation.json").write_text(json.dumps(old))
    assert read_evaluation(tmp_path)["outputs"]["output"]["test_accuracy"] == 0.9
    (tmp_path / "design.json").write_text(json.dumps({"nodes": [{"id": "head"}]}))
    assert read_evaluation(tmp_path)["outputs"]["head"] == {
        "kind": "classes",
        "target": "class",
        "loss": None,
        "weight": 1.0,
        **old,
    }


def test_files_are_named_by_place_never_by_what_people_typed():
    assert output_file("mistakes.npz", 0, 1) == "mistakes.npz"
    assert output_file("mistakes.npz", 1, 3) == "mistakes-2.npz"


@pytest.mark.parametrize("folder", sorted(OLDER_RUNS.iterdir()), ids=lambda folder: folder.name[:4])
def test_an_older_run_reads_as_it_would_be_written_today(folder):
    evaluation = read_evaluation(folder)
    assert set(evaluation) == {"test_loss", "examples", "outputs"}
    for output, report in evaluation["outputs"].items():
        assert set(report) >= REPORTS[report["kind"]].__required_keys__
        examples = read_examples(folder, output)
        assert len(examples) == len(examples.true) == len(examples.predicted) > 0
        assert (examples.confidence is None) != (examples.error is None)
        assert len(next(iter(read_predictions(folder, output).values()))) == evaluation["examples"]


def test_the_report_of_a_single_classification_moves_under_its_output(tmp_path):
    document = {
        "test_loss": 0.5,
        "examples": 2,
        "test_accuracy": 1.0,
        "class_names": ["a", "b"],
        "confusion_matrix": [[1, 0], [0, 1]],
        "report": [],
        "averages": {},
        "outputs": {"head": {"kind": "classes", "target": "class", "loss": "x", "weight": 0.5}},
    }
    (tmp_path / "evaluation.json").write_text(json.dumps(document))
    assert read_evaluation(tmp_path) == {
        "test_loss": 0.5,
        "examples": 2,
        "outputs": {
            "head": {
                "kind": "classes",
                "target": "class",
                "loss": "x",
                "weight": 0.5,
                "test_loss": 1.0,
                "examples": 2,
                "test_accuracy": 1.0,
                "class_names": ["a", "b"],
                "confusion_matrix": [[1, 0], [0, 1]],
                "report": [],
                "averages": {},
            }
        },
    }

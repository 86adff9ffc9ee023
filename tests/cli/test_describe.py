"""`blockwright describe`."""

import json

from click.testing import CliRunner

from blockwright.cli.main import main
from blockwright.design.presets import preset
from tests.cli.commands import PERCEPTRON, call


def test_describe_gives_the_stable_keys(design):
    answer = call("describe", design, "--json")
    description = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert description.keys() >= {"name", "nodes", "total_params", "trainable_params", "macs", "findings"}
    keys = ("id", "block", "output_shape", "params", "trainable_params", "macs")
    assert [tuple(node[key] for key in keys) for node in description["nodes"]] == [
        ("flatten", "Flatten", [None, 64], 0, 0, 0),
        ("hidden", "Dense", [None, 16], 1040, 1040, 1024),
        ("head", "Dense", [None, 10], 170, 170, 160),
    ]
    assert (description["total_params"], description["macs"]) == (1210, 1184)


def test_describe_reads_a_design_from_standard_input():
    answer = CliRunner().invoke(main, ["describe", "-"], input=preset("lenet5").design.text())
    assert answer.exit_code == 0
    assert "61,706 parameters" in answer.stdout


def test_a_wrong_design_exits_with_1_and_says_how(tmp_path):
    wrong = {
        **PERCEPTRON,
        "nodes": [{"id": "stem", "block": "Conv2D", "params": {"filters": 0, "kernel_size": 3}}],
    }
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(wrong), encoding="utf-8")
    answer = call("describe", path, "--json")
    assert answer.exit_code == 1
    errors = [item for item in json.loads(answer.stdout)["findings"] if item["severity"] == "error"]
    assert [(error["code"], error["node"]) for error in errors] == [("param", "stem")]
    assert "Received: filters=0." in errors[0]["message"]

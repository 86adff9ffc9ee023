import pytest

from blockwright.design.embedded_design import read_code
from blockwright.design.presets import preset
from tests.cli.commands import call


@pytest.fixture
def inception(tmp_path):
    path = tmp_path / "inception.json"
    path.write_text(preset("tutorial_inception").design.text())
    return path


def test_the_settings_of_the_tutorial_are_taken_and_others_override_them(inception, tmp_path):
    out = tmp_path / "out.py"
    answer = call("code", inception, "--as-tutorial", "--epochs", 2, "-o", out)
    assert answer.exit_code == 0, answer.output
    assert "As the tutorial: Adam at a constant 5e-05, batches of 32, 10 epochs" in answer.stderr
    assert "on MNIST after 10 epochs: 99.02 % validation accuracy" in answer.stderr
    embedded = read_code(out.read_bytes())
    settings = embedded["settings"]
    assert (settings["learning_rate"], settings["epochs"], settings["precision"]) == (5e-5, 2, "float32")
    assert embedded["design"]["nodes"][0]["params"]["momentum"] == 0.99


@pytest.mark.parametrize("command", ["train", "code"])
def test_a_network_of_no_tutorial_is_refused_with_those_there_are(command, design):
    answer = call(command, design, "--as-tutorial")
    assert answer.exit_code == 2
    assert "is not the network of a tutorial. Those are: Tutorial Inception, " in answer.stderr

"""`blockwright code`."""

import json

import pytest
from click.testing import CliRunner

from blockwright.cli.main import main
from blockwright.design.embedded_design import read_code
from blockwright.design.presets import preset
from tests.codegen.test_generate import branches


@pytest.fixture
def lenet(tmp_path):
    path = tmp_path / "lenet.json"
    path.write_text(preset("lenet5").design.text())
    return str(path)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["code", *arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("kind", ["py", "ipynb"])
def test_a_file_is_written_with_the_settings_in_it(kind, lenet, tmp_path):
    out = tmp_path / f"out.{kind}"
    status, stdout, stderr = run(
        lenet, "--api", "functional", "--loop", "custom", "--format", kind, "-o", str(out), "--epochs", "7"
    )
    assert (status, stdout) == (0, "")
    assert stderr == f"Wrote {out}: {out.stat().st_size:,} bytes.\n"
    embedded = read_code(out.read_bytes())
    assert embedded["design"] == preset("lenet5").design.document()
    assert embedded["settings"]["epochs"] == 7


def test_the_settings_of_an_output_and_the_momentum_are_written(lenet):
    output = json.loads(preset("lenet5").design.text())["nodes"][-1]["id"]
    status, stdout, _ = run(
        lenet,
        "--output-settings",
        f"{output}:loss=mean_squared_error,weight=0.5",
        "--optimizer",
        "sgd",
        "--momentum",
        "0.5",
    )
    assert status == 0
    assert "loss_weights=0.5" in stdout
    assert 'loss="mean_squared_error"' in stdout
    assert "keras.optimizers.SGD(LEARNING_RATE, momentum=0.5)" in stdout
    status, _, stderr = run(lenet, "--output-settings", "nobody:weight=1")
    assert status == 2
    assert '--output-settings names "nobody", which is not an output of the design.' in stderr


def test_the_help_says_what_momentum_sgd_has(lenet):
    _, stdout, _ = run("--help")
    assert "--momentum" in stdout
    assert "The momentum of sgd, rmsprop or muon; 0 for none. [default of sgd: 0.9]" in " ".join(
        stdout.split()
    )


def test_an_optimizer_is_written_with_its_arguments(lenet):
    status, stdout, _ = run(lenet, "--optimizer", "adam:beta_1=0.8,clipnorm=1", "--weight-decay", "0.01")
    assert status == 0
    assert "keras.optimizers.Adam(" in stdout
    for argument in ("beta_1=0.8", "clipnorm=1.0", "weight_decay=0.01"):
        assert argument in stdout
    status, _, stderr = run(lenet, "--optimizer", "adam", "--momentum", "0.5")
    assert status == 2
    assert (
        "--momentum does not apply: Adam has no momentum. Optimizers with momentum: muon, rmsprop, sgd."
        in stderr
    )


def test_a_schedule_is_written_and_knows_the_steps_of_the_run(lenet):
    status, stdout, _ = run(lenet, "--schedule", "cosine:warmup=0.1")
    assert status == 0
    assert "keras.optimizers.schedules.CosineDecay(" in stdout
    assert "warmup_steps=int(0.1 * (EPOCHS * len(train_data)))" in stdout
    status, _, stderr = run(lenet, "--schedule", "cosine:warmup=2")
    assert status == 2
    assert "`schedule.warmup` must be less than 1. Received: schedule.warmup=2." in stderr


def test_labels_are_smoothed_for_all_outputs_or_one(lenet):
    _, stdout, _ = run(lenet, "--label-smoothing", "0.1")
    assert "keras.losses.CategoricalCrossentropy(label_smoothing=0.1)" in stdout
    output = json.loads(preset("lenet5").design.text())["nodes"][-1]["id"]
    _, stdout, _ = run(lenet, "--label-smoothing", "0.1", "--output-settings", f"{output}:label_smoothing=0")
    assert "label_smoothing" not in stdout.split("DESIGN")[0].replace('"label_smoothing"', "")


def test_json_gives_the_lines_and_stdout_holds_the_file_when_none_is_named(lenet, tmp_path):
    status, stdout, _ = run(lenet, "-o", str(tmp_path / "out.py"), "--json")
    assert status == 0
    assert json.loads(stdout)["lines"][0]["node"] == "conv1"
    status, stdout, _ = run(lenet)
    assert status == 0
    assert stdout == (tmp_path / "out.py").read_text()


def test_what_cannot_be_written_is_said_with_the_exit_status(lenet, tmp_path):
    branching = tmp_path / "branching.json"
    branching.write_text(branches().text())
    status, stdout, _ = run(str(branching), "--api", "sequential", "--json")
    assert status == 1
    (finding,) = json.loads(stdout)["findings"]
    assert (finding["code"], finding["node"]) == ("not-sequential", "right")
    wrong = tmp_path / "wrong.json"
    wrong.write_text(preset("lenet5").design.text().replace('"filters": 6', '"filters": 0'))
    status, _, stderr = run(str(wrong))
    assert status == 1
    assert "must be a whole number between 1 and 4096" in stderr
    for arguments in (
        ["--api", "keras"],
        ["--epochs", "0"],
        ["--dataset", "nothing"],
        ["-o", "/no/where.py"],
    ):
        status, _, stderr = run(lenet, *arguments)
        assert status == 2, arguments
        assert "Error" in stderr


@pytest.mark.parametrize("kind", ["py", "ipynb"])
def test_exact_computes_batch_normalization_as_a_run_does(kind, tmp_path):
    source = tmp_path / "inception.json"
    source.write_text(preset("tutorial_inception").design.text())
    _, plain, _ = run(str(source), "--format", kind)
    status, exact, _ = run(str(source), "--format", kind, "--exact")
    assert status == 0
    assert "FusedBatchNormV3" in exact
    assert "FusedBatchNormV3" not in plain


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--callback", "early_stopping:monitor=val_acc", "EarlyStopping monitors `val_acc`"),
        ("--output-settings", "HEAD:class_weight=cat: 2", 'has weights for "cat"'),
    ],
)
def test_settings_that_leave_no_training_part_are_said(option, value, sentence, lenet, tmp_path):
    head = preset("lenet5").design.document()["nodes"][-1]["id"]
    value, out = value.replace("HEAD", head), str(tmp_path / "out.py")
    status, stdout, stderr = run(lenet, option, value, "-o", out, "--json")
    assert status == 0
    assert stderr.startswith("The code has the network only, without training: ")
    assert sentence in stderr
    assert sentence in json.loads(stdout)["untrained"]

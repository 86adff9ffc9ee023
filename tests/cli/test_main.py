"""The command line as a program."""

import json
import subprocess
import sys
from pathlib import Path

from tests.cli.commands import call

ROOT = Path(__file__).parents[2]


def test_as_a_program_stdout_holds_the_json_and_nothing_else(design):
    command = [sys.executable, "-m", "blockwright", "describe", str(design), "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert json.loads(answer.stdout)["total_params"] == 1210
    assert answer.stderr == ""


def test_the_help_lists_every_command():
    listed = [line.split()[0] for line in call("--help").stdout.split("Commands:")[1].splitlines() if line]
    assert listed == ["catalog", "code", "describe", "export", "import", "resume", "runs", "test", "train"]

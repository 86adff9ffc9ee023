"""What the commands have in common: the design that they read."""

import json

import pytest

from tests.cli.commands import call


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 7}', "\x00\xff"])
@pytest.mark.parametrize("command", ["describe", "train"])
def test_what_is_no_design_exits_with_1_and_one_json_object(tmp_path, text, command):
    path = tmp_path / "wrong.json"
    path.write_text(text, encoding="utf-8")
    answer = call(command, path, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["findings"][0]["severity"] == "error"

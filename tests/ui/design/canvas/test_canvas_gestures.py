"""Everything that is done on the canvas has a key, and an ordinary widget or a view that does without it."""

import re
from pathlib import Path
from typing import get_args

import pytest

from blockwright import ui
from blockwright.design.edits import EDITS
from blockwright.ui.design import commands

UI = Path(ui.__file__).parent
KEYS = (UI / "frontend" / "canvas" / "src" / "keys.js").read_text(encoding="utf-8")

# The edit or command: the help's words of its keys, and the module and the words in it that do the same by ordinary
# widgets.
GESTURES = {
    "wire": ("C, then arrows and Enter", ("design/inspector/connection_fields", "Connect(")),
    "merge": ("C, then arrows and Enter", ("design/inspector/connection_fields", "Connect(")),
    "rewire": ("C moves its end to another block", ("design/inspector/connection_fields", "Connect(")),
    "unwire": ("Delete removes one", ("design/inspector/connection_fields", "Connect(")),
    "add_output": ("make it an output", ("design/inspector/connection_fields", "AddOutput(")),
    "remove_output": ("make it an output", ("design/inspector/connection_fields", "RemoveOutput(")),
    "replace_output": (
        "C moves its end to another block",
        ("design/inspector/input_output_fields", "AddOutput("),
    ),
    "insert": ("Enter puts the first one", ("frontend/palette.js", 'op: "insert"')),
    "insert_after": ("after the selection", ("frontend/palette.js", 'op: "insert"')),
    "splice": ("or into the selected connection", ("frontend/stack.js", 'do: "set_insertion"')),
    "branch": ("C, then arrows and Enter", ("design/inspector/connection_fields", "Connect(")),
    "extend_output": ("Enter puts the first one", ("frontend/palette.js", 'op: "insert"')),
    "remove_many": ("remove what is selected", ("design/inspector/node_buttons", "Remove(")),
    "duplicate_many": ("duplicate", ("design/inspector/node_buttons", "Duplicate(")),
    "enable_many": ("switch on or off", ("design/inspector/node_buttons", "Enable(")),
    "compose": ("group the selection into a block", ("design/inspector/group_form", "Compose(")),
    "open": ("open a block of your own", ("design/inspector/composite_fields", "Open(")),
    "unfold": ("show or hide the layers inside", ("frontend/stack_row.js", 'do: "unfold"')),
    "close": ("close it again", ("design/breadcrumbs", "Close(")),
    "select": ("go along the connections", ("reactive/lazy_select", "selectbox")),
    "undo": ("undo", ("design/toolbar", "Undo(")),
    "redo": ("redo", ("design/toolbar", "Redo(")),
    "paste": ("paste", ("design/inspector/node_buttons", "Duplicate(")),
}
# Where a block stands is a matter of the canvas alone; fixes are buttons, there and in the stack.
ONLY_HERE = {"place_many": "with Alt move the block", "arrange": "arrange everything again"}
NO_KEY = {"fix", "resend"}
SOURCES = UI / "frontend" / "canvas" / "src"


def sent() -> set[str]:
    """What the scripts of the canvas send: edits by their `op`, commands by their `do`."""
    files = [*(file for file in SOURCES.iterdir() if "js" in file.suffix), UI / "frontend" / "outbox.js"]
    text = "".join(file.read_text(encoding="utf-8") for file in files)
    names = set(re.findall(r'\b(?:op|do): "(\w+)"', text))
    return names | set(re.findall(r'\? "(redo)" : key === "z" \? "(?:undo)"', text))


def test_everything_that_is_sent_is_listed():
    assert sent() == set(GESTURES) | set(ONLY_HERE) | NO_KEY


def test_everything_that_is_sent_is_an_edit_or_a_command():
    commands_known = {model.model_fields["do"].default for model in get_args(get_args(commands.Command)[0])}
    assert sent() <= EDITS.keys() | commands_known


@pytest.mark.parametrize("gesture", sorted(GESTURES))
def test_a_gesture_has_its_key_and_its_ordinary_widget(gesture):
    words, (module, way) = GESTURES[gesture]
    assert words in KEYS
    file = UI / (module if module.endswith(".js") else f"{module}.py")
    assert way in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("gesture", sorted(ONLY_HERE))
def test_what_only_the_canvas_does_has_its_key(gesture):
    assert ONLY_HERE[gesture] in KEYS


def test_every_letter_that_is_pressed_is_told_of():
    pressed = re.findall(r"^    ([a-z]): ", KEYS, re.MULTILINE)
    help_text = KEYS.partition("export const KEYS")[2].partition("\n]\n")[0]
    named = {letter.lower() for letter in re.findall(r'(?<![A-Za-z+])([A-Z])(?=[",\s])', help_text)}
    assert len(pressed) > 8
    assert set(pressed) <= named

"""Everything that is done on the canvas has a key, and an ordinary widget or a view that does without it."""

import re
from pathlib import Path

import pytest

from blockwright import ui
from blockwright.ui.design.canvas import canvas, canvas_commands

UI = Path(ui.__file__).parent
KEYS = (UI / "frontend" / "canvas" / "src" / "keys.js").read_text(encoding="utf-8")

# The deed: what the help says of its keys, and the module and the words in it that do the same by ordinary widgets.
GESTURES = {
    "connect": ("C, then arrows and Enter", ("design/inspector/connection_fields", '"op": "connect"')),
    "reconnect": (
        "C takes its end to another block",
        ("design/inspector/connection_fields", '"op": "connect"'),
    ),
    "disconnect": ("Delete cuts one", ("design/inspector/connection_fields", '"op": "connect"')),
    "output": ("make it an output", ("design/inspector/connection_fields", '"op": "outputs"')),
    "insert": ("Enter puts the first one", ("design/commands", '"add"')),
    "remove": ("remove what is selected", ("design/inspector/inspector", '"remove"')),
    "duplicate": ("duplicate", ("design/inspector/inspector", '"duplicate"')),
    "enable": ("switch on or off", ("design/inspector/inspector", '"enable"')),
    "compose": ("make a block of the selection", ("design/inspector/composite_view", '"op": "compose"')),
    "open": ("open a block of your own", ("design/inspector/composite_view", "Open")),
    "close": ("go back out", ("design/breadcrumbs", '"leave"')),
    "select": ("walk along the wires", ("reactive/lazy_select", "selectbox")),
    "undo": ("undo", ("design/toolbar", '"undo"')),
    "redo": ("redo", ("design/toolbar", '"redo"')),
    "paste": ("paste", ("design/inspector/inspector", '"duplicate"')),
}
# Where a block stands is a matter of the canvas alone; fixes are buttons, there and in the stack.
ONLY_HERE = {"place": "with Alt move the block", "arrange": "arrange everything again"}
NO_KEY = {"fix", "resend"}


def test_every_deed_is_listed():
    deeds = set(canvas_commands._PLANS) | set(canvas._OWN_DEEDS)
    assert deeds == set(GESTURES) | set(ONLY_HERE) | NO_KEY


@pytest.mark.parametrize("deed", sorted(GESTURES))
def test_a_deed_has_its_key_and_its_ordinary_widget(deed):
    words, (module, way) = GESTURES[deed]
    assert words in KEYS
    assert way in (UI / f"{module}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("deed", sorted(ONLY_HERE))
def test_what_only_the_canvas_does_has_its_key(deed):
    assert ONLY_HERE[deed] in KEYS


def test_every_letter_that_is_pressed_is_told_of():
    pressed = re.findall(r"^    ([a-z]): ", KEYS, re.MULTILINE)
    told = KEYS.partition("export const KEYS")[2].partition("\n]\n")[0]
    named = {letter.lower() for letter in re.findall(r'(?<![A-Za-z+])([A-Z])(?=[",\s])', told)}
    assert len(pressed) > 8
    assert set(pressed) <= named

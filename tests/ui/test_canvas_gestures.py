"""Everything that is done on the canvas has a key, and an ordinary widget or a view that does without it."""

import re
from pathlib import Path

import pytest

from blockwright.ui import canvas, canvas_deeds

UI = Path(canvas.__file__).parent
KEYS = (UI / "canvas" / "src" / "keys.js").read_text(encoding="utf-8")

# The deed: what the help says of its keys, and the module and the words in it that do the same by ordinary widgets.
GESTURES = {
    "connect": ("C, then arrows and Enter", ("inspector_wires", '"op": "connect"')),
    "reconnect": ("C takes its end to another block", ("inspector_wires", '"op": "connect"')),
    "disconnect": ("Delete cuts one", ("inspector_wires", '"op": "connect"')),
    "output": ("make it an output", ("inspector_wires", '"op": "outputs"')),
    "insert": ("Enter puts the first one", ("editing", '"add"')),
    "remove": ("remove what is selected", ("inspector", '"remove"')),
    "duplicate": ("duplicate", ("inspector", '"duplicate"')),
    "enable": ("switch on or off", ("inspector", '"enable"')),
    "compose": ("make a block of the selection", ("own_blocks_view", '"op": "compose"')),
    "open": ("open a block of your own", ("own_blocks_view", "Open")),
    "close": ("go back out", ("breadcrumbs", '"leave"')),
    "select": ("walk along the wires", ("chooser", "selectbox")),
    "undo": ("undo", ("toolbar", '"undo"')),
    "redo": ("redo", ("toolbar", '"redo"')),
    "paste": ("paste", ("inspector", '"duplicate"')),
}
# Where a block stands is a matter of the canvas alone; fixes are buttons, there and in the stack.
ONLY_HERE = {"place": "with Alt move the block", "arrange": "arrange everything again"}
NO_KEY = {"fix", "resend"}


def test_every_deed_is_listed():
    deeds = set(canvas_deeds._PLANS) | set(canvas._OWN_DEEDS)
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

"""Finding the widgets of a page in the tests."""

import json
import re
from typing import Any


def widget(kind: Any, name: str) -> Any:
    """The widget of the slot `name` among `app.number_input`, `app.selectbox`, ...: its key may carry a revision."""
    pattern = re.compile(re.escape(name) + r"(~\d+)?")
    found = [one for one in kind if pattern.fullmatch(one.key or "")]
    if len(found) != 1:
        raise KeyError(f"{name}: {len(found)} widgets among {[one.key for one in kind]}")
    return found[0]


def shown_tables(app: Any) -> list[dict[str, Any]]:
    """What each table of the page was given to draw: `label, columns, rows, right`."""
    protos = [one.proto for one in app.get("bidi_component")]
    return [json.loads(one.json)[0] for one in protos if "blockwright_tables" in one.component_name]

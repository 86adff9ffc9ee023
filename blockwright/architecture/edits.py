"""Changes to a design, as pure functions `design -> design` and as plain data (`apply_edit`).

Every gesture goes through them: the page's buttons, the canvas, the one-click fixes and the undo history.
A change that makes no sense raises `EditError` with a sentence, and the design stays as it was. `stacking` holds the
edits of single nodes, `wires` those of the graph, and `composing`, `defining` and `exposing` those of a design's own
blocks.
"""

from collections.abc import Callable, Sequence
from typing import Any

from blockwright.architecture import composing, defining, exposing, wires
from blockwright.architecture.changes import EditError, checked, free_name, made
from blockwright.architecture.spec import Design
from blockwright.architecture.stacking import (
    connect,
    duplicate,
    enable,
    insert,
    move,
    remove,
    rename,
    replace,
    set_input,
    set_name,
    set_outputs,
    set_params,
    set_trainable,
    tell_apart,
)

__all__ = [
    "EditError",
    "apply_edit",
    "apply_edits",
    "connect",
    "duplicate",
    "enable",
    "free_name",
    "insert",
    "move",
    "remove",
    "rename",
    "replace",
    "set_input",
    "set_name",
    "set_outputs",
    "set_params",
    "set_trainable",
    "tell_apart",
]

_EDITS: dict[str, tuple[Callable[..., Design], dict[str, str], frozenset[str]]] = {
    "insert": (
        insert,
        {
            "block": "block",
            "params": "params",
            "index": "index",
            "id": "node_id",
            "inputs": "inputs",
            "at": "at",
        },
        frozenset({"block"}),
    ),
    "move": (move, {"node": "node_id", "index": "index"}, frozenset({"node", "index"})),
    "remove": (remove, {"node": "node_id"}, frozenset({"node"})),
    "duplicate": (duplicate, {"node": "node_id"}, frozenset({"node"})),
    "connect": (connect, {"node": "node_id", "inputs": "inputs"}, frozenset({"node", "inputs"})),
    "set": (set_params, {"node": "node_id", "params": "params", "unset": "unset"}, frozenset({"node"})),
    "enable": (enable, {"node": "node_id", "enabled": "enabled"}, frozenset({"node", "enabled"})),
    "set_trainable": (
        set_trainable,
        {"node": "node_id", "trainable": "trainable"},
        frozenset({"node", "trainable"}),
    ),
    "replace": (
        replace,
        {"node": "node_id", "block": "block", "params": "params"},
        frozenset({"node", "block"}),
    ),
    "rename": (rename, {"node": "node_id", "to": "to"}, frozenset({"node", "to"})),
    "tell_apart": (tell_apart, {"name": "name"}, frozenset({"name"})),
    "set_input": (
        set_input,
        {"input": "input_id", "shape": "shape", "dtype": "dtype"},
        frozenset({"input"}),
    ),
    "name": (set_name, {"name": "name"}, frozenset({"name"})),
    "outputs": (set_outputs, {"outputs": "outputs"}, frozenset({"outputs"})),
    "wire": (
        wires.wire,
        {"from": "source", "to": "node_id", "slot": "slot"},
        frozenset({"from", "to"}),
    ),
    "unwire": (
        wires.unwire,
        {"from": "source", "to": "node_id", "slot": "slot"},
        frozenset({"from", "to"}),
    ),
    "splice": (
        wires.splice,
        {
            "from": "source",
            "to": "to",
            "slot": "slot",
            "block": "block",
            "params": "params",
            "node": "node_id",
            "at": "at",
        },
        frozenset({"from", "to"}),
    ),
    "remove_many": (wires.remove_many, {"nodes": "nodes"}, frozenset({"nodes"})),
    "duplicate_many": (wires.duplicate_many, {"nodes": "nodes"}, frozenset({"nodes"})),
    "paste": (
        wires.paste,
        {"nodes": "nodes", "composites": "composites", "at": "at"},
        frozenset({"nodes"}),
    ),
    "place": (wires.place, {"node": "node_id", "at": "at"}, frozenset({"node", "at"})),
    "arrange": (wires.arrange, {}, frozenset()),
    "repeat": (wires.repeat, {"node": "node_id", "times": "times"}, frozenset({"node", "times"})),
    "share": (wires.share, {"node": "node_id", "with": "other"}, frozenset({"node", "with"})),
    "add_input": (
        wires.add_input,
        {"id": "input_id", "shape": "shape", "dtype": "dtype", "at": "at"},
        frozenset(),
    ),
    "remove_input": (wires.remove_input, {"input": "input_id"}, frozenset({"input"})),
    "compose": (composing.compose, {"nodes": "nodes", "name": "name"}, frozenset({"nodes"})),
    "decompose": (composing.decompose, {"node": "node_id"}, frozenset({"node"})),
    "expose": (
        exposing.expose,
        {"composite": "composite", "node": "node_id", "param": "param", "name": "name"},
        frozenset({"composite", "node", "param"}),
    ),
    "unexpose": (
        exposing.unexpose,
        {"composite": "composite", "name": "name"},
        frozenset({"composite", "name"}),
    ),
    "set_default": (
        exposing.set_default,
        {"composite": "composite", "name": "name", "value": "value"},
        frozenset({"composite", "name", "value"}),
    ),
    "rename_argument": (
        exposing.rename_argument,
        {"composite": "composite", "name": "name", "to": "to"},
        frozenset({"composite", "name", "to"}),
    ),
    "rename_composite": (
        defining.rename_composite,
        {"composite": "composite", "to": "to"},
        frozenset({"composite", "to"}),
    ),
    "define": (
        defining.define,
        {"name": "name", "definition": "definition"},
        frozenset({"name", "definition"}),
    ),
    "undefine": (defining.undefine, {"name": "name"}, frozenset({"name"})),
}

# Edits of the whole design, which make no sense inside one of its blocks.
_OUTSIDE = frozenset(
    {
        "set_input",
        "name",
        "undefine",
        "define",
        "rename_composite",
        "set_default",
        "unexpose",
        "expose",
        "rename_argument",
    }
)


def apply_edit(design: Design, edit: dict[str, Any]) -> Design:
    """Apply one edit given as data, for example `{"op": "move", "node": "pool", "index": 2}`.

    With `"in": "ResidualUnit"` it is an edit of what is inside that block of the design's own.

    Raises `EditError` for an edit that is unknown, incomplete, or cannot be made.
    """
    operation = edit.get("op") if isinstance(edit, dict) else None
    if not isinstance(operation, str) or operation not in _EDITS:
        raise EditError(f"There is no edit {str(operation)[:40]!r}. There are: {', '.join(_EDITS)}.")
    function, names, needed = _EDITS[operation]
    given = {key: value for key, value in edit.items() if key not in ("op", "in")}
    missing = needed - given.keys()
    unknown = given.keys() - names.keys()
    if missing or unknown:
        takes = ", ".join(f"`{name}`" for name in names)
        raise EditError(f"The edit `{operation}` takes {takes}. Received: {', '.join(map(str, given))}.")
    arguments = {names[key]: value for key, value in given.items()}
    inside = edit.get("in")
    if inside is None:
        return checked(lambda: function(design, **arguments))
    if not isinstance(inside, str) or inside not in design.composites:
        raise EditError(f"This design has no block of its own named {str(inside)[:60]}.")
    if operation in _OUTSIDE:
        raise EditError(f"The edit `{operation}` is one of the whole design, not of the inside of {inside}.")
    body = checked(lambda: function(made(design.body(inside)), **arguments))
    return defining.redefine_body(design, inside, body)


def apply_edits(design: Design, edits: Sequence[dict[str, Any]]) -> Design:
    """Apply edits one after the other; all of them, or none."""
    for edit in edits:
        design = apply_edit(design, edit)
    return design

"""Changes to a design, as pure functions `design -> design` and as plain data (`apply_edit`).

Every gesture goes through them: the page's buttons, the canvas, the one-click fixes and the undo history.
A change that makes no sense raises `EditError` with a sentence, and the design stays as it was. `stacking` holds the
edits of single nodes, `wires` those of the graph, and `composing`, `defining` and `exposing` those of a design's own
blocks.
"""

from collections.abc import Callable, Sequence
from typing import Any

from blockwright.design.edits import composite_arguments, composite_edits, group_edits, wire_edits
from blockwright.design.edits.edit_helpers import EditError, checked, free_name, made
from blockwright.design.edits.node_edits import (
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
from blockwright.schema.design import Design

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
        wire_edits.wire,
        {"from": "source", "to": "node_id", "slot": "slot"},
        frozenset({"from", "to"}),
    ),
    "unwire": (
        wire_edits.unwire,
        {"from": "source", "to": "node_id", "slot": "slot"},
        frozenset({"from", "to"}),
    ),
    "splice": (
        wire_edits.splice,
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
    "remove_many": (wire_edits.remove_many, {"nodes": "nodes"}, frozenset({"nodes"})),
    "duplicate_many": (wire_edits.duplicate_many, {"nodes": "nodes"}, frozenset({"nodes"})),
    "paste": (
        wire_edits.paste,
        {"nodes": "nodes", "composites": "composites", "at": "at"},
        frozenset({"nodes"}),
    ),
    "place": (wire_edits.place, {"node": "node_id", "at": "at"}, frozenset({"node", "at"})),
    "arrange": (wire_edits.arrange, {}, frozenset()),
    "repeat": (wire_edits.repeat, {"node": "node_id", "times": "times"}, frozenset({"node", "times"})),
    "share": (wire_edits.share, {"node": "node_id", "with": "other"}, frozenset({"node", "with"})),
    "add_input": (
        wire_edits.add_input,
        {"id": "input_id", "shape": "shape", "dtype": "dtype", "at": "at"},
        frozenset(),
    ),
    "remove_input": (wire_edits.remove_input, {"input": "input_id"}, frozenset({"input"})),
    "compose": (group_edits.compose, {"nodes": "nodes", "name": "name"}, frozenset({"nodes"})),
    "decompose": (group_edits.decompose, {"node": "node_id"}, frozenset({"node"})),
    "expose": (
        composite_arguments.expose,
        {"composite": "composite", "node": "node_id", "param": "param", "name": "name"},
        frozenset({"composite", "node", "param"}),
    ),
    "unexpose": (
        composite_arguments.unexpose,
        {"composite": "composite", "name": "name"},
        frozenset({"composite", "name"}),
    ),
    "set_default": (
        composite_arguments.set_default,
        {"composite": "composite", "name": "name", "value": "value"},
        frozenset({"composite", "name", "value"}),
    ),
    "rename_argument": (
        composite_arguments.rename_argument,
        {"composite": "composite", "name": "name", "to": "to"},
        frozenset({"composite", "name", "to"}),
    ),
    "rename_composite": (
        composite_edits.rename_composite,
        {"composite": "composite", "to": "to"},
        frozenset({"composite", "to"}),
    ),
    "define": (
        composite_edits.define,
        {"name": "name", "definition": "definition"},
        frozenset({"name", "definition"}),
    ),
    "undefine": (composite_edits.undefine, {"name": "name"}, frozenset({"name"})),
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
    return composite_edits.redefine_body(design, inside, body)


def apply_edits(design: Design, edits: Sequence[dict[str, Any]]) -> Design:
    """Apply edits one after the other; all of them, or none."""
    for edit in edits:
        design = apply_edit(design, edit)
    return design

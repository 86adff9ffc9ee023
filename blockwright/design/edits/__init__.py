"""Changes to a design: plain data, each with a pure function `apply(design) -> design`.

There is one vocabulary of edits. The page's buttons, the canvas, the stack, the one-click fixes and the undo history
all use it, as models (`Move(node="pool", index=2)`) or as the JSON that a browser sends and that fixes contain
(`{"op": "move", "node": "pool", "index": 2}`). `Edit` is the union of all of them; its members are in the modules of
this package, by what they change. A new edit is a class there and an entry in the union.

An edit that cannot be made raises `EditError` with a sentence, and the design does not change.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Union, cast, get_args

from pydantic import Field, ValidationError

from blockwright.design.edits.composite_arguments import Expose, RenameArgument, SetDefault, Unexpose
from blockwright.design.edits.composite_edits import Define, RenameComposite, Undefine, redefine_body
from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import EditError, checked, validated, wrong_value_error
from blockwright.design.edits.group_edits import Compose, Decompose
from blockwright.design.edits.name_edits import MakeNamesUnique, Rename
from blockwright.design.edits.network_edits import (
    AddInput,
    AddOutput,
    RemoveInput,
    RemoveOutput,
    ReplaceOutput,
    SetInput,
    SetName,
    SetOutputs,
)
from blockwright.design.edits.node_edits import Duplicate, Insert, Move, Remove, Replace
from blockwright.design.edits.node_settings import Enable, EnableMany, Repeat, SetParams, SetTrainable, Share
from blockwright.design.edits.position_edits import Arrange, PlaceMany, PlaceNode
from blockwright.design.edits.selection_edits import DuplicateMany, Paste, RemoveMany
from blockwright.design.edits.wire_edits import (
    Branch,
    Connect,
    ExtendOutput,
    InsertAfter,
    Merge,
    Rewire,
    Splice,
    Unwire,
    Wire,
)
from blockwright.schema.design import Design

Edit = Annotated[
    Union[  # noqa: UP007 - a list of forty reads better than forty bars
        Insert,
        Move,
        Remove,
        Duplicate,
        Connect,
        SetParams,
        Enable,
        SetTrainable,
        Replace,
        Rename,
        MakeNamesUnique,
        Repeat,
        Share,
        SetInput,
        SetName,
        SetOutputs,
        Wire,
        Unwire,
        Splice,
        Merge,
        EnableMany,
        RemoveMany,
        DuplicateMany,
        Paste,
        PlaceNode,
        PlaceMany,
        Arrange,
        AddInput,
        RemoveInput,
        AddOutput,
        RemoveOutput,
        ReplaceOutput,
        Rewire,
        Branch,
        ExtendOutput,
        InsertAfter,
        Compose,
        Decompose,
        Expose,
        Unexpose,
        SetDefault,
        RenameArgument,
        RenameComposite,
        Define,
        Undefine,
    ],
    Field(discriminator="op"),
]
EDITS: dict[str, type[BaseEdit]] = {
    model.model_fields["op"].default: model for model in get_args(get_args(Edit)[0])
}
"""Every edit by its `op`."""


def read_edit(edit: object) -> Edit:
    """One edit from its JSON, for example `{"op": "move", "node": "pool", "index": 2}`.

    Raises `EditError` for an edit that is unknown or incomplete, or has a value of the wrong kind.
    """
    operation = edit.get("op") if isinstance(edit, dict) else None
    if not isinstance(edit, dict) or not isinstance(operation, str) or operation not in EDITS:
        raise EditError(f"There is no edit {str(operation)[:40]!r}. There are: {', '.join(EDITS)}.")
    keys = EDITS[operation].keys()
    received = [str(key) for key in edit if key not in ("op", "in")]
    if not set(received) <= keys.keys() or any(keys[key] and key not in received for key in keys):
        arguments = ", ".join(f"`{key}`" for key in keys)
        raise EditError(f"The edit `{operation}` takes {arguments}. Received: {', '.join(received)}.")
    try:
        return cast(Edit, EDITS[operation].model_validate(edit))
    except ValidationError as error:
        raise wrong_value_error(error) from None


def apply_edit(design: Design, edit: Edit | dict[str, Any]) -> Design:
    """Apply one edit, as a model or as JSON.

    With `"in": "ResidualUnit"` it edits the content of that composite block.

    Raises `EditError` for an edit that is unknown, incomplete, or cannot be made.
    """
    if not isinstance(edit, BaseEdit):
        edit = read_edit(edit)
    inside = edit.inside
    if inside is None:
        return checked(lambda: edit.apply(design))
    if inside not in design.composites:
        raise EditError(f"This design has no composite block named {inside[:60]}.")
    if edit.of_whole_design:
        raise EditError(f"The edit `{edit.op}` changes the whole design and cannot be used inside {inside}.")
    body = checked(lambda: edit.apply(validated(design.body(inside))))
    return redefine_body(design, inside, body)


def apply_edits(design: Design, edits: Sequence[Edit | dict[str, Any]]) -> Design:
    """Apply edits in order; all of them, or none."""
    for edit in edits:
        design = apply_edit(design, edit)
    return design

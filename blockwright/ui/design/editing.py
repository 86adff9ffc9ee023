"""Edits as a visitor makes them: a step of the history, the selection that follows, and a kept draft.

What cannot be done is refused with its sentence, and the design stays as it was.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ParamSpec

import streamlit as st

from blockwright.design.composite_catalog import extended
from blockwright.design.edits import (
    Edit,
    Insert,
    Move,
    PlaceMany,
    Remove,
    RemoveMany,
    Rename,
    RenameComposite,
    ReplaceOutput,
    Rewire,
    Splice,
    Unwire,
    Wire,
    apply_edit,
    read_edit,
)
from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import checked
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, port
from blockwright.ui.design import design_storage
from blockwright.ui.design.edit_completion import completed
from blockwright.ui.reactive import fragments
from blockwright.ui.reactive.turns import turn
from blockwright.ui.reactive.widget_keys import is_choice, name_of
from blockwright.ui.shell import service, state
from blockwright.ui.shell.messages import EXPECTED, action, has_notices, say, show_notices

P = ParamSpec("P")

PLACE = "stack"
"""Where refusals are shown that belong to no field."""

_REFUSAL_SHOWN = "refusal_shown"


def redraw() -> None:
    """From a callback: draw again what shows the design and has changed."""
    fragments.redraw(refused=has_notices(PLACE))


def gesture(act: Callable[P, Any]) -> Callable[P, None]:
    """A callback: does what `act` does, or keeps the sentence that says why not; then draws again what has changed."""
    guarded = action(PLACE)(act)

    @functools.wraps(act)
    def callback(*args: P.args, **kwargs: P.kwargs) -> None:
        with turn():
            guarded(*args, **kwargs)
            redraw()

    return callback


def own_names() -> list[str]:
    """The blocks of the design's own that can be put into what is shown."""
    inside = state.inside()
    return [name for name in state.design().composites if name != inside]


def design_catalog() -> Catalog | None:
    """The catalog with the blocks of the design's own, or None while the service starts."""
    catalog = service.catalog()
    return None if catalog is None else extended(catalog, state.design())


def apply(edits: Sequence[Edit | dict[str, Any]], label: str | None = None) -> None:
    """Apply edits of what is shown as one step, and keep the draft. `label` is the last edit's own by default.

    Inside a block of the design's own they are edits of that block, except those that only a whole design has.
    Raises `EditError`, and then nothing has changed.
    """
    inside = state.inside()
    models = [edit if isinstance(edit, BaseEdit) else read_edit(edit) for edit in edits]
    if inside is not None:
        models = [
            edit if edit.of_whole_design or edit.inside else edit.model_copy(update={"inside": inside})
            for edit in models
        ]
    if label is None:
        label = models[-1].label + ("" if models[-1].inside is None else f" in {inside}")
    selected, levels, last = state.selection(), state.levels(), models[-1]
    state.change(models, label)
    if isinstance(last, Rename):
        state.select_many(last.to if name == last.node else name for name in selected)
    if isinstance(last, RenameComposite):
        state.set_levels(
            [
                level | {"composite": last.to} if level["composite"] == last.composite else level
                for level in levels
            ]
        )
    design_storage.keep_draft()


edit = gesture(apply)
"""Callback: apply edits of what is shown as one step."""


def perform(edits: Sequence[Edit | dict[str, Any]]) -> None:
    """Complete and apply edits that a browser sent, as one step, and select what they changed.

    Raises `EditError`, and then nothing has changed.
    """
    before = shown = state.shown()
    catalog, insertion = design_catalog(), state.insertion_index()
    models: list[Edit] = []
    for edit in edits:
        model = edit if isinstance(edit, BaseEdit) else read_edit(edit)
        if models:
            shown = apply_edit(shown, models[-1])
        models.append(completed(model, shown, catalog, insertion))
    selected = state.selection()
    apply(models)
    ids = before.ids()
    new = [node.id for node in state.shown().nodes if node.id not in ids]
    affected = new or _affected(models[-1], before, selected)
    if affected is not None:
        state.select_many(affected)
    if isinstance(models[-1], Insert) and models[-1].at is None:
        state.show_in_inspector("Block")


def _affected(edit: Edit, before: Design, selected: list[str]) -> list[str] | None:
    """What is selected after an edit that adds nothing; None for what was selected before."""
    match edit:
        case Wire() | Unwire() | Rewire():
            return [edit.to]
        case ReplaceOutput():
            return [port(before.ids(), edit.source)[0]]
        case Move() | Splice():
            return [edit.node] if edit.node else None
        case PlaceMany():
            return list(edit.places)
        case RemoveMany():
            return []
        case Remove() if selected in ([], [edit.node]):
            nodes, index = before.nodes, before.index(edit.node)
            neighbours = [*nodes[index + 1 : index + 2], *reversed(nodes[:index])]
            return [node.id for node in neighbours[:1]]
    return None


def apply_choice(make: Callable[..., Edit | None], *keys: str) -> None:
    """Callback of the widgets `keys`: apply the edit that `make` gives for their values, if the visitor chose them.

    No edit is made for None.
    """
    if is_choice(*keys):
        _apply_choice(make, [st.session_state[key] for key in keys])


def apply_field(make: Callable[..., Edit | None], *keys: str) -> None:
    """As `apply_choice`; what is refused is kept for the first of the fields, see `show_refusal`."""
    if is_choice(*keys):
        _apply_field(make, name_of(keys[0]), [st.session_state[key] for key in keys])


@gesture
def _apply_field(make: Callable[..., Edit | None], name: str, values: list[Any]) -> None:
    with at_field(name):
        edit = checked(lambda: make(*values))
        if edit is not None:
            apply([edit])


@contextmanager
def at_field(name: str) -> Iterator[None]:
    """Keep the sentence of what is refused inside for the field of that name."""
    try:
        yield
    except EXPECTED as error:
        say(str(error), "error", f"field {name}")


def show_refusal(name: str) -> None:
    """Below a field: why what was typed there is refused, until the form is drawn again."""
    place = f"field {name}"
    if has_notices(place):
        st.session_state[_REFUSAL_SHOWN] = True
        show_notices(place)


def takes_refusal_away() -> bool:
    """Whether a refusal stands at a field, which has to be drawn again without it."""
    return bool(st.session_state.pop(_REFUSAL_SHOWN, False))


@gesture
def _apply_choice(make: Callable[..., Edit | None], values: list[Any]) -> None:
    edit = checked(lambda: make(*values))
    if edit is not None:
        apply([edit])

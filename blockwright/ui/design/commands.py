"""What the stack, the canvas and the buttons ask for: edits of the design, and commands that change only the view.

A browser sends `{"number": …, "actions": […]}`. An action is an edit (`{"op": …}`, see `blockwright.design.edits`), a
list of edits that are one step, or a command (`{"do": …}`), of which there are the few below.
"""

import json
from abc import abstractmethod
from collections.abc import Callable
from typing import Annotated, Any, Literal

import streamlit as st
from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, TypeAdapter, ValidationError

from blockwright.design.edits import EditError
from blockwright.design.edits.edit_helpers import wrong_value_error
from blockwright.ui.design import design_storage, editing, unfolding
from blockwright.ui.design.description import described_here
from blockwright.ui.reactive import component_patches
from blockwright.ui.reactive.turns import turn
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action

MAX_ACTIONS = 200


class BaseCommand(BaseModel):
    """Something that changes the view or the session, and no more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    @abstractmethod
    def run(self) -> None:
        """Do it. Raises `EditError` where it cannot be done."""


class Undo(BaseCommand):
    """Take the last step back."""

    do: Literal["undo"] = "undo"

    def run(self) -> None:
        state.undo()
        design_storage.keep_draft()


class Redo(BaseCommand):
    """Take the step again that was last taken back."""

    do: Literal["redo"] = "redo"

    def run(self) -> None:
        state.redo()
        design_storage.keep_draft()


class Select(BaseCommand):
    """Select these inputs and nodes of what is shown; the inspector shows a single one."""

    do: Literal["select"] = "select"
    nodes: tuple[StrictStr, ...] = ()

    def run(self) -> None:
        state.select_many(self.nodes)
        if state.selected() is not None:
            state.show_in_inspector("Block")


class SetInsertion(BaseCommand):
    """Let the next new block go to place `index` of the list."""

    do: Literal["set_insertion"] = "set_insertion"
    index: StrictInt

    def run(self) -> None:
        state.set_insertion(self.index)


class Open(BaseCommand):
    """Show the inside of the block that `node` is, with the shapes of this use of it."""

    do: Literal["open"] = "open"
    node: StrictStr

    def run(self) -> None:
        block = next((node.block for node in state.shown().nodes if node.id == self.node), None)
        if block is None:
            raise EditError(f'There is no block named "{self.node[:60]}".')
        if block not in state.design().composites:
            raise EditError(
                f'"{self.node}" is a {block}, which is not a block of this design: it has no inside.'
            )
        state.enter(block, self.node)


class Unfold(BaseCommand):
    """Show the layers inside the block that `node` is, where it stands; or no longer."""

    do: Literal["unfold"] = "unfold"
    node: StrictStr

    def run(self) -> None:
        node = next((node for node in state.shown().nodes if node.id == self.node), None)
        if node is None:
            raise EditError(f'There is no block named "{self.node[:60]}".')
        if not unfolding.unfolds(node, editing.design_catalog()):
            raise EditError(f'"{self.node}" is a single layer: there is nothing inside.')
        unfolding.toggle(self.node)


class OpenComposite(BaseCommand):
    """Show the inside of a block of the design's own, with the shapes of its first use."""

    do: Literal["open_composite"] = "open_composite"
    composite: StrictStr

    def run(self) -> None:
        if self.composite not in state.design().composites:
            raise EditError(f"This design no longer has a block named {self.composite[:60]}.")
        state.enter(self.composite)


class Close(BaseCommand):
    """Show what is `depth` blocks deep, 0 for the whole network; without a depth, one level further out."""

    do: Literal["close"] = "close"
    depth: StrictInt | None = None

    def run(self) -> None:
        state.leave(len(state.levels()) - 1 if self.depth is None else self.depth)


class ApplyFix(BaseCommand):
    """Apply the fix of a finding, of a node or (None) of the whole."""

    do: Literal["fix"] = "fix"
    node: StrictStr | None = None
    code: StrictStr
    label: StrictStr

    def run(self) -> None:
        for finding in described_here().of(self.node):
            if finding.fix and (finding.code, finding.fix.label) == (self.code, self.label):
                editing.apply(finding.fix.edits, finding.fix.label)
                return
        raise EditError("This fix no longer fits the design. Look at the problems as they are now.")


class Resend(BaseCommand):
    """Send everything again: the browser does not hold the version on which the last message builds."""

    do: Literal["resend"] = "resend"

    def run(self) -> None:
        component_patches.forget()


Command = Annotated[
    Undo | Redo | Select | SetInsertion | Open | Unfold | OpenComposite | Close | ApplyFix | Resend,
    Field(discriminator="do"),
]
_COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


def read_command(command: dict[str, Any]) -> Command:
    """One command from its JSON. Raises `EditError` for an unknown one, or for a value of the wrong kind."""
    try:
        return _COMMAND.validate_python(command)
    except ValidationError as error:
        if error.errors()[0]["type"].startswith("union_tag"):
            raise EditError(f"The page asked for something unknown: {json.dumps(command)[:80]}.") from None
        raise wrong_value_error(error) from None


@action(editing.PLACE)
def carry_out(entry: Any) -> None:
    """Carry out one action from its JSON, or keep the sentence that says why not."""
    if isinstance(entry, dict) and "do" in entry:
        read_command(entry).run()
    elif entry:
        editing.perform(entry if isinstance(entry, list) else [entry])


def carry_out_message(message: object) -> None:
    """Carry out the actions of a message in order; a message that comes twice is carried out once."""
    if not isinstance(message, dict) or not isinstance(message.get("actions"), list):
        return
    number = message.get("number")
    if not isinstance(number, int) or number <= state.last_message():
        return
    state.set_last_message(number)
    for entry in message["actions"][:MAX_ACTIONS]:
        carry_out(entry)


def receiver(key: str) -> Callable[[], None]:
    """The callback of the component `key`: carries out what it sent, then draws again."""

    def receive() -> None:
        with turn():
            carry_out_message(getattr(st.session_state[key], "action", None))
            editing.redraw()

    return receive


@editing.gesture
def run(command: Command) -> None:
    """Callback: run one command."""
    command.run()

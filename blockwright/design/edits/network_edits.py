"""Edits of the network's name, inputs and outputs."""

from typing import Any, Literal

from pydantic import Field, StrictStr

from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import (
    EditError,
    checked,
    free_name,
    in_running_order,
    made,
    rerouted,
    written_out,
)
from blockwright.design.structure import resolve_outputs
from blockwright.schema.design import Design, Input, Place, port

Shape = tuple[int | None, ...]


class SetName(BaseEdit):
    """Give the design another name."""

    of_whole_design = True
    op: Literal["name"] = "name"
    name: StrictStr

    def apply(self, design: Design) -> Design:
        return made(design, name=self.name)

    @property
    def label(self) -> str:
        return f"Rename to {self.name}"


class AddInput(BaseEdit):
    """Give the network one more input."""

    op: Literal["add_input"] = "add_input"
    id: StrictStr | None = None
    shape: Shape = (28, 28, 1)
    dtype: str = "float32"
    at: Place | None = None

    def apply(self, design: Design) -> Design:
        if self.id is not None and self.id in design.ids():
            raise EditError(f'The name "{self.id}" is taken. Choose another.')
        name = free_name(design, "input") if self.id is None else self.id
        new = checked(lambda: Input(id=name, shape=self.shape, dtype=self.dtype, at=self.at))
        return made(design, inputs=(*design.inputs, new))

    @property
    def label(self) -> str:
        return "Add an input"


class SetInput(BaseEdit):
    """Give an input another shape (without the batch), another type of values, or both."""

    of_whole_design = True
    op: Literal["set_input"] = "set_input"
    input: StrictStr
    shape: Shape | None = None
    dtype: str | None = None

    def apply(self, design: Design) -> Design:
        _check_input(design, self.input)
        changes: dict[str, Any] = {}
        if self.dtype is not None:
            changes["dtype"] = self.dtype
        if self.shape is not None:
            changes["shape"] = self.shape
        if not changes:
            raise EditError("An input is given another `shape`, such as [28, 28, 1], or another `dtype`.")
        inputs = tuple(
            entry.model_copy(update=changes) if entry.id == self.input else entry for entry in design.inputs
        )
        return made(design, inputs=inputs)

    @property
    def label(self) -> str:
        return f"Set the {'shape' if self.shape is not None else 'values'} of {self.input}"


class RemoveInput(BaseEdit):
    """Remove an input; its readers read one input less."""

    op: Literal["remove_input"] = "remove_input"
    input: StrictStr

    def apply(self, design: Design) -> Design:
        _check_input(design, self.input)
        if len(design.inputs) == 1:
            raise EditError("A network needs an input. Add another one before this one is removed.")
        full = written_out(design)
        nodes = tuple(
            node.model_copy(update={"inputs": rerouted(design, node.named_inputs, self.input, None)})
            for node in full.nodes
        )
        inputs = tuple(entry for entry in design.inputs if entry.id != self.input)
        return in_running_order(full.model_copy(update={"inputs": inputs, "nodes": nodes}))

    @property
    def label(self) -> str:
        return f"Remove {self.input}"


def _check_input(design: Design, name: str) -> None:
    if name not in {entry.id for entry in design.inputs}:
        raise EditError(f'There is no input named "{name}".')


class SetOutputs(BaseEdit):
    """Choose the outputs of the network; None means its last node."""

    op: Literal["outputs"] = "outputs"
    outputs: tuple[StrictStr, ...] | None

    def apply(self, design: Design) -> Design:
        return made(design, outputs=self.outputs)

    @property
    def label(self) -> str:
        return "Set the outputs"


class AddOutput(BaseEdit):
    """Make a result of a node one more output."""

    op: Literal["add_output"] = "add_output"
    source: StrictStr = Field(validation_alias="from")

    def apply(self, design: Design) -> Design:
        _check_no_output(design, self.source)
        return _with_outputs(design, [*resolve_outputs(design), self.source])

    @property
    def label(self) -> str:
        return f"Make {self.source} an output"


class RemoveOutput(BaseEdit):
    """Make an output no longer an output; its node stays."""

    op: Literal["remove_output"] = "remove_output"
    output: StrictStr

    def apply(self, design: Design) -> Design:
        outputs = list(resolve_outputs(design))
        _check_output(outputs, self.output)
        if outputs == [self.output]:
            raise EditError(
                f'"{self.output}" is the only output, and a network needs one. Make another block an output first.'
            )
        return _with_outputs(design, [source for source in outputs if source != self.output])

    @property
    def label(self) -> str:
        return f"Remove {self.output} from the outputs"


class ReplaceOutput(BaseEdit):
    """Make a result of a node an output in place of another one."""

    op: Literal["replace_output"] = "replace_output"
    output: StrictStr
    source: StrictStr = Field(validation_alias="from")

    def apply(self, design: Design) -> Design:
        outputs = list(resolve_outputs(design))
        _check_no_output(design, self.source)
        _check_output(outputs, self.output)
        outputs[outputs.index(self.output)] = self.source
        return _with_outputs(design, outputs)

    @property
    def label(self) -> str:
        return f"Make {self.source} an output in place of {self.output}"


def _check_no_output(design: Design, source: str) -> None:
    ids = design.ids()
    if port(ids, source)[0] not in ids:
        raise EditError(f'There is no block named "{source[:60]}".')
    if source in resolve_outputs(design):
        raise EditError(f'"{source}" is an output already.')


def _check_output(outputs: list[str], name: str) -> None:
    if name not in outputs:
        raise EditError(f'There is no output named "{name[:60]}".')


def _with_outputs(design: Design, outputs: list[str]) -> Design:
    last = design.nodes[-1].id if design.nodes else None
    return made(design, outputs=None if outputs == [last] else tuple(outputs))

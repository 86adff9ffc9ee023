"""Edits of the network's name, inputs and outputs."""

from typing import Any, Literal

from pydantic import Field, StrictStr

from blockwright.design.edits.edit import BaseEdit
from blockwright.design.edits.edit_helpers import (
    EditError,
    checked,
    in_topological_order,
    new_node_name,
    rerouted,
    validated,
    with_explicit_inputs,
)
from blockwright.design.wiring import resolve_outputs
from blockwright.schema.design import Design, Input, Position, port

Shape = tuple[int | None, ...]


class SetName(BaseEdit):
    """Rename the design."""

    of_whole_design = True
    op: Literal["name"] = "name"
    label_format = "Rename to {name}"
    name: StrictStr

    def apply(self, design: Design) -> Design:
        return validated(design, name=self.name)


class AddInput(BaseEdit):
    """Add an input to the network."""

    op: Literal["add_input"] = "add_input"
    label_format = "Add an input"
    id: StrictStr | None = None
    shape: Shape = (28, 28, 1)
    dtype: str = "float32"
    at: Position | None = None

    def apply(self, design: Design) -> Design:
        if self.id is not None and self.id in design.ids():
            raise EditError(f'The name "{self.id}" is taken. Choose another.')
        name = new_node_name(design, "input") if self.id is None else self.id
        new_input = checked(lambda: Input(id=name, shape=self.shape, dtype=self.dtype, at=self.at))
        return validated(design, inputs=(*design.inputs, new_input))


class SetInput(BaseEdit):
    """Change the shape of an input (without the batch), its data type, or both."""

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
            raise EditError("The edit `set_input` takes a `shape`, such as [28, 28, 1], or a `dtype`.")
        inputs = tuple(
            entry.model_copy(update=changes) if entry.id == self.input else entry for entry in design.inputs
        )
        return validated(design, inputs=inputs)

    @property
    def label(self) -> str:
        return f"Set the {'shape' if self.shape is not None else 'data type'} of {self.input}"


class RemoveInput(BaseEdit):
    """Remove an input; its readers lose it."""

    op: Literal["remove_input"] = "remove_input"
    label_format = "Remove {input}"
    input: StrictStr

    def apply(self, design: Design) -> Design:
        _check_input(design, self.input)
        if len(design.inputs) == 1:
            raise EditError("A network needs an input. Add another one before you remove this one.")
        full = with_explicit_inputs(design)
        nodes = tuple(
            node.model_copy(update={"inputs": rerouted(design, node.named_inputs, self.input, None)})
            for node in full.nodes
        )
        inputs = tuple(entry for entry in design.inputs if entry.id != self.input)
        return in_topological_order(full.model_copy(update={"inputs": inputs, "nodes": nodes}))


def _check_input(design: Design, name: str) -> None:
    if name not in {entry.id for entry in design.inputs}:
        raise EditError(f'There is no input named "{name}".')


class SetOutputs(BaseEdit):
    """Set the outputs of the network; None means its last node."""

    op: Literal["outputs"] = "outputs"
    label_format = "Set the outputs"
    outputs: tuple[StrictStr, ...] | None

    def apply(self, design: Design) -> Design:
        return validated(design, outputs=self.outputs)


class AddOutput(BaseEdit):
    """Make an output of a node another output of the network."""

    op: Literal["add_output"] = "add_output"
    label_format = "Make {source} an output"
    source: StrictStr = Field(validation_alias="from")

    def apply(self, design: Design) -> Design:
        _check_is_no_output(design, self.source)
        return _with_outputs(design, [*resolve_outputs(design), self.source])


class RemoveOutput(BaseEdit):
    """Remove an output of the network; its node stays."""

    op: Literal["remove_output"] = "remove_output"
    label_format = "Remove {output} from the outputs"
    output: StrictStr

    def apply(self, design: Design) -> Design:
        outputs = list(resolve_outputs(design))
        _check_output(outputs, self.output)
        if outputs == [self.output]:
            raise EditError(
                f'"{self.output}" is the only output, and a network needs one. Make another block an output first.'
            )
        return _with_outputs(design, [source for source in outputs if source != self.output])


class ReplaceOutput(BaseEdit):
    """Replace an output of the network."""

    op: Literal["replace_output"] = "replace_output"
    label_format = "Make {source} an output in place of {output}"
    output: StrictStr
    source: StrictStr = Field(validation_alias="from")

    def apply(self, design: Design) -> Design:
        outputs = list(resolve_outputs(design))
        _check_is_no_output(design, self.source)
        _check_output(outputs, self.output)
        outputs[outputs.index(self.output)] = self.source
        return _with_outputs(design, outputs)


def _check_is_no_output(design: Design, source: str) -> None:
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
    return validated(design, outputs=None if outputs == [last] else tuple(outputs))

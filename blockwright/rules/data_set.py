"""Rules about a design and the data set that it is trained on: what each input reads, and what each output learns."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from blockwright.inference.shape_view import ShapeView
from blockwright.recipe.settings import OutputSettings
from blockwright.rules.message_format import shape_words
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import DataSummary, Feature, Target
from blockwright.schema.design import Input
from blockwright.schema.rules import Candidate, Problem, Rule
from blockwright.tasks.feature_matching import assign, fits, match_outputs, read, unmatched
from blockwright.tasks.objectives import choose_targets

Assigned = dict[str, tuple[Feature, int | None]]


@dataclass(frozen=True)
class DataView:
    """A design with its shapes, and the data set that it is trained on.

    Attributes:
        shapes: the shapes of the design.
        data: the features and targets of the data set.
        chosen: the target that the settings choose, by output.
    """

    shapes: ShapeView
    data: DataSummary
    chosen: Mapping[str, str]

    @cached_property
    def assigned(self) -> tuple[Assigned, list[str]]:
        """The feature, and its column where it is a single one, of every input that has one; and the inputs without."""
        return assign(self.data, self.shapes.design.inputs)

    @cached_property
    def targets(self) -> dict[str, Target]:
        """The target of each output. Raises `DataError` where the targets cannot be told apart."""
        view = self.shapes
        shapes = {
            output: tuple(view.shapes[output][1:]) if output in view.shapes else None
            for output in view.wires.outputs
        }
        outputs = {output: OutputSettings(target=target) for output, target in self.chosen.items()}
        chosen, _ = choose_targets(view.design, outputs, self.data, shapes)
        return match_outputs(self.data, shapes, chosen)


class DataRule(Rule[DataView]):
    """A rule about a design and its data set; found by being there, in any module of `blockwright.rules`."""


class InputData(DataRule):
    """Every input needs a feature of the data. Name each input after the feature that it reads."""

    code = "input-data"

    def check(self, view: DataView) -> Iterator[Problem]:
        inputs = view.shapes.design.inputs
        assigned, missing = view.assigned
        if not missing:
            return
        fixes: tuple[Candidate, ...] = ()
        if len(inputs) == len(view.data.features) == 1 and not assigned:
            feature = view.data.features[0]
            edit = _set_input(inputs[0], feature.shape) | {"dtype": _dtype(feature)}
            new = "text" if feature.is_text else shape_words((None, *feature.shape))
            fixes = ((f"Change the input to {new}", [edit]),)
        yield Problem(missing[0], unmatched(view.data, inputs, assigned, missing), fixes)


class InputKind(DataRule):
    """An input reads numbers or text, in a shape that the data can be brought to. Change it to what the data has."""

    code = "input-kind"

    def check(self, view: DataView) -> Iterator[Problem]:
        for entry, feature, column in _misfits(view):
            try:
                read(entry, feature, column)
            except DataError as error:
                yield Problem(entry.id, str(error), _changes(entry, feature, column))


class InputSize(DataRule):
    """Examples of another size are resized before training. Change the input to their size to use them as they are."""

    code = "input-size"
    severity = "note"

    def check(self, view: DataView) -> Iterator[Problem]:
        for entry, feature, column in _misfits(view):
            if feature.is_text:
                continue
            try:
                read(entry, feature, column)
            except DataError:
                continue
            name = view.data.title if len(view.data.features) == 1 else feature.name
            shape = _example_shape(feature, column)
            message = (
                f'"{entry.id}" takes {shape_words((None, *entry.shape))}, "{name}" has {shape_words((None, *shape))}. '
                "The data is changed to fit before training; or change the input to match it."
            )
            yield Problem(entry.id, message, _changes(entry, feature, column))


class OutputTargets(DataRule):
    """Every output needs a target of the data. Name each output after its target, or choose it in the settings."""

    code = "output-data"

    def check(self, view: DataView) -> Iterator[Problem]:
        outputs = view.shapes.wires.outputs
        if not view.data.targets or not outputs:
            return
        try:
            _ = view.targets
        except DataError as error:
            unnamed = [output for output in outputs if view.data.target(output) is None]
            yield Problem((unnamed or outputs)[0], str(error))


def read_data(shapes: ShapeView, data: dict[str, Any] | None) -> DataView | None:
    """The data set that a request names; None where nothing is known of its features.

    `data` is the document of a data set's card, or `{"name", "shape", "num_classes"}` of images with classes. It may
    say under `chosen` which target the settings choose for which output.
    """
    try:
        summary = DataSummary.read(data) if data else None
    except (ValidationError, TypeError, ValueError):
        return None
    if data is None or summary is None:
        return None
    chosen = data.get("chosen")
    targets = {str(output): str(name) for output, name in chosen.items()} if isinstance(chosen, dict) else {}
    return DataView(shapes, summary, targets)


def no_new_errors(before: ShapeView) -> Callable[[ShapeView], bool]:
    """Whether a change of an input leaves every node right that was right."""
    return lambda after: after.errors.keys() <= before.errors.keys()


def _misfits(view: DataView) -> Iterator[tuple[Input, Feature, int | None]]:
    """The inputs that do not take their feature as it is."""
    assigned, _ = view.assigned
    for entry in view.shapes.design.inputs:
        if entry.id not in assigned:
            continue
        feature, column = assigned[entry.id]
        shape = _example_shape(feature, column)
        if not fits(entry.shape, shape) or (entry.dtype == "string") != feature.is_text:
            yield entry, feature, column


def _example_shape(feature: Feature, column: int | None) -> tuple[int, ...]:
    return feature.shape if column is None else (1,)


def _changes(entry: Input, feature: Feature, column: int | None) -> tuple[Candidate, ...]:
    """Fixes that change an input to what the data has."""
    shape = _example_shape(feature, column)
    edit = _set_input(entry, shape)
    label = f"Change the input to {shape_words((None, *shape))}"
    if (entry.dtype == "string") != feature.is_text:
        edit["dtype"] = _dtype(feature)
        label = "Change the input to text" if feature.is_text else label
    change: Candidate = (label, [edit])
    if len(entry.shape) == 1 and len(shape) == 3:
        flatten = {"op": "insert", "block": "Flatten", "index": 0, "inputs": [entry.id]}
        return (f"{label} and flatten them", [edit, flatten]), change
    return (change,)


def _set_input(entry: Input, shape: tuple[int, ...]) -> dict[str, Any]:
    return {"op": "set_input", "input": entry.id, "shape": list(shape)}


def _dtype(feature: Feature) -> str:
    return "string" if feature.is_text else "float32"

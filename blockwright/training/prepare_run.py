"""A design and its data brought together: which data goes where, and what each output learns."""

from blockwright.data.loading import DataSet
from blockwright.data.prepare import Prepared, prepare_design
from blockwright.design.output_activation import scales_itself
from blockwright.design.structure import wiring
from blockwright.network import describe
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.training import Settings
from blockwright.tasks.base import Objective
from blockwright.tasks.objectives import choose_targets, read_objectives

Shapes = dict[str, tuple[int | None, ...]]


def output_shapes(design: Design) -> Shapes:
    """What each output gives an example, without batch. Raises `DesignError` for a design that `describe` refuses."""
    description = describe(design)
    errors = [Finding.model_validate(one) for one in description["findings"] if one["severity"] == "error"]
    if errors:
        raise DesignError(errors)
    shapes = [tuple(one["output_shape"][1:]) for one in description["outputs"]]
    return dict(zip(wiring(design).outputs, shapes, strict=True))


def make_ready(
    design: Design, shapes: Shapes, settings: Settings, dataset: DataSet
) -> tuple[Prepared, list[Objective]]:
    """The data as the design takes it, and what each of its outputs learns, in order.

    Raises `DataError` or `DesignError` where the two do not fit.
    """
    chosen, notes = choose_targets(design, settings.outputs, dataset.card, shapes)
    prepared = prepare_design(
        dataset,
        design.inputs,
        shapes,
        chosen=chosen,
        validation_share=settings.validation_share,
        seed=settings.seed,
        scaling=settings.scaling,
        scaled=[one.id for one in design.inputs if scales_itself(design, one.id)],
    )
    prepared.notes += notes
    return prepared, read_objectives(design, settings, shapes, prepared)

"""The data of a run, prepared for its design, and what each output learns from it."""

from blockwright.data.loading import DataSet
from blockwright.data.prepare import Prepared, prepare_design
from blockwright.design.output_activation import scales_itself
from blockwright.design.structure import checked_wiring
from blockwright.network.describe import describe_sound
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.tasks.base import Objective
from blockwright.tasks.objectives import choose_targets, read_objectives

Shapes = dict[str, tuple[int | None, ...]]


def output_shapes(design: Design) -> Shapes:
    """The shape of each output, without the batch. Raises `DesignError` for a design with errors."""
    outputs = describe_sound(design)["outputs"]
    shapes = [tuple((output["output_shape"] or [])[1:]) for output in outputs]
    return dict(zip(checked_wiring(design).outputs, shapes, strict=True))


def prepare_run(
    design: Design, shapes: Shapes, settings: Settings, dataset: DataSet
) -> tuple[Prepared, list[Objective]]:
    """The data as the design's inputs read it, and the objective of each of its outputs, in order.

    Raises `DataError` or `DesignError` if the data does not fit the design.
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
        scaled=[entry.id for entry in design.inputs if scales_itself(design, entry.id)],
        version=settings.data_version,
    )
    prepared.notes += notes
    return prepared, read_objectives(design, settings, shapes, prepared)

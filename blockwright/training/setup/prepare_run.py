"""The data of a run, prepared for its design, and what each output learns from it."""

from blockwright.data.loading import DataSet
from blockwright.data.prepare import Prepared, prepare_design
from blockwright.design.leading_preprocessing import leading_preprocessing
from blockwright.design.output_activation import scales_itself
from blockwright.design.structure import checked_wiring
from blockwright.network.describe import describe_sound
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.tasks.base import Objective
from blockwright.tasks.objectives import choose_targets, read_objectives
from blockwright.training.setup.augmenting import augmented_inputs

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
        settings=settings,
        scaled=[entry.id for entry in design.inputs if scales_itself(design, entry.id)],
    )
    prepared.notes += notes
    if settings.preprocessing == "pipeline":
        prepared.notes.append(_where_preprocessed(design))
    if settings.augmentations:
        named = ", ".join(augmentation.title for augmentation in settings.augmentations)
        images = " and ".join(f'"{name}"' for name in augmented_inputs(prepared, design.inputs))
        prepared.notes.append(f"Augmentation of {images} in the input pipeline, in training only: {named}.")
    if settings.batch_size > len(prepared.train):
        prepared.notes.append(
            f"A batch of {settings.batch_size:,} holds all {len(prepared.train):,} training examples: each epoch is "
            "a single step. Use a smaller batch for more steps."
        )
    return prepared, read_objectives(design, settings, shapes, prepared)


def _where_preprocessed(design: Design) -> str:
    """A note on the preprocessing that is to run in the input pipeline."""
    nodes = leading_preprocessing(design).nodes
    if not nodes:
        return "The design begins with no preprocessing that could run in the input pipeline."
    named = ", ".join(f'`{design.node(node_id).block}` "{node_id}"' for node_id in nodes)
    return (
        f"In the input pipeline, on the processor while the network trains on the batches before: {named}. Exports "
        "hold it again."
    )

"""The augmentation of the training images in a generated file."""

from blockwright.codegen.function_source import plain_source
from blockwright.codegen.training_plan import TrainingPlan
from blockwright.runtime.augmentation import augment


def augmentation_functions(plan: TrainingPlan) -> list[str]:
    """The function that varies the images of a batch."""
    return [plain_source(augment)] if plan.settings.augmentations else []


def augmentation_statements(plan: TrainingPlan) -> list[str]:
    """The statements that vary the images of the training batches."""
    chosen = plan.settings.augmentations
    images = [entry for entry in plan.inputs if entry.pixel_range is not None]
    if not chosen or not images:
        return []
    layers = {
        entry.key: [
            augmentation.written(_seed(number * len(chosen) + index), entry.pixel_range or (0.0, 1.0))
            for index, augmentation in enumerate(chosen)
        ]
        for number, entry in enumerate(images)
    }
    if not plan.many_inputs:
        made, varied = _listed(layers[images[0].key]), "augment(x, augmentation)"
    else:
        made = f"{{{', '.join(f'{key!r}: {_listed(texts)}' for key, texts in layers.items())}}}"
        entries = (f"{key!r}: augment(x[{key!r}], augmentation[{key!r}])" for key in layers)
        varied = f"{{**x, {', '.join(entries)}}}"
    return [
        "# On the processor, before a batch reaches the network; the saved model has nothing of it.",
        f"augmentation = {made}",
        f"train_data = train_data.map(lambda x, y: ({varied}, y)).prefetch(2)",
    ]


def _seed(number: int) -> str:
    return f"SEED + {number}" if number else "SEED"


def _listed(texts: list[str]) -> str:
    return f"[{', '.join(texts)}]"

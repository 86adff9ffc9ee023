"""Where the data of a generated file comes from: what stands in its `load_data`, for each data set."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from blockwright.codegen.function_source import module_source
from blockwright.codegen.names import words
from blockwright.codegen.training_plan import TrainingPlan
from blockwright.data.splitting import can_stratify
from blockwright.data.synthetic import reviews, shapes, tickets
from blockwright.schema.data.features import Target
from blockwright.schema.data.image_cards import DIGITS_SPLIT_SEED
from blockwright.schema.data.table_cards import SPLIT_SEED
from blockwright.tasks import task_of

Arrays = Mapping[str, tuple[str, ...]]
"""By name, the expression of all examples, or those of the training and the test part."""


@dataclass(frozen=True)
class TestSplit:
    """How a test part is split off.

    Attributes:
        size: the number of test examples.
        seed: the expression of the seed.
        count: the expression of the number of all examples.
        labels: the expression of the labels by which the split is stratified; empty for a split at random.
    """

    size: int
    seed: str
    count: str
    labels: str = ""


@dataclass(frozen=True)
class DataSource:
    """How a data set is loaded.

    Attributes:
        lines: the first statements of `load_data`.
        features, targets: the arrays, for `split` those of all examples.
        split: how a test part is split off; None for a data set that has one.
        helpers: functions and constants that stand before `load_data`.
        argument: the argument of `load_data`.
        function: `load_data` itself, for a file that could not be read.
    """

    lines: list[str]
    features: Arrays
    targets: Arrays
    split: TestSplit | None = None
    helpers: list[str] = field(default_factory=list)
    argument: str = ""
    function: str = ""


def about(plan: TrainingPlan) -> str:
    """The docstring of `load_data`."""
    card = plan.card
    return f"{words(card.title)}: {card.train_examples:,} examples to train on and {card.test_examples:,} for the test."


def built_in_source(plan: TrainingPlan) -> DataSource:
    """How a data set that is not a file is loaded."""
    name = plan.choice.name
    match name:
        case "iris" | "wine" | "breast_cancer" | "diabetes":
            return _table(name, plan)
        case "digits":
            return _digits(plan)
        case "shapes":
            choice = plan.choice
            arguments = f"size={choice.size}, colour={choice.colour}, seed={choice.seed}"
            lines = [f"images, labels = draw_shapes({_total(plan)}, {arguments})"]
            return _generated(plan, lines, module_source(shapes), {"image": "images"}, {"class": "labels"})
        case "tickets":
            lines = [f"features, targets = write_tickets({_total(plan)}, seed={plan.choice.seed})"]
            features = {feature.name: f'features["{feature.name}"]' for feature in plan.card.features}
            targets = {target.name: f'targets["{target.name}"]' for target in plan.card.targets}
            return _generated(plan, lines, module_source(tickets), features, {**features, **targets})
        case "reviews":
            lines = [f"texts, labels = write_reviews({_total(plan)}, seed={plan.choice.seed})"]
            return _generated(plan, lines, module_source(reviews), {"text": "texts"}, {"opinion": "labels"})
        case _:
            grey = plan.card.shape[-1] == 1
            x, y = ("[..., None]", "") if grey else ("", ".reshape(-1)")
            return DataSource(
                [f"(images, labels), (test_images, test_labels) = keras.datasets.{name}.load_data()"],
                {"image": (f"images{x}", f"test_images{x}")},
                {"class": (f"labels{y}", f"test_labels{y}")},
            )


def stratified_by(plan: TrainingPlan, target: Target | None, size: int, labels: str) -> str:
    """The expression of the labels by which the test part of a file is stratified; empty for a split at random."""
    if target is None or not task_of(target.kind).stratifies:
        return ""
    if plan.settings.data_version == 1:
        return labels
    import numpy as np

    values = np.concatenate([part.targets[target.name] for part in (plan.dataset.train, plan.dataset.test)])
    return labels if can_stratify(values, len(values), size) else ""


def _digits(plan: TrainingPlan) -> DataSource:
    return DataSource(
        [
            "digits = load_digits()",
            'images = np.rint(digits.images * (255 / 16)).astype("uint8")[..., None]',
        ],
        {"image": ("images",)},
        {"class": ("digits.target",)},
        TestSplit(plan.card.test_examples, str(DIGITS_SPLIT_SEED), "len(images)", "digits.target"),
    )


def _table(name: str, plan: TrainingPlan) -> DataSource:
    target = plan.card.targets[0]
    labels = "targets" if task_of(target.kind).stratifies else ""
    arguments = "return_X_y=True" if labels else "return_X_y=True, scaled=False"
    lines = [f"values, targets = load_{name}({arguments})", 'values = values.astype("float32")']
    if not labels:
        lines.append('targets = targets.astype("float32")[:, None]')
    return DataSource(
        lines,
        {plan.card.features[0].name: ("values",)},
        {target.name: ("targets",)},
        TestSplit(plan.card.test_examples, str(SPLIT_SEED), "len(values)", labels),
    )


def _total(plan: TrainingPlan) -> int:
    return plan.card.train_examples + plan.card.test_examples


def _generated(
    plan: TrainingPlan, lines: list[str], generator: str, features: dict[str, str], targets: dict[str, str]
) -> DataSource:
    """A data set that a seeded generator writes, the test examples last."""
    count = plan.card.train_examples
    first, last = (
        {name: (f"{text}[:{count}]", f"{text}[{count}:]") for name, text in arrays.items()}
        for arrays in (features, targets)
    )
    return DataSource(lines, first, last, helpers=[generator])

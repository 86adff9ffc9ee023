"""The arguments and options that several commands share."""

from collections.abc import Callable
from typing import Any

import click

from blockwright.cli.report import refuse
from blockwright.design.edits import EditError, apply_edits
from blockwright.design.parse import read_design
from blockwright.recipe.augmentations import AUGMENTATIONS
from blockwright.recipe.callbacks import CALLBACKS
from blockwright.recipe.losses import LOSSES
from blockwright.recipe.metrics import METRICS
from blockwright.recipe.new_run import NEW_RUN
from blockwright.recipe.optimizers import OPTIMIZERS
from blockwright.recipe.schedules import SCHEDULES
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError

Command = Callable[..., None]

design_argument = click.argument("source", metavar="DESIGN.json", type=click.File("rb"))
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print the result as one JSON object on stdout."
)
file_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="The file to write.  [default: stdout]"
)
freeze_option = click.option(
    "--freeze",
    metavar="NODE,NODE,…",
    help="Blocks whose weights do not change in training, by their ids: features of another run, with --weights-from.",
)


def frozen(design: Design, nodes: str | None) -> Design:
    """The design with these blocks frozen. Raises a `UsageError` for one that it does not have."""
    if not nodes:
        return design
    names = [name.strip() for name in nodes.split(",") if name.strip()]
    try:
        return apply_edits(
            design, [{"op": "set_trainable", "node": name, "trainable": False} for name in names]
        )
    except EditError as error:
        ids = ", ".join(node.id for node in design.nodes)
        raise click.UsageError(f"--freeze {nodes[:80]}: {error} The design has: {ids}.") from None


_OUTPUT_SETTINGS: dict[str, Any] = {
    "multiple": True,
    "metavar": "NAME:KEY=VALUE,…",
    "help": "Loss, loss weight, label smoothing, target and class weights of one output, "
    'as in "priority:loss=huber,weight=0.2,target=urgency" or "kind:class_weight=balanced" (by hand: '
    '"kind:class_weight=cat: 2, dog: 0.5"), and its metrics, as in '
    '"kind:metrics=recall auc:curve=PR;num_thresholds=50". Repeat it for each output.',
}
output_settings_option = click.option("--output", "--output-settings", "outputs", **_OUTPUT_SETTINGS)
output_settings_beside_file_option = click.option("--output-settings", "outputs", **_OUTPUT_SETTINGS)
"""For a command whose `--output` is the file to write."""

_TRAINING_OPTIONS = (
    click.option(
        "--dataset", default="digits", show_default=True, help="A data set's name, or an .npz or .csv file."
    ),
    click.option(
        "--epochs",
        type=int,
        help=f"Number of passes over the training examples.  [default: {NEW_RUN.epochs}]",
    ),
    click.option(
        "--batch-size", type=int, help=f"Examples per training step.  [default: {NEW_RUN.batch_size}]"
    ),
    click.option(
        "--optimizer",
        metavar="NAME[:KEY=VALUE,…]",
        help=f"The optimizer, with its arguments if they are not the defaults, as in "
        f'"sgd:momentum=0.9,nesterov=true": {", ".join(OPTIMIZERS)}.  [default: adam]',
    ),
    click.option(
        "--learning-rate",
        type=float,
        help=f"The learning rate of the optimizer.  [default: {NEW_RUN.learning_rate}; {Settings().learning_rate} with "
        f"another optimizer than {NEW_RUN.optimizer.name}]",
    ),
    click.option(
        "--schedule",
        metavar="NAME[:KEY=VALUE,…]",
        help=f'How the learning rate changes over the run, as in "cosine:warmup=0.1": '
        f"{', '.join(SCHEDULES)}.  [default: {NEW_RUN.schedule.name}; {Settings().schedule.name} with "
        f"another optimizer than {NEW_RUN.optimizer.name}, or a callback that sets the learning rate]",
    ),
    click.option(
        "--momentum",
        type=float,
        help="The momentum of sgd, rmsprop or muon; 0 for none.  [default of sgd: 0.9]",
    ),
    click.option(
        "--weight-decay",
        type=float,
        help="The weight decay of the optimizer.  [default of adamw and muon: 0.004]",
    ),
    click.option(
        "--validation-share",
        type=float,
        help="Fraction of the training examples used for validation.  [default: 0.1]",
    ),
    click.option(
        "--validation",
        help="What validates: a share of the training examples, the first of them, the test examples, a part of an "
        ".npz file (x_val, y_val) or none: share, first, test, file or none.  [default: share]",
    ),
    click.option(
        "--validation-examples",
        type=int,
        help="How many of the first examples validate, with --validation first.  [default: 10000]",
    ),
    click.option(
        "--train-share",
        type=float,
        help="The share of the training examples, without those of validation, that is trained on.  [default: 1]",
    ),
    click.option(
        "--random-labels",
        is_flag=True,
        default=None,
        help="Shuffle the targets of the training part, to see a network memorize noise; validation and test keep "
        "theirs.",
    ),
    click.option(
        "--scaling",
        help="How values are brought to a scale that networks learn well from: auto, unit (0 to 1) or none.  "
        "[default: auto]",
    ),
    click.option(
        "--callback",
        "callbacks",
        multiple=True,
        metavar="NAME:KEY=VALUE,…",
        help=f'A callback of Keras ({", ".join(CALLBACKS)}), as in "early_stopping:monitor=val_loss,patience=3". '
        "Repeat it for each.",
    ),
    click.option(
        "--metric",
        "metrics",
        multiple=True,
        metavar="NAME[:KEY=VALUE,…]",
        help=f'A metric to report beside the loss, as in "top_k_accuracy:k=3": {", ".join(METRICS)}. Repeat it for '
        "each; every output has those that fit it.",
    ),
    click.option(
        "--weights-from",
        metavar="RUN",
        help="Start from the weights of another run, block by block where names and shapes agree.  "
        "[default: random weights]",
    ),
    click.option(
        "--augmentation",
        "augmentations",
        multiple=True,
        metavar="NAME[:KEY=VALUE,…]",
        help=f"An augmentation of the training images in the input pipeline ({', '.join(AUGMENTATIONS)}), as in "
        '"random_translation:height_factor=0.1,width_factor=0.1". Repeat it for each, in their order.',
    ),
    click.option(
        "--preprocessing",
        help="Where the preprocessing that the design begins with runs: network, or pipeline (on the processor, while "
        "the network trains on the batches before). Exports hold it either way.  [default: network]",
    ),
    click.option("--seed", type=int, help="Random seed; equal seeds give equal results.  [default: 0]"),
    click.option("--precision", help="auto, float32 or bfloat16.  [default: auto]"),
    click.option(
        "--log-every",
        type=int,
        help="Print the loss and the metrics every so many batches.  [default: never]",
    ),
    click.option(
        "--loss",
        metavar="NAME[:KEY=VALUE,…]",
        help=f'The loss, as in "huber:delta=2": {", ".join(LOSSES)}; auto chooses one that fits the output.  '
        "[default: auto]",
    ),
    click.option(
        "--label-smoothing",
        type=float,
        help="How much of the true class a cross-entropy spreads over all classes; 0.1 is usual.  [default: 0]",
    ),
    click.option(
        "--from-logits",
        help="auto tells a cross-entropy where an output has no softmax or sigmoid; never has it take logits for "
        "probabilities, to see that mistake.  [default: auto]",
    ),
    click.option("--target", help="The target column of a .csv file."),
    click.option(
        "--task",
        type=click.Choice(["classes", "number", "tags"]),
        help="The type of that column, or of y_train in an .npz file.  [default: depends on the values]",
    ),
)


def training_options(command: Command) -> Command:
    """Add the training options, in the order in which `--help` lists them."""
    for option in reversed(_TRAINING_OPTIONS):
        command = option(command)
    return command


def read_design_argument(source: Any, as_json: bool) -> Design:
    """The design of a file; exits with status 1 and the findings where it is not valid."""
    try:
        return read_design(source.read())
    except DesignError as error:
        refuse(error.findings, as_json)

"""The form of the training settings: one field a setting, each explained in plain words."""

import math
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from blockwright.design.leading_preprocessing import leading_preprocessing
from blockwright.recipe.loops import LOOPS
from blockwright.recipe.losses import AUTO
from blockwright.recipe.optimizers import COMMON, OPTIMIZERS
from blockwright.recipe.schedules import SCHEDULES
from blockwright.recipe.settings import Settings
from blockwright.recipe.validation import VALIDATIONS, part_counts
from blockwright.schema.data.dataset_card import Card
from blockwright.tasks import task_of
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import box
from blockwright.ui.train.data.training_preview import examples
from blockwright.ui.train.settings.augmentation_form import show_augmentations
from blockwright.ui.train.settings.callback_form import show_callbacks
from blockwright.ui.train.settings.expected_outputs import expected_outputs
from blockwright.ui.train.settings.loss_form import show_loss
from blockwright.ui.train.settings.member_fields import show_arguments, show_choice
from blockwright.ui.train.settings.metric_form import show_metrics
from blockwright.ui.train.settings.schedule_view import show_schedule
from blockwright.ui.train.settings.setting_labels import TITLES
from blockwright.ui.train.settings.start_weights import show_start_weights
from blockwright.ui.train.settings.training_state import (
    DEFAULTS,
    checked,
    field_number,
    forget_widgets,
    hold,
    put,
    raw,
    take,
    take_defaults,
)
from blockwright.ui.train.settings.tutorial_settings import show_tutorial
from blockwright.ui.widgets.number_format import count

FEW_STEPS, ENOUGH_STEPS = 150, 400


@dataclass(frozen=True)
class Field:
    """One setting in the form: its label, what it does, and either its choices or its step and format."""

    name: str
    label: str
    help: str
    choices: tuple[str, ...] = ()
    step: float = 1
    format: str | None = None


RATE = Field(
    "learning_rate",
    "Learning rate",
    "How far each step goes. If it is too large, the loss jumps or becomes NaN; if it is too small, nothing "
    "seems to happen. Each optimizer has rates that suit it: 0.001 for Adam, 0.01 to 0.1 for SGD.",
    step=0.0005,
    format="%g",
)
MAIN = (
    Field(
        "batch_size",
        "Batch size",
        "How many examples the network sees per step. Larger batches run faster and make fewer, less noisy steps.",
        step=16,
    ),
    Field("epochs", "Epochs", "How often the network sees every training example."),
    Field(
        "validation",
        "Validation",
        "Which examples measure, after each epoch, how the network does on what it does not train on. "
        + " ".join(f"{choice.title}: {choice.help}" for choice in VALIDATIONS.values()),
        tuple(VALIDATIONS),
    ),
    Field(
        "validation_share",
        "Validation split",
        "The part of the training examples that is held out to measure how the network does on examples that "
        "it does not train on: 0.2 is every fifth.",
        step=0.05,
        format="%g",
    ),
    Field(
        "validation_examples",
        "Validation examples",
        "How many of the first training examples validate.",
        step=100,
    ),
    Field(
        "seed",
        "Seed",
        "The start of all random choices: initial weights, order of examples, the split, dropout. The same design, "
        "settings, data and seed give the same curve.",
    ),
)
MORE = (
    Field(
        "label_smoothing",
        "Label smoothing",
        "How much of the true class a cross-entropy spreads over all classes: with 0.1 the network is not asked to be "
        "entirely sure, which often helps on new examples. 0 for none.",
        step=0.05,
        format="%g",
    ),
    Field(
        "from_logits",
        "Tell the loss about logits",
        "A network without softmax or sigmoid outputs logits. Automatic tells the cross-entropy so (from_logits=True). "
        "Never shows what happens without it: the loss takes logits for probabilities, stays high, and the network "
        "learns little.",
        ("auto", "never"),
    ),
    Field(
        "precision",
        "Precision",
        "How many bits the processor computes with. Automatic uses 16 bits where this processor is faster with them, "
        "and keeps weights and the last block in 32.",
        ("auto", "float32", "bfloat16"),
    ),
    Field(
        "scaling",
        "Scaling",
        "Networks learn better from small numbers. Automatic scales pixels to 0 … 1 and standardizes columns and "
        "vectors, unless the design begins with a Rescaling or Normalization block.",
        ("auto", "unit", "none"),
    ),
    Field(
        "preprocessing",
        "Preprocessing runs",
        "Where the preprocessing that the design begins with runs: Rescaling, Normalization, TextVectorization and the "
        "like. In the network: each step waits for it. In the input pipeline: the processor prepares the next batches "
        "while the network trains on this one, which is faster where preprocessing takes long; examples per second "
        "are those of the slower of both. The numbers are the same, and exported models take raw examples either way.",
        ("network", "pipeline"),
    ),
    Field(
        "train_share",
        "Training share",
        "The part of the training examples that is trained on, chosen by the seed with the same share of every class: "
        "0.1 shows what the network reaches on a tenth of the data. Validation and test stay the same.",
        step=0.1,
        format="%g",
    ),
    Field(
        "random_labels",
        "Random labels",
        "Shuffles the targets of the training examples, so that only memorizing helps: a large network still reaches "
        "a high training accuracy (Zhang et al. 2017). Validation and test keep the true ones.",
    ),
    Field(
        "loop",
        "Training loop",
        "Who runs epochs and batches; all compute the same numbers, and the page Code shows the loop that runs. "
        + " ".join(f"{loop.title}: {loop.help}" for loop in LOOPS.values()),
        tuple(LOOPS),
    ),
    Field(
        "compiled",
        "Use @tf.function",
        "On: the steps run as graphs, which is fast. Off: Python runs them line by line, several times slower, so "
        "that a debugger or a `print` sees every value (`run_eagerly=True`).",
    ),
    Field(
        "log_every",
        "Log every … batches",
        "Writes the loss and the metrics so far into the run details after every so many batches; 0 for never.",
        step=50,
    ),
)


def show_form(card: Card | None) -> Settings | None:
    """The form. The settings once they can be used, else None, and the form says what is wrong with them."""
    values = raw()
    settings, problems = checked()
    show_tutorial()
    with st.grid(2, min_column_width=150):
        optimizer = show_choice(
            "optimizer",
            "Optimizer",
            "How each batch changes the weights. Adam suits most networks.",
            OPTIMIZERS,
            problems.pop("optimizer", None),
        )
        rate = optimizer.typical_rate
        _field(RATE, values, problems.pop(RATE.name, None), note=f"Usual: {rate}.")
        show_arguments("optimizer", OPTIMIZERS, optimizer.usual, problems)
        schedule = show_choice(
            "schedule",
            "Schedule",
            "How the learning rate changes from the first step of the run to the last. A rate that falls at the end "
            "often gives better results than a constant one.",
            SCHEDULES,
            problems.pop("schedule", None),
        )
        show_arguments("schedule", SCHEDULES, schedule.usual, problems)
    with st.container():
        if settings and card and settings.schedule.name != "constant":
            show_schedule(settings, _batches(settings, card))
    with st.grid(2, min_column_width=150):
        for field in _main_fields(values, card):
            _field(field, values, problems.pop(field.name, None))
    own = [name for name in optimizer.fields() if name not in (*COMMON, *optimizer.usual)]
    common = [name for name in COMMON if name not in optimizer.usual]
    names = {"loss", *(field.name for field in MORE), *(f"optimizer.{name}" for name in (*own, *common))}
    with st.expander("More settings", key="train_more", expanded=bool(names & problems.keys())):
        with st.grid(2, min_column_width=150):
            _loss(card, values, problems.pop("loss", None))
            for field in MORE:
                if field.name == "preprocessing" and not _offers_pipeline(values):
                    continue
                _field(field, values, problems.pop(field.name, None))
        st.markdown(f"**{optimizer.title}**")
        with st.grid(2, min_column_width=150):
            show_arguments("optimizer", OPTIMIZERS, [*own, *common], problems)
    show_metrics(card, problems)
    show_augmentations(card, settings, problems)
    show_callbacks(card, problems)
    show_start_weights(problems)
    for problem in problems.values():
        box("error", problem)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_steps(settings, card) if settings and card else "", width="stretch")
        st.button(
            "Defaults",
            key="train_defaults",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=take_defaults,
            help="Resets every setting; the data set stays. The defaults are those with which the tutorial networks "
            "reached 98 % on handwritten digits soonest, among the settings that were tried (see the README).",
        )
    if settings and card:
        _more_epochs(settings, card)
    return settings


def _loss(card: Card | None, values: dict[str, Any], problem: str | None) -> None:
    """The loss of all outputs that say none of their own: those that fit one of them."""
    tasks = [
        task_of(kind) for kind in dict.fromkeys(output.kind for output in expected_outputs(card).values())
    ]
    with st.container(gap="xsmall"):
        show_loss(
            values["loss"],
            "train_set_loss",
            [AUTO, *dict.fromkeys(loss for task in tasks for loss in task.losses)],
            "The quantity that training minimizes. Automatic chooses what fits the target and the last block.",
            " ".join(dict.fromkeys(task.loss_reason for task in tasks)),
            _put_loss,
        )
        if problem:
            box("error", problem)


def _put_loss(setting: str) -> None:
    put(loss=setting)


def _main_fields(values: dict[str, Any], card: Card | None) -> list[Field]:
    """The fields that apply to the data and to the chosen validation."""
    chosen = values["validation"]
    hidden = {"share": "validation_examples", "first": "validation_share"}.get(chosen)
    unused = {hidden} if hidden else {"validation_share", "validation_examples"}
    has_own = chosen == "file" or bool(card and card.validation_examples)
    offered = tuple(name for name in VALIDATIONS if name != "file" or has_own)
    return [
        replace(field, choices=offered) if field.name == "validation" else field
        for field in MAIN
        if field.name not in unused
    ]


def _offers_pipeline(values: dict[str, Any]) -> bool:
    """Whether the design begins with preprocessing, or it is to run in the pipeline."""
    return values["preprocessing"] == "pipeline" or bool(leading_preprocessing(state.design()))


def _more_epochs(settings: Settings, card: Card) -> None:
    """Where so few steps can hardly teach a network, offer more epochs."""
    batches = _batches(settings, card)
    if batches * settings.epochs >= FEW_STEPS:
        return
    epochs = 10 * math.ceil(ENOUGH_STEPS / batches / 10)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption("A network learns hardly anything in so few steps.", width="stretch")
        st.button(
            f"Set {count(epochs)} epochs",
            key="train_more_epochs",
            type="tertiary",
            icon=":material/fast_forward:",
            on_click=_set_epochs,
            args=(epochs,),
            help=f"Makes {count(epochs * batches)} steps. On small data this takes seconds.",
        )


def _set_epochs(epochs: int) -> None:
    put(epochs=epochs)
    forget_widgets()


def _field(field: Field, values: dict[str, Any], problem: str | None, note: str = "") -> None:
    """The widget of a setting, and below it what is wrong with its value, and a note."""
    with st.container(gap="xsmall"):
        _widget(field, values)
        if field.name == "loop":
            st.caption(next((loop.help for name, loop in LOOPS.items() if name == values["loop"]), ""))
        if field.name == "validation" and values["validation"] in VALIDATIONS:
            st.caption(VALIDATIONS[values["validation"]].help)
        if problem:
            box("error", problem)
        if note:
            st.caption(note)


def _widget(field: Field, values: dict[str, Any]) -> None:
    key = f"train_set_{field.name}"
    common: dict[str, Any] = {
        "key": key,
        "help": field.help,
        "on_change": take,
        "args": (field.name, key),
    }
    value, default = values[field.name], DEFAULTS[field.name]
    if field.choices:
        index = field.choices.index(value if value in field.choices else default)
        hold(key, field.choices[index])
        st.selectbox(
            field.label, field.choices, index=index, format_func=lambda choice: TITLES[choice], **common
        )
        return
    if isinstance(default, bool):
        hold(key, bool(value))
        st.toggle(field.label, value=bool(value), **common)
        return
    hold(key, field_number(value, default))
    st.number_input(
        field.label,
        value=field_number(value, default),
        step=type(default)(field.step),
        format=field.format,
        **common,
    )


def _batches(settings: Settings, card: Card) -> int:
    """How many steps one epoch makes."""
    return max(1, -(-_training(settings, card) // settings.batch_size))


def _training(settings: Settings, card: Card) -> int:
    return part_counts(settings, card.train_examples, card.test_examples, card.validation_examples).train


def _steps(settings: Settings, card: Card) -> str:
    batches = _batches(settings, card)
    return (
        f"About {count(_training(settings, card))} training {examples(card)}: {count(batches)} batches an epoch, "
        f"{count(batches * settings.epochs)} steps in all."
    )

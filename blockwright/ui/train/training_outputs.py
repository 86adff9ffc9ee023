"""What each input of a design reads and each output learns, in sentences, and the settings of each output."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import streamlit as st
from pydantic import ValidationError

from blockwright.recipe.class_weight import BALANCED, class_weight_text
from blockwright.recipe.losses import AUTO, LOSSES
from blockwright.recipe.settings import OutputSettings, Settings, SettingsError
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Target
from blockwright.schema.description import Description
from blockwright.schema.design import Design
from blockwright.tasks import task_of
from blockwright.tasks.chosen_metrics import fitting, metric_problems, metrics_of, modes
from blockwright.tasks.feature_matching import Read, match_inputs, match_outputs
from blockwright.tasks.monitors import run_callbacks
from blockwright.tasks.objectives import choose_targets, class_weight_problem
from blockwright.ui.shell.messages import box, plain
from blockwright.ui.train.settings.loss_form import show_loss
from blockwright.ui.train.settings.metric_form import Documents, metric_fields, read_documents
from blockwright.ui.train.settings.setting_labels import TITLES
from blockwright.ui.train.settings.training_state import field_number, put, raw
from blockwright.ui.widgets import number_format

Shapes = Mapping[str, Sequence[int | None]]
_NO_TARGET = ""
_BY_HAND = "by hand"
_CLASS_WEIGHTS = {"": "None", BALANCED: "Balanced", _BY_HAND: "By hand"}
_MOST_LISTED = 20


def shapes_of(description: Description) -> dict[str, list[int | None]]:
    """The shape of each output for one example, without the batch; unknown ones are left out."""
    shapes = {output["node"]: output["output_shape"] for output in description["outputs"]}
    return {node: shape[1:] for node, shape in shapes.items() if shape is not None}


def is_obvious(design: Design, card: Card, shapes: Shapes) -> bool:
    """Whether nothing needs explaining: one input for the only feature, one output for the only target's classes."""
    flat = all(len(shape) < 2 for shape in shapes.values())
    single = len(design.inputs) == len(card.features) == len(card.targets) == 1 and len(shapes) <= 1
    return single and flat and bool(card.num_classes) and not raw().get("outputs")


def matched(design: Design, card: Card, settings: Settings, shapes: Shapes) -> dict[str, Target]:
    """The target of each output. Raises DataError naming both sides where there is none."""
    chosen, _ = choose_targets(design, settings.outputs, card, shapes)
    return match_outputs(card, shapes, chosen)


def show_matches(
    design: Design, card: Card, settings: Settings, shapes: Shapes, brief: bool = False
) -> str | None:
    """What the inputs read and the outputs learn, as sentences; the reason why they cannot, or None.

    With `brief` only the reason is shown.
    """
    try:
        reads = match_inputs(card, design.inputs)
        targets = matched(design, card, settings, shapes) if shapes else {}
    except DataError as error:
        box("error", str(error))
        return str(error)
    if brief:
        return None
    with st.container(border=True, gap="xsmall", key="train_matches"):
        st.markdown("**Inputs and targets**")
        for name, read in reads.items():
            st.caption(plain(reading(name, read)))
        for name, target in targets.items():
            st.caption(plain(learning(name, target)))
    return None


def unmeasured_monitor(design: Design, card: Card, settings: Settings, shapes: Shapes) -> str | None:
    """The sentence for a callback that monitors what the run does not measure; None where there is none."""
    targets = matched(design, card, settings, shapes)
    try:
        chosen = {
            name: modes(metrics_of(settings, name, target, shapes[name])) for name, target in targets.items()
        }
        metrics = {name: task_of(target.kind).metric.name for name, target in targets.items()}
        run_callbacks(settings, metrics, chosen)
    except SettingsError as error:
        return str(error)
    return None


def unfit_metrics(design: Design, card: Card, settings: Settings, shapes: Shapes) -> str | None:
    """The sentences for metrics that do not fit the outputs that they are chosen for; None where all fit."""
    problems = metric_problems(settings, matched(design, card, settings, shapes), shapes)
    return " ".join(sentence for _, sentence in problems) or None


def reading(name: str, read: Read) -> str:
    """What one input reads, as a sentence."""
    if read.feature.is_text:
        what = "texts"
    elif read.feature.kind == "tags":
        what = f"{number_format.count(read.feature.values)} tags, each 0 or 1"
    else:
        what = number_format.shape(read.feature.shape, batch=False)
        what += " pixels and channels" if read.feature.kind == "image" else " values"
        what = "a number" if read.feature.values == 1 else what
    notes = " ".join(read.fitting.notes)
    of = "" if read.feature.name == read.source else f" of {read.source}"
    return f'The input "{name}" reads {read.feature.name}{of}: {what}.' + (f" {notes}" if notes else "")


def learning(name: str, target: Target) -> str:
    """What one output learns, as a sentence."""
    task = task_of(target.kind)
    if task.is_input:
        return f'The output "{name}" learns to reconstruct {target.name}.'
    return f'The output "{name}" learns to predict {target.name}: {task.describe(target)}.'


def show_outputs(design: Design, card: Card, settings: Settings | None, shapes: Shapes) -> None:
    """The target, the loss and the weight of every output."""
    targets: dict[str, Target] = {}
    if settings is not None:
        with suppress(DataError):
            targets = matched(design, card, settings, shapes)
    with st.container(key="train_outputs"):
        for name in shapes:
            st.markdown(f"**{plain(name)}** :small[:gray[output]]")
            with st.grid(3, min_column_width=130, gap="small"):
                _target(name, card)
                _loss(name, targets.get(name))
                _weight(name, len(shapes))
                _label_smoothing(name)
            target = targets.get(name)
            # Without a target the settings cannot be read: what was chosen stays, so that it can be fixed.
            if (
                "class_weight" in _raw_outputs().get(name, {})
                if target is None
                else task_of(target.kind).stratifies
            ):
                _class_weight(name, target)
            if target is not None:
                _metrics(name, fitting(target.kind, shapes[name]))


def offer_class_weights(name: str) -> None:
    """For the only output, whose settings are not shown yet: let all classes count alike."""
    key = f"train_set_output_{name}_balanced"
    st.toggle(
        "Balanced class weights",
        value=False,
        key=key,
        on_change=_balance,
        args=(name, key),
        help="Has rare classes count as much as common ones. Shows the settings of the output, where weights can also "
        "be given by hand.",
    )


def _balance(name: str, key: str) -> None:
    if st.session_state[key]:
        _put(name, "class_weight", BALANCED)


def _raw_outputs() -> dict[str, dict[str, Any]]:
    """What was chosen for each output, as far as it can be used."""
    outputs = raw().get("outputs")
    entries = outputs if isinstance(outputs, dict) else {}
    return {name: entry for name, entry in entries.items() if isinstance(entry, dict)}


def _select(
    name: str, what: str, label: str, options: list[str], format_func: Callable[[str], str], help: str
) -> None:
    """One setting of an output, whose first option is the default."""
    value = _raw_outputs().get(name, {}).get(what)
    key = f"train_set_output_{name}_{what}"
    st.selectbox(
        label,
        options,
        index=options.index(value) if value in options else 0,
        format_func=format_func,
        key=key,
        on_change=_take,
        args=(name, what, key, options),
        help=help,
    )


def _target(name: str, card: Card) -> None:
    targets = [target.name for target in card.targets]
    targets += [feature.name for feature in card.features if feature.kind == "tags"]
    inputs = [feature.name for feature in card.features if not feature.is_text]
    # The same words at all times: a browser sends them back as the choice.
    labels = {name: f"reconstruct {name}" for name in inputs} | {name: name for name in targets}
    _select(
        name,
        "target",
        "Target",
        [_NO_TARGET, *targets, *(feature for feature in inputs if feature not in targets)],
        lambda option: labels.get(option, TITLES[AUTO]),
        "What this output is compared with: a target of the data, or an input of the network. Automatic goes by "
        "name and order; the sentences above show the result.",
    )


def _loss(name: str, target: Target | None) -> None:
    task = task_of(target.kind) if target else None

    def put_loss(setting: str) -> None:
        _put(name, "loss", setting)

    with st.container(gap="xsmall"):
        show_loss(
            _raw_outputs().get(name, {}).get("loss", AUTO),
            f"train_set_output_{name}_loss",
            [AUTO, *(task.losses if task else LOSSES)],
            "The quantity that training minimizes for this output.",
            task.loss_reason if task else "",
            put_loss,
        )


def _weight(name: str, outputs: int) -> None:
    key = f"train_set_output_{name}_weight"
    st.number_input(
        "Weight",
        value=field_number(_raw_outputs().get(name, {}).get("weight"), 1.0),
        step=0.1,
        format="%g",
        key=key,
        disabled=outputs == 1,
        on_change=_take,
        args=(name, "weight", key),
        help="How much this loss counts in the total loss; 0 leaves it out.",
    )


def _label_smoothing(name: str) -> None:
    key = f"train_set_output_{name}_label_smoothing"
    own = _raw_outputs().get(name, {}).get("label_smoothing")
    if own is not None and key not in st.session_state:
        # A browser can only clear a field whose own default is empty.
        st.session_state[key] = field_number(own, 0.0)
    st.number_input(
        "Label smoothing",
        value=None,
        step=0.05,
        format="%g",
        key=key,
        placeholder="as in the settings",
        on_change=_take,
        args=(name, "label_smoothing", key),
        help="How much of the true class its cross-entropy spreads over all classes; empty for that of the settings.",
    )


def _class_weight(name: str, target: Target | None) -> None:
    """How much the classes count: alike by their examples, all alike, or by hand."""
    value = _raw_outputs().get(name, {}).get("class_weight")
    choice = _BY_HAND if isinstance(value, str | dict) and value != BALANCED else value
    key, text_key = f"train_set_output_{name}_class_weight", f"train_set_output_{name}_class_weights"
    with st.grid(2, min_column_width=130, gap="small"):
        st.selectbox(
            "Class weights",
            list(_CLASS_WEIGHTS),
            index=list(_CLASS_WEIGHTS).index(choice) if choice in _CLASS_WEIGHTS else 0,
            format_func=lambda option: _CLASS_WEIGHTS[option],
            key=key,
            on_change=_take_class_weight,
            args=(name, key, target.class_names if target else ()),
            help="Balanced has rare classes count as much as common ones, by weights of the examples. The losses shown "
            "are then weighted as well; accuracies are not.",
        )
        if choice == _BY_HAND:
            st.text_input(
                "Weight of each class",
                value=class_weight_text(value) if isinstance(value, dict) else str(value),
                key=text_key,
                on_change=_take,
                args=(name, "class_weight", text_key),
                help="A class that is left out has the weight 1.",
            )
    if target is None:
        return
    with suppress(ValidationError):
        chosen = OutputSettings.model_validate({"class_weight": value}) if value else OutputSettings()
        problem = class_weight_problem(chosen.class_weight, name, target)
        if problem:
            box("error", problem)


def _metrics(name: str, options: Sequence[str]) -> None:
    """What is measured of this output."""
    documents = read_documents(_raw_outputs().get(name, {}).get("metrics"))

    def put_documents(chosen: Documents) -> None:
        _put(name, "metrics", chosen or None)

    metric_fields("Metrics", name, documents, options, put_documents, placeholder="As in the settings")


def _take_class_weight(name: str, key: str, class_names: Sequence[str]) -> None:
    """Keep the choice; weights by hand begin with 1 for the first classes."""
    choice = st.session_state[key]
    value = dict.fromkeys(class_names[:_MOST_LISTED], 1.0) if choice == _BY_HAND else choice or None
    _put(name, "class_weight", value)


def _take(name: str, what: str, key: str, options: Sequence[str] | None = None) -> None:
    """Keep one setting of one output; what is the default is left out."""
    if options is not None and st.session_state[key] not in options:
        return
    _put(name, what, st.session_state[key])


def _put(name: str, what: str, chosen: Any) -> None:
    outputs = _raw_outputs()
    defaults = OutputSettings().document()
    settings = {**outputs.get(name, {}), what: chosen}
    outputs[name] = {
        setting: value
        for setting, value in settings.items()
        if value not in (None, _NO_TARGET, defaults.get(setting))
    }
    put(outputs={name: settings for name, settings in outputs.items() if settings})

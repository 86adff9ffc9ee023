"""What each input of a design reads and each output learns, in sentences, and the settings of each output."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_cards import Card
from blockwright.schema.design import Design
from blockwright.schema.features import Target
from blockwright.schema.losses import LOSSES
from blockwright.schema.training import OutputSettings, Settings
from blockwright.tasks import task_of
from blockwright.tasks.feature_matching import Read, match_inputs, match_outputs
from blockwright.tasks.objectives import choose_targets
from blockwright.ui.shell.messages import box, plain
from blockwright.ui.train.setting_labels import TITLES
from blockwright.ui.train.training_state import put, raw
from blockwright.ui.widgets import number_format

Shapes = Mapping[str, Sequence[int | None]]
_AUTO = ""


def shapes_of(answer: dict[str, Any]) -> dict[str, list[int | None]]:
    """What each output of a described design gives an example, without the batch; those not known are left out."""
    return {
        one["node"]: one["output_shape"][1:] for one in answer["outputs"] if one["output_shape"] is not None
    }


def is_obvious(design: Design, card: Card, shapes: Shapes) -> bool:
    """Whether nothing needs saying: one input for the only feature, and one output for the only target's classes."""
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


def reading(name: str, read: Read) -> str:
    """What one input reads, as a sentence."""
    if read.feature.is_text:
        what = "texts"
    elif read.feature.kind == "tags":
        what = f"{number_format.count(read.feature.values)} tags, each 0 or 1"
    else:
        what = number_format.shape(read.feature.shape, batch=False)
        what += " pixels and channels" if read.feature.kind == "image" else " numbers"
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
    tasks: dict[str, Target] = {}
    if settings is not None:
        try:
            tasks = matched(design, card, settings, shapes)
        except DataError:
            tasks = {}
    kept = raw().get("outputs")
    kept = kept if isinstance(kept, dict) else {}
    with st.container(key="train_outputs"):
        for name in shapes:
            st.markdown(f"**{plain(name)}** :small[:gray[output]]")
            entry = kept.get(name)
            one = entry if isinstance(entry, dict) else {}
            with st.grid(3, min_column_width=130, gap="small"):
                _target(name, one, card)
                _loss(name, one, tasks.get(name))
                _weight(name, one, len(shapes))


def _target(name: str, one: dict[str, Any], card: Card) -> None:
    backs = [feature.name for feature in card.features if not feature.is_text]
    targets = [target.name for target in card.targets]
    targets += [feature.name for feature in card.features if feature.kind == "tags"]
    options = [_AUTO, *targets, *(one for one in backs if one not in targets)]
    given = one.get("target", _AUTO)
    key = f"train_set_output_{name}_target"
    st.selectbox(
        "Target",
        options,
        index=options.index(given) if given in options else 0,
        format_func=lambda option: _called(option, targets),
        key=key,
        on_change=_take,
        args=(name, "target", key, options),
        help="What this output is compared with: a target of the data, or an input of the network. Automatic goes "
        "by name and order; the sentences above show the result.",
    )


def _loss(name: str, one: dict[str, Any], task: Target | None) -> None:
    options = [_AUTO, *(task_of(task.kind).losses if task else LOSSES)]
    given = one.get("loss", "auto")
    if given in LOSSES and given not in options:
        options.append(given)
    key = f"train_set_output_{name}_loss"
    st.selectbox(
        "Loss",
        options,
        index=options.index(given) if given in options else 0,
        format_func=lambda option: TITLES.get(option, option),
        key=key,
        on_change=_take,
        args=(name, "loss", key, options),
        help="The quantity that training minimizes for this output. Automatic chooses what fits its target.",
    )


def _weight(name: str, one: dict[str, Any], count: int) -> None:
    given = one.get("weight", 1.0)
    usable = isinstance(given, int | float) and not isinstance(given, bool) and abs(given) < 2**53
    key = f"train_set_output_{name}_weight"
    st.number_input(
        "Weight",
        value=float(given) if usable else 1.0,
        step=0.1,
        format="%g",
        key=key,
        disabled=count == 1,
        on_change=_take,
        args=(name, "weight", key),
        help="How much this loss counts in the total loss; 0 leaves it out.",
    )


def _called(option: str, targets: Sequence[str]) -> str:
    # The same words at all times: a browser sends them back as the choice.
    if option == _AUTO:
        return "Automatic"
    return option if option in targets else f"reconstruct {option}"


def _take(name: str, what: str, key: str, options: Sequence[str] | None = None) -> None:
    """Keep one setting of one output; what is the default is left out."""
    if options is not None and st.session_state[key] not in options:
        return
    kept = raw().get("outputs")
    kept = dict(kept) if isinstance(kept, dict) else {}
    entry = kept.get(name)
    one = {**(entry if isinstance(entry, dict) else {}), what: st.session_state[key]}
    default = OutputSettings().document()
    one = {key: value for key, value in one.items() if value not in (None, _AUTO, default.get(key))}
    kept[name] = one
    put(outputs={key: value for key, value in kept.items() if value})

"""The section "Metrics" of the form, and the metrics of a single output: which are chosen, and their arguments."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from blockwright.recipe.callbacks.callback import Mode
from blockwright.recipe.member import read_text
from blockwright.recipe.metrics import METRICS, written
from blockwright.schema.data.dataset_card import Card
from blockwright.tasks.chosen_metrics import fitting
from blockwright.ui.shell.messages import box
from blockwright.ui.train.settings.expected_outputs import ExpectedOutput, expected_outputs
from blockwright.ui.train.settings.member_fields import argument_field
from blockwright.ui.train.settings.training_state import put, raw

_SETTING = "metrics"
Documents = list[dict[str, Any]]
Put = Callable[[Documents], None]


def show_metrics(card: Card | None, problems: dict[str, str]) -> None:
    """The metrics of all outputs that they fit; takes out of `problems` what it shows."""
    documents = read_documents(raw().get(_SETTING))
    wrong = [name for name in problems if name.partition(".")[0] == _SETTING]
    outputs = expected_outputs(card).values()
    options = list(dict.fromkeys(name for output in outputs for name in fitting(output.kind, output.shape)))
    with st.expander("Metrics", key="train_metrics", expanded=bool(documents or wrong)):
        st.caption(
            "What is measured after each batch and epoch and in the test, beside the loss and the accuracy or mean "
            "absolute error. They change nothing in the training; callbacks can monitor them."
        )
        metric_fields("Metrics", "all", documents, options, _put_all)
        for name in wrong:
            box("error", problems.pop(name))


def metric_fields(
    label: str,
    key: str,
    documents: Documents,
    options: Sequence[str],
    put_documents: Put,
    placeholder: str = "None",
) -> None:
    """The list of metrics, a sentence on each that is chosen, and its arguments.

    Args:
        label: of the list.
        key: tells the widgets of one list from those of others.
        documents: what is chosen, as JSON.
        options: the names that can be chosen; those that are chosen already are added.
        put_documents: keeps another choice.
        placeholder: what an empty list says.
    """
    chosen = [document["name"] for document in documents]
    options = [*options, *(name for name in chosen if name not in options)]
    list_key = f"train_set_metrics_{key}"
    if list_key not in st.session_state:
        st.session_state[list_key] = chosen
    st.multiselect(
        label,
        options,
        key=list_key,
        format_func=lambda name: METRICS[name].title,
        placeholder=placeholder,
        help="Only metrics that fit the target are offered. "
        + " ".join(f"{METRICS[name].title}: {METRICS[name].help}" for name in chosen),
        on_change=_take_list,
        args=(list_key, documents, put_documents),
    )
    for document in documents:
        metric = METRICS[document["name"]]
        st.caption(f"**{metric.title}**: {metric.help}")
        if not metric.fields():
            continue
        with st.grid(2, min_column_width=150):
            for name, info in metric.fields().items():
                field_key = f"{list_key}_{document['name']}_{name}"
                value = document.get(name, info.default)
                arguments = (document["name"], name, field_key, documents, put_documents)
                argument_field(info, value, field_key, _take_argument, arguments)


def read_documents(value: object) -> Documents:
    """The chosen metrics as JSON, as far as they can be read."""
    entries = written(value) if isinstance(value, str) else value
    documents = []
    for entry in entries if isinstance(entries, list | tuple) else ():
        try:
            document = read_text(entry) if isinstance(entry, str) else entry
        except ValueError:
            continue
        if isinstance(document, Mapping) and document.get("name") in METRICS:
            documents.append(dict(document))
    return documents


def chosen_modes(outputs: Mapping[str, ExpectedOutput]) -> dict[str, dict[str, Mode]]:
    """The chosen metrics of outputs that are known as far as the data tells, as `monitors` takes them."""
    chosen = raw().get("outputs")
    own = chosen if isinstance(chosen, dict) else {}
    modes = {}
    for name, output in outputs.items():
        settings = own.get(name)
        value = settings.get(_SETTING) if isinstance(settings, dict) else None
        documents = read_documents(raw().get(_SETTING) if value is None else value)
        names = [document["name"] for document in documents]
        modes[name] = {metric: METRICS[metric].better for metric in names if metric in fitting(*output)}
    return modes


def _put_all(documents: Documents) -> None:
    put(**{_SETTING: documents})


def _take_list(key: str, documents: Documents, put_documents: Put) -> None:
    """Keep the choice, with the arguments of those that stay."""
    before = {document["name"]: document for document in documents}
    put_documents([before.get(name, {"name": name}) for name in st.session_state[key]])


def _take_argument(metric: str, name: str, key: str, documents: Documents, put_documents: Put) -> None:
    value = st.session_state[key]
    put_documents([{**entry, name: value} if entry["name"] == metric else entry for entry in documents])

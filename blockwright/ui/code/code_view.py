"""A file of code in the page, with the lines of the selected block marked, and each line leading to its block."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from blockwright.schema.service_calls import GeneratedCode
from blockwright.ui.code.code_selection import Subject
from blockwright.ui.code.highlight import coloured
from blockwright.ui.code.line_owners import defined_for, definition_of, definitions, own_lines, owners
from blockwright.ui.frontend import component_data, script
from blockwright.ui.shell.messages import action

_component = st.components.v2.component(
    "blockwright_code_view",
    html='<div class="file"></div>',
    css=script("code_view.css"),
    js=script("elements.js", "code_view.js"),
)


def draw(key: str, title: str, file: str, source: GeneratedCode, subject: Subject) -> None:
    """The file `source` (`text` and `lines`, as `codegen` gives them).

    `file` names what is shown: where it changes, the marked lines are brought into sight again.
    """
    _component(
        key=key,
        data=component_data(view(title, file, source, subject)),
        on_line_change=_answer(key, subject),
    )


def view(title: str, file: str, source: GeneratedCode, subject: Subject) -> dict[str, Any]:
    """What the component draws: coloured lines, their owners, and which are marked strongly or softly."""
    text, chosen = source["text"], subject.chosen
    lines = coloured(text)
    defined_at = definitions(text)
    own = owners(source["lines"], len(lines))
    defined = defined_for(subject.design, defined_at, len(lines))
    block = subject.design.node(chosen).block if chosen else None
    first, last = (definition_of(block, defined_at) if block else None) or (1, 0)
    soft = list(range(first, last + 1))
    return {
        "title": title,
        "spoken": f"{title}, code",
        "file": file,
        "lines": lines,
        "owners": [
            owner or (chosen if number in soft else block_owner)
            for number, (owner, block_owner) in enumerate(zip(own, defined, strict=True), start=1)
        ],
        "strong": own_lines(source["lines"], chosen),
        "soft": soft,
        "selected": chosen,
    }


def _answer(key: str, subject: Subject) -> Callable[[], None]:
    @action("code")
    def take() -> None:
        message = getattr(st.session_state[key], "line", None)
        name = message.get("node") if isinstance(message, dict) else None
        if any(node.id == name for node in subject.design.nodes):
            subject.choose(name)

    return take

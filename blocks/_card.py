"""A block's documentation card, read from its docstring, which keeps a fixed order.

One line; "When to use: ..."; "Paper: ..." where there is one; "Args:"; "Input shape:"; "Output shape:".
"""

import inspect
import re
from dataclasses import dataclass, field

SECTIONS = ("When to use", "Paper", "Args", "Input shape", "Output shape")


@dataclass(frozen=True)
class Card:
    """The parts of a docstring. `args` gives the text for each argument; what is not there is None."""

    summary: str
    when: str | None = None
    paper: str | None = None
    args: dict[str, str] = field(default_factory=dict)
    input_shape: str | None = None
    output_shape: str | None = None
    order: tuple[str, ...] = ()


def read_card(doc: str | None) -> Card:
    """Read a docstring into its parts; a part that is missing stays empty, for the tests to find."""
    text = inspect.cleandoc(doc or "")
    heading = re.compile(rf"^({'|'.join(SECTIONS)}):[ \t]*", re.MULTILINE)
    marks = list(heading.finditer(text))
    summary = text[: marks[0].start()] if marks else text
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    parts = {mark[1]: text[mark.end() : end] for mark, end in zip(marks, ends, strict=True)}
    return Card(
        summary=_flow(summary),
        when=_flow(parts["When to use"]) if "When to use" in parts else None,
        paper=_flow(parts["Paper"]) if "Paper" in parts else None,
        args=_args(parts.get("Args", "")),
        input_shape=_flow(parts["Input shape"]) if "Input shape" in parts else None,
        output_shape=_flow(parts["Output shape"]) if "Output shape" in parts else None,
        order=tuple(mark[1] for mark in marks),
    )


def _flow(text: str) -> str:
    return " ".join(text.split())


def _args(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    name = None
    for line in inspect.cleandoc(text).splitlines():
        start = re.match(r"^(\w+): (.*)", line)
        if start:
            name = start[1]
            found[name] = start[2].strip()
        elif name is not None:
            found[name] = _flow(f"{found[name]} {line}")
    return found

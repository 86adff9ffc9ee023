"""The documentation of a block, read from its docstring, which keeps a fixed order.

One line; "When to use: ..."; "Paper: ..." where there is one; "Args:"; "Input shape:"; "Output shape:".
"""

import inspect
import re
from dataclasses import dataclass, field

SECTIONS = ("When to use", "Paper", "Args", "Input shape", "Output shape")
_HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):[ \t]*", re.MULTILINE)


@dataclass(frozen=True)
class Documentation:
    """The parts of a docstring, each as one paragraph; a missing part is None.

    Attributes:
        summary: what stands before the first section.
        when, paper, input_shape, output_shape: the sections.
        args: the text for each argument.
        order: the headings in the order of the docstring.
    """

    summary: str
    when: str | None = None
    paper: str | None = None
    args: dict[str, str] = field(default_factory=dict)
    input_shape: str | None = None
    output_shape: str | None = None
    order: tuple[str, ...] = ()


def read_documentation(docstring: str | None) -> Documentation:
    """Read a docstring into its parts."""
    summary, *rest = _HEADING.split(inspect.cleandoc(docstring or ""))
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    paragraphs = {heading: _paragraph(text) for heading, text in sections.items()}
    return Documentation(
        summary=_paragraph(summary),
        when=paragraphs.get("When to use"),
        paper=paragraphs.get("Paper"),
        args=_args(sections.get("Args", "")),
        input_shape=paragraphs.get("Input shape"),
        output_shape=paragraphs.get("Output shape"),
        order=tuple(sections),
    )


def _paragraph(text: str) -> str:
    return " ".join(text.split())


def _args(text: str) -> dict[str, str]:
    _, *rest = re.split(r"^(\w+): ", inspect.cleandoc(text), flags=re.MULTILINE)
    return {name: _paragraph(text) for name, text in zip(rest[::2], rest[1::2], strict=True)}

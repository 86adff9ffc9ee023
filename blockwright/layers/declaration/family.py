"""Layers that Keras has for sequences, images and volumes (1D, 2D, 3D): declared once, with words for each.

    @family(ranks=(1, 2), category="Pooling", when="between convolutions of {things}.")
    def MaxPooling(pool_size: PoolSize = 2) -> None:
        \"\"\"Keeps the largest number of each window of {a_thing}. ...\"\"\"

An argument with one number for each dimension is annotated by `Spans`. Docstring and help texts may hold the words of
`WORDS` in braces.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from blockwright.layers.declaration.spec import LayerSpec, Reads
from blockwright.schema.block_titles import block_title
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Borders, Size, Size3, Start

Span = int | tuple[int, ...]

_WORDS = {
    "rank": ("1", "2", "3"),
    "a_thing": ("a sequence", "an image", "a volume"),
    "thing": ("sequence", "image", "volume"),
    "things": ("sequences", "images", "volumes"),
    "point": ("step", "pixel", "point"),
    "points": ("steps", "pixels", "points"),
    "Sizes": ("Steps", "Rows and columns", "Depth, rows and columns"),
    "new_shape": ("new_steps", "new_height, new_width", "new_depth, new_height, new_width"),
    "ones": ("1", "1, 1", "1, 1, 1"),
}
WORDS: dict[int, dict[str, str]] = {
    rank: {word: texts[rank - 1] for word, texts in _WORDS.items()} for rank in (1, 2, 3)
}
_READS: dict[int, Reads] = {1: "sequence", 2: "image", 3: "volume"}
_SPANS: dict[int, Any] = {1: int, 2: Size, 3: Size3}
_BORDERS: dict[int, Any] = {1: Size, 2: Borders, 3: Borders}


@dataclass(frozen=True)
class Spans:
    """What `Setting` and `Start` say of an argument that has one number for each dimension.

    Args:
        help: as in `Setting`; may hold words in braces.
        maximum: the largest value for 1D, 2D and 3D.
        minimum: the smallest value.
        start: the value to begin with, for an argument without a default.
        borders: whether it has two numbers for each dimension, before and after.
    """

    help: str
    maximum: tuple[int, int, int]
    minimum: int = 1
    start: int | None = None
    borders: bool = False

    def annotation(self, rank: int, optional: bool) -> Any:
        """The annotation of the argument in the layer of that many dimensions; `optional` allows null."""
        kind = (_BORDERS if self.borders else _SPANS)[rank]
        setting = Setting(
            self.help.format_map(WORDS[rank]), minimum=self.minimum, maximum=self.maximum[rank - 1]
        )
        notes = (setting,) if self.start is None else (setting, Start(self.start))
        return Annotated[(kind | None if optional else kind, *notes)]


def family(
    *,
    category: str,
    when: str | Mapping[int, str],
    paper: str | Mapping[int, str] | None = None,
    ranks: tuple[int, ...] = (2, 1, 3),
    name: str | None = None,
    title: str | None = None,
    only: Mapping[str, tuple[int, ...]] | None = None,
    defaults: Mapping[int, Mapping[str, Any]] | None = None,
    annotations: Mapping[int, Mapping[str, Any]] | None = None,
    facts_of: Mapping[int, Mapping[str, Any]] | None = None,
    **facts: Any,
) -> Callable[[Callable[..., None]], tuple[LayerSpec, ...]]:
    """Declare the layers of a family by one function, whose name is theirs without "2D".

    Args:
        category: the group of the palette.
        when: when to use it, for all or by the number of dimensions.
        paper: the paper, likewise.
        ranks: the dimensions that Keras has it for, in the order of the palette.
        name: the pattern of the layers' names, such as "Conv{}DTranspose".
        title: the name in words, without the dimensions.
        only: for arguments that not all of them have, the dimensions where they stand.
        defaults, annotations: by the number of dimensions, where they differ.
        facts_of: fields of `LayerSpec` by the number of dimensions.
        facts: the fields of `LayerSpec` that all of them share.
    """

    def declare(function: Callable[..., None]) -> tuple[LayerSpec, ...]:
        return tuple(member(function, rank) for rank in ranks)

    def member(function: Callable[..., None], rank: int) -> LayerSpec:
        absent = [param for param, dimensions in (only or {}).items() if rank not in dimensions]
        stem = title or block_title(function.__name__)
        return LayerSpec(
            name=(name or function.__name__ + "{}D").format(rank),
            signature=_signature(
                function,
                rank,
                absent,
                (defaults or {}).get(rank, {}),
                (annotations or {}).get(rank, {}),
                _docstring(function.__doc__ or "", WORDS[rank], _of(when, rank), _of(paper, rank)),
            ),
            category=category,
            title=stem if rank == 2 else f"{stem} {rank}D",
            reads=_READS[rank],
            **{**facts, **(facts_of or {}).get(rank, {})},
        )

    return declare


def _of(text: str | Mapping[int, str] | None, rank: int) -> str | None:
    return text.get(rank) if isinstance(text, Mapping) else text


def _signature(
    function: Callable[..., None],
    rank: int,
    absent: list[str],
    defaults: Mapping[str, Any],
    annotations: Mapping[str, Any],
    docstring: str,
) -> Callable[..., None]:
    def declaration() -> None:
        """Replaced."""

    params = []
    for param in inspect.signature(function).parameters.values():
        if param.name not in absent:
            annotation = annotations.get(param.name, _annotation(param.annotation, rank))
            default = defaults.get(param.name, param.default)
            params.append(param.replace(annotation=annotation, default=default))
    declaration.__doc__ = docstring
    declaration.__name__ = declaration.__qualname__ = function.__name__
    declaration.__annotations__ = {param.name: param.annotation for param in params}
    vars(declaration)["__signature__"] = inspect.Signature(params)
    return declaration


def _annotation(annotation: Any, rank: int) -> Any:
    kind, *notes = get_args(annotation) or [annotation]
    spans = next((note for note in notes if isinstance(note, Spans)), None)
    return annotation if spans is None else spans.annotation(rank, optional=type(None) in get_args(kind))


def _docstring(doc: str, words: Mapping[str, str], when: str | None, paper: str | None) -> str:
    """The docstring of one layer, with the words filled in."""
    summary, *rest = inspect.cleandoc(doc).split("\n\n")
    heads = [summary, f"When to use: {when}", *([f"Paper: {paper}"] if paper else [])]
    return "\n\n".join([*heads, *rest]).format_map(words)

"""Python source as coloured pieces: every line as pairs of a kind and a text, for a component that sets text only."""

import builtins
import io
import keyword
import token
import tokenize
from functools import lru_cache

Piece = tuple[str, str]
"""A kind (keyword, name, builtin, string, number, comment, decorator, or nothing) and the text."""

_BUILTINS = frozenset(dir(builtins))
_STRINGS = {
    number
    for name, number in vars(token).items()
    if name == "STRING" or (isinstance(number, int) and name.startswith("FSTRING"))
}


@lru_cache(maxsize=64)
def coloured(text: str) -> tuple[tuple[Piece, ...], ...]:
    """The lines of `text` in pieces; put together, the pieces give the text again, whatever it holds."""
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    kinds = [[""] * len(line) for line in lines]
    try:
        _mark(text, kinds)
    except (tokenize.TokenError, SyntaxError):
        # What cannot be read as Python from here on stays plain.
        return tuple(_pieces(line, marks) for line, marks in zip(lines, kinds, strict=True))
    return tuple(_pieces(line, marks) for line, marks in zip(lines, kinds, strict=True))


def _mark(text: str, kinds: list[list[str]]) -> None:
    before = ""
    for one in tokenize.generate_tokens(io.StringIO(text).readline):
        kind = _kind(one, before)
        if one.type not in (token.NL, token.NEWLINE, token.INDENT, token.DEDENT, tokenize.COMMENT):
            before = one.string
        if not kind:
            continue
        (first, start), (last, end) = one.start, one.end
        for number in range(first, min(last, len(kinds)) + 1):
            marks = kinds[number - 1]
            left = start if number == first else 0
            right = min(end, len(marks)) if number == last else len(marks)
            marks[left:right] = [kind] * max(0, right - left)


def _kind(one: tokenize.TokenInfo, before: str) -> str:
    if one.type == tokenize.COMMENT:
        return "comment"
    if one.type in _STRINGS:
        return "string"
    if one.type == token.NUMBER:
        return "number"
    if one.type == token.OP:
        return "decorator" if one.string == "@" and one.line.lstrip().startswith("@") else ""
    if one.type != token.NAME:
        return ""
    if before in ("def", "class"):
        return "name"
    if one.line.lstrip().startswith("@"):
        return "decorator"
    if keyword.iskeyword(one.string):
        return "keyword"
    return "builtin" if before != "." and one.string in _BUILTINS else ""


def _pieces(line: str, marks: list[str]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    start = 0
    for place in range(1, len(line) + 1):
        if place == len(line) or marks[place] != marks[start]:
            pieces.append((marks[start], line[start:place]))
            start = place
    return tuple(pieces)

"""Python source as coloured pieces: every line as pairs of a kind and a text, for a component that sets text only."""

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Token

from blockwright.ui.shell.byte_cache import cached_by_bytes

Piece = tuple[str, str]
"""A kind (keyword, name, builtin, string, number, comment, decorator, or nothing) and the text."""

_KINDS = {
    Comment: "comment",
    Keyword: "keyword",
    Operator.Word: "keyword",
    Name.Builtin: "builtin",
    Name.Builtin.Pseudo: "",
    Name.Class: "name",
    Name.Decorator: "decorator",
    Name.Exception: "builtin",
    Name.Function: "name",
    Name.Function.Magic: "name",
    Number: "number",
    String: "string",
    Token: "",
}
_LEXER = PythonLexer()


def _memory(lines: tuple[tuple[Piece, ...], ...]) -> int:
    """About the memory of lines in pieces: a tuple and a text for each piece."""
    return sum(150 * len(line) + 60 for line in lines)


@cached_by_bytes(16_000_000, _memory)
def coloured(text: str) -> tuple[tuple[Piece, ...], ...]:
    """The lines of `text` in pieces; put together, the pieces give the text again, whatever it holds."""
    lines: list[list[Piece]] = [[]]
    for _, token, piece in _LEXER.get_tokens_unprocessed(text):
        kind = next(_KINDS[part] for part in reversed(token.split()) if part in _KINDS)
        first, *others = piece.split("\n")
        _add(lines[-1], kind, first)
        for rest in others:
            lines.append([])
            _add(lines[-1], kind, rest)
    if not lines[-1]:
        lines.pop()
    return tuple(map(tuple, lines))


def _add(line: list[Piece], kind: str, text: str) -> None:
    """Put a piece at the end of a line, joined to one of the same kind."""
    if line and line[-1][0] == kind:
        line[-1] = (kind, line[-1][1] + text)
    elif text:
        line.append((kind, text))

"""Text, categories and ranges."""

from itertools import pairwise
from typing import Any

from blockwright.layers.costs import Shape

_WIDTH = (
    "is as wide as its list is long, which must be known before it is learnt: set `max_tokens` and "
    "`pad_to_max_tokens`, or give the `vocabulary`."
)


def _text_vectorization(params: dict[str, Any], given: list[Shape]) -> str | None:
    if given[0] != (None, 1):
        return "It reads one text for each example, so the input must have the shape 1."
    mode = params["output_mode"]
    if mode != "int" and params["output_sequence_length"] is not None:
        return f'`output_sequence_length` goes with `output_mode` "int" only. Received: output_mode="{mode}".'
    special = ["", "[UNK]"] if mode == "int" else ["[UNK]"]
    return _width(params) or _vocabulary(params, special, {"", "[UNK]"})


def _string_lookup(params: dict[str, Any], given: list[Shape]) -> str | None:
    wrong = _one_list(params, given) or _width(params)
    return wrong or _vocabulary(params, ["[UNK]"] * params["num_oov_indices"], {"[UNK]"})


def _integer_lookup(params: dict[str, Any], given: list[Shape]) -> str | None:
    wrong = _one_list(params, given) or _width(params)
    return wrong or _vocabulary(params, [-1] * params["num_oov_indices"], {-1})


def _one_list(params: dict[str, Any], given: list[Shape]) -> str | None:
    """Keras's own account of the shape is right for one list of values for each example."""
    if params["output_mode"] != "int" and len(given[0]) != 2:
        return f'With `output_mode` "{params["output_mode"]}" it reads one list of values for each example.'
    return None


def _width(params: dict[str, Any]) -> str | None:
    if params["pad_to_max_tokens"] and params["max_tokens"] is None:
        return "`pad_to_max_tokens` needs `max_tokens`."
    wide = params["pad_to_max_tokens"] or params["vocabulary"] is not None
    return None if wide or params["output_mode"] == "int" else f"Its result {_WIDTH}"


def _vocabulary(params: dict[str, Any], special: list[Any], reserved: set[Any]) -> str | None:
    """What Keras refuses of a list of values: repeated ones, reserved ones, and more than `max_tokens`."""
    most = params["max_tokens"]
    if most is not None and most <= len(special):
        return (
            f"`max_tokens` must be above {len(special)}, the places for what is not known. Received: {most}."
        )
    words = params["vocabulary"]
    if words is None:
        return None
    words = list(words) if isinstance(words, list | tuple) else [words]
    tokens = words[len(special) :] if words[: len(special)] == special else words
    if len(set(tokens)) < len(tokens):
        return "`vocabulary` must name each value once."
    if reserved & set(tokens):
        named = " and ".join(sorted(repr(one) for one in reserved & set(tokens)))
        return f"`vocabulary` must not hold {named}, which stands for what is padded or not known."
    if not tokens:
        return "`vocabulary` must hold at least one value."
    if most is not None and len(tokens) + len(special) > most:
        return f"`vocabulary` holds {len(tokens):,} values, more than `max_tokens` leaves room for. Received: {most:,}."
    return None


def _category_encoding(params: dict[str, Any], given: list[Shape]) -> str | None:
    return None if len(given[0]) == 2 else "It reads one list of categories for each example."


def _discretization(params: dict[str, Any], given: list[Shape]) -> str | None:
    bins, ends = params["num_bins"], params["bin_boundaries"]
    if (bins is None) == (ends is None):
        return (
            "It takes either `num_bins`, to learn the ranges, or `bin_boundaries`; leave the other one empty."
        )
    if ends is not None and not isinstance(ends, list | tuple):
        return "`bin_boundaries` must be a list of numbers."
    if ends is not None and any(after <= before for before, after in pairwise(ends)):
        return "`bin_boundaries` must rise from each number to the next."
    return _one_list(params, given)


def _hashing(params: dict[str, Any], given: list[Shape]) -> str | None:
    salt = params["salt"]
    if isinstance(salt, list | tuple) and len(salt) != 2:
        return f"`salt` must be one whole number or two. Received: salt={list(salt)}."
    if params["output_mode"] == "one_hot" and given[0] != (None, 1):
        return (
            'With `output_mode` "one_hot" it reads one value for each example; for several take "multi_hot".'
        )
    return _one_list(params, given)


def _hashed_crossing(params: dict[str, Any], given: list[Shape]) -> str | None:
    if any(shape not in ((None,), (None, 1)) for shape in given):
        return "It crosses columns of one value for each example."
    return None


RULES = {
    "HashedCrossing": _hashed_crossing,
    "TextVectorization": _text_vectorization,
    "StringLookup": _string_lookup,
    "IntegerLookup": _integer_lookup,
    "CategoryEncoding": _category_encoding,
    "Discretization": _discretization,
    "Hashing": _hashing,
}

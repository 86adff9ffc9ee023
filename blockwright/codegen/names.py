"""Python names and words for comments, made from what people typed."""

import builtins
import keyword
import re
import textwrap
from collections.abc import Iterable
from functools import cache

import keras

from blockwright.schema.text import ascii_text, slug

_LONGEST = 40
_LONGEST_WORDS = 120

# Names that the generated file uses itself.
TAKEN = frozenset(
    re.findall(
        r"\w+",
        """
        keras layers ops tf np plt math sys self cls x y inputs outputs training mask model main tape loss losses
        data load_data load_digits split batches draw_shapes resize fit_images evaluate plot_history history
        train_data validation_data test_data train_model train_step test_step write_scalar build_model build_graph
        images labels args kwargs name dtype result epoch step layer number frozen freezing
        keeping_masks wired masked_graph
        """,
    )
)

# Functions that a file may define beside its network, and what they are called from.
_FUNCTIONS = frozenset(
    re.findall(
        r"\w+",
        """
        batches bring_to_unit class_numbers distance_to draw_images draw_shapes evaluate fill_missing fit_images
        freezing frozen is_missing keeping_masks learn_bounds load_data load_images pixel_weights pick plot_history
        polygon read_examples read_labels report_classes report_given_back report_numbers report_tags report_yes_or_no
        resize split_at_random split_tags standardize star step_aside train_model value_scale values_at values_at_all
        write_reviews write_scalar write_tickets csv contextlib functools
        """,
    )
)


def snake(text: str) -> str:
    """A class name in small letters, as Keras names layers: `ConvBlock` becomes `conv_block`, `Conv2D` `conv2d`."""
    text = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", text)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", text).lower()


def variable_names(ids: Iterable[tuple[str, str]], taken: Iterable[str] = ()) -> dict[str, str]:
    """A Python variable for every `(id, spare)`, no two alike; `spare` serves where an id has no usable letter.

    None is a keyword, a built-in name, an attribute of `keras.Model`, or a name that the file uses itself.
    """
    reserved = {*TAKEN, *taken, *_model_attributes(), *dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    names: dict[str, str] = {}
    for one, spare in ids:
        base = slug(one, "_", _LONGEST) or slug(spare, "_", _LONGEST) or "node"
        if base[0].isdigit():
            base = f"{slug(spare, '_', _LONGEST) or 'node'}_{base}"
        name, number = base, 1
        if name in reserved and f"{name}_" not in reserved:
            name = f"{name}_"
        while name in reserved:
            number += 1
            name = f"{base}_{number}"
        reserved.add(name)
        names[one] = name
    return names


def class_name(text: str, taken: Iterable[str] = (), suffix: str = "Network") -> str:
    """A class name made from a design's name: `Tutorial Inception` becomes `TutorialInception`.

    `suffix` stands behind one that is taken.
    """
    words = re.findall(r"[A-Za-z0-9]+", ascii_text(text))
    name = "".join(word[:1].upper() + word[1:] for word in words)[:_LONGEST]
    if not name:
        name = suffix
    if name[0].isdigit():
        name = f"{suffix}{name}"
    reserved = {*taken, *keyword.kwlist, *dir(builtins)}
    if name in reserved or f"{name}{suffix}" in reserved:
        name += suffix
    while name in reserved:
        name += suffix
    return name


def function_name(name: str, taken: Iterable[str]) -> str:
    """What the function of a block is called, whose class would be called `name`: `res_unit` of `ResUnit`."""
    reserved = {*TAKEN, *_FUNCTIONS, *taken, *dir(builtins), *keyword.kwlist, *keyword.softkwlist}
    found = snake(name)
    while found in reserved:
        found += "_block"
    return found


def file_stem(text: str) -> str:
    """A file name without ending, made from a design's name: small letters, digits and `_`."""
    return slug(text, "_", _LONGEST) or "network"


def words(text: str) -> str:
    """What a person typed, fit for a comment or a docstring: one printable line without quotes or backslash."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    plain = " ".join(plain.replace("\\", "/").replace('"', "'").split())
    return plain if len(plain) <= _LONGEST_WORDS else plain[: _LONGEST_WORDS - 1] + "…"


def docstring(text: str, indent: int = 4) -> str:
    """Text as it stands between the quotes of a docstring, wrapped where it is long."""
    if len(text) + indent + 6 <= 88:
        return text
    first, *rest = textwrap.wrap(text, 88 - indent - 3)
    return "\n".join([first, *(" " * indent + line for line in rest), " " * indent])


@cache
def _model_attributes() -> frozenset[str]:
    model = keras.Model()
    return frozenset({*dir(model), *vars(model), "optimizer", "loss", "compiled_metrics", "arguments"})

"""Features of the data that a design does not read, and the edits that let it read them."""

from collections.abc import Sequence
from typing import Any

from blockwright.design.wiring import resolve_reads
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.features import Feature
from blockwright.schema.design import Design
from blockwright.tasks.feature_matching import assign
from blockwright.ui.widgets import number_format

_WORDS = 1_000


def unread(design: Design, card: Card) -> list[Feature]:
    """The features of the data that no input reads, and for an input that has nothing to read, all of them."""
    chosen, missing = assign(card, design.inputs)
    if missing:
        return list(card.features)
    taken = {feature.name for feature, _ in chosen.values()}
    return [feature for feature in card.features if feature.name not in taken]


def reading_edits(design: Design, card: Card) -> list[dict[str, Any]] | None:
    """Edits after which a network of one input reads every feature of the data; None for other networks.

    The numbers go in at the input that is there, which takes their name and size; each text gets an input of its own, a
    block that makes numbers of it, and all of them are joined before the blocks that read the input so far.
    """
    features = [feature for feature in card.features if len(feature.shape) == 1]
    if len(design.inputs) != 1 or len(features) != len(card.features) or not design.nodes:
        return None
    entry = design.inputs[0]
    if len(entry.shape) != 1 or entry.dtype == "string":
        return None
    main = next((feature for feature in features if not feature.is_text), None)
    if main is None:
        return None
    edits: list[dict[str, Any]] = [{"op": "set_input", "input": entry.id, "shape": list(main.shape)}]
    reads = resolve_reads(design)
    name = entry.id
    taken = set(design.ids()) - {entry.id}
    if main.name not in taken and entry.id != main.name:
        edits.append({"op": "rename", "node": entry.id, "to": main.name})
        name = main.name
    taken |= {name}
    others = [feature for feature in features if feature is not main]
    if not others:
        return edits
    joined = _free("joined", taken)
    edits.append({"op": "insert", "block": "Concatenate", "index": 0, "id": joined, "inputs": [name]})
    sources = [name]
    for feature in others:
        source = _free(feature.name, taken)
        edits.append(
            {
                "op": "add_input",
                "id": source,
                "shape": list(feature.shape),
                "dtype": "string" if feature.is_text else "float32",
            }
        )
        if feature.is_text:
            block, params = _encoder(feature)
            encoded = _free(f"{feature.name} as numbers", taken)
            edits.append(
                {
                    "op": "insert",
                    "block": block,
                    "index": 0,
                    "id": encoded,
                    "params": params,
                    "inputs": [source],
                }
            )
            source = encoded
        sources.append(source)
    edits.append({"op": "connect", "node": joined, "inputs": sources})
    for node_id, wires in reads.items():
        if entry.id in wires:
            edits.append(
                {
                    "op": "connect",
                    "node": node_id,
                    "inputs": [joined if wire == entry.id else wire for wire in wires],
                }
            )
    return edits


def words(features: Sequence[Feature]) -> str:
    """What features are, in a few words each."""
    return ", ".join(map(_word, features))


def _word(feature: Feature) -> str:
    if feature.kind == "category":
        return f"{feature.name} (one of {number_format.count(len(feature.choices))})"
    if feature.is_text:
        return f"{feature.name} (text)"
    return f"{feature.name} ({number_format.counted(feature.values, 'number')})"


def _encoder(feature: Feature) -> tuple[str, dict[str, Any]]:
    """The block that makes numbers of a text: which of its values it is, or which words it has."""
    if feature.kind == "category":
        # One place more for what was not seen in training; Keras takes no fewer than three.
        size = max(3, len(feature.choices) + 1)
        return "StringLookup", {"output_mode": "one_hot", "max_tokens": size, "pad_to_max_tokens": True}
    return "TextVectorization", {
        "output_mode": "multi_hot",
        "max_tokens": _WORDS,
        "pad_to_max_tokens": True,
    }


def _free(name: str, taken: set[str]) -> str:
    """That name or one like it that is not taken yet; takes it."""
    name = name[:60]
    free, number = name, 2
    while free in taken:
        free, number = f"{name} {number}", number + 1
    taken.add(free)
    return free

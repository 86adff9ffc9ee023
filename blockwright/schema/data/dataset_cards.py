"""The built-in data sets by their names, each with its card. Plain data."""

from typing import Any

from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_config import DRAWN, DataChoice, read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import plain_feature
from blockwright.schema.data.image_cards import IMAGES
from blockwright.schema.data.table_cards import TABLES
from blockwright.schema.data.text_cards import TEXTS

_CARDS = {card.name: card for card in (*IMAGES, *TABLES, *TEXTS)}


def cards() -> list[Card]:
    """Every built-in data set, the embedded ones first."""
    return sorted(_CARDS.values(), key=lambda dataset: not dataset.embedded)


def card(name: str) -> Card:
    """The card of a built-in data set; `DataError` if there is none with this name."""
    if name not in _CARDS:
        raise DataError(
            f"There is no data set called {name[:60]!r}. Choose one of: {', '.join(_CARDS)}, "
            "or a file in .npz or .csv format."
        )
    return _CARDS[name]


def card_of(choice: str | dict[str, Any] | DataChoice) -> Card:
    """The card of a choice, with its size, colour and number of examples.

    An upload has no card until its file is read, see `upload_reader.check_upload`. Raises `DataError` for an invalid
    choice.
    """
    chosen = read_choice(choice)
    if chosen.name == "upload":
        raise DataError("The card of an uploaded file comes from reading its header.")
    dataset = card(chosen.name)
    if chosen.name not in DRAWN:
        return dataset
    counts = {
        "train_examples": chosen.examples,
        "test_examples": drawn_test_examples(chosen.examples),
    }
    if chosen.name != "shapes":
        return dataset.model_copy(update=counts)
    shape = (chosen.size, chosen.size, 3 if chosen.colour else 1)
    return dataset.model_copy(
        update={
            "shape": shape,
            "features": (plain_feature(shape),),
        }
        | counts
    )


def drawn_test_examples(examples: int) -> int:
    """The number of generated test examples for a number of training examples: a fifth, at least 20."""
    return max(20, examples // 5)

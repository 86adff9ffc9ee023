"""The cards of the built-in data sets: their description before they are loaded. Plain data."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_config import DRAWN, DataChoice, read_choice
from blockwright.schema.features import Feature, Target, class_target, number_target, plain_feature
from blockwright.schema.table_cards import TABLES

DIGITS_TEST_EXAMPLES = 297
DIGITS_SPLIT_SEED = 1797
OPINIONS = ("negative", "positive")
DEPARTMENTS = ("billing", "technical", "shipping", "account")
TAGS = (
    "refund",
    "invoice",
    "crash",
    "slow",
    "late",
    "damaged",
    "login",
    "privacy",
    "business",
    "new-customer",
    "repeat",
    "outage",
)


class Card(BaseModel):
    """The description of a data set.

    `features` and `targets` describe its examples. A data set of images or vectors with classes needs neither: they
    follow from `shape` (`[height, width, channels]` or `[values]`, no batch) and `class_names`. A data set with
    several features has the `shape` `[]`; one without exactly one target of classes has `num_classes` 0.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    summary: str
    source: str
    licence: str
    shape: tuple[int, ...]
    num_classes: int
    class_names: tuple[str, ...]
    train_examples: int
    test_examples: int
    embedded: bool
    download_bytes: int | None = None
    features: tuple[Feature, ...] = ()
    targets: tuple[Target, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _complete(cls, values: Any) -> Any:
        """Derive features and targets from shape and classes, or the reverse."""
        if not isinstance(values, dict):
            return values
        values = dict(values)
        if not values.get("features"):
            values["features"] = (plain_feature(tuple(values["shape"])),)
        elif "shape" not in values:
            features = values["features"]
            values["shape"] = features[0].shape if len(features) == 1 else ()
        if not values.get("targets"):
            values["targets"] = (class_target(tuple(values["class_names"])),)
        elif "class_names" not in values:
            targets = values["targets"]
            single = len(targets) == 1 and targets[0].kind == "classes"
            values["class_names"] = targets[0].class_names if single else ()
            values["num_classes"] = len(values["class_names"])
        return values

    def feature(self, name: str) -> Feature | None:
        """The feature with this name, or None."""
        return next((feature for feature in self.features if feature.name == name), None)

    def target(self, name: str) -> Target | None:
        """The target with this name, or None."""
        return next((target for target in self.targets if target.name == name), None)

    def brief(self) -> dict[str, Any]:
        """The short form that the rules check a design against."""
        return {
            "name": self.title,
            "shape": list(self.shape),
            "num_classes": self.num_classes,
            "features": [one.model_dump(mode="json", exclude_defaults=True) for one in self.features],
            "targets": [one.model_dump(mode="json", exclude_defaults=True) for one in self.targets],
        }

    def document(self) -> dict[str, Any]:
        """The card as JSON."""
        return self.model_dump(mode="json")


_TEN_DIGITS = tuple("0123456789")
_SHAPES = (
    "circle",
    "ring",
    "ellipse",
    "square",
    "frame",
    "triangle",
    "star",
    "cross",
    "crescent",
    "half disc",
)
_FASHION = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
_CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
_CIFAR100_NAMES = """
apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can
castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin
elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard
lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear
pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal
shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank
telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm
"""
_CIFAR100 = tuple(name.replace("_", " ") for name in _CIFAR100_NAMES.split())

_CARDS = {
    card.name: card
    for card in (
        Card(
            name="digits",
            title="Digits",
            summary="1,797 real handwritten digits, 8 x 8 pixels, grey. Small enough to train in seconds.",
            source="Optical recognition of handwritten digits, E. Alpaydin and C. Kaynak, UCI, 1998; "
            "the copy inside scikit-learn.",
            licence="CC BY 4.0",
            shape=(8, 8, 1),
            num_classes=10,
            class_names=_TEN_DIGITS,
            train_examples=1797 - DIGITS_TEST_EXAMPLES,
            test_examples=DIGITS_TEST_EXAMPLES,
            embedded=True,
        ),
        Card(
            name="shapes",
            title="Shapes",
            summary="Ten shapes drawn by a seeded generator at any size, grey or colour, with noise.",
            source="Drawn by Blockwright; the same seed draws the same images.",
            licence="CC0",
            shape=(28, 28, 1),
            num_classes=10,
            class_names=_SHAPES,
            train_examples=2000,
            test_examples=400,
            embedded=True,
        ),
        Card(
            name="mnist",
            title="MNIST",
            summary="70,000 handwritten digits, 28 x 28 pixels, grey.",
            source="Y. LeCun, C. Cortes, C. Burges: The MNIST database of handwritten digits, 1998.",
            licence="CC BY-SA 3.0",
            shape=(28, 28, 1),
            num_classes=10,
            class_names=_TEN_DIGITS,
            train_examples=60_000,
            test_examples=10_000,
            embedded=False,
            download_bytes=11_490_434,
        ),
        Card(
            name="fashion_mnist",
            title="Fashion-MNIST",
            summary="70,000 pieces of clothing, 28 x 28 pixels, grey: harder than digits, same size.",
            source="H. Xiao, K. Rasul, R. Vollgraf, arXiv:1708.07747, Zalando Research, 2017.",
            licence="MIT",
            shape=(28, 28, 1),
            num_classes=10,
            class_names=_FASHION,
            train_examples=60_000,
            test_examples=10_000,
            embedded=False,
            download_bytes=30_878_645,
        ),
        Card(
            name="cifar10",
            title="CIFAR-10",
            summary="60,000 photographs of ten kinds of things, 32 x 32 pixels, colour.",
            source="A. Krizhevsky: Learning multiple layers of features from tiny images, 2009.",
            licence="Free for research; no formal licence",
            shape=(32, 32, 3),
            num_classes=10,
            class_names=_CIFAR10,
            train_examples=50_000,
            test_examples=10_000,
            embedded=False,
            download_bytes=170_498_071,
        ),
        Card(
            name="cifar100",
            title="CIFAR-100",
            summary="60,000 photographs of a hundred kinds of things, 32 x 32 pixels, colour.",
            source="A. Krizhevsky: Learning multiple layers of features from tiny images, 2009.",
            licence="Free for research; no formal licence",
            shape=(32, 32, 3),
            num_classes=100,
            class_names=_CIFAR100,
            train_examples=50_000,
            test_examples=10_000,
            embedded=False,
            download_bytes=169_001_437,
        ),
        *(Card.model_validate(one) for one in TABLES),
        Card.model_validate(
            {
                "name": "tickets",
                "title": "Support tickets",
                "summary": "Support tickets with a title, a body and tags: how urgent is each, and which department "
                "handles it? For networks of several inputs and outputs.",
                "source": "Written by Blockwright; the same seed writes the same tickets.",
                "licence": "CC0",
                "train_examples": 2000,
                "test_examples": 400,
                "embedded": True,
                "features": (
                    Feature(name="title", kind="text", shape=(1,), dtype="string", help="A few words."),
                    Feature(name="body", kind="text", shape=(1,), dtype="string", help="A few sentences."),
                    Feature(
                        name="tags", kind="tags", shape=(len(TAGS),), choices=TAGS, help="Any of 12 tags."
                    ),
                ),
                "targets": (
                    number_target("priority", help="From 0, not urgent, to 1, urgent."),
                    class_target(DEPARTMENTS, "department", help="The department that handles it."),
                ),
            }
        ),
        Card.model_validate(
            {
                "name": "reviews",
                "title": "Reviews",
                "summary": "Short positive and negative reviews with negations: the order of the words matters.",
                "source": "Written by Blockwright; the same seed writes the same reviews.",
                "licence": "CC0",
                "train_examples": 2000,
                "test_examples": 400,
                "embedded": True,
                "features": (
                    Feature(
                        name="text", kind="text", shape=(1,), dtype="string", help="One to three sentences."
                    ),
                ),
                "targets": (class_target(OPINIONS, "opinion"),),
            }
        ),
    )
}


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

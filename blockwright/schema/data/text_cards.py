"""The cards of the data sets of texts, which Blockwright writes itself."""

from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.features import Feature, class_target, number_target

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

TEXTS = (
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
                Feature(name="tags", kind="tags", shape=(len(TAGS),), choices=TAGS, help="Any of 12 tags."),
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
                Feature(name="text", kind="text", shape=(1,), dtype="string", help="One to three sentences."),
            ),
            "targets": (class_target(OPINIONS, "opinion"),),
        }
    ),
)

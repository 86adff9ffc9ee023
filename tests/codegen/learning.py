"""Designs whose composite blocks hold layers that learn from data before training, for the tests of generated files."""

from blockwright.schema.design import Design
from tests.codegen.apis.test_network import made
from tests.network.designs import node

WORDS = {
    "inputs": ["text"],
    "params": {"length": 5, "size": 150},
    "nodes": [
        node(
            "TextVectorization",
            "words",
            max_tokens={"param": "size"},
            output_sequence_length={"param": "length"},
        ),
        node("Embedding", "vectors", input_dim={"param": "size"}, output_dim=6),
        node("GlobalAveragePooling1D", "mean"),
        node("Normalization", "norm"),
    ],
}
OUTER = {
    "inputs": ["text"],
    "nodes": [
        node("Words", "inner", length=7),
        node("Dense", "narrow", units=4),
        node("Normalization", "after"),
    ],
}
SCALED = {
    "inputs": ["x"],
    "nodes": [node("Dense", "dense", units=6), node("Normalization", "norms")],
}
RANGES = {
    "inputs": ["x"],
    "nodes": [
        node("Normalization", "norm"),
        node("Dense", "dense", units=5),
        node("Discretization", "ranges", num_bins=6),
        node("Embedding", "vectors", input_dim=6, output_dim=2),
        node("Flatten", "flat"),
    ],
}
DEPARTMENT = node("Dense", "department", units=4, activation="softmax")


def nested(times: int = 1) -> Design:
    """Blocks in a block and repeated ones, on the tickets; single layers that learn stand there `times` times."""
    inside = [SCALED["nodes"][0], {**SCALED["nodes"][1], "repeat": times}]
    return made(
        [("title", (1,), "string"), ("body", (1,), "string"), ("tags", (12,))],
        [
            node("Words", "title words", ["title"]),
            node("Outer", "body words", ["body"]),
            node("Concatenate", "all", ["title words", "body words", "tags"]),
            {**node("Scaled", "scaled"), "repeat": 2},
            {**node("Normalization", "again"), "repeat": times},
            node("Dense", "priority", ["again"], units=1, activation="sigmoid"),
            {**DEPARTMENT, "inputs": ["again"]},
        ],
        ["priority", "department"],
        composites={"Words": WORDS, "Outer": OUTER, "Scaled": {**SCALED, "nodes": inside}},
    )


def shared() -> Design:
    """One block that reads titles and bodies with the same words."""
    return made(
        [("title", (1,), "string"), ("body", (1,), "string")],
        [
            node("Words", "words", ["title"]),
            {"id": "words too", "block": "Words", "shares": "words", "inputs": ["body"]},
            node("Subtract", "apart", ["words", "words too"]),
            DEPARTMENT,
        ],
        composites={"Words": WORDS},
    )


def stacked() -> Design:
    """A stack of two blocks whose numbers become ranges, on the table of patients."""
    return made(
        [("patient", (10,))],
        [{**node("Ranged", "ranged"), "repeat": 2}, node("Dense", "progression", units=1)],
        composites={"Ranged": RANGES},
    )

"""Small designs of texts, tables, several inputs and outputs."""

from typing import Any

from blockwright.design.parse import read_design
from blockwright.schema.design import Design

WORDS, LENGTH = 400, 40


def node(node_id: str, block: str, *inputs: str, **params: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"id": node_id, "block": block, "params": params}
    return made | ({"inputs": list(inputs)} if inputs else {})


def dense(node_id: str, units: int, activation: str | None = None, *inputs: str) -> dict[str, Any]:
    params = {"units": units} | ({"activation": activation} if activation else {})
    return node(node_id, "Dense", *inputs, **params)


def graph(inputs: dict[str, tuple], nodes: list[dict[str, Any]], *outputs: str, **more: Any) -> Design:
    """A design with inputs by name: `(shape)` of numbers, or `("text",)`."""
    entries = [
        {"id": name, "shape": [1], "dtype": "string"}
        if shape == ("text",)
        else {"id": name, "shape": list(shape)}
        for name, shape in inputs.items()
    ]
    document = {"format": 1, "name": "Graph", "inputs": entries, "nodes": nodes, **more}
    return read_design(document | ({"outputs": list(outputs)} if outputs else {}))


def table(columns: int, *nodes: dict[str, Any]) -> Design:
    return graph({"features": (columns,)}, list(nodes))


def branch(name: str, source: str) -> list[dict[str, Any]]:
    """A text as the mean of its words' vectors."""
    return [
        node(f"{name}_words", "TextVectorization", source, max_tokens=WORDS, output_sequence_length=LENGTH),
        node(f"{name}_vectors", "Embedding", input_dim=WORDS, output_dim=12),
        node(name, "GlobalAveragePooling1D"),
    ]


def tickets() -> Design:
    """Three inputs, two outputs."""
    nodes = [
        *branch("t", "title"),
        *branch("b", "body"),
        node("all", "Concatenate", "t", "b", "tags"),
        dense("priority", 1, "sigmoid", "all"),
        dense("department", 4, "softmax", "all"),
    ]
    inputs = {"title": ("text",), "body": ("text",), "tags": (12,)}
    return graph(inputs, nodes, "priority", "department")


def reviews() -> Design:
    """Which words and pairs of words a text has, and whether it is for or against."""
    words = {"max_tokens": 1500, "ngrams": 2, "output_mode": "multi_hot", "pad_to_max_tokens": True}
    nodes = [
        node("words", "TextVectorization", **words),
        node("flat", "Flatten"),
        dense("verdict", 1, "sigmoid"),
    ]
    return graph({"text": ("text",)}, nodes)


def autoencoder() -> Design:
    nodes = [
        node("flat", "Flatten"),
        dense("code", 24, "relu"),
        dense("wide", 64, "sigmoid"),
        node("decoded", "Reshape", target_shape=[8, 8, 1]),
    ]
    return graph({"image": (8, 8, 1)}, nodes)


def shared() -> Design:
    """One layer of weights used twice in a row."""
    nodes = [
        node("flat", "Flatten"),
        dense("first", 24, "relu"),
        dense("again", 24, "relu"),
        {"id": "twice", "block": "Dense", "shares": "again"},
        dense("head", 10, "softmax"),
    ]
    return graph({"image": (8, 8, 1)}, nodes)

"""Keras's own files: the model in plain layers, the model in blocks, and the weights alone."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from blockwright.codegen.program.program import output_names
from blockwright.export.formats.code_paths import as_in_code
from blockwright.export.formats.serving import CannotExport, as_list
from blockwright.network.model import DesignedModel, build

if TYPE_CHECKING:
    from blockwright.export.formats import Runner


def write_plain(network: DesignedModel, path: Path) -> None:
    """Write the network with every block opened: the file names Keras's own classes only.

    Raises `CannotExport` for a block that cannot be opened because it makes weights of its own.
    """
    network.build_graph(expanded=True).save(path)
    foreign = sorted(foreign_classes(path))
    if foreign:
        raise CannotExport(
            f"This network cannot be written in plain layers, because {', '.join(foreign)} makes weights of its "
            "own and cannot be opened. Export the .keras file with the block classes instead."
        )


def write_blocks(network: DesignedModel, path: Path) -> None:
    """Write the network as a functional model over its blocks; loading it needs their classes."""
    network.build_graph().save(path)


def write_weights(network: DesignedModel, path: Path) -> None:
    """Write the weights as the network's code, its subclass of `keras.Model`, takes them in its `build_graph()`."""
    graph = _graph_of_code(network)
    with as_in_code(graph, network.design):
        graph.save_weights(path)


def open_model(path: Path, network: DesignedModel) -> "Runner":
    """Load a `.keras` file; the network is not looked at."""
    return _runner(keras.saving.load_model(path, compile=False))


def open_weights(path: Path, network: DesignedModel) -> "Runner":
    """A new network of the same design, with the file's weights."""
    again = build(network.design)
    graph = _graph_of_code(again)
    with as_in_code(graph, network.design):
        graph.load_weights(path)
    return _runner(again.build_graph())


def _graph_of_code(network: DesignedModel) -> keras.Model:
    """The graph of blocks as generated code builds it: several outputs go by their names, which orders the layers."""
    graph = network.build_graph()
    if len(graph.outputs) < 2:
        return graph
    names = output_names(network.design)
    return keras.Model(graph.inputs, dict(zip(names, graph.outputs, strict=True)), name=graph.name)


def foreign_classes(path: Path) -> set[str]:
    """The classes that a `.keras` file needs besides Keras's own."""
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    return {
        str(entry["class_name"])
        for entry in _objects(config)
        if str(entry.get("module")).split(".")[0] != "keras" or entry.get("registered_name") is not None
    }


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Every serialized object in a config, the outermost first; its registered name is kept for foreign ones only."""
    if isinstance(config, dict):
        if "class_name" in config and "config" in config and "module" in config:
            own = config.get("registered_name") in (None, config["class_name"])
            yield {**config, "registered_name": None} if own else config
        for value in config.values():
            yield from _objects(value)
    elif isinstance(config, list):
        for value in config:
            yield from _objects(value)


def _runner(model: keras.Model) -> "Runner":
    def run(inputs: list[np.ndarray]) -> list[np.ndarray]:
        outputs = model(inputs if len(inputs) > 1 else inputs[0], training=False)
        return [np.asarray(output) for output in as_list(outputs)]

    return run

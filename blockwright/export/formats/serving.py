"""What the converters are given: the opened graph in inference mode, with named inputs and outputs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from blockwright.design.structure import checked_wiring
from blockwright.network.model import DesignedModel
from blockwright.schema.design import port


class CannotExport(ValueError):
    """A format that cannot hold this network; the message is a sentence that says why, and what can."""


def input_specs(network: DesignedModel) -> list[tf.TensorSpec]:
    """One for each input of the design, under its Keras name, the batch open."""
    return [
        tf.TensorSpec((None, *entry.shape), entry.dtype, name=network.layer_name(entry.id))
        for entry in network.design.inputs
    ]


def output_names(network: DesignedModel) -> list[str]:
    """The Keras names of the nodes that give the outputs."""
    ids = network.design.ids()
    ports = [port(ids, source) for source in checked_wiring(network.design).outputs]
    return [network.layer_name(node_id) + (f"_{number}" if number else "") for node_id, number in ports]


def inference(graph: keras.Model) -> Callable[..., Any]:
    """The graph as a function of its inputs.

    `training=False` is said in so many words: layers such as RandomFlip augment wherever nothing is said.
    """

    def run(*inputs: Any) -> Any:
        return graph(list(inputs) if len(inputs) > 1 else inputs[0], training=False)

    return run


def save_servable(network: DesignedModel, folder: Path) -> None:
    """Write the opened network to a folder as a TensorFlow SavedModel with one endpoint, `serve`."""
    graph = network.build_graph(expanded=True)
    archive = keras.export.ExportArchive()
    archive.track(graph)
    archive.add_endpoint("serve", inference(graph), input_signature=input_specs(network))
    archive.write_out(str(folder), verbose=False)


def as_list(outputs: Any) -> list[Any]:
    """One output or several, as a list."""
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]

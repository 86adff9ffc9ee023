"""Starting from the weights of another run: block by block, where names and shapes agree."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from blockwright.design.parse import read_design
from blockwright.recipe.start_weights import START
from blockwright.runs.files.atomic_files import write_arrays
from blockwright.runs.files.home import run_folder
from blockwright.runs.records import COMMAND_LINE, Run
from blockwright.runs.store import RunStore
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.training import artifacts

if TYPE_CHECKING:
    import keras

    from blockwright.network import DesignedModel

Arrays = dict[str, np.ndarray]


class SourceError(DataError):
    """Weights of another run that cannot be taken; the message is shown to people."""


@dataclass(frozen=True)
class Source:
    """The weights of a run by block: for each of its layers the arrays in the order of Keras."""

    title: str
    blocks: dict[str, list[list[np.ndarray]]]


def read_source(store: RunStore, run: Run, source_id: str) -> Source:
    """The weights of the run that another run starts from, of the same workspace. Raises `SourceError`.

    Call it before the network is made, which seeds what is random: this makes the source's network.
    """
    source = store.get(source_id, owner=None if run.owner == COMMAND_LINE else run.owner)
    if source is None:
        raise SourceError(
            f"The run {source_id[:12]}, whose weights this run was to start from, is not in this workspace; it may "
            "have been deleted. Choose another one, or start from random weights."
        )
    title = f'"{source.name}" ({source.id[:8]})'
    try:
        from blockwright.network import build

        network = build(read_design(source.design))
        artifacts.load_weights(network, run_folder(source.id))
    except FileNotFoundError as error:
        raise SourceError(
            f"The run {title} has no saved weights to start from. Choose another one."
        ) from error
    except DesignError as error:
        raise SourceError(f"The network of the run {title} can no longer be built: {error}") from error
    except (ValueError, KeyError, OSError) as error:
        raise SourceError(f"The weights of the run {title} are damaged. Choose another run.") from error
    return Source(
        title,
        {name: [layer.get_weights() for layer in layers] for name, layers in _layers_by_block(network)},
    )


def take_weights(model: "DesignedModel", source: Source, folder: Path) -> list[str]:
    """Set the weights of the blocks whose names and shapes agree, and write them into the run's folder.

    Returns sentences on what was taken and what was not. Raises `SourceError` where no block agrees.
    """
    taken: list[str] = []
    left: list[str] = []
    arrays: Arrays = {}
    for name, layers in _layers_by_block(model):
        weights = source.blocks.get(name)
        if weights is None:
            left.append(f"{name} (not in that run)")
        elif _shapes(weights) != _shapes([layer.get_weights() for layer in layers]):
            left.append(f"{name} (other shapes)")
        else:
            taken.append(name)
            for layer, values in zip(layers, weights, strict=True):
                layer.set_weights(values)
            arrays |= _named(model, name, weights)
    if not taken:
        raise SourceError(
            f"No block of this design has the name and the shapes of a block of the run {source.title}, so there are "
            f"no weights to start from. That run has: {', '.join(source.blocks) or 'no blocks with weights'}."
        )
    write_arrays(folder / START, arrays)
    sentences = [f"Starts from the weights of the run {source.title}: {', '.join(taken)}."]
    if left:
        sentences.append(f"Begins with random weights: {', '.join(left)}.")
    return sentences


def start_weights_of(model: "DesignedModel", folder: Path) -> bool:
    """Set the weights that this run has taken before, if it has; whether there were any."""
    if not (folder / START).is_file():
        return False
    with np.load(folder / START, allow_pickle=False) as arrays:
        for name, layers in _layers_by_block(model):
            for layer, prefix in zip(layers, _names(model, name, len(layers)), strict=True):
                keys = [f"{prefix}/{number}" for number in range(len(layer.weights))]
                if all(key in arrays for key in keys):
                    layer.set_weights([arrays[key] for key in keys])
    return True


def _layers_by_block(model: "DesignedModel") -> "Iterator[tuple[str, Sequence[keras.layers.Layer]]]":
    """The blocks with weights, by the ids of their nodes, each with its layer, or its layers where it is repeated."""
    for node in model.design.nodes:
        if node.enabled and node.shares is None:
            layers = model.layers_of(node.id)
            if any(layer.weights for layer in layers):
                yield node.id, layers


def _shapes(weights: Sequence[Sequence[np.ndarray]]) -> list[list[tuple[int, ...]]]:
    return [[array.shape for array in arrays] for arrays in weights]


def _named(model: "DesignedModel", node: str, weights: Sequence[Sequence[np.ndarray]]) -> Arrays:
    return {
        f"{prefix}/{number}": array
        for prefix, arrays in zip(_names(model, node, len(weights)), weights, strict=True)
        for number, array in enumerate(arrays)
    }


def _names(model: "DesignedModel", node: str, count: int) -> list[str]:
    """The names that generated code gives the layers of a node."""
    name = model.layer_name(node)
    return [name] if count == 1 else [f"{name}_{number}" for number in range(1, count + 1)]

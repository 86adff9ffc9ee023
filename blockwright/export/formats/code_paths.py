"""Where the weights of a design's composite blocks lie in a file, so that the network's code finds them there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import keras

from blockwright.codegen.program.program import OwnBlock, plan
from blockwright.network.layer_graph import CompositeLayer
from blockwright.schema.design import Design


@contextmanager
def as_in_code(graph: keras.Model, design: Design) -> Iterator[None]:
    """While it lasts, Keras finds the parts of a design's composite blocks where their classes in the code have them.

    Keras names weights in a file by the attributes of layers and by the classes of those that stand in a list. A block
    of the app keeps its parts in one list, its class in the code under a name for each.
    """
    own_blocks = plan(design).own_blocks
    blocks = [block for block in graph._flatten_layers() if isinstance(block, CompositeLayer)]
    before = [(block, type(block), dict(vars(block))) for block in blocks]
    try:
        for block in blocks:
            _rename(block, own_blocks[type(block).__name__])
        yield
    finally:
        for block, kind, attributes in before:
            _set_class(block, kind)
            # Not through `setattr`, which would track the parts once more.
            block.__dict__.clear()
            block.__dict__.update(attributes)


def _rename(layer: CompositeLayer, written: OwnBlock) -> None:
    del layer.__dict__["parts"]
    for step in written.body.steps:
        if written.body.first_use(step):
            parts: list[Any] = list(layer.layers_of(step.id))
            name = written.body.owner_variable(step)
            layer.__dict__[name] = parts if step.node.repeat > 1 else parts[0]
    if written.class_name != type(layer).__name__:
        _set_class(layer, type(written.class_name, (type(layer),), {}))


def _set_class(layer: CompositeLayer, kind: type) -> None:
    object.__setattr__(layer, "__class__", kind)

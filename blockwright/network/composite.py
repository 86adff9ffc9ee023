"""A design's own blocks as Keras layers."""

import types
from collections.abc import Mapping
from functools import cache
from typing import Any

import keras
import numpy as np

from blocks.base import is_expanding
from blockwright.design.composites import opened, used_in
from blockwright.design.structure import wiring
from blockwright.network.layer_graph import freeze, lay_out
from blockwright.schema.design import Composite, Design


class CompositeLayer(keras.layers.Layer):
    """A block that a design defines: nodes wired as its definition says. Every block has a subclass of its own.

    Args:
        block: the name of the block.
        composites: its definition and those of the blocks that it uses, by name.
        params: its arguments; those left out have their defaults.

    The weights of the parts are tracked like those of any layer. Within `blocks.base.expanded` a call on symbolic
    tensors leaves no mark of the block, only of its parts.
    """

    def __init__(
        self,
        block: str,
        composites: Mapping[str, Composite | dict[str, Any]],
        params: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        definitions = {
            name: one if isinstance(one, Composite) else Composite.model_validate(one)
            for name, one in composites.items()
        }
        self._block = block
        self._definitions = definitions
        self._params = dict(params or {})
        self.supports_masking = True
        design = Design.model_construct(name=block, inputs=(), nodes=(), composites=definitions)
        body = opened(design, block, self._params)
        self._layout, self.parts = lay_out(body, self.dtype_policy, prefix=f"{self.name}.")
        self._ranges = tuple(
            place
            for place, one in enumerate(self.parts)
            if isinstance(one, keras.layers.Discretization) and one.num_bins is not None
        )
        if not self.trainable:  # type: ignore[has-type]
            self.trainable = True
            freeze(self)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if is_expanding() and all(keras.utils.is_keras_tensor(one) for one in keras.tree.flatten(args)):
            return self.call(*args)
        return super().__call__(*args, **kwargs)

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """Run the block on one value, or on a list of them where it has several inputs."""
        several = len(self._layout.design.inputs) > 1
        outputs = self._layout.run(self.parts, inputs if several else [inputs])
        return outputs if len(outputs) > 1 else outputs[0]

    def places(self, node_id: str) -> tuple[int, ...]:
        """Where the layers of a node stand in `parts`; KeyError for one that is switched off or not there."""
        return self._layout.places[node_id]

    def build(self, input_shape: Any) -> None:
        """Nothing: the parts are built as the first call runs through them.

        What Keras does without this is to run the block once more to build it, each block inside once more again.
        """

    def compute_mask(self, inputs: Any, previous_mask: Any) -> None:
        """None: the parts carry a mask on or drop it, as they do when they stand alone."""

    def save_own_variables(self, store: Any) -> None:
        """The bounds that layers of ranges inside have learnt: as parts of a block they keep them nowhere else."""
        for place, layer in self._learners():
            if layer.bin_boundaries is not None:
                store[f"bounds_{place}"] = np.asarray(layer.bin_boundaries, "float64")

    def load_own_variables(self, store: Any) -> None:
        """What `save_own_variables` kept; files of older versions hold nothing of it."""
        kept = set(store.keys())
        for place, layer in self._learners():
            if f"bounds_{place}" in kept:
                layer.bin_boundaries = np.asarray(store[f"bounds_{place}"]).tolist()

    def _learners(self) -> list[tuple[int, keras.layers.Discretization]]:
        return [(place, self.parts[place]) for place in self._ranges]

    def get_config(self) -> dict[str, Any]:
        """The definition and the arguments, beside what every layer keeps."""
        definitions = {name: one.document() for name, one in self._definitions.items()}
        own = {"block": self._block, "composites": definitions, "params": self._params}
        return {**super().get_config(), **own}

    def get_build_config(self) -> None:
        """None: a file that is loaded calls the block, and that builds it with its parts."""

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "CompositeLayer":
        """The layer of a config that `get_config` gave; `DesignError` where its definitions are wrong."""
        composites = {
            name: one if isinstance(one, Composite) else Composite.model_validate(one)
            for name, one in config["composites"].items()
        }
        inside = Design.model_construct(name=config["block"], inputs=(), nodes=(), composites=composites)
        wiring(inside.body(config["block"]))
        return composite_class(config["block"])(**config)


@cache
def composite_class(block: str) -> type[CompositeLayer]:
    """The class of a block of this name, so that summaries and pictures call it by its name."""
    made = types.new_class(
        block, (CompositeLayer,), exec_body=lambda members: members.update(__module__=__name__)
    )
    return keras.saving.register_keras_serializable(package="blockwright.own")(made)


def make_composite(design: Design, block: str, params: Mapping[str, Any], **kwargs: Any) -> CompositeLayer:
    """The layer of a block that the design defines; `kwargs` are Keras's own, such as `name` and `dtype`."""
    return composite_class(block)(block, _needed(design, block), params, **kwargs)


def _needed(design: Design, block: str) -> dict[str, Composite]:
    """The definition of a block and of everything that it uses."""
    needed: dict[str, Composite] = {}
    waiting = [block]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = design.composites[name]
            waiting += used_in(needed[name], design.composites)
    return needed

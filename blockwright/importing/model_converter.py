"""Converting the models of a file, the outermost and nested ones, to a design and its composite blocks."""

import json
from collections.abc import Sequence
from typing import Any

from blockwright.design.composites import MAX_DEPTH, MAX_LAYERS
from blockwright.importing.converted_model import ConvertedModel
from blockwright.importing.file.layer_config import ArgumentConverter
from blockwright.importing.file.model_config import Layer, read_model
from blockwright.importing.graph_converter import GraphConverter
from blockwright.importing.masks import creates_masks
from blockwright.importing.names import composite_name
from blockwright.importing.problems import Report, refuse
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import MAX_NODES


class ModelConverter:
    """Converts models and collects nested ones as `composites`.

    Args:
        catalog: the blocks that exist.
        report: collects problems and notes.
        keras_2: whether the file was written by Keras 2.
    """

    def __init__(self, catalog: Catalog, report: Report, keras_2: bool) -> None:
        self.composites: dict[str, dict[str, Any]] = {}
        self.catalog = catalog
        self.report = report
        self.keras_2 = keras_2
        self.arguments = ArgumentConverter(report, keras_2)
        self.masks = False
        self._num_layers = 0
        self._names: dict[str, str] = {}

    def convert(
        self,
        config: dict[str, Any],
        class_name: str,
        path: str = "",
        depth: int = 0,
        masked: Sequence[bool] = (),
    ) -> ConvertedModel:
        """The nodes of a model. Problems go into the report; raises `Unsupported` where nothing can be read at all.

        Args:
            masked: whether each input may carry a mask; by default, none does.
        """
        if depth > MAX_DEPTH:
            raise refuse("too-deep", f"{path[:200]}: models may be nested up to {MAX_DEPTH} levels deep.")
        model = read_model(config, class_name, path, self.report, self.keras_2)
        self._num_layers += len(model.layers)
        if self._num_layers > MAX_LAYERS:
            raise refuse(
                "too-many-layers",
                f"The model has more than {MAX_LAYERS:,} layers, the most that can be imported.",
            )
        calls = sum(max(1, len(layer.calls)) for layer in model.layers.values())
        if calls > MAX_NODES:
            raise refuse(
                "too-many-layers",
                f"{path[:200] or 'The model'} has {calls:,} calls of layers, but at most {MAX_NODES:,} nodes can be "
                "imported.",
            )
        if depth == 0:
            self.masks = creates_masks(config)
        return GraphConverter(self, model, path, depth, masked).convert()

    def composite(self, layer: Layer, depth: int, masked: Sequence[bool]) -> tuple[str, ConvertedModel]:
        """The name of the composite for a nested model, and the model; equal ones are defined once."""
        model = self.convert(layer.config, layer.class_name, f"{layer.path} > ", depth, masked)
        definition = {"inputs": [model_input.id for model_input in model.inputs], **model.graph()}
        key = json.dumps(definition, sort_keys=True)
        if key not in self._names:
            name = composite_name(layer.name, {*self.catalog.blocks, *self.composites})
            self._names[key] = name
            self.composites[name] = definition
        return self._names[key], model

"""Converting the models of a file, the outermost and nested ones, to the bodies of a design and of composite blocks."""

import json
from collections.abc import Sequence
from typing import Any

from blockwright.design.composites import MAX_DEPTH, MAX_LAYERS
from blockwright.importing.file.inputs import Body
from blockwright.importing.file.layer_config import Options
from blockwright.importing.file.model_config import Layer, read_level
from blockwright.importing.graph_converter import GraphConverter
from blockwright.importing.masks import any_made
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
        self.options = Options(report, keras_2)
        self.masks = False
        self._count = 0
        self._known: dict[str, str] = {}

    def convert(
        self,
        config: dict[str, Any],
        class_name: str,
        trail: str = "",
        depth: int = 0,
        masked: Sequence[bool] = (),
    ) -> Body:
        """The body of a model. Problems go into the report; `Unfit` only where nothing can be read at all.

        Args:
            masked: whether each input may carry a mask; none does where nothing is said.
        """
        if depth > MAX_DEPTH:
            raise refuse(
                "too-deep",
                f"{trail[:200]}: models stand over {MAX_DEPTH} deep in each other; no design goes deeper.",
            )
        level = read_level(config, class_name, trail, self.report, self.keras_2)
        self._count += len(level.layers)
        if self._count > MAX_LAYERS:
            raise refuse(
                "too-many-layers", f"The model has over {MAX_LAYERS:,} layers; up to {MAX_LAYERS:,} are read."
            )
        calls = sum(max(1, len(layer.calls)) for layer in level.layers.values())
        if calls > MAX_NODES:
            raise refuse(
                "too-many-layers",
                f"{trail[:200] or 'The model'} has {calls:,} calls of layers; up to {MAX_NODES:,} nodes are read.",
            )
        if depth == 0:
            self.masks = any_made(config)
        return GraphConverter(self, level, trail, depth, masked).run()

    def composite(self, layer: Layer, depth: int, masked: Sequence[bool]) -> tuple[str, Body]:
        """The name of the composite for a model inside another one, and its body; equal bodies are defined once."""
        body = self.convert(layer.config, layer.class_name, f"{layer.place} > ", depth, masked)
        definition = {"inputs": [one.id for one in body.inputs], "nodes": body.nodes, **body.ends()}
        key = json.dumps(definition, sort_keys=True)
        if key not in self._known:
            name = composite_name(layer.name, {*self.catalog.blocks, *self.composites})
            self._known[key] = name
            self.composites[name] = definition
        return self._known[key], body

"""From one call of a layer to the node, or the nodes, that do the same."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from blockwright.importing.converted_model import ConvertedModel
from blockwright.importing.file.call_arguments import behaves_differently_in_training, read_call
from blockwright.importing.file.calls import Call, TensorRef, tensors_in
from blockwright.importing.file.layer_class import APPLICATION_LAYERS
from blockwright.importing.file.layer_config import ArgumentConverter, non_default_params
from blockwright.importing.file.model_config import Layer, ModelConfig
from blockwright.importing.file.wrappers import block_of_layer
from blockwright.importing.masks import (
    layers_whose_mask_is_read,
    mask_arguments,
    must_drop_masks,
    output_masks,
)
from blockwright.importing.node_draft import NodeDraft, PartRef
from blockwright.importing.operations.operations import read_operation
from blockwright.importing.problems import Report, Unsupported
from blockwright.importing.ranks import may_have_weights, output_ranks
from blockwright.inference.layer_call import result_count
from blockwright.schema.catalog import BlockType, Catalog


class ConversionContext(Protocol):
    """What the conversion of one model shares with those of the models around it.

    Attributes:
        catalog: the blocks that exist.
        report: collects problems and notes.
        arguments: converts the configurations of layers.
        keras_2: whether the file was written by Keras 2.
        masks: whether any layer of the file creates a mask.
    """

    catalog: Catalog
    report: Report
    arguments: ArgumentConverter
    keras_2: bool
    masks: bool

    def composite(self, layer: Layer, depth: int, masked: Sequence[bool]) -> tuple[str, ConvertedModel]:
        """The name of the composite for a nested model, and the model."""


class LayerConverter:
    """Converts the calls of one model's layers, and knows the rank and mask of each tensor that it has met.

    Attributes:
        masked: the tensors that may carry a mask.
    """

    def __init__(self, context: ConversionContext, model: ModelConfig, depth: int) -> None:
        self._context = context
        self._model = model
        self._depth = depth
        self._ranks: dict[TensorRef, int | None] = {}
        self._first_calls: dict[str, NodeDraft] = {}
        self._mask_is_read = layers_whose_mask_is_read(model) if context.masks else set()
        self.masked: set[TensorRef] = set()

    def add_tensor(self, tensor: TensorRef, rank: int | None, masked: bool) -> None:
        """Remember how many dimensions a tensor has, and whether it may carry a mask."""
        self._ranks[tensor] = rank
        if masked:
            self.masked.add(tensor)

    def rank(self, tensor: TensorRef) -> int | None:
        """How many dimensions a tensor has: as follows from what is read, or else as the file says."""
        rank = self._ranks.get(tensor)
        return len(tensor.shape) if rank is None and tensor.shape is not None else rank

    def convert(self, layer: Layer, number: int) -> NodeDraft:
        """The draft for that call of a layer. Raises `Unsupported` for one that no block can do."""
        call = layer.calls[number]
        if layer.kind == "operation":
            draft = self._operation(layer, call)
        elif layer.kind == "model":
            draft = self._nested_model(layer, call)
        else:
            draft = self._layer(layer, call)
        for result, (rank, masked) in enumerate(zip(draft.ranks, draft.masked, strict=True)):
            self.add_tensor(TensorRef(layer.name, number, result), rank, masked)
        return draft

    def _operation(self, layer: Layer, call: Call) -> NodeDraft:
        draft = read_operation(layer.entry, call, self.rank)
        ranks: list[int | None] = []
        masked: list[bool] = []
        for part in [*draft.preceding, draft]:
            block = self._context.catalog.blocks[part.block]
            part.params = non_default_params(block, part.params)
            read_ranks = [
                ranks[source.part] if isinstance(source, PartRef) else self.rank(source)
                for source in part.reads
            ]
            ranks += output_ranks(block, part.params, read_ranks, 1)
            part.drops_masks = must_drop_masks(block, layer.name in self._mask_is_read)
            read_masks = [
                masked[source.part]
                if isinstance(source, PartRef)
                else source in self.masked and not part.drops_masks
                for source in part.reads
            ]
            masked += output_masks(block, part.params, read_masks, 1)
        results = [len(ranks) - 1] if draft.results is None else [result.part for result in draft.results]
        draft.ranks = [ranks[part] for part in results]
        draft.masked = [masked[part] for part in results]
        return draft

    def _layer(self, layer: Layer, call: Call) -> NodeDraft:
        if layer.kind == "application":
            name, config = APPLICATION_LAYERS[layer.class_name](layer.config)
            keras_class = name
        else:
            name, keras_class, config = block_of_layer(layer.entry, self._context.catalog)
        block = self._context.catalog.blocks[name]
        reads, call_params, as_in_prediction = read_call(block, call, self._model.is_created_mask)
        self._check_masks(call, reads)
        first = self._first_calls.get(layer.name)
        if first is None:
            params = self._context.arguments.convert(
                block, config, layer.name, self.rank(reads[0]), keras_class
            )
            draft = NodeDraft(name, {**params, **call_params}, reads, result_count(block, params))
            draft.trainable = not (self._is_frozen(layer) and may_have_weights(block))
            self._first_calls[layer.name] = draft
        else:
            if {name: first.params.get(name) for name in call_params} != call_params:
                raise Unsupported(
                    "It is called twice with different arguments; a shared layer must always be called with the same."
                )
            draft = NodeDraft(name, first.params, reads, first.num_results)
        if (
            as_in_prediction
            and self._context.keras_2
            and behaves_differently_in_training(block, draft.params)
        ):
            self._context.report.note("inference", layer.name)
        self._infer(draft, reads, block)
        return draft

    def _infer(self, draft: NodeDraft, reads: list[TensorRef], block: BlockType) -> None:
        """Set the ranks and masks of a layer's results."""
        draft.ranks = output_ranks(
            block, draft.params, [self.rank(tensor) for tensor in reads], draft.num_results
        )
        draft.masked = output_masks(
            block, draft.params, [tensor in self.masked for tensor in reads], draft.num_results
        )

    def _check_masks(self, call: Call, reads: list[TensorRef]) -> None:
        """Refuse a call with a mask that what it reads does not carry by itself."""
        for name, carriers in mask_arguments(call, reads):
            if not any(tensor in self.masked for tensor in carriers):
                raise Unsupported(f"It is called with its own `{name}`, which is not supported.")

    def _nested_model(self, layer: Layer, call: Call) -> NodeDraft:
        reads = list(tensors_in([call.args, call.kwargs.get("inputs")]))
        first = self._first_calls.get(layer.name)
        if first is None:
            # Where the model is called again, a later call may bring a mask.
            again = len(layer.calls) > 1 and self._context.masks
            masked = [again or tensor in self.masked for tensor in reads]
            name, model = self._context.composite(layer, self._depth + 1, masked)
            first = self._first_calls[layer.name] = NodeDraft(name, {}, [], len(model.outputs))
            first.ranks, first.masked = model.output_ranks, model.output_masks
            first.trainable = not self._is_frozen(layer)
            first.num_inputs = len(model.inputs)
        if set(call.kwargs) - {"training", "mask", "inputs"} or len(call.args) > 1:
            raise Unsupported("A model inside another one must be called with its inputs alone.")
        if call.kwargs.get("training") is True:
            raise Unsupported("It is called with `training=True`, which is not supported.")
        if call.kwargs.get("training") is False and self._context.keras_2:
            self._context.report.note("inference", layer.name)
        if len(reads) != first.num_inputs:
            raise Unsupported(f"It is called with {len(reads)} tensors, but has {first.num_inputs} inputs.")
        return replace(first, reads=reads)

    def _is_frozen(self, layer: Layer) -> bool:
        """Whether training leaves a layer unchanged, and the model around it does not say so already."""
        return layer.config.get("trainable") is False and not (self._model.frozen and self._depth > 0)

"""From the layers of one model to the nodes of a design or of a composite block."""

from collections.abc import Sequence
from typing import Any

from blockwright.importing.call_order import call_order
from blockwright.importing.converted_model import ConvertedModel
from blockwright.importing.file.calls import TensorRef
from blockwright.importing.file.inputs import MAX_ENDPOINTS, read_input
from blockwright.importing.file.model_config import Layer, ModelConfig
from blockwright.importing.layer_converter import ConversionContext, LayerConverter
from blockwright.importing.names import node_id
from blockwright.importing.node_draft import NodeDraft, PartRef
from blockwright.importing.problems import SecondaryProblem, Unsupported, short_name


class GraphConverter:
    """Converts the layers and calls of one model to the nodes of a `ConvertedModel`."""

    def __init__(
        self, context: ConversionContext, model: ModelConfig, path: str, depth: int, masked: Sequence[bool]
    ) -> None:
        self._report = context.report
        self._model = model
        self._path = path
        self._nested = depth > 0
        self._layers = LayerConverter(context, model, depth)
        self._masked_inputs = list(masked)
        self._mask_operations = model.mask_operations()
        self._converted = ConvertedModel()
        self._ids: dict[tuple[str, int], str] = {}
        self._results: dict[tuple[str, int], list[str]] = {}
        self._taken: set[str] = set()
        self._without_mask: dict[TensorRef, str] = {}

    def convert(self) -> ConvertedModel:
        """The inputs, nodes and outputs; what cannot be converted goes into the report."""
        self._add_inputs()
        order = call_order(self._model, self._mask_operations, self._report)
        self._name_calls()
        for layer, number in order:
            try:
                self._add(layer, number)
            except Unsupported as problem:
                refused = self._model.refused
                secondary = isinstance(problem, SecondaryProblem) and any(
                    tensor.layer in refused for tensor in layer.calls[number].tensors()
                )
                refused.add(layer.name)
                if not secondary:
                    self._report.problem(layer.path, str(problem), node=self._ids[layer.name, number])
        self._add_outputs()
        return self._converted

    def _add_inputs(self) -> None:
        layers = self._model.layers
        for name in self._model.inputs:
            if name not in layers and name not in self._model.refused:
                self._report.problem(f"{self._path}input_layers", f"There is no layer '{short_name(name)}'.")
        listed = [layers[name] for name in self._model.inputs if name in layers]
        unlisted = [
            layer
            for layer in layers.values()
            if layer.class_name == "InputLayer" and layer.name not in self._model.inputs
        ]
        self._check_count("input_layers", len(listed) + len(unlisted))
        for layer in [*listed[:MAX_ENDPOINTS], *unlisted[:MAX_ENDPOINTS]]:
            if layer.class_name != "InputLayer":
                self._report.problem(
                    layer.path,
                    "It is named in `input_layers`, but it is not an InputLayer. Only those can be inputs.",
                )
                continue
            self._name(layer, 0)
            try:
                model_input = read_input(
                    layer, self._ids[layer.name, 0], nested=self._nested, report=self._report
                )
            except Unsupported as problem:
                self._report.problem(layer.path, str(problem))
                continue
            position = len(self._converted.inputs)
            masked = position < len(self._masked_inputs) and self._masked_inputs[position]
            self._converted.inputs.append(model_input)
            self._layers.add_tensor(TensorRef(layer.name), model_input.rank, masked)

    def _name_calls(self) -> None:
        """Give every call an id; first calls take their layers' names before any further call can."""
        calls = [
            (number, layer)
            for layer in self._model.layers.values()
            if layer.name not in self._mask_operations
            for number in range(len(layer.calls))
        ]
        for number, layer in sorted(calls, key=lambda call: call[0]):
            if (layer.name, number) not in self._ids:
                self._name(layer, number)

    def _name(self, layer: Layer, number: int) -> None:
        own_id = self._new_id(layer.name if number == 0 else f"{layer.name}_{number + 1}")
        if number == 0 and own_id != layer.name:
            self._report.note("renamed", layer.name)
        self._ids[layer.name, number] = own_id

    def _new_id(self, name: str) -> str:
        own_id = node_id(name, self._taken)
        self._taken.add(own_id)
        return own_id

    def _add(self, layer: Layer, number: int) -> None:
        draft = self._layers.convert(layer, number)
        own_id = self._ids[layer.name, number]
        parts: list[str] = []
        for part in draft.preceding:
            parts.append(self._new_id(f"{own_id}_{len(parts) + 1}"))
            self._append_draft(parts[-1], part, parts)
        shares = self._ids[layer.name, 0] if number > 0 and layer.kind != "operation" else None
        self._append_draft(own_id, draft, parts, shares)
        if draft.results is None:
            results = [own_id, *(f"{own_id}/{result}" for result in range(1, draft.num_results))]
        else:
            results = [[*parts, own_id][result.part] for result in draft.results]
        self._results[layer.name, number] = results

    def _append_draft(
        self, own_id: str, draft: NodeDraft, parts: list[str], shares: str | None = None
    ) -> None:
        node: dict[str, Any] = {"id": own_id, "block": draft.block}
        reads = [
            parts[source.part] if isinstance(source, PartRef) else self._source(source, draft.drops_masks)
            for source in draft.reads
        ]
        if shares is not None:
            node["shares"] = shares
        else:
            if draft.params:
                node["params"] = draft.params
            if not draft.trainable:
                node["trainable"] = False
        self._append(node, reads)

    def _append(self, node: dict[str, Any], reads: list[str]) -> None:
        """Append a node; it need not say that it reads the one before it."""
        nodes, inputs = self._converted.nodes, self._converted.inputs
        previous = nodes[-1]["id"] if nodes else inputs[0].id if inputs else None
        if reads != [previous]:
            node["inputs"] = reads
        nodes.append(node)

    def _source(self, tensor: TensorRef, drop_mask: bool = False) -> str:
        """The node, or input, that outputs a tensor; with `drop_mask`, it outputs it without a mask.

        Where the tensor may carry a mask, a DropMask node is added, the same for all that read it without.
        """
        if tensor.layer in self._model.refused:
            raise SecondaryProblem(f"It reads '{short_name(tensor.layer)}', which cannot be imported.")
        own_id = self._ids.get((tensor.layer, tensor.call))
        if own_id is None:
            raise Unsupported(
                f"It reads '{short_name(tensor.layer)}' (call {tensor.call}), but there is no such layer or call."
            )
        results = self._results.get((tensor.layer, tensor.call), [own_id])
        if tensor.result >= len(results):
            raise Unsupported(
                f"It reads output {tensor.result} of '{short_name(tensor.layer)}', which has {len(results)}."
            )
        source = results[tensor.result]
        if not (drop_mask and tensor in self._layers.masked):
            return source
        if tensor not in self._without_mask:
            unmasked = self._new_id(f"{source}_unmasked".replace("/", "_"))
            self._append({"id": unmasked, "block": "DropMask"}, [source])
            self._without_mask[tensor] = unmasked
        return self._without_mask[tensor]

    def _add_outputs(self) -> None:
        converted = self._converted
        inputs = {model_input.id for model_input in converted.inputs}
        self._check_count("output_layers", len(self._model.outputs))
        for tensor in self._model.outputs[:MAX_ENDPOINTS]:
            try:
                source = self._source(tensor)
            except SecondaryProblem:
                continue
            except Unsupported as problem:
                self._report.problem(f"{self._path}output_layers", str(problem))
                continue
            if source in inputs or source in converted.outputs:
                source = self._identity(source)
            converted.outputs.append(source)
            converted.output_ranks.append(self._layers.rank(tensor))
            converted.output_masks.append(tensor in self._layers.masked)

    def _check_count(self, key: str, count: int) -> None:
        if count > MAX_ENDPOINTS:
            self._report.problem(
                f"{self._path}{key}", f"There are {count:,}; a design has at most {MAX_ENDPOINTS}."
            )

    def _identity(self, source: str) -> str:
        """A node that outputs what it reads, for an output that is an input, or an output already."""
        own_id = self._new_id(f"{source}_output".replace("/", "_"))
        self._converted.nodes.append(
            {"id": own_id, "block": "Activation", "params": {"activation": "linear"}, "inputs": [source]}
        )
        return own_id

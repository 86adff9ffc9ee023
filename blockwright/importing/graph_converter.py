"""From the layers of one model to the nodes of a design or of a composite block."""

import heapq
from collections.abc import Sequence
from typing import Any, Protocol

from blockwright.importing.file.calls import Call, Wire, wires_in
from blockwright.importing.file.inputs import MOST_ENDS, Body, read_input
from blockwright.importing.file.layer_config import Options, fitting
from blockwright.importing.file.model_config import Layer, Level
from blockwright.importing.file.wrappers import application_layer, flat
from blockwright.importing.masks import hands_on, masks_given, read_below, wants_none
from blockwright.importing.names import node_id
from blockwright.importing.node_draft import Draft, Inner
from blockwright.importing.operations.call_arguments import read_call, runs_otherwise_in_training
from blockwright.importing.operations.operations import read_operation
from blockwright.importing.problems import Follows, Report, Unfit, word
from blockwright.importing.ranks import may_have_weights, ranks_of
from blockwright.inference.layer_call import result_count
from blockwright.schema.catalog import BlockType, Catalog


class ConversionContext(Protocol):
    """What the conversion of one model shares with those of the models around it.

    Attributes:
        catalog: the blocks that exist.
        report: collects problems and notes.
        options: converts the configurations of layers.
        keras_2: whether the file was written by Keras 2.
        masks: whether any layer of the file creates a mask.
    """

    catalog: Catalog
    report: Report
    options: Options
    keras_2: bool
    masks: bool

    def composite(self, layer: Layer, depth: int, masked: Sequence[bool]) -> tuple[str, Body]:
        """The name of the composite for a nested model, and its body."""


class GraphConverter:
    """Converts the layers and calls of one model to the nodes of a body."""

    def __init__(
        self, context: ConversionContext, level: Level, trail: str, depth: int, masked: Sequence[bool]
    ) -> None:
        self._context = context
        self._level = level
        self._trail = trail
        self._depth = depth
        self._report = context.report
        self._body = Body()
        self._ids: dict[tuple[str, int], str] = {}
        self._gives: dict[tuple[str, int], list[str]] = {}
        self._taken: set[str] = set()
        self._ranks: dict[Wire, int | None] = {}
        self._owners: dict[str, Draft] = {}
        self._silent = level.mask_operations()
        self._given = list(masked)
        self._masked: set[Wire] = set()
        self._bare: dict[Wire, str] = {}
        self._mask_read = read_below(level) if context.masks else set()

    def run(self) -> Body:
        self._enter()
        order = self._order()
        # First calls take their layers' names before any further call can.
        calls = [
            (number, layer) for layer in self._level.layers.values() for number in range(len(layer.calls))
        ]
        for number, layer in sorted(calls, key=lambda one: one[0]):
            if (layer.name, number) not in self._ids and layer.name not in self._silent:
                self._name(layer, number)
        for layer, number in order:
            try:
                self._add(layer, number)
            except Unfit as problem:
                below = any(wire.layer in self._level.refused for wire in layer.calls[number].wires())
                self._level.refused.add(layer.name)
                if not (below and isinstance(problem, Follows)):
                    self._report.problem(layer.place, str(problem), node=self._ids[layer.name, number])
        self._leave()
        return self._body

    def _enter(self) -> None:
        listed = [self._level.layers[name] for name in self._level.inputs if name in self._level.layers]
        missing = [name for name in self._level.inputs if name not in self._level.layers]
        for name in missing:
            if name not in self._level.refused:
                self._report.problem(f"{self._trail}input_layers", f"There is no layer '{word(name)}'.")
        rest = [
            one
            for one in self._level.layers.values()
            if one.class_name == "InputLayer" and one.name not in self._level.inputs
        ]
        self._check_ends("input_layers", len(listed) + len(rest))
        for layer in [*listed[:MOST_ENDS], *rest[:MOST_ENDS]]:
            if layer.class_name != "InputLayer":
                self._report.problem(
                    layer.place,
                    "It is named in `input_layers`, but it is no InputLayer. Only those can be inputs.",
                )
                continue
            self._name(layer, 0)
            try:
                one = read_input(layer, self._ids[layer.name, 0], inner=self._depth > 0, report=self._report)
            except Unfit as problem:
                self._report.problem(layer.place, str(problem))
                continue
            self._body.inputs.append(one)
            self._ranks[Wire(layer.name)] = one.rank
            if len(self._body.inputs) <= len(self._given) and self._given[len(self._body.inputs) - 1]:
                self._masked.add(Wire(layer.name))

    def _name(self, layer: Layer, number: int) -> None:
        wished = layer.name if number == 0 else f"{layer.name}_{number + 1}"
        chosen = node_id(wished, self._taken)
        if number == 0 and chosen != layer.name:
            self._report.note("renamed", layer.name)
        self._taken.add(chosen)
        self._ids[layer.name, number] = chosen

    def _order(self) -> list[tuple[Layer, int]]:
        """Every call so that it comes after what it reads, otherwise in the order of the file."""
        calls = {
            (layer.index, number): (layer, call)
            for layer in self._level.layers.values()
            if layer.class_name != "InputLayer" and layer.name not in self._silent
            for number, call in enumerate(layer.calls)
        }
        waits: dict[tuple[int, int], int] = {}
        readers: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for key, (layer, call) in calls.items():
            sources = self._sources(layer, call)
            waits[key] = len(sources)
            for source in sources:
                readers.setdefault(source, []).append(key)
        ready = [key for key, count in waits.items() if count == 0]
        heapq.heapify(ready)
        order = []
        while ready:
            key = heapq.heappop(ready)
            order.append((calls[key][0], key[1]))
            for reader in readers.get(key, ()):
                waits[reader] -= 1
                if waits[reader] == 0:
                    heapq.heappush(ready, reader)
        if len(order) < len(calls):
            done = {(layer.index, number) for layer, number in order}
            stuck = [layer for key, (layer, _) in calls.items() if key not in done]
            self._level.refused.update(layer.name for layer in stuck)
            names = ", ".join(dict.fromkeys(f"'{word(one.name)}'" for one in stuck[:5]))
            self._report.problem(
                stuck[0].place,
                f"The calls of {names} wait for each other, or for one that does. A network runs in one direction.",
            )
        return order

    def _sources(self, layer: Layer, call: Call) -> set[tuple[int, int]]:
        found = set()
        kept = {name: one for name, one in call.kwargs.items() if not name.endswith("mask")}
        for wire in Call(call.args, kept).wires():
            source = self._level.layers.get(wire.layer)
            if (
                source is not None
                and source.class_name != "InputLayer"
                and 0 <= wire.call < len(source.calls)
                and source.name not in self._silent
            ):
                found.add((source.index, wire.call))
        return found

    def _add(self, layer: Layer, number: int) -> None:
        draft = self._draft(layer, layer.calls[number], number)
        for result, rank in enumerate(draft.ranks):
            self._ranks[Wire(layer.name, number, result)] = rank
        self._masked |= {Wire(layer.name, number, result) for result, one in enumerate(draft.masked) if one}
        own = self._ids[layer.name, number]
        parts: list[str] = []
        for part in draft.before:
            parts.append(node_id(f"{own}_{len(parts) + 1}", self._taken))
            self._taken.add(parts[-1])
            self._put(parts[-1], part, parts)
        shares = self._ids[layer.name, 0] if number > 0 and layer.kind != "operation" else None
        self._put(own, draft, parts, shares)
        names = [*parts, own]
        results = [own, *(f"{own}/{result}" for result in range(1, draft.results))]
        if draft.gives is not None:
            results = [names[one.part] for one in draft.gives]
        self._gives[layer.name, number] = results

    def _put(self, own: str, draft: Draft, parts: list[str], shares: str | None = None) -> None:
        """One node more."""
        node: dict[str, Any] = {"id": own, "block": draft.block}
        sources = [parts[one.part] if isinstance(one, Inner) else self._source(one) for one in draft.reads]
        reads = [
            self._without_mask(one, source) if draft.bare and isinstance(one, Wire) else source
            for one, source in zip(draft.reads, sources, strict=True)
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
        """Put a node behind the others; it need not say that it reads the one before it."""
        nodes = self._body.nodes
        before = nodes[-1]["id"] if nodes else self._body.inputs[0].id if self._body.inputs else None
        if reads != [before]:
            node["inputs"] = reads
        nodes.append(node)

    def _without_mask(self, wire: Wire, source: str) -> str:
        """The same result without its mask: one node more where it may carry one, the same for all that read it."""
        if wire not in self._masked:
            return source
        if wire not in self._bare:
            own = node_id(f"{source}_unmasked".replace("/", "_"), self._taken)
            self._taken.add(own)
            self._append({"id": own, "block": "DropMask"}, [source])
            self._bare[wire] = own
        return self._bare[wire]

    def _draft(self, layer: Layer, call: Call, number: int) -> Draft:
        if layer.kind == "operation":
            draft = read_operation(layer.entry, call, self._rank)
            blocks = self._context.catalog.blocks
            ranks: list[int | None] = []
            masked: list[bool] = []
            for part in [*draft.before, draft]:
                known = blocks[part.block]
                part.params = fitting(known, part.params)
                read = [ranks[one.part] if isinstance(one, Inner) else self._rank(one) for one in part.reads]
                ranks += ranks_of(known, part.params, read, 1)
                part.bare = wants_none(known, layer.name in self._mask_read)
                masks = [
                    masked[one.part] if isinstance(one, Inner) else one in self._masked and not part.bare
                    for one in part.reads
                ]
                masked += hands_on(known, part.params, masks, 1)
            given = [len(ranks) - 1] if draft.gives is None else [one.part for one in draft.gives]
            draft.ranks = [ranks[one] for one in given]
            draft.masked = [masked[one] for one in given]
            return draft
        if layer.kind == "model":
            return self._inner(layer, call, number)
        if layer.kind == "application":
            block, params = application_layer(layer.entry)
            kind, config = None, params
        else:
            block, kind, config = flat(layer.entry, self._context.catalog)
        if block not in self._context.catalog.blocks:
            raise Unfit(f"There is no block `{block}` for it.")
        known = self._context.catalog.blocks[block]
        reads, of_call, inference = read_call(known, call, self._level.follows)
        self._check_masks(call, reads)
        first = self._owners.get(layer.name)
        if first is None:
            rank = self._rank(reads[0])
            params = self._context.options.params(known, config, layer.name, rank, kind)
            draft = Draft(block, {**params, **of_call}, reads, result_count(known, params))
            draft.trainable = not (self._frozen(layer) and may_have_weights(known))
            self._owners[layer.name] = draft
        else:
            if {name: first.params.get(name) for name in of_call} != of_call:
                raise Unfit(
                    "It is called twice with other arguments; here a shared layer is always called alike."
                )
            draft = Draft(block, first.params, reads, first.results)
        if inference and self._context.keras_2 and runs_otherwise_in_training(known, draft.params):
            self._report.note("inference", layer.name)
        return self._measured(draft, known)

    def _check_masks(self, call: Call, reads: list[Wire]) -> None:
        """Refuse a call with a mask that what it reads does not carry by itself."""
        for name, wanted in masks_given(call, reads):
            if not any(wire in self._masked for wire in wanted):
                raise Unfit(f"It is called with a `{name}` of its own, which has no equal here.")

    def _measured(self, draft: Draft, known: BlockType) -> Draft:
        draft.ranks = ranks_of(
            known,
            draft.params,
            [self._rank(wire) for wire in draft.reads if isinstance(wire, Wire)],
            draft.results,
        )
        read = [one in self._masked for one in draft.reads]
        draft.masked = hands_on(known, draft.params, read, draft.results)
        return draft

    def _inner(self, layer: Layer, call: Call, number: int) -> Draft:
        first = self._owners.get(layer.name)
        if first is None:
            masked = self._inner_masks(layer, call)
            name, body = self._context.composite(layer, self._depth + 1, masked)
            first = self._owners[layer.name] = Draft(name, {}, [], len(body.outputs), body.ranks)
            first.masked = body.masked
            first.trainable = not self._frozen(layer)
            first.takes = len(body.inputs)
        unfit = set(call.kwargs) - {"training", "mask", "inputs"}
        if unfit or len(call.args) > 1:
            raise Unfit("A model inside another one is called with its inputs alone here.")
        if call.kwargs.get("training") is True:
            raise Unfit("It is called with `training=True`, which has no equal here.")
        if call.kwargs.get("training") is False and self._context.keras_2:
            self._report.note("inference", layer.name)
        reads = list(wires_in([call.args, call.kwargs.get("inputs")]))
        if len(reads) != first.takes:
            raise Unfit(f"It is called with {len(reads)} tensors, but has {first.takes} inputs.")
        draft = Draft(first.block, {}, reads, first.results, list(first.ranks), trainable=first.trainable)
        draft.masked = first.masked
        return draft

    def _inner_masks(self, layer: Layer, call: Call) -> list[bool]:
        """Which inputs of a model inside may carry a mask; any of them where it is called again further on."""
        reads = list(wires_in([call.args, call.kwargs.get("inputs")]))
        again = len(layer.calls) > 1 and self._context.masks
        return [again or one in self._masked for one in reads]

    def _source(self, wire: Wire) -> str:
        if wire.layer in self._level.refused:
            raise Follows(f"It reads '{word(wire.layer)}', which cannot be imported.")
        own = self._ids.get((wire.layer, wire.call))
        layer = self._level.layers.get(wire.layer)
        if own is None or layer is None:
            raise Unfit(
                f"It reads '{word(wire.layer)}' (call {wire.call}), but there is no such layer or call."
            )
        results = self._gives.get((wire.layer, wire.call), [own])
        if wire.result >= len(results):
            raise Unfit(f"It reads result {wire.result} of '{word(wire.layer)}', which gives {len(results)}.")
        return results[wire.result]

    def _rank(self, wire: Wire) -> int | None:
        """How many dimensions a wire has: as follows from what is read, else as the file tells."""
        known = self._ranks.get(wire)
        return len(wire.shape) if known is None and wire.shape is not None else known

    def _frozen(self, layer: Layer) -> bool:
        """Whether training leaves a layer as it is, and the model around it does not say so already."""
        return layer.config.get("trainable") is False and not (self._level.frozen and self._depth > 0)

    def _leave(self) -> None:
        inputs = {one.id for one in self._body.inputs}
        self._check_ends("output_layers", len(self._level.outputs))
        for wire in self._level.outputs[:MOST_ENDS]:
            try:
                source = self._source(wire)
            except Follows:
                continue
            except Unfit as problem:
                self._report.problem(f"{self._trail}output_layers", str(problem))
                continue
            if source in inputs or source in self._body.outputs:
                source = self._passed_on(source)
            self._body.outputs.append(source)
            self._body.ranks.append(self._rank(wire))
            self._body.masked.append(wire in self._masked)

    def _check_ends(self, what: str, count: int) -> None:
        if count > MOST_ENDS:
            self._report.problem(
                f"{self._trail}{what}", f"There are {count:,}; a design has {MOST_ENDS} at most."
            )

    def _passed_on(self, source: str) -> str:
        """A node that gives what it reads, for an output that is an input, or is given twice."""
        own = node_id(f"{source}_output".replace("/", "_"), self._taken)
        self._taken.add(own)
        params = {"activation": "linear"}
        self._body.nodes.append({"id": own, "block": "Activation", "params": params, "inputs": [source]})
        return own

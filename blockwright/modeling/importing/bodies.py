"""From the layers of one model to the nodes of a design or of a composite block."""

import heapq
import json
from dataclasses import dataclass, field
from typing import Any

from blockwright.architecture.catalog import BlockType, Catalog
from blockwright.architecture.composites import MAX_DEPTH, MAX_LAYERS
from blockwright.architecture.spec import MAX_NODES
from blockwright.modeling.calling import result_count
from blockwright.modeling.importing.calls import Call, Wire, wires_in
from blockwright.modeling.importing.drafts import Draft, Inner
from blockwright.modeling.importing.inputs import MOST_ENDS, Entrance, read_input
from blockwright.modeling.importing.levels import Layer, Level, read_level
from blockwright.modeling.importing.names import composite_name, node_id
from blockwright.modeling.importing.operations import read_operation
from blockwright.modeling.importing.options import Options, fitting
from blockwright.modeling.importing.problems import Follows, Report, Unfit, refuse, word
from blockwright.modeling.importing.ranks import may_have_weights, ranks_of
from blockwright.modeling.importing.reads import read_call, runs_otherwise_in_training
from blockwright.modeling.importing.wrappers import application_layer, flat


@dataclass
class Body:
    """The inside of a design or a composite; `ranks` tells how many dimensions each output has, where that is known."""

    inputs: list[Entrance] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    ranks: list[int | None] = field(default_factory=list)

    def ends(self) -> dict[str, list[str]]:
        """The key `outputs`, left out where it would name the last node alone."""
        last = [self.nodes[-1]["id"]] if self.nodes else None
        return {} if self.outputs == last else {"outputs": self.outputs}


class Bodies:
    """Converts models, and collects those inside others as `composites`.

    Args:
        catalog: the blocks that there are.
        report: hears of every problem, and of what is left out.
        keras_2: whether the file comes from Keras 2.
    """

    def __init__(self, catalog: Catalog, report: Report, keras_2: bool) -> None:
        self.composites: dict[str, dict[str, Any]] = {}
        self.catalog = catalog
        self.report = report
        self.keras_2 = keras_2
        self.options = Options(report, keras_2)
        self._count = 0
        self._known: dict[str, str] = {}

    def convert(self, config: dict[str, Any], class_name: str, trail: str = "", depth: int = 0) -> Body:
        """The body of a model. Problems go into the report; `Unfit` only where nothing can be read at all."""
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
        return _Conversion(self, level, trail, depth).run()

    def composite(self, layer: Layer, depth: int) -> tuple[str, Body]:
        """The name of the composite for a model inside another one, and its body; equal bodies are defined once."""
        body = self.convert(layer.config, layer.class_name, f"{layer.place} > ", depth)
        definition = {"inputs": [one.id for one in body.inputs], "nodes": body.nodes, **body.ends()}
        key = json.dumps(definition, sort_keys=True)
        if key not in self._known:
            name = composite_name(layer.name, {*self.catalog.blocks, *self.composites})
            self._known[key] = name
            self.composites[name] = definition
        return self._known[key], body


class _Conversion:
    """One model's way into a body."""

    def __init__(self, bodies: Bodies, level: Level, trail: str, depth: int) -> None:
        self._bodies = bodies
        self._level = level
        self._trail = trail
        self._depth = depth
        self._report = bodies.report
        self._body = Body()
        self._ids: dict[tuple[str, int], str] = {}
        self._gives: dict[tuple[str, int], list[str]] = {}
        self._taken: set[str] = set()
        self._ranks: dict[Wire, int | None] = {}
        self._owners: dict[str, Draft] = {}
        self._silent = level.mask_operations()

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
            known = (
                source is not None
                and source.class_name != "InputLayer"
                and 0 <= wire.call < len(source.calls)
            )
            if known and source.name not in self._silent:
                found.add((source.index, wire.call))
        return found

    def _add(self, layer: Layer, number: int) -> None:
        draft = self._draft(layer, layer.calls[number], number)
        for result, rank in enumerate(draft.ranks):
            self._ranks[Wire(layer.name, number, result)] = rank
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
        reads = [parts[one.part] if isinstance(one, Inner) else self._source(one) for one in draft.reads]
        if shares is not None:
            node["shares"] = shares
        else:
            if draft.params:
                node["params"] = draft.params
            if not draft.trainable:
                node["trainable"] = False
        nodes = self._body.nodes
        before = nodes[-1]["id"] if nodes else self._body.inputs[0].id if self._body.inputs else None
        if reads != [before]:
            node["inputs"] = reads
        nodes.append(node)

    def _draft(self, layer: Layer, call: Call, number: int) -> Draft:
        if layer.kind == "operation":
            draft = read_operation(layer.entry, call, self._rank)
            blocks = self._bodies.catalog.blocks
            ranks: list[int | None] = []
            for part in [*draft.before, draft]:
                known = blocks[part.block]
                part.params = fitting(known, part.params)
                read = [ranks[one.part] if isinstance(one, Inner) else self._rank(one) for one in part.reads]
                ranks += ranks_of(known, part.params, read, 1)
            draft.ranks = ranks[-1:] if draft.gives is None else [ranks[one.part] for one in draft.gives]
            return draft
        if layer.kind == "model":
            return self._inner(layer, call, number)
        if layer.kind == "application":
            block, params = application_layer(layer.entry)
            kind, config = None, params
        else:
            block, kind, config = flat(layer.entry, self._bodies.catalog)
        if block not in self._bodies.catalog.blocks:
            raise Unfit(f"There is no block `{block}` for it.")
        known = self._bodies.catalog.blocks[block]
        reads, of_call, inference = read_call(known, call, self._level.follows)
        first = self._owners.get(layer.name)
        if first is None:
            rank = self._rank(reads[0])
            params = self._bodies.options.params(known, config, layer.name, rank, kind)
            draft = Draft(block, {**params, **of_call}, reads, result_count(known, params))
            draft.trainable = not (self._frozen(layer) and may_have_weights(known))
            self._owners[layer.name] = draft
        else:
            if {name: first.params.get(name) for name in of_call} != of_call:
                raise Unfit(
                    "It is called twice with other arguments; here a shared layer is always called alike."
                )
            draft = Draft(block, first.params, reads, first.results)
        if inference and self._bodies.keras_2 and runs_otherwise_in_training(known, draft.params):
            self._report.note("inference", layer.name)
        return self._measured(draft, known)

    def _measured(self, draft: Draft, known: BlockType) -> Draft:
        draft.ranks = ranks_of(known, draft.params, [self._rank(one) for one in draft.reads], draft.results)
        return draft

    def _inner(self, layer: Layer, call: Call, number: int) -> Draft:
        first = self._owners.get(layer.name)
        if first is None:
            name, body = self._bodies.composite(layer, self._depth + 1)
            first = self._owners[layer.name] = Draft(name, {}, [], len(body.outputs), body.ranks)
            first.trainable = not self._frozen(layer)
            first.takes = len(body.inputs)
        unfit = set(call.kwargs) - {"training", "mask", "inputs"}
        if unfit or len(call.args) > 1:
            raise Unfit("A model inside another one is called with its inputs alone here.")
        if call.kwargs.get("training") is True:
            raise Unfit("It is called with `training=True`, which has no equal here.")
        if call.kwargs.get("training") is False and self._bodies.keras_2:
            self._report.note("inference", layer.name)
        reads = list(wires_in([call.args, call.kwargs.get("inputs")]))
        if len(reads) != first.takes:
            raise Unfit(f"It is called with {len(reads)} tensors, but has {first.takes} inputs.")
        return Draft(first.block, {}, reads, first.results, list(first.ranks), trainable=first.trainable)

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

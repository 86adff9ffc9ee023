"""What the server keeps of answers takes a bounded memory, however many there are and however large."""

import gc
import tracemalloc
from typing import Any
from weakref import ref

import numpy as np
import pytest

from blockwright.design.parse import read_design
from blockwright.schema.design import Design
from blockwright.ui.code import highlight
from blockwright.ui.code.highlight import coloured
from blockwright.ui.design import description
from blockwright.ui.shell import service
from blockwright.ui.shell.byte_cache import AnswerCache, cached_by_bytes, json_bytes

MAX_BYTES = 16_000_000


def network(nodes: int) -> Design:
    layers = [{"id": f"n{index}", "block": "Dense", "params": {"units": 8}} for index in range(nodes)]
    return read_design({"format": 1, "name": "Net", "inputs": [{"id": "x", "shape": [16]}], "nodes": layers})


def answer(design: Design) -> dict[str, Any]:
    """What the design service says of a design, in numbers that no other answer shares."""
    nodes = [
        {
            "id": node.id,
            "block": node.block,
            "enabled": True,
            "inputs": [node.id + "-input"],
            "output_shape": [None, 1_000 + index],
            "params": 10_000 + index,
            "trainable_params": 20_000 + index,
            "macs": 30_000 + index,
            "activation_bytes": 40_000 + index,
        }
        for index, node in enumerate(design.nodes)
    ]
    return {"name": design.name, "nodes": nodes, "findings": [], "total_params": 1, "macs": 1}


def test_four_hundred_edits_of_a_design_of_500_nodes_take_a_bounded_memory(monkeypatch: pytest.MonkeyPatch):
    latest: AnswerCache[Any] = AnswerCache(MAX_BYTES)
    design = network(500)
    monkeypatch.setattr(description, "latest", latest)
    monkeypatch.setattr(description, "request", lambda _call, **_arguments: answer(design))
    monkeypatch.setattr(description.state, "design", lambda: design)
    monkeypatch.setattr(description, "chosen_data", lambda: None)
    described = description.described()
    assert description.described() is described
    versions, answers = [], []
    for edit in range(400):
        design = design.model_copy(update={"name": f"Version {edit}"})
        versions.append(design)
        answers.append(ref(description.described()))
        assert description.described() is answers[-1]()
        assert latest.bytes <= MAX_BYTES
    del described
    gc.collect()
    kept = [answer() for answer in answers if answer() is not None]
    assert 10 < len(kept) < 100
    assert sum(json_bytes(description.network) for description in kept) <= MAX_BYTES


def test_the_answers_of_the_server_are_bounded():
    assert service.latest._answers.maxsize == MAX_BYTES


def test_an_answer_is_found_for_the_same_design_and_an_equal_question_only():
    latest: AnswerCache[str] = AnswerCache(1_000)
    design, equal = network(2), network(2)
    latest.add(design, {"shape": [8], "name": "a"}, "first", 10)
    latest.add(design, None, "second", 10)
    assert latest.find(design, {"name": "a", "shape": [8]}) == "first"
    assert latest.find(design, None) == "second"
    assert latest.find(equal, None) is None
    latest.add(design, None, "third", 20)
    assert (latest.find(design, None), latest.bytes) == ("third", 30)


def test_the_oldest_answers_make_room_and_one_that_is_too_large_is_not_kept():
    latest: AnswerCache[str] = AnswerCache(100)
    designs = [network(1) for _ in range(3)]
    for design in designs:
        latest.add(design, None, "answer", 40)
    assert [latest.find(design, None) for design in designs] == [None, "answer", "answer"]
    latest.add(designs[0], None, "large", 101)
    assert latest.find(designs[0], None) is None
    assert latest.bytes == 80


def test_a_design_is_not_kept_alive_by_its_answers():
    latest: AnswerCache[str] = AnswerCache(100)
    design = network(1)
    latest.add(design, None, "answer", 10)
    number = id(design)
    del design
    gc.collect()
    assert number not in map(id, gc.get_objects())


def test_results_are_kept_by_their_size():
    calls = []

    @cached_by_bytes(100, len)
    def text(length: int) -> str:
        calls.append(length)
        return "x" * length

    for length in (40, 40, 50, 40, 30, 50, 101, 101):
        assert len(text(length)) == length
    assert calls == [40, 50, 30, 50, 101, 101]


def test_the_memory_of_json_is_not_underestimated():
    content = answer(network(200))
    size = json_bytes(content)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    copy = answer(network(200))
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert len(copy["nodes"]) == 200
    assert size >= 0.8 * taken
    assert json_bytes({"scores": np.float64(1.0)}) > 0


def test_the_memory_of_coloured_code_is_not_underestimated():
    text = "".join(f"x_{line} = {line} + 1\n" for line in range(300))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    lines = coloured(text)
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert highlight._memory(lines) >= 0.8 * taken
    assert coloured(text) is lines

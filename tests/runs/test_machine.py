"""What a machine has, and what a container leaves of it."""

import psutil
import pytest

from blockwright.runs import machine


def test_container_limits_count(monkeypatch: pytest.MonkeyPatch):
    group = {"cpu.max": "150000 100000\n", "memory.max": "1000000\n"}
    monkeypatch.setattr(machine, "_control_group", group.get)
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: set(range(8)))
    assert (machine.usable_cores(), machine.usable_memory()) == (2, 1_000_000)


def test_without_container_limits_the_machine_counts(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(machine, "_control_group", {"cpu.max": "max 100000\n", "memory.max": "max\n"}.get)
    monkeypatch.setattr("os.sched_getaffinity", lambda _pid: set(range(8)))
    assert (machine.usable_cores(), machine.usable_memory()) == (8, psutil.virtual_memory().total)


def test_free_memory_is_what_a_container_leaves(monkeypatch: pytest.MonkeyPatch):
    group = {
        "memory.max": "1000\n",
        "memory.current": "700\n",
        "memory.stat": "anon 400\ninactive_file 100\n",
    }
    monkeypatch.setattr(machine, "_control_group", lambda name: group.get(name, ""))
    assert machine.free_memory() == 400
    group["memory.max"] = "max\n"
    assert machine.free_memory() > 1e6

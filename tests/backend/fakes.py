"""Calls and a worker that need no TensorFlow; named to the backend by its options for tests."""

import os
import signal
import time
from typing import Any

from blockwright.backend.service.calls import (
    DATA,
    EDIT,
    EXPORTS,
    PROBES,
    QUICK,
    SLOW,
    TABLE,
    VERIFICATIONS,
    Call,
    Limits,
)
from blockwright.runs.store import RunStore
from blockwright.schema.findings import DesignError, Finding

FINDINGS = [
    Finding(code="cycle", node="a", severity="error", message='"a" reads itself.'),
    Finding(code="unused", node="b", severity="warning", message='Nothing reads "b".'),
]


def catalog() -> list[str]:
    return ["Dense"]


practised: list[int] = []


def practise(number: int | None = None) -> list[int]:
    if number is not None:
        practised.append(number)
    return practised


def echo(**arguments: Any) -> dict[str, Any]:
    return arguments


def process() -> int:
    return os.getpid()


def tell(**_arguments: Any) -> int:
    return os.getpid()


def stamp(**_arguments: Any) -> float:
    time.sleep(0.2)
    return time.time()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def hold(until: str) -> str:
    """Answer when the file `until` is there."""
    while not os.path.exists(until):
        time.sleep(0.01)
    return until


def compute(seconds: float, tag: int = 0) -> list[float]:
    """Use the processor for so many seconds; the pid and the priority of the process."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return [tag, os.getpid(), os.nice(0)]


def refuse() -> None:
    raise ValueError("`filters` must be at least 1. Received: filters=0.")


def wrong_design() -> None:
    raise DesignError(FINDINGS)


def break_down() -> None:
    raise RuntimeError("a secret detail")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def text(length: int) -> str:
    return "x" * length


def use_memory(megabytes: int) -> int:
    content = b"x" * (megabytes * 1_000_000)
    time.sleep(5)
    return len(content)


_kept: list[bytes] = []


def grow(megabytes: int) -> int:
    _kept.append(b"x" * (megabytes * 1_000_000))
    return os.getpid()


def not_json() -> object:
    return object()


POOLS = (QUICK, SLOW, DATA, EXPORTS, VERIFICATIONS, PROBES)

CALLS = {
    "catalog": Call(catalog, "list the blocks", cached=True),
    "practise": Call(practise, "practise", warm_up=lambda: [{"number": 1}, {"number": 2}]),
    "echo": Call(echo, "echo"),
    **{f"tell_{pool}": Call(tell, "tell the process", pool, EDIT) for pool in POOLS},
    "process": Call(process, "tell the process"),
    "stamp": Call(stamp, "tell the time", cached=True),
    "sleep": Call(sleep, "sleep", SLOW, Limits(1.0, 1.0, 1e9)),
    **{f"hold_{pool}": Call(hold, "wait", pool, TABLE) for pool in POOLS},
    "measure": Call(tell, "measure", PROBES, TABLE, own_process=True, latest_only=True),
    "measure_until": Call(hold, "measure", PROBES, TABLE, cached=True, own_process=True, latest_only=True),
    "compute": Call(compute, "compute", QUICK, Limits(20.0, 0.3, 300e6)),
    "compute_long": Call(compute, "compute long", SLOW, Limits(20.0, 1.0, 300e6)),
    "use_memory": Call(use_memory, "use memory", SLOW, Limits(20.0, 20.0, 50e6)),
    "refuse": Call(refuse, "refuse"),
    "wrong_design": Call(wrong_design, "describe the design", cached=True),
    "break_down": Call(break_down, "break down"),
    "die": Call(die, "live on", DATA),
    "text": Call(text, "write text", SLOW, EDIT),
    "grow": Call(grow, "grow", DATA, TABLE),
    "not_json": Call(not_json, "make JSON", QUICK),
}


def execute(run_id: str, store_url: str | None = None) -> None:
    """Do what the run's settings say, in `steps` of 20 ms each; a stop is honoured unless `deaf`."""
    store = RunStore(store_url)
    settings = store.get(run_id).settings
    if settings.get("raise"):
        raise RuntimeError(settings["raise"])
    store.transition(run_id, "starting", "running")
    for step in range(settings.get("steps", 1)):
        time.sleep(0.02)
        store.heartbeat(run_id, progress=True)
        store.add_events(run_id, [("log", {"message": f"step {step}", "level": "info"})])
        for command in [] if settings.get("deaf") else store.pending_commands(run_id):
            store.honour(command.id)
            if command.kind == "stop":
                store.end(run_id, "stopped", "Stopped.")
                return
    if "exit" in settings:
        os._exit(settings["exit"])
    if not settings.get("silent_end"):
        store.end(run_id, "finished", "Done.")


def small_operation(run_id: str, store_url: str | None = None) -> None:
    """A run of one small TensorFlow operation and one small Keras layer."""
    import keras
    import tensorflow as tf

    store = RunStore(store_url)
    store.transition(run_id, "starting", "running")
    total = tf.reduce_sum(tf.matmul(tf.ones((8, 8)), tf.ones((8, 8))))
    shape = keras.layers.Dense(2)(tf.ones((1, 4))).shape
    own = _own_megabytes()
    store.add_events(
        run_id, [("log", {"message": f"{float(total):.0f} {tuple(shape)} {own}", "level": "info"})]
    )
    store.end(run_id, "finished")


def _own_megabytes() -> int:
    import psutil

    return psutil.Process().memory_full_info().uss >> 20

"""A process of the design service: it answers requests until the backend is gone."""

import contextlib
import json
import logging
import multiprocessing
import os
import threading
import traceback
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

import psutil

from blockwright.backend.processes import import_attribute, lower_priority
from blockwright.backend.protocol import MAX_REQUEST_BYTES, pack, to_json, unpack
from blockwright.backend.service.calls import PROBES, QUICK, Call
from blockwright.schema import service_calls
from blockwright.schema.findings import DesignError

FIRST_CALL = service_calls.CATALOG
WARM_UP_AFTER = 1.0
"""Seconds that a new process waits for a first request before it warms up."""


def serve(connection: Connection, table: str, pool: str) -> None:
    """Run a service process: report that it is ready, then answer requests until the backend is gone.

    While idle it makes the warm-up calls of its pool.
    """
    if hasattr(os, "setsid"):
        os.setsid()
    if pool == PROBES:
        # As the training whose speed it measures: see `backend.workers.worker`.
        lower_priority(15)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    elif pool != QUICK:
        # Like the training workers: what is asked after an edit has the processor first.
        lower_priority(5)
    threading.Thread(target=_exit_with_backend, daemon=True, name="parent").start()
    calls: Mapping[str, Call] = import_attribute(table)
    trace = None
    if FIRST_CALL in calls:
        trace = unpack(respond(calls, FIRST_CALL, b"{}"))[0].get("trace")
    process = psutil.Process()
    baseline = process.memory_info().rss
    try:
        connection.send_bytes(pack({"status": "ready", "trace": trace}))
        warm_up = _warm_up(calls, pool)
        # Whoever waited for the service sends a request at once and needs the processor for it.
        connection.poll(WARM_UP_AFTER)
        while True:
            while not connection.poll():
                if not next(warm_up, False):
                    break
            header, body = unpack(connection.recv_bytes(MAX_REQUEST_BYTES + 10_000))
            response = respond(calls, header["call"], body)
            connection.send_bytes(pack({"growth": process.memory_info().rss - baseline}) + response)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        # The backend has closed its end: this process is replaced, or the backend is gone.
        connection.close()


def _warm_up(calls: Mapping[str, Call], pool: str) -> Iterator[bool]:
    for name, call in calls.items():
        for arguments in call.warm_up() if call.pool == pool else ():
            respond(calls, name, to_json(arguments))
            yield True


def _exit_with_backend() -> None:
    backend = multiprocessing.parent_process()
    if backend is not None:
        backend.join()
        # Even during a request: nobody is left to receive the response.
        os._exit(0)


def respond(calls: Mapping[str, Call], name: str, body: bytes) -> bytes:
    """The response to a request; exceptions become part of the response."""
    try:
        try:
            arguments = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise ValueError(f"The request is not valid JSON: {error}.") from error
        if not isinstance(arguments, dict):
            raise ValueError("The request's arguments must be a JSON object.")
        return pack({"status": "ok"}, to_json(calls[name].function(**arguments)))
    except DesignError as error:
        return pack(
            {"status": "design"}, to_json([finding.model_dump(mode="json") for finding in error.findings])
        )
    except ValueError as error:
        return pack({"status": "error", "message": str(error)})
    except Exception as error:
        logging.getLogger(__name__).exception("Could not %s.", calls[name].action if name in calls else name)
        lines = traceback.format_exc()
        return pack({"status": "failed", "kind": type(error).__name__, "trace": lines[-20_000:]})

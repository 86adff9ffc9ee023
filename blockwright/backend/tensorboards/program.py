"""One TensorBoard: `python -m blockwright.backend.tensorboards.program FOLDER PATH IDLE_SECONDS`.

It listens at a free port of 127.0.0.1 and answers below `/PATH/` only. Its first line on stdout is the port. It ends
when its stdin is closed, which also happens when the process that started it is killed, and when nobody has asked it
for anything for that many seconds.
"""

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

CHECK_SECONDS = 1.0
RELOAD_SECONDS = 5

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Activity:
    """When something was last asked for."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """The seconds since then."""
        return time.monotonic() - self._last

    def noting(self, application: WSGIApplication) -> WSGIApplication:
        """The same application, whose requests are noted."""

        def noted(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            self._last = time.monotonic()
            return application(environ, start_response)

        return noted


def serve(folder: str, path: str, idle_seconds: float) -> None:
    """Show the event files in `folder` until nobody needs it."""
    # TensorBoard reads event files without TensorFlow where this module exists: in a tenth of its time and memory.
    sys.modules["tensorboard.compat.notf"] = ModuleType("tensorboard.compat.notf")
    from tensorboard import default, program

    activity = Activity()

    def server(application: WSGIApplication, flags: Any) -> Any:
        return program.create_port_scanning_werkzeug_server(activity.noting(application), flags)

    board = program.TensorBoard(plugins=default.get_static_plugins(), server_class=server)
    board.configure(
        logdir=folder,
        host="127.0.0.1",
        port=0,
        path_prefix=f"/{path}",
        reload_interval=RELOAD_SECONDS,
        # Its other reader is a process of its own, which could outlive this one.
        load_fast="false",
    )
    url = board.launch()
    print(int(url.removeprefix("http://127.0.0.1:").partition("/")[0]), flush=True)
    while activity.idle_seconds < idle_seconds:
        time.sleep(CHECK_SECONDS)


def _end_with_stdin() -> None:
    """End this process once whoever started it is gone or closes the pipe."""
    sys.stdin.buffer.read()
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("path")
    parser.add_argument("idle_seconds", type=float)
    return parser.parse_args()


if __name__ == "__main__":
    threading.Thread(target=_end_with_stdin, daemon=True, name="stdin").start()
    arguments = _arguments()
    serve(arguments.folder, arguments.path, arguments.idle_seconds)
    os._exit(0)

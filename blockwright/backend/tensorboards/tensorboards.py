"""The TensorBoards of a backend: at most a few at once, one for each workspace, none longer than it is needed."""

import importlib.util
import logging
import secrets
import subprocess
import sys
import threading
from dataclasses import dataclass

from blockwright.recipe.callbacks.tensorboard import FOLDER
from blockwright.runs.files.home import run_folder
from blockwright.runs.store import RunStore
from blockwright.schema.run.tensorboard import TensorBoardAction, TensorBoardState

MOST_AT_ONCE = 4
END_SECONDS = 5.0
CLOSED = TensorBoardState(state="closed", port=None, path="", sentence="")

log = logging.getLogger(__name__)


class TensorBoardError(ValueError):
    """A TensorBoard that cannot be opened; the message is shown to people."""


@dataclass
class _Board:
    """One process; `path` is what nobody can guess who was not told."""

    owner: str
    process: subprocess.Popen[bytes]
    path: str
    port: int | None = None

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def read_port(self) -> None:
        """Wait for the port, which the process writes once it listens."""
        line = self.process.stdout.readline() if self.process.stdout else b""
        if line.strip().isdigit():
            self.port = int(line)

    def end(self) -> None:
        """Have the process end, and wait until it has."""
        self.process.kill()
        self.process.wait(END_SECONDS)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()


class TensorBoards:
    """Opens and closes TensorBoards. Each is reachable from this machine only, under a path that only its owner knows.

    Args:
        store: tells whose runs are whose.
        idle_seconds: after how many seconds without a request one is closed.
    """

    def __init__(self, store: RunStore, idle_seconds: float):
        self._store = store
        self._idle_seconds = idle_seconds
        self._lock = threading.Lock()
        self._boards: dict[str, _Board] = {}
        self._failed: set[str] = set()

    def respond(self, action: TensorBoardAction, run_id: str, owner: str) -> TensorBoardState:
        """Do what a page asks for, and say how it is then. Raises `TensorBoardError` where that is not possible."""
        if not isinstance(run_id, str) or self._store.get(run_id, owner=owner) is None:
            raise TensorBoardError("This run is not there; it may have been deleted.")
        self.check()
        with self._lock:
            if action == "open" and run_id not in self._boards:
                self._open(run_id, owner)
            elif action == "close" and run_id in self._boards:
                self._boards.pop(run_id).end()
            return self._state(run_id)

    def check(self) -> None:
        """Close those whose run is deleted, and forget those that have ended."""
        with self._lock:
            for run_id, board in list(self._boards.items()):
                if board.has_ended and board.port is None:
                    self._failed.add(run_id)
                    log.warning("The TensorBoard of run %s could not start.", run_id)
                if board.has_ended or not _has_event_files(run_id):
                    del self._boards[run_id]
                    board.end()

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            for board in self._boards.values():
                board.end()
            self._boards.clear()

    def pids(self) -> list[int]:
        """Their process ids."""
        with self._lock:
            return [board.process.pid for board in self._boards.values()]

    def _open(self, run_id: str, owner: str) -> None:
        if importlib.util.find_spec("tensorboard") is None:
            raise TensorBoardError(
                "TensorBoard needs the package tensorboard, which is not installed: pip install -r requirements.txt "
                "installs everything."
            )
        if not _has_event_files(run_id):
            raise TensorBoardError(
                "This run has no event files. Add the callback TensorBoard on the page Train, then train again."
            )
        for other, board in list(self._boards.items()):
            if board.owner == owner:
                del self._boards[other]
                board.end()
        if len(self._boards) >= MOST_AT_ONCE:
            raise TensorBoardError(
                f"{MOST_AT_ONCE} TensorBoards of others are open on this server, the most at once. Try again later, "
                "or download the event files."
            )
        self._failed.discard(run_id)
        board = _start(run_id, owner, self._idle_seconds)
        self._boards[run_id] = board
        threading.Thread(target=board.read_port, daemon=True, name="tensorboard").start()
        log.info("Started process %s for the TensorBoard of run %s.", board.process.pid, run_id)

    def _state(self, run_id: str) -> TensorBoardState:
        board = self._boards.get(run_id)
        if board is None:
            if run_id not in self._failed:
                return CLOSED
            sentence = "TensorBoard could not start. See the reason in logs/backend-output.log."
            return TensorBoardState(state="failed", port=None, path="", sentence=sentence)
        if board.port is None:
            return TensorBoardState(state="starting", port=None, path="", sentence="")
        return TensorBoardState(state="open", port=board.port, path=board.path, sentence="")


def _has_event_files(run_id: str) -> bool:
    return (run_folder(run_id) / FOLDER).is_dir()


def _start(run_id: str, owner: str, idle_seconds: float) -> _Board:
    path = secrets.token_urlsafe(18)
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "blockwright.backend.tensorboards.program",
            str(run_folder(run_id) / FOLDER),
            path,
            str(idle_seconds),
        ],
        # Its end stays open as long as this process lives: the program ends with it, even if it is killed.
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    return _Board(owner, process, path)

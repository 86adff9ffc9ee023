"""Downloading the files of Keras's data sets into Keras's cache, atomically and with progress."""

import contextlib
import os
import queue
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.errors import DataError

CONNECT_SECONDS = 6.0
STALL_SECONDS = 15.0
_CHUNK = 1 << 18

_STORAGE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_CIFAR = "https://www.cs.toronto.edu/~kriz/"
_FASHION = (
    "train-labels-idx1-ubyte.gz",
    "train-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
)

# The URL of each file by its path in the cache, where keras.datasets looks before it downloads.
SOURCES: dict[str, dict[str, str]] = {
    "mnist": {"datasets/mnist.npz": f"{_STORAGE}mnist.npz"},
    "fashion_mnist": {f"datasets/fashion-mnist/{name}": f"{_STORAGE}{name}" for name in _FASHION},
    "cifar10": {"datasets/cifar-10-batches-py-target_archive": f"{_CIFAR}cifar-10-python.tar.gz"},
    "cifar100": {"datasets/cifar-100-python-target_archive": f"{_CIFAR}cifar-100-python.tar.gz"},
}

# Called with the bytes received and the total, None if it is unknown.
Progress = Callable[[int, int | None], None]


def cache_folder() -> Path:
    """Keras's cache: `KERAS_HOME` or `~/.keras`, or a temporary folder if that is not writable."""
    folder = Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras")
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir()) / ".keras"


def is_downloaded(name: str) -> bool:
    """Whether every file of a data set is in the cache."""
    folder = cache_folder()
    return all((folder / path).is_file() for path in SOURCES[name])


def fetch(name: str, progress: Progress | None = None) -> None:
    """Download the missing files of a data set; each appears in the cache only when it is complete.

    Raises `DataError` if the server cannot be reached within seconds, stalls, or closes the connection.
    """
    folder = cache_folder()
    for path, url in SOURCES[name].items():
        target = folder / path
        if not target.is_file():
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                _fetch_file(url, target, progress)
            except urllib.error.HTTPError as error:
                error.close()
                raise DataError(_unreachable(name, f"the server answered {error.code}")) from error
            except OSError as error:
                reason = (
                    getattr(error, "reason", None) or error.strerror or str(error) or type(error).__name__
                )
                raise DataError(_unreachable(name, str(reason))) from error


def _unreachable(name: str, reason: str) -> str:
    dataset_card = card(name)
    size = f"{dataset_card.download_bytes / 1e6:,.0f} MB" if dataset_card.download_bytes else "its files"
    return (
        f"{dataset_card.title} is downloaded on first use ({size}), and this machine could not fetch it: "
        f"{reason[:200]}. Connect it to the network and try again, or use Digits or Shapes, which need no download."
    )


def _fetch_file(url: str, target: Path, progress: Progress | None) -> None:
    handle, partial = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as out, _open(url) as answer:
            length = answer.headers.get("Content-Length")
            expected = int(length) if length and length.isdigit() else None
            done = 0
            while chunk := answer.read(_CHUNK):
                out.write(chunk)
                done += len(chunk)
                if progress is not None:
                    progress(done, expected)
            if expected is not None and done != expected:
                raise ConnectionError(f"the download stopped after {done:,} of {expected:,} bytes")
        os.replace(partial, target)
    finally:
        Path(partial).unlink(missing_ok=True)


def _open(url: str) -> Any:
    """Open a URL with a timeout of seconds, in a thread because looking up a host name has no timeout."""
    answers: queue.Queue[Any] = queue.Queue()
    given_up = threading.Event()

    def connect() -> None:
        try:
            answer = urllib.request.urlopen(url, timeout=STALL_SECONDS)
        except OSError as error:
            answers.put(error)
            return
        answers.put(answer)
        if given_up.is_set():
            answer.close()

    threading.Thread(target=connect, daemon=True).start()
    try:
        answer = answers.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        given_up.set()
        raise TimeoutError(f"no answer within {CONNECT_SECONDS:.0f} seconds") from None
    if isinstance(answer, OSError):
        raise answer
    return answer

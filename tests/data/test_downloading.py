import http.server
import threading
import time

import numpy as np
import pytest

from blockwright.data import downloading
from blockwright.data.downloading import fetch, is_downloaded
from blockwright.data.loading import load
from blockwright.schema.data.errors import DataError

PLACE = "datasets/mnist.npz"
CONTENT = bytes(range(256)) * 4096


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(downloading, "CONNECT_SECONDS", 1.0)
    return tmp_path / "keras"


@pytest.fixture
def server(monkeypatch):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == "/missing":
                self.send_error(404)
                return
            if self.path == "/silent":
                release.wait(20)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT[: len(CONTENT) // 2] if self.path == "/broken" else CONTENT)

        def log_message(self, *_):
            pass

    release = threading.Event()
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()

    def serve(path: str) -> None:
        url = f"http://127.0.0.1:{running.server_port}/{path}"
        monkeypatch.setitem(downloading.SOURCES, "mnist", {PLACE: url})

    yield serve
    release.set()
    running.shutdown()
    running.server_close()
    thread.join()


def test_a_file_arrives_whole_and_its_progress_is_told(cache, server):
    server("whole")
    told = []
    fetch("mnist", lambda done, expected: told.append((done, expected)))
    assert (cache / PLACE).read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert len(told) > 1
    assert is_downloaded("mnist")
    assert [path.name for path in (cache / "datasets").iterdir()] == ["mnist.npz"]


@pytest.mark.parametrize(
    ("path", "reason"), [("missing", "404"), ("broken", "of 1,048,576 bytes"), ("silent", "no answer")]
)
def test_a_failed_download_leaves_nothing_and_says_what_to_do(cache, server, path, reason):
    server(path)
    began = time.monotonic()
    with pytest.raises(DataError) as refusal:
        fetch("mnist")
    assert time.monotonic() - began < 5
    assert "MNIST is downloaded on first use (11 MB), and this machine could not fetch it" in str(
        refusal.value
    )
    assert reason in str(refusal.value)
    assert "use Digits or Shapes, which need no download" in str(refusal.value)
    assert list((cache / "datasets").iterdir()) == []


def test_an_interrupted_download_leaves_nothing(cache, server):
    server("whole")

    def stop(done, expected):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch("mnist", stop)
    assert list((cache / "datasets").iterdir()) == []


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "cifar100"])
def test_without_a_network_a_data_set_says_so_in_seconds(cache, monkeypatch, name):
    unreachable = dict.fromkeys(downloading.SOURCES[name], "http://127.0.0.1:9/nothing")
    monkeypatch.setitem(downloading.SOURCES, name, unreachable)
    began = time.monotonic()
    with pytest.raises(DataError, match=r"could not fetch it: .*refused.*use Digits or Shapes"):
        load(name)
    assert time.monotonic() - began < 5
    assert not is_downloaded(name)


def test_what_keras_downloaded_before_is_used(cache, monkeypatch):
    import keras

    (cache / "datasets").mkdir(parents=True)
    (cache / PLACE).write_bytes(b"here already")
    images = np.zeros((3, 28, 28), np.uint8)
    labels = np.array([1, 2, 3], np.uint8)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: ((images, labels), (images, labels)))
    dataset = load("mnist")
    assert dataset.x_train.shape == (3, 28, 28, 1)
    assert dataset.y_test.tolist() == [1, 2, 3]


def test_a_damaged_file_in_the_cache_is_said_to_be_damaged(cache, monkeypatch):
    import keras

    def fails():
        raise Exception("URL fetch failure on somewhere: None -- [Errno -2] Name or service not known")

    (cache / "datasets").mkdir(parents=True)
    (cache / PLACE).write_bytes(b"half")
    monkeypatch.setattr(keras.datasets.mnist, "load_data", fails)
    with pytest.raises(DataError, match="The downloaded files of MNIST cannot be read: URL fetch failure"):
        load("mnist")

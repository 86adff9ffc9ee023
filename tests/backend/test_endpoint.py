import stat
import threading
from pathlib import Path

import pytest

from blockwright.backend.endpoint import MAX_SOCKET_PATH, Endpoint, authenticate, listen


def test_long_home_gets_a_socket_in_a_private_folder(tmp_path: Path):
    home = tmp_path / ("x" * 120)
    home.mkdir()
    listener, endpoint = listen(home)
    endpoint.write(home)
    folder = Path(endpoint.address).parent
    assert len(endpoint.address) <= MAX_SOCKET_PATH
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    accepted = []

    def accept() -> None:
        accepted.append(listener.accept())
        authenticate(accepted[0], endpoint.key)

    thread = threading.Thread(target=accept)
    thread.start()
    with Endpoint.read(home).connect():
        thread.join()
    accepted[0].close()
    listener.close()
    endpoint.remove(home)
    assert not folder.exists()
    assert Endpoint.read(home) is None


def test_what_a_killed_backend_left_is_taken_away(tmp_path: Path):
    listener, former = listen(tmp_path)
    former.write(tmp_path)
    again, endpoint = listen(tmp_path)
    assert Endpoint.read(tmp_path) is None
    assert endpoint.key != former.key
    again.close()
    endpoint.remove(tmp_path)
    listener._listener._socket.close()
    listener._listener._unlink.cancel()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"address": 5, "key": "xyz", "pid": 1, "code": ""}', "[" * 10_000]
)
def test_damaged_file_means_no_backend(tmp_path: Path, text: str):
    (tmp_path / "backend.json").write_text(text)
    assert Endpoint.read(tmp_path) is None

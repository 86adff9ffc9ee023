"""One abusive visitor beside another one, by the real design service: who is answered first."""

import zipfile
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from blockwright.backend.client import BackendError, Client
from blockwright.schema.design import MAX_NODES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def client(start_client: Callable[..., Client]) -> Client:
    client = start_client(())
    client.wait_ready(240)
    return client


def network(nodes: int, number: int) -> dict:
    """A chain of so many layers; each number is another one."""
    layers = [
        {"id": f"dense{index}", "block": "Dense", "params": {"units": 4 + (index + number) % 90}}
        for index in range(nodes)
    ]
    return {"format": 1, "name": f"Net {number}", "inputs": [{"id": "x", "shape": [16]}], "nodes": layers}


def finished(first: list[Callable[[], object]], then: Callable[[], object]) -> list[str]:
    """Ask for all of `first` at once, then for another; who was answered, in order."""
    order: list[str] = []

    def note(name: str) -> Callable[[Future], None]:
        return lambda future: order.append(name if future.exception() is None else str(future.exception()))

    with ThreadPoolExecutor(len(first) + 1) as threads:
        for ask in first:
            threads.submit(ask).add_done_callback(note("abuser"))
        threads.submit(then).add_done_callback(note("other"))
    return order


def test_a_small_edit_comes_before_the_second_of_several_huge_designs(client: Client):
    abuser, other = client.of_workspace("abuser"), client.of_workspace("other")
    huge = [network(MAX_NODES, number) for number in range(4)]
    order = finished(
        [lambda design=design: abuser.call("describe", design=design) for design in huge],
        lambda: other.call("describe", design=network(5, 50)),
    )
    assert sorted(order) == ["abuser"] * 4 + ["other"]
    assert "other" in order[:2]


def test_a_preview_comes_before_the_second_of_several_large_tables(client: Client, tmp_path: Path):
    abuser, other = client.of_workspace("abuser"), client.of_workspace("other")
    tables = []
    for number in range(3):
        tables.append(tmp_path / f"table{number}.csv")
        rows = (
            ",".join(f"{(row * column + number) % 977 / 7:.5f}" for column in range(20))
            for row in range(40_000)
        )
        names = ",".join(f"column{column}" for column in range(20))
        tables[-1].write_text("\n".join([names, *rows]))
    order = finished(
        [lambda path=path: abuser.call("check_upload", path=str(path)) for path in tables],
        lambda: other.call("preview", choice={"name": "digits"}),
    )
    assert sorted(order) == ["abuser"] * 3 + ["other"]
    assert "other" in order[:2]


def test_a_zip_bomb_is_refused_with_a_sentence_and_its_process_goes_on(client: Client, tmp_path: Path):
    bomb = tmp_path / "bomb.npz"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("y_train.npy", "w") as file:
            np.lib.format.write_array(file, np.arange(1_000) % 10)
        with archive.open("x_train.npy", "w", force_zip64=True) as file:
            header = {"descr": "|u1", "fortran_order": False, "shape": (1_000, 500, 500)}
            np.lib.format.write_array_header_1_0(file, header)
            for _ in range(250):
                file.write(bytes(1_000_000))
    client.call("preview", choice={"name": "digits"})
    before = client.status()["children"]["data"]
    with pytest.raises(BackendError, match=r"This file of 0\.\d MB would be 250 MB once unpacked"):
        client.of_workspace("abuser").call("check_upload", path=str(bomb))
    assert client.status()["children"]["data"] == before

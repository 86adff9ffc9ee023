"""Damaged designs, links, generated files, models, arrays and tables are answered in sentences, at a bounded cost."""

import contextlib
import io
import json
import random
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from blockwright.backend.protocol import unpack
from blockwright.backend.service.answering import respond
from blockwright.backend.service.calls import CALLS
from blockwright.codegen import generate
from blockwright.design.embedded_design import RecoverError, read_code
from blockwright.design.link import LinkError, decode_link, encode_link
from blockwright.design.presets import presets
from blockwright.schema.findings import DesignError
from tests.attack.mutants import bytes_mutant, json_mutant, json_text, zip_mutant
from tests.importing.networks import networks

FEW, MANY = 25, 2900
"""Mutants of each kind: in every run of the tests, and under attack."""
SECONDS, MEGABYTES = 2.0, 500.0
"""What answering one mutant may take of the processor, and of memory."""


def asked(call: str, **arguments: Any) -> str:
    """The status of a call of the design service; an exception that it does not expect fails the test."""
    header, body = unpack(respond(CALLS, call, json_text(arguments).encode()))
    assert header["status"] in ("ok", "design", "error"), header.get("trace")
    if header["status"] == "error":
        assert header["message"].strip(), arguments
    if header["status"] == "design":
        assert all(finding["message"].strip() for finding in json.loads(body))
    return header["status"]


@cache
def designs() -> tuple[dict[str, Any], ...]:
    return tuple(preset.design.document() for preset in presets() if not preset.big)


@cache
def models() -> tuple[dict[str, Any], ...]:
    return tuple(json.loads(make()[0].to_json()) for make in networks().values())


@cache
def tables() -> tuple[bytes, ...]:
    numbers = np.random.default_rng(0)
    rows = [
        f"{index},{value:.3f},{'yes' if value > 0 else ''},2024-0{index % 9 + 1}-11,{'abc'[index % 3]}"
        for index, value in enumerate(numbers.normal(size=80))
    ]
    plain = "\n".join(["id,size,flag,day,kind", *rows])
    return (
        plain.encode(),
        plain.replace(",", ";").replace(".", ",").encode("cp1252"),
        plain.replace(",", "\t").encode("utf-16"),
        "\n".join(f'"{row}","it says ""no"""' for row in rows).encode(),
    )


@cache
def arrays() -> tuple[bytes, ...]:
    numbers = np.random.default_rng(0)
    files = []
    for shape, dtype in (
        ((40, 6, 6), "uint8"),
        ((40, 5), "float32"),
        ((40, 7), "int64"),
        ((40, 8, 8, 3), "float64"),
    ):
        written = io.BytesIO()
        x, y = (numbers.random(shape) * 200).astype(dtype), np.arange(40) % 3
        np.savez(written, x_train=x, y_train=y, x_test=x[:9], y_test=y[:9])
        files.append(written.getvalue())
    return tuple(files)


def design(source: random.Random, folder: Path) -> None:
    mutant = json_mutant(source.choice(designs()), source)
    if asked("describe", design=mutant) == "ok":
        asked("code", design=mutant, api=source.choice(("subclassing", "functional", "sequential")))


def settings(source: random.Random, folder: Path) -> None:
    chosen = {"epochs": 3, "batch_size": 32, "optimizer": "adam", "data": {"name": "digits"}, "seed": 1}
    asked("code", design=designs()[0], settings=json_mutant(chosen, source))


def link(source: random.Random, folder: Path) -> None:
    payload = {"design": json_mutant(source.choice(designs()), source)}
    with contextlib.suppress(LinkError):
        token = encode_link(payload)
        if source.random() < 0.5:
            token = bytes_mutant(token.encode(), source).decode("latin-1")
        asked("describe", design=decode_link(token).get("design"))


def generated(source: random.Random, folder: Path) -> None:
    preset = source.choice([preset for preset in presets() if not preset.big][:4])
    with contextlib.suppress(RecoverError, DesignError):
        read_code(bytes_mutant(_code(preset.key), source))


@cache
def _code(key: str) -> bytes:
    chosen = next(preset.design for preset in presets() if preset.key == key)
    file = generate(chosen, "subclassing", "fit")
    return file.text.encode()


def model(source: random.Random, folder: Path) -> None:
    text = json_text(json_mutant(source.choice(models()), source))
    asked(
        "import_model",
        text=text if source.random() < 0.9 else bytes_mutant(text.encode(), source).decode("latin-1"),
    )


def array(source: random.Random, folder: Path) -> None:
    _upload(folder / "data.npz", zip_mutant(source.choice(arrays()), source))


def table(source: random.Random, folder: Path) -> None:
    _upload(folder / "data.csv", bytes_mutant(source.choice(tables()), source))


def _upload(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    if asked("check_upload", path=str(path)) == "ok":
        asked("preview", choice={"name": "upload", "path": str(path)})


KINDS: tuple[Callable[[random.Random, Path], None], ...] = (
    design,
    settings,
    link,
    generated,
    model,
    array,
    table,
)


def attack(kind: Callable[[random.Random, Path], None], folder: Path, seeds: range) -> tuple[float, float]:
    """The most processor time (seconds) and memory (MB) that one of these mutants took."""
    process = psutil.Process()
    slowest = most = 0.0
    for seed in seeds:
        before, start = process.memory_info().rss, time.process_time()
        try:
            kind(random.Random(seed), folder)
        except BaseException as error:
            error.add_note(f"{kind.__name__}, seed {seed}")
            raise
        slowest = max(slowest, time.process_time() - start)
        most = max(most, (process.memory_info().rss - before) / 1e6)
    return slowest, most


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_damaged_is_answered_in_sentences(kind, tmp_path):
    attack(kind, tmp_path, range(FEW))


@pytest.mark.attack
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_many_damaged_inputs_are_answered_in_sentences_and_at_a_bounded_cost(kind, tmp_path):
    attack(kind, tmp_path, range(10))  # what is imported and kept once for all
    slowest, most = attack(kind, tmp_path, range(100, 100 + MANY))
    print(f"{MANY} mutants ({kind.__name__}): {slowest:.2f} s of CPU and {most:.0f} MB at most")
    assert slowest <= SECONDS
    assert most <= MEGABYTES

"""Damaged copies of good inputs: of JSON documents, of text, and of files of bytes."""

import copy
import io
import json
import random
import warnings
import zipfile
from typing import Any

_VALUES: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    3,
    2**31,
    10**40,
    0.5,
    -1e308,
    float("nan"),
    float("inf"),
    "",
    "x",
    "relu",
    "é\u202e\x00",
    "a/1",
    "[" * 2000,
    "9" * 400,
    [],
    [None],
    [[]],
    {},
    {"class_name": "Dense"},
    {"param": "x"},
    "@deep",
)
"""What stands in place of a value; `json_text` writes "@deep" as thousands of lists inside each other."""

_PIECES = (
    b"",
    b"\x00",
    b"\xff",
    b"[" * 9000,
    b"(" * 300,
    b"9" * 40,
    b"-1",
    b"1e308",
    b"nan",
    b'"',
    b",",
    b"\n",
    b"'",
)


def json_mutant(document: Any, source: random.Random) -> Any:
    """A JSON document with one to four values replaced, left out, repeated, exchanged, or buried deep in lists."""
    changed = copy.deepcopy(document)
    for _ in range(source.choice((1, 1, 1, 2, 4))):
        holder = _holder(changed, source)
        if holder is not None:
            _damage(changed, holder, source)
    return changed


def _holder(document: Any, source: random.Random) -> Any:
    """A list or object somewhere in the document that is not empty."""
    holders = []
    waiting = [document]
    while waiting:
        value = waiting.pop()
        children = (
            list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        )
        if children:
            holders.append(value)
            waiting.extend(children)
    return source.choice(holders) if holders else None


def _damage(document: Any, holder: Any, source: random.Random) -> None:
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    key = "config" if "config" in keys and source.random() < 0.4 else source.choice(keys)
    match source.randrange(8):
        case 0 | 1 | 2:
            holder[key] = copy.deepcopy(source.choice(_VALUES))
        case 3:
            del holder[key]
        case 4:
            other = _holder(document, source)
            if other is not None:
                holder[key] = copy.deepcopy(
                    source.choice(list(other.values()) if isinstance(other, dict) else other)
                )
        case 5 if isinstance(holder, dict):
            holder[source.choice(("", "name", "config", "é", "x" * 300))] = holder.pop(key)
        case 5 | 6 if isinstance(holder, list):
            holder.extend(copy.deepcopy(holder[key]) for _ in range(source.choice((1, 2, 50))))
        case _:
            deep = holder[key]
            for _ in range(source.choice((1, 2, 60))):
                deep = [deep]
            holder[key] = deep


def json_text(document: Any) -> str:
    """A document as JSON, with NaN and Infinity as Python writes them."""
    return json.dumps(document).replace('"@deep"', "[" * 5000 + "]" * 5000)


def bytes_mutant(content: bytes, source: random.Random) -> bytes:
    """Bytes with one to four pieces replaced, inserted, left out, repeated or cut off."""
    changed = bytearray(content)
    for _ in range(source.choice((1, 1, 2, 4))):
        start = source.randrange(len(changed) + 1)
        end = min(len(changed), start + source.choice((0, 1, 2, 8, 60, 2000)))
        match source.randrange(5):
            case 0:
                changed[start:end] = source.choice(_PIECES)
            case 1:
                changed[start:start] = source.choice(_PIECES)
            case 2:
                changed[start:end] = changed[start:end] * source.choice((0, 2, 20))
            case 3:
                changed[start:end] = source.randbytes(end - start)
            case 4:
                other = source.randrange(len(changed) + 1)
                changed[start:end] = changed[other : other + source.choice((1, 8, 100))]
    return bytes(changed[: source.randrange(len(changed) + 1)] if source.random() < 0.1 else changed)


def zip_mutant(content: bytes, source: random.Random) -> bytes:
    """A zip file with a damaged member, one more, one less, or one under another name; or damaged as a whole."""
    if source.random() < 0.2:
        return bytes_mutant(content, source)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    index = source.randrange(len(members))
    name, data = members[index]
    match source.randrange(6):
        case 0 | 1 | 2:
            head = min(len(data), 128)
            members[index] = (name, bytes_mutant(data[:head], source) + data[head:])
        case 3:
            members[index] = (name, bytes_mutant(data, source))
        case 4:
            members[index] = (
                source.choice(("", "../x.npy", "x.npy", "x_train.npy", "é\x00", "a/" * 200)),
                data,
            )
        case 5:
            del members[index]
    written = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore", category=UserWarning),  # of a name that occurs twice
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, data in members:
            archive.writestr(name or "_", data)
    return written.getvalue()

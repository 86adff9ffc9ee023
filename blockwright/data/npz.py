"""Uploaded `.npz` files: everything is checked from headers before anything is allocated, and nothing is unpickled."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from blockwright.data.cards import Card
from blockwright.data.errors import DataError
from blockwright.data.features import plain_feature
from blockwright.data.labels import check_label_header, read_labels
from blockwright.data.loading import DataSet
from blockwright.data.splitting import part_size, split

if TYPE_CHECKING:
    import numpy as np

MAX_DECLARED_BYTES = 1_000_000_000
MAX_MEMBERS = 64
MIN_EXAMPLES = 10
MAX_SIDE = 4096
MAX_CHANNELS = 512
MAX_VALUES = 1_000_000
TEST_SHARE = 0.2
LAYOUT = "x_train, y_train and, if there are any, x_test, y_test"
_KEYS = ("x_train", "y_train", "x_test", "y_test")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Header:
    """What one array of the file says of itself."""

    shape: tuple[int, ...]
    dtype: "np.dtype"
    bytes: int


def check_npz(path: str | Path, title: str | None = None) -> Card:
    """The card of an uploaded file, from its headers and labels; the images are not read.

    Raises `DataError` with a sentence for whatever makes the file unusable.
    """
    return _examine(Path(path), title)[0]


def load_npz(path: str | Path, *, seed: int = 0, title: str | None = None) -> DataSet:
    """Load an uploaded file; without a test part, a fifth is split off by the seed. Raises `DataError`."""
    import numpy as np

    path = Path(path)
    known, headers, y_train, y_test = _examine(path, title)
    x_train = _images(path, "x_train", headers["x_train"])
    if y_test is not None:
        return DataSet.plain(known, x_train, y_train, _images(path, "x_test", headers["x_test"]), y_test)
    rest, test, stratified = split(y_train, part_size(len(y_train), TEST_SHARE), seed)
    how = (
        "every class in its share" if stratified else "at random, because some classes are too small to share"
    )
    note = f"The file has no test part: {len(test):,} of {len(y_train):,} examples were split off by the seed, {how}."
    return DataSet.plain(
        known,
        np.take(x_train, rest, 0),
        y_train[rest],
        np.take(x_train, test, 0),
        y_train[test],
        notes=[note],
    )


def _examine(
    path: Path, title: str | None
) -> tuple[Card, dict[str, Header], "np.ndarray", "np.ndarray | None"]:
    headers = read_headers(path)
    if "x_train" not in headers or "y_train" not in headers:
        missing = " and ".join(key for key in ("x_train", "y_train") if key not in headers)
        if "y_train" in missing:
            missing += " (the labels)" if missing == "y_train" else ""
        found = ", ".join(sorted(headers)[:8]) or "nothing"
        raise DataError(f"The file has no {missing}. A data set holds {LAYOUT}; this file holds {found}.")
    if ("x_test" in headers) != ("y_test" in headers):
        has, lacks = ("x_test", "y_test") if "x_test" in headers else ("y_test", "x_test")
        raise DataError(
            f"The file has {has} but no {lacks}. Give both, or neither: then a test part is split off."
        )
    shape = _example_shape("x_train", headers["x_train"])
    for part in ("train", "test"):
        if f"x_{part}" in headers:
            _check_part(part, headers, shape)
    labels = {key: _read(path, key) for key in ("y_train", "y_test") if key in headers}
    y_train, y_test, names = read_labels(labels["y_train"], labels.get("y_test"))
    examples = len(y_train)
    test_examples = part_size(examples, TEST_SHARE) if y_test is None else len(y_test)
    known = Card(
        name="upload",
        title=(title or path.name)[:200],
        summary=f"An uploaded file: {examples:,} examples, {len(names):,} classes.",
        source="Uploaded",
        licence="Yours",
        shape=shape,
        num_classes=len(names),
        class_names=names,
        train_examples=examples - test_examples if y_test is None else examples,
        test_examples=test_examples,
        embedded=False,
        features=(plain_feature(shape, _held_as(headers["x_train"])),),
    )
    return known, headers, y_train, y_test


def _held_as(header: Header) -> str:
    """The type in which `_images` gives the examples."""
    return {"b": "uint8", "f": "float32"}.get(header.dtype.kind, header.dtype.name)


def read_headers(path: Path) -> dict[str, Header]:
    """The header of every array in the file, with the file's own claims checked against each other."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise DataError(f"The file holds {len(members):,} entries; a data set holds {LAYOUT}.")
            headers = {}
            for member in members:
                name = _member_key(member)
                if name in headers:
                    raise DataError(f"The file holds {name} twice, so it is not clear which one is meant.")
                headers[name] = _read_header(archive, member, name)
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"There is no file {path.name}. Upload it again.") from None
    except _BROKEN as error:
        raise DataError(
            f"This is not a readable .npz file ({str(error)[:120]}). Save it with numpy.savez_compressed, "
            f"with the arrays {LAYOUT}."
        ) from None
    total = sum(header.bytes for header in headers.values())
    if total > MAX_DECLARED_BYTES:
        raise DataError(
            f"The arrays of this file need {total / 1e6:,.0f} MB once unpacked; the limit is "
            f"{MAX_DECLARED_BYTES // 1_000_000:,} MB. Use fewer or smaller images, or save them as uint8."
        )
    return headers


def _member_key(member: zipfile.ZipInfo) -> str:
    name = member.filename
    if "/" in name or "\\" in name or PurePosixPath(name).name != name or "\0" in member.orig_filename:
        raise DataError(
            f"The file holds an entry with a path in its name, {name[:80]!r}, as no data set does."
        )
    if not name.endswith(".npy"):
        raise DataError(f"The file holds {name[:80]!r}, which is not an array. A data set holds {LAYOUT}.")
    if member.flag_bits & 1:
        raise DataError("The file is encrypted. Save it without a password.")
    return name.removesuffix(".npy")


def _read_header(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> Header:
    import numpy as np

    with archive.open(member) as file:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
        elif version == (2, 0):
            shape, _, dtype = np.lib.format.read_array_header_2_0(file)
        else:
            raise DataError(f"{name} is written in an array format that plain numbers and text never need.")
        if dtype.hasobject:
            raise DataError(
                f"{name} holds Python objects (pickle), which are never opened here because they can run code. "
                "Save numbers: numpy.asarray(values, dtype='float32'), and text labels as dtype 'U'."
            )
        count = 1
        for length in shape:
            count *= int(length)
        size = count * dtype.itemsize
        stored = member.file_size - file.tell()
    if size != stored:
        raise DataError(
            f"{name} claims {size:,} bytes but the file holds {stored:,}: it is cut off or was tampered with."
        )
    return Header(tuple(int(length) for length in shape), dtype, size)


def _example_shape(key: str, header: Header) -> tuple[int, ...]:
    """The shape of one example, with a channel axis added to plain grey images."""
    shape = header.shape
    said = " x ".join(f"{length:,}" for length in shape) or "a single number"
    if header.dtype.kind not in "biuf" or header.dtype.itemsize > 8:
        raise DataError(f"{key} must hold numbers. Received: dtype {header.dtype}.")
    if len(shape) not in (2, 3, 4):
        raise DataError(
            f"{key} must be images (examples, height, width) or (examples, height, width, channels), "
            f"or vectors (examples, values). Received: {said}."
        )
    if 0 in shape:
        raise DataError(f"{key} is empty. Received: {said}.")
    if len(shape) == 2:
        if shape[1] > MAX_VALUES:
            raise DataError(f"{key} has {shape[1]:,} values an example; the limit is {MAX_VALUES:,}.")
        return (shape[1],)
    height, width, channels = (*shape[1:], 1)[:3]
    if len(shape) == 4 and height in (1, 3, 4) and channels > 4 and width > 4:
        raise DataError(
            f"{key} puts the channels first ({said}); they are expected last. "
            f"Save numpy.transpose({key}, (0, 2, 3, 1)) instead."
        )
    if max(height, width) > MAX_SIDE:
        raise DataError(
            f"{key} has images of {height:,} x {width:,} pixels; the limit is {MAX_SIDE:,} a side."
        )
    if channels > MAX_CHANNELS:
        raise DataError(f"{key} has {channels:,} channels in its last axis; the limit is {MAX_CHANNELS}.")
    return (height, width, channels)


def _check_part(part: str, headers: dict[str, Header], shape: tuple[int, ...]) -> None:
    x, y = headers[f"x_{part}"], headers[f"y_{part}"]
    if _example_shape(f"x_{part}", x) != shape:
        raise DataError(
            f"x_test holds examples of {' x '.join(map(str, x.shape[1:]))}, "
            f"x_train of {' x '.join(map(str, headers['x_train'].shape[1:]))}; they must be alike."
        )
    check_label_header(f"y_{part}", y.shape, y.dtype)
    if x.shape[0] != y.shape[0]:
        raise DataError(
            f"x_{part} holds {x.shape[0]:,} examples but y_{part} {y.shape[0]:,} labels; there must be one label each."
        )
    if part == "train" and x.shape[0] < MIN_EXAMPLES:
        raise DataError(
            f"x_train holds {x.shape[0]} examples; at least {MIN_EXAMPLES} are needed to train and test."
        )


def _read(path: Path, key: str) -> "np.ndarray":
    import numpy as np

    try:
        with zipfile.ZipFile(path) as archive, archive.open(f"{key}.npy") as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except _BROKEN as error:
        raise DataError(
            f"{key} cannot be read: the file is damaged ({str(error)[:120]}). Save it again."
        ) from None
    except MemoryError:
        raise DataError(
            f"{key} does not fit into this machine's memory. Use fewer or smaller images."
        ) from None


def _images(path: Path, key: str, header: Header) -> "np.ndarray":
    import numpy as np

    values = _read(path, key)
    if values.dtype.kind == "f":
        step = max(1, 4_000_000 // max(1, header.bytes // len(values) // values.dtype.itemsize))
        for start in range(0, len(values), step):
            part = values[start : start + step]
            # A float64 beyond float32's range would become infinite on its way into the network.
            good = np.isfinite(part) & (np.abs(part) <= np.finfo(np.float32).max)
            if not good.all():
                wrong = int(start + np.flatnonzero(~good.reshape(len(part), -1).all(axis=1))[0])
                raise DataError(
                    f"{key} holds NaN, infinite or far too large values, first in example {wrong:,}. "
                    "Clean it before saving, for example with numpy.nan_to_num."
                )
        values = values.astype(np.float32, copy=False)
    elif values.dtype.kind == "b":
        values = values.astype(np.uint8) * np.uint8(255)
    elif not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    return values[..., None] if values.ndim == 3 else values

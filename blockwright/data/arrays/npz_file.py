"""The arrays inside an `.npz` file: their headers, checked before anything is allocated, and their values."""

import tokenize
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from blockwright.schema.data.errors import DataError

if TYPE_CHECKING:
    import numpy as np

MAX_DECLARED_BYTES = 1_000_000_000
MAX_MEMBERS = 64
MAX_EXPANSION = 100
"""How many times its size a file may have once unpacked, beyond `EXPANDED_BYTES`; a zip bomb has a thousand."""
EXPANDED_BYTES = 100_000_000
LAYOUT = "x_train, y_train and, if there are any, x_test, y_test, x_val, y_val"
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_BROKEN_HEADER = (tokenize.TokenError, SyntaxError, TypeError, RecursionError, MemoryError)
"""What NumPy lets through of a header that is no dictionary."""


@dataclass(frozen=True)
class Header:
    """The header of one array of the file."""

    shape: tuple[int, ...]
    dtype: "np.dtype"
    bytes: int

    @property
    def is_text(self) -> bool:
        """Whether it holds texts."""
        return self.dtype.kind in "US"


def read_headers(path: Path) -> dict[str, Header]:
    """The header of every array in the file, checked against the sizes in the zip."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise DataError(f"The file holds {len(members):,} entries; a data set holds {LAYOUT}.")
            # Before anything is unpacked: the header of an array may itself be of any size.
            _check_unpacked_size(sum(member.file_size for member in members), path.stat().st_size)
            headers = {}
            for member in members:
                name = _member_key(member)
                if name in headers:
                    raise DataError(f"The file holds {name} twice, so it is ambiguous.")
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
    return headers


def _check_unpacked_size(unpacked: int, packed: int) -> None:
    if unpacked > MAX_DECLARED_BYTES:
        raise DataError(
            f"The arrays of this file need {unpacked / 1e6:,.0f} MB once unpacked; the limit is "
            f"{MAX_DECLARED_BYTES // 1_000_000:,} MB. Use fewer or smaller images, or save them as uint8."
        )
    if unpacked > EXPANDED_BYTES and unpacked > MAX_EXPANSION * packed:
        raise DataError(
            f"This file of {packed / 1e6:,.1f} MB would be {unpacked / 1e6:,.0f} MB once unpacked, more than "
            f"{MAX_EXPANSION} times as much: its arrays hold almost nothing but repetitions. Save fewer examples, or "
            "save them with numpy.savez, which does not compress."
        )


def _member_key(member: zipfile.ZipInfo) -> str:
    name = member.filename
    if "/" in name or "\\" in name or PurePosixPath(name).name != name or "\0" in member.orig_filename:
        raise DataError(
            f"The file holds an entry with a path in its name, {name[:80]!r}; a data set has none."
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
        readers = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }
        if version not in readers:
            raise DataError(f"{name} is written in an array format that numbers and text do not need.")
        try:
            with warnings.catch_warnings(action="ignore", category=UserWarning):  # of headers from Python 2
                shape, _, dtype = readers[version](file)
        except _BROKEN_HEADER:
            raise DataError(f"{name} cannot be read: its header is damaged. Save it again.") from None
        if dtype.hasobject:
            raise DataError(
                f"{name} holds Python objects (pickle), which are never loaded because they can run code. "
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


def read_array(path: Path, key: str) -> "np.ndarray":
    """Read one array of the file without pickle. Raises `DataError` if it is damaged or too large."""
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

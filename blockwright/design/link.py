"""A design in a link: JSON, zlib, base64url, with a version in front, limited before and after unpacking."""

import base64
import binascii
import json
import re
import zlib
from typing import Any

from blockwright.schema.design import FORMAT

VERSION = "1"
MAX_TOKEN = 60_000
MAX_URL_TOKEN = 8_000
MAX_UNPACKED = 1_000_000

_TOKEN = re.compile(r"(\d{1,4})\.([A-Za-z0-9_-]+)={0,2}")


class LinkError(ValueError):
    """A link that cannot be read; the message says why."""


def encode_link(payload: dict[str, Any]) -> str:
    """The text that stands for `{"design": {...}, "settings": {...}}` in a link, `settings` if there are any.

    Raises LinkError when the payload is too large for any link. A token longer than `MAX_URL_TOKEN`
    characters may be cut off by browsers and mail programs: offer the file instead.
    """
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False, sort_keys=False)
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    token = f"{VERSION}.{packed}"
    if len(token) > MAX_TOKEN or len(text.encode()) > MAX_UNPACKED:
        raise LinkError("This design is too large for a link. Share it as a file.")
    return token


def decode_link(token: str) -> dict[str, Any]:
    """What `encode_link` was given. Raises LinkError for a link that is damaged, too large, or newer."""
    token = token.strip()
    if len(token) > MAX_TOKEN:
        raise LinkError(
            f"This link is too long: {len(token):,} characters, of at most {MAX_TOKEN:,}. Open the design as a file."
        )
    found = _TOKEN.fullmatch(token)
    if found is None:
        raise LinkError(
            "This link does not hold a design: part of it was lost or changed. Copy it again, whole."
        )
    version, packed = found.groups()
    if int(version) != int(VERSION):
        raise LinkError(
            f"This link was made by a newer version (format {version}; this one reads up to {FORMAT}). "
            "Update the app, or ask for the design as a file."
        )
    try:
        unpacker = zlib.decompressobj()
        raw = unpacker.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), MAX_UNPACKED)
        if unpacker.unconsumed_tail:
            raise LinkError(
                f"This link unpacks to more than {MAX_UNPACKED // 1_000_000} MB, which no design needs."
            )
        if not unpacker.eof:
            raise LinkError("This link was cut off. Copy it again, whole.")
        payload = json.loads(raw)
    except (binascii.Error, zlib.error, UnicodeDecodeError, json.JSONDecodeError, RecursionError):
        raise LinkError("This link is damaged: it cannot be unpacked. Copy it again, whole.") from None
    except LinkError:
        raise
    except ValueError:
        raise LinkError("This link is damaged: it cannot be unpacked. Copy it again, whole.") from None
    if not isinstance(payload, dict) or not isinstance(payload.get("design"), dict):
        raise LinkError("This link does not hold a design.")
    extra = payload.keys() - {"design", "settings"}
    if extra or not isinstance(payload.get("settings", {}), dict):
        raise LinkError("This link holds more than a design and its training settings, so it is not opened.")
    return payload

"""A design in a link: JSON, zlib and base64url after a version number, limited before and after decompression."""

import base64
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
    """The token for `{"design": {...}, "settings": {...}}` in a link; `settings` are optional.

    Raises LinkError when the payload is too large for any link. Browsers and email programs may truncate a token
    longer than `MAX_URL_TOKEN` characters: offer the file instead.
    """
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False, sort_keys=False)
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")
    token = f"{VERSION}.{packed}"
    if len(token) > MAX_TOKEN or len(text.encode()) > MAX_UNPACKED:
        raise LinkError("This design is too large for a link. Share it as a file.")
    return token


def decode_link(token: str) -> dict[str, Any]:
    """The payload of a token. Raises LinkError for a link that is damaged, too large, or newer."""
    token = token.strip()
    if len(token) > MAX_TOKEN:
        raise LinkError(
            f"This link is too long: {len(token):,} characters; the limit is {MAX_TOKEN:,}. Open the design as a file."
        )
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise LinkError("This link is incomplete or was changed. Copy the whole link again.")
    version, packed = match.groups()
    if int(version) != int(VERSION):
        raise LinkError(
            f"This link was made by a newer version (format {version}; this one reads up to {FORMAT}). "
            "Update the app, or ask for the design as a file."
        )
    try:
        decompressor = zlib.decompressobj()
        compressed = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        text = decompressor.decompress(compressed, MAX_UNPACKED)
        if decompressor.unconsumed_tail:
            raise LinkError(f"This link decompresses to more than {MAX_UNPACKED // 1_000_000} MB, the limit.")
        if not decompressor.eof:
            raise LinkError("This link is incomplete. Copy the whole link again.")
        payload = json.loads(text)
    except LinkError:
        raise
    except (ValueError, zlib.error, RecursionError):
        raise LinkError("This link is damaged. Copy the whole link again.") from None
    if not isinstance(payload, dict) or not isinstance(payload.get("design"), dict):
        raise LinkError("This link does not contain a design.")
    if payload.keys() - {"design", "settings"} or not isinstance(payload.get("settings", {}), dict):
        raise LinkError(
            "This link contains more than a design and its training settings, so it cannot be opened."
        )
    return payload

"""A design in a link: JSON, zlib and base64url after a version number, limited before and after decompression.

A short link has a code instead, under which a server keeps the same payload.
"""

import base64
import hashlib
import json
import re
import zlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

from blockwright.schema.design import FORMAT

VERSION = "1"
MAX_TOKEN = 60_000
MAX_URL_TOKEN = 8_000
MAX_UNPACKED = 1_000_000

CODE = "s"
"""The name of the code in the address of a short link."""
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""None of them looks like another (0 and o, 1, i and l) when a code is read from a screen."""
CODE_LENGTH = 8

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


def short_code(payload: dict[str, Any], length: int = CODE_LENGTH) -> str:
    """The code of a payload: equal payloads have equal codes."""
    digest = hashlib.sha256(json.dumps(payload, sort_keys=True, separators=(",", ":")).encode()).digest()
    number, letters = int.from_bytes(digest), []
    for _ in range(length):
        number, index = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[index])
    return "".join(letters)


def read_short_code(text: str) -> str | None:
    """The code of a short link, or a code as people type it, in small letters; None where the text is neither."""
    text = text.strip()[:500]
    if "=" in text:
        try:
            text = (parse_qs(urlsplit(text).query).get(CODE) or [""])[0]
        except ValueError:
            return None
    code = re.sub(r"[\s-]", "", text).lower()
    return code if re.fullmatch(f"[{CODE_LETTERS}]{{{CODE_LENGTH},{2 * CODE_LENGTH}}}", code) else None


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

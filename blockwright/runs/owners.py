"""Who owns a row or a file: a workspace, named by a hash of its browser's cookie, or the command line."""

import hashlib
import re

_OWNER = re.compile(r"[A-Za-z0-9_-]{1,64}")


def owner_of(cookie: str) -> str:
    """The owner that a workspace's cookie stands for: whoever reads the store cannot open the workspace with it."""
    return hashlib.sha256(cookie.encode()).hexdigest()[:32]


def check_owner(owner: str) -> str:
    """Check and return `owner`.

    Raises:
        ValueError: it is not 1 to 64 letters, digits, "-" and "_".
    """
    if not isinstance(owner, str) or not _OWNER.fullmatch(owner):
        raise ValueError(f'A workspace id is 1 to 64 letters, digits, "-" and "_". Received: {owner!r:.80}.')
    return owner

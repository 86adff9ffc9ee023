"""Whether an address is of the machine that the browser runs on."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def is_local(address: str) -> bool:
    """Whether the host of an address is this machine itself."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")

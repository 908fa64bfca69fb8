from typing import Any

import pytest
from litestar.connection import ASGIConnection

from app.client_address import client_address


def connection(host: str, forwarded: str | None = None) -> ASGIConnection[Any, Any, Any, Any]:
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded.encode())]
    scope: Any = {"type": "http", "client": (host, 4711), "headers": headers}
    return ASGIConnection(scope)


@pytest.mark.parametrize(
    ("host", "forwarded", "proxies", "address"),
    [
        ("203.0.113.7", None, 0, "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", 0, "203.0.113.7"),  # no proxy of ours: whoever asks may say anything
        ("10.0.0.1", "198.51.100.1", 1, "198.51.100.1"),
        ("10.0.0.1", "1.2.3.4, 198.51.100.1", 1, "198.51.100.1"),  # the first is made up by the client
        ("10.0.0.1", "1.2.3.4, 198.51.100.1, 10.0.0.2", 2, "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1", 3, "198.51.100.1"),
        ("10.0.0.1", None, 1, "unknown"),
        ("10.0.0.1", "nonsense", 1, "unknown"),
        ("2001:db8:1:2:3:4:5:6", None, 0, "2001:db8:1:2::/64"),  # one site has all of these
    ],
)
def test_whoever_asks_is_known_behind_our_own_proxies_only(
    host: str, forwarded: str | None, proxies: int, address: str
) -> None:
    assert client_address(connection(host, forwarded), proxies=proxies) == address

"""HTTP to other people's servers: bounded in time and size, without redirects, to checked addresses only.

Addresses come from strangers (a platform names its key set, its token endpoint), so each request could be aimed at the
network behind us. The name is resolved once, every address is checked, and the connection goes to the checked address.
"""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec

from base.addresses import Address, addresses_of, is_public
from base.errors import Unavailable

CONNECT_TIMEOUT_SECONDS = 5.0
READ_TIMEOUT_SECONDS = 10.0
DEADLINE_SECONDS = 20.0
BODY_LIMIT_BYTES = 1024 * 1024

# They log whole URLs and headers, where tokens stand.
for _library in ("httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.WARNING)


class FailureKind(StrEnum):
    """Why a request brought nothing back."""

    REFUSED = "refused"
    TIMED_OUT = "timed out"
    TOO_LARGE = "too large"
    UNREACHABLE = "unreachable"
    UNREADABLE = "unreadable"


class OutwardFailure(Unavailable):
    """Another server could not be asked, or did not answer as it must; the message names its host and no secret."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message, rule="outward")
        self.kind = kind


@dataclass(frozen=True)
class Response:
    """What came back, whatever its status: a redirect is an answer like any other."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)  # may hold a token

    def json(self) -> Any:
        """The body as JSON. Raises OutwardFailure when it is none."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise OutwardFailure(
                FailureKind.UNREADABLE, f"The answer (status {self.status}) is not JSON that can be read."
            ) from None


class Outward:
    """Sends requests; `allowed_private` are the host names that may resolve to addresses of private networks.

    On a loopback address such a host may also be spoken to without TLS.
    """

    def __init__(
        self,
        allowed_private: frozenset[str] = frozenset(),
        *,
        tls: ssl.SSLContext | None = None,
        read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        self._allowed_private = frozenset(host.lower() for host in allowed_private)
        self._deadline_seconds = deadline_seconds
        self._client = httpx.AsyncClient(
            verify=tls or httpx.create_ssl_context(),
            timeout=httpx.Timeout(read_timeout_seconds, connect=CONNECT_TIMEOUT_SECONDS),
            # Connections are pooled by address, and two names may share one: a kept connection would skip the check
            # of the second name's certificate.
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=False,
            # What is compressed has no size until it is unpacked, so nothing compressed is asked for.
            headers={"User-Agent": "Waymark", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def get_json(self, url: str, *, headers: Mapping[str, str] | None = None) -> Response:
        """The answer to GET, JSON being asked for."""
        return await self.send("GET", url, headers={"Accept": "application/json", **(headers or {})})

    async def post_form(
        self, url: str, fields: Mapping[str, str], *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """The answer to POST of a form (application/x-www-form-urlencoded)."""
        body = urlencode(fields).encode()
        form = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        return await self.send("POST", url, headers={**form, **(headers or {})}, body=body)

    async def post_json(
        self,
        url: str,
        value: object,
        *,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """The answer to POST of `value` as JSON of this content type."""
        body = msgspec.json.encode(value)
        return await self.send("POST", url, headers={"Content-Type": content_type, **(headers or {})}, body=body)

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> Response:
        """The answer of at most `limit_bytes`, whatever its status. Raises OutwardFailure."""
        target = self._parse(url)
        try:
            async with asyncio.timeout(self._deadline_seconds):
                addresses = await self._checked_addresses(target)
                exchange = partial(self._exchange, method, target, headers or {}, body, limit_bytes)
                return await _first_answer(addresses, exchange)
        # The causes are cut off: a traceback of theirs can show headers, and those carry tokens.
        except (TimeoutError, httpx.TimeoutException):
            raise OutwardFailure(FailureKind.TIMED_OUT, f"{target.host} did not answer in time.") from None
        except httpx.ConnectError as error:
            raise OutwardFailure(FailureKind.UNREACHABLE, f"{target.host} cannot be reached: {error}.") from None
        except httpx.TransportError as error:
            broken = f"The exchange with {target.host} broke off ({type(error).__name__})."
            raise OutwardFailure(FailureKind.UNREACHABLE, broken) from None

    def _parse(self, url: str) -> httpx.URL:
        try:
            target = httpx.URL(url)
        except httpx.InvalidURL:
            raise OutwardFailure(FailureKind.REFUSED, "The address is not a URL.") from None
        if target.userinfo or not target.host or not _is_port(target.port):
            raise OutwardFailure(
                FailureKind.REFUSED, "The URL must name a host and a real port, and no user or password."
            )
        if target.scheme != "https" and not (target.scheme == "http" and _ascii_host(target) in self._allowed_private):
            raise OutwardFailure(FailureKind.REFUSED, f"{target.host} must be asked by https, not {target.scheme}.")
        return target

    async def _checked_addresses(self, target: httpx.URL) -> list[Address]:
        host = _ascii_host(target)
        try:
            addresses = await addresses_of(host)
        except OSError:
            raise OutwardFailure(FailureKind.UNREACHABLE, f"{target.host} has no address.") from None
        if host not in self._allowed_private and not all(map(is_public, addresses)):
            raise OutwardFailure(
                FailureKind.REFUSED,
                f"{target.host} is at an address of a private network; the operator can allow this host by name.",
            )
        if target.scheme == "http" and not all(address.is_loopback for address in addresses):
            raise OutwardFailure(
                FailureKind.REFUSED, f"{target.host} is not this machine, so it must be asked by https."
            )
        return addresses

    async def _exchange(
        self,
        method: str,
        target: httpx.URL,
        headers: Mapping[str, str],
        body: bytes,
        limit_bytes: int,
        address: Address,
    ) -> Response:
        request = self._client.build_request(
            method,
            target.copy_with(host=str(address)),
            headers={**headers, "Host": target.netloc.decode()},
            content=body,
            extensions={"sni_hostname": _ascii_host(target)},  # the name that TLS asks for, and checks
        )
        response = await self._client.send(request, stream=True)
        try:
            return Response(
                response.status_code, response.headers, await _bounded_body(response, target.host, limit_bytes)
            )
        finally:
            await response.aclose()


async def _first_answer(addresses: list[Address], exchange: Callable[[Address], Awaitable[Response]]) -> Response:
    """The answer of the first address that lets us connect; nothing was sent to those before it."""
    failures: list[httpx.TransportError] = []
    for address in addresses:
        try:
            return await exchange(address)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            failures.append(error)
    raise failures[0]


def _ascii_host(url: httpx.URL) -> str:
    return url.raw_host.decode("ascii").lower()


def _is_port(port: int | None) -> bool:
    return port is None or 0 < port < 65536  # noqa: PLR2004 (the size of TCP's field; None is the scheme's own port)


async def _bounded_body(response: httpx.Response, host: str, limit_bytes: int) -> bytes:
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise OutwardFailure(FailureKind.UNREADABLE, f"{host} sent its answer compressed, which was not asked for.")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > limit_bytes:
            raise OutwardFailure(FailureKind.TOO_LARGE, f"{host} sent more than {limit_bytes} bytes.")
    return bytes(body)

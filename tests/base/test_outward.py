import asyncio
import errno
import gzip
import logging
import socket
import ssl
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from base import FailureKind, Outward, OutwardFailure
from tests.times import NOW

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Served:
    """A server of somebody else's: where it listens, and the requests that reached it."""

    port: int
    requests: list[bytes] = field(default_factory=list)


@asynccontextmanager
async def serving(
    answer: bytes | Answer, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None
) -> AsyncIterator[Served]:
    served = Served(0)

    async def exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(line[15:]) for line in head.lower().split(b"\r\n") if line[:15] == b"content-length:"), 0
            )
            served.requests.append(head + await reader.readexactly(length))
            if isinstance(answer, bytes):
                writer.write(answer)
                await writer.drain()
            else:
                await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client may leave at any time
        finally:
            writer.close()

    async with await asyncio.start_server(exchange, host, 0, ssl=tls) as server:
        served.port = server.sockets[0].getsockname()[1]
        yield served


@asynccontextmanager
async def asking(
    *allowed: str, tls: ssl.SSLContext | None = None, read_timeout_seconds: float = 5, deadline_seconds: float = 10
) -> AsyncIterator[Outward]:
    outward = Outward(
        frozenset(allowed), tls=tls, read_timeout_seconds=read_timeout_seconds, deadline_seconds=deadline_seconds
    )
    yield outward
    await outward.close()


async def failure_of(asked: Awaitable[object]) -> OutwardFailure:
    with pytest.raises(OutwardFailure) as failure:
        await asked
    return failure.value


def with_body(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers, b"", body])


async def test_answer_comes_back_with_its_status_headers_and_body() -> None:
    answer = b'HTTP/1.1 404 Not Found\r\nX-Reason: gone\r\nContent-Length: 13\r\n\r\n{"keys": [1]}'
    async with serving(answer) as lms, asking("127.0.0.1") as outward:
        response = await outward.get_json(f"http://127.0.0.1:{lms.port}/jwks?a=b")
    assert (response.status, response.headers["x-REASON"], response.body) == (404, "gone", b'{"keys": [1]}')
    assert response.json() == {"keys": [1]}
    assert lms.requests[0].startswith(b"GET /jwks?a=b HTTP/1.1\r\n")


async def test_host_that_is_named_is_asked_at_its_checked_address() -> None:
    async with serving(OK) as lms, asking("LMS.localhost") as outward:
        await outward.get_json(f"http://lms.localhost:{lms.port}/")
    assert f"host: lms.localhost:{lms.port}\r\n".encode() in lms.requests[0].lower()


async def test_form_and_json_are_sent_as_such() -> None:
    async with serving(OK) as lms, asking("127.0.0.1") as outward:
        url = f"http://127.0.0.1:{lms.port}/"
        await outward.post_form(url, {"scope": "a b", "x": "ö&="})
        await outward.post_json(url, {"a": 1}, content_type="application/vnd.x+json", headers={"Authorization": "B t"})
    form, json = lms.requests
    assert form.endswith(b"\r\n\r\nscope=a+b&x=%C3%B6%26%3D")
    assert b"content-type: application/x-www-form-urlencoded\r\n" in form.lower()
    assert json.endswith(b'\r\n\r\n{"a":1}')
    assert b"content-type: application/vnd.x+json\r\n" in json.lower()
    assert b"authorization: b t\r\n" in json.lower()


async def test_host_that_is_not_allowed_is_refused_before_any_connection() -> None:
    async with serving(OK) as lms, asking("lms.localhost") as outward:
        for host in ("localhost", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "other.localhost"):
            failure = await failure_of(outward.get_json(f"https://{host}:{lms.port}/"))
            assert failure.kind is FailureKind.REFUSED, host
    assert lms.requests == []


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.example/jwks",
        "ftp://127.0.0.1/jwks",
        "file:///etc/passwd",
        "https:///jwks",
        "/jwks",
        "",
        "https://user:hush@127.0.0.1/jwks",
        "https://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/",
        "https://lms.example:65536/",
        "https://lms.example:0/",
        "https://\x00/",
    ],
)
async def test_url_that_breaks_the_rules_is_refused(url: str) -> None:
    async with asking("127.0.0.1", "10.0.0.1") as outward:
        failure = await failure_of(outward.get_json(url))
    assert failure.kind is FailureKind.REFUSED
    assert "hush" not in str(failure)


@pytest.mark.parametrize("host", ["nothing.invalid", "exa mple", "a" * 64 + ".example"])
async def test_name_without_address_is_unreachable(host: str) -> None:
    async with asking() as outward:
        failure = await failure_of(outward.get_json(f"https://{host}/"))
    assert failure.kind is FailureKind.UNREACHABLE


async def test_closed_port_is_unreachable() -> None:
    async with serving(OK) as lms:
        pass
    async with asking("127.0.0.1") as outward:
        failure = await failure_of(outward.get_json(f"http://127.0.0.1:{lms.port}/"))
    assert failure.kind is FailureKind.UNREACHABLE


def has_ipv6() -> bool:
    with socket.socket(socket.AF_INET6) as probe:
        return probe.connect_ex(("::1", 9)) != errno.EADDRNOTAVAIL


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback, so no second address")
async def test_second_address_is_tried_when_the_first_does_not_answer() -> None:
    async with serving(OK, host="::1") as lms, asking("lms.localhost") as outward:
        assert (await outward.get_json(f"http://lms.localhost:{lms.port}/")).status == 200


async def test_redirect_is_an_answer_and_is_not_followed() -> None:
    async with serving(OK) as target:
        moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n" % target.port
        async with serving(moved) as lms, asking("127.0.0.1") as outward:
            assert (await outward.get_json(f"http://127.0.0.1:{lms.port}/")).status == 302
    assert target.requests == []


async def test_server_that_says_nothing_is_timed_out() -> None:
    async with (
        serving(lambda _writer: asyncio.sleep(5)) as lms,
        asking("127.0.0.1", read_timeout_seconds=0.05) as outward,
    ):
        failure = await failure_of(outward.get_json(f"http://127.0.0.1:{lms.port}/"))
    assert failure.kind is FailureKind.TIMED_OUT


async def test_server_that_drips_is_stopped_by_the_deadline() -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while True:
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with serving(drip) as lms, asking("127.0.0.1", deadline_seconds=0.2) as outward:
        failure = await failure_of(outward.get_json(f"http://127.0.0.1:{lms.port}/"))
    assert failure.kind is FailureKind.TIMED_OUT


async def test_answer_may_have_a_limit_of_its_own() -> None:
    async with asking("127.0.0.1") as outward, serving(with_body(bytes(2 * 1024 * 1024))) as lms:
        url = f"http://127.0.0.1:{lms.port}/"
        assert len((await outward.send("GET", url, limit_bytes=2 * 1024 * 1024)).body) == 2 * 1024 * 1024
        failure = await failure_of(outward.send("GET", url, limit_bytes=2 * 1024 * 1024 - 1))
    assert failure.kind is FailureKind.TOO_LARGE


async def test_body_of_a_mebibyte_is_taken_and_one_byte_more_is_too_large() -> None:
    async with asking("127.0.0.1") as outward:
        async with serving(with_body(bytes(1024 * 1024))) as lms:
            assert len((await outward.get_json(f"http://127.0.0.1:{lms.port}/")).body) == 1024 * 1024
        async with serving(with_body(bytes(1024 * 1024 + 1))) as lms:
            failure = await failure_of(outward.get_json(f"http://127.0.0.1:{lms.port}/"))
    assert failure.kind is FailureKind.TOO_LARGE


async def test_endless_body_is_left_at_the_limit() -> None:
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        while True:
            writer.write(bytes(65536))
            sent += 65536
            await writer.drain()

    async with serving(flood) as lms, asking("127.0.0.1") as outward:
        failure = await failure_of(outward.get_json(f"http://127.0.0.1:{lms.port}/"))
    assert failure.kind is FailureKind.TOO_LARGE
    assert sent < 16 * 1024 * 1024


async def test_compressed_answer_is_not_unpacked() -> None:
    bomb = with_body(gzip.compress(bytes(10_000_000)), b"Content-Encoding: gzip")
    async with serving(bomb) as lms, asking("127.0.0.1") as outward:
        failure = await failure_of(outward.get_json(f"http://127.0.0.1:{lms.port}/"))
    assert failure.kind is FailureKind.UNREADABLE
    assert b"accept-encoding: identity\r\n" in lms.requests[0].lower()


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 200_000])
async def test_what_is_no_json_is_said_to_be_unreadable(body: bytes) -> None:
    async with serving(with_body(body)) as lms, asking("127.0.0.1") as outward:
        response = await outward.get_json(f"http://127.0.0.1:{lms.port}/")
    with pytest.raises(OutwardFailure) as failure:
        response.json()
    assert failure.value.kind is FailureKind.UNREADABLE


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"])
async def test_answer_that_breaks_off_is_unreachable(answer: bytes) -> None:
    async with serving(answer) as lms, asking("127.0.0.1") as outward:
        failure = await failure_of(outward.get_json(f"http://127.0.0.1:{lms.port}/"))
    assert failure.kind is FailureKind.UNREACHABLE


async def test_failure_shows_no_secret_of_the_request() -> None:
    async with serving(OK) as lms, asking("127.0.0.1") as outward:
        url = f"http://127.0.0.1:{lms.port}/?sesskey=hush"
        failure = await failure_of(outward.get_json(url, headers={"Authorization": "Bearer hush\n"}))
    assert "hush" not in "".join(traceback.format_exception(failure))


async def test_request_leaves_no_secret_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(OK) as lms, asking("127.0.0.1") as outward:
        url = f"http://127.0.0.1:{lms.port}/?sesskey=hush"
        await outward.get_json(url, headers={"Authorization": "Bearer hush"})
    assert b"hush" in lms.requests[0]
    assert "hush" not in caplog.text


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    """A certificate and key, in one file, for tls.localhost: its own authority."""
    key = generate_private_key(SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tls.localhost")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=3650))
        .not_valid_after(NOW + timedelta(days=36500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("tls.localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "authority.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + certificate.public_bytes(Encoding.PEM))
    return file


async def test_certificate_is_checked_for_the_name_and_not_the_address(authority: Path) -> None:
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(authority)
    trusting = ssl.create_default_context(cafile=str(authority))
    async with serving(OK, tls=server) as lms, asking("tls.localhost", "other.localhost", tls=trusting) as outward:
        assert (await outward.get_json(f"https://tls.localhost:{lms.port}/")).status == 200
        failure = await failure_of(outward.get_json(f"https://other.localhost:{lms.port}/"))
    assert failure.kind is FailureKind.UNREACHABLE
    assert "not valid for 'other.localhost'" in failure.message


async def test_certificate_of_an_unknown_authority_is_refused(authority: Path) -> None:
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(authority)
    async with serving(OK, tls=server) as lms, asking("tls.localhost") as outward:
        failure = await failure_of(outward.get_json(f"https://tls.localhost:{lms.port}/"))
    assert failure.kind is FailureKind.UNREACHABLE
    assert lms.requests == []

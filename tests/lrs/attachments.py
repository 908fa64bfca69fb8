"""Files with their attachments, and requests and answers that hold them."""

import hashlib
from typing import Any

import httpx
from msgspec import json

BOUNDARY = "abc"
MIXED = {"Content-Type": f"multipart/mixed; boundary={BOUNDARY}"}


def make_attachment(data: bytes, *, algorithm: str = "sha256", **members: Any) -> dict[str, Any]:
    """The attachment that `data` is the file of; a member given as None is left out."""
    made = {
        "usageType": "http://example.org/usage",
        "display": {"en": "A file"},
        "contentType": "text/plain",
        "length": len(data),
        "sha2": hashlib.new(algorithm, data).hexdigest(),
        **members,
    }
    return {name: value for name, value in made.items() if value is not None}


def file_part(data: bytes, *, sha2: str | None = None, **headers: str | None) -> tuple[dict[str, str], bytes]:
    """A part with a file; a header given as None is left out, `_` in its name is a hyphen."""
    told = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2 or hashlib.sha256(data).hexdigest(),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return {name: value for name, value in told.items() if value is not None}, data


def mixed(statements: object, *files: tuple[dict[str, str], bytes]) -> bytes:
    """The body of a request with files."""
    parts = [({"Content-Type": "application/json"}, json.encode(statements)), *files]
    written = b""
    for headers, data in parts:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        written += f"--{BOUNDARY}\r\n{lines}\r\n".encode() + data + b"\r\n"
    return written + f"--{BOUNDARY}--\r\n".encode()


def parts_of_answer(answer: httpx.Response) -> list[tuple[dict[str, str], bytes]]:
    """The parts of an answer, split in the plainest way."""
    kind, _, boundary = answer.headers["Content-Type"].partition("; boundary=")
    assert kind == "multipart/mixed"
    first, *parts, last = (b"\r\n" + answer.content).split(f"\r\n--{boundary}".encode())
    assert last == b"--\r\n"
    assert first.strip() == b""
    told = []
    for part in parts:
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        lines = [line.partition(": ") for line in head.decode().split("\r\n")]
        told.append(({name: value for name, _, value in lines}, data))
    return told

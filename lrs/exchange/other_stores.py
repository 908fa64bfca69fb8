"""Other people's record stores over HTTP: what is sent to them, what they answer, and what to make of it."""

import base64
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Final, Protocol
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

from msgspec import Struct

from base import FailureKind, Invalid, KeyRing, Outward, OutwardFailure, Response, seal, unseal
from lrs.standard.about import VERSION_HEADER

LEASE: Final = timedelta(seconds=60)
"""For how long one worker has a store to itself; after a crash another takes over then."""

WORK_SECONDS: Final = 10.0
"""After so long a worker lets go of what it could not finish, well before its lease ends."""

ANSWER_LIMIT_BYTES: Final = 16 * 1024 * 1024

_LONGEST_PAUSE_SECONDS: Final = 3600
_LONGEST_ASKED_SECONDS: Final = 24 * 3600
_SHOWN_CHARACTERS: Final = 500
_LONGEST_NAME: Final = 200


class XapiVersion(StrEnum):
    """What another store is spoken to in."""

    V1_0_3 = "1.0.3"
    V2_0_0 = "2.0.0"


@dataclass(frozen=True)
class OtherStore:
    """Another store, opened: its statements stand at `endpoint` + "statements"."""

    endpoint: str
    version: str
    authorization: str = field(repr=False)

    def headers(self) -> dict[str, str]:
        return {VERSION_HEADER: self.version, "Authorization": self.authorization}


class Trouble(Exception):
    """The other store cannot be used now; the message says why and the cure. `smaller`: less at once may help."""

    def __init__(self, message: str, *, retry_after_seconds: float = 0, smaller: bool = False) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.smaller = smaller


class SealedStore(Protocol):
    """What the tables keep of a store: the way to it, and its secret, sealed."""

    @property
    def id(self) -> UUID: ...
    @property
    def endpoint(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def secret(self) -> bytes: ...


class NewStore(Struct, frozen=True):
    """A store as somebody enters it. Either `key` and `secret` (HTTP Basic), or `secret` alone (a bearer token)."""

    name: str
    endpoint: str
    secret: str
    key: str = ""
    version: str = XapiVersion.V1_0_3

    def checked(self) -> "NewStore":
        """The same with its endpoint in one form. Raises Invalid, naming the field."""
        if not 0 < len(self.name.strip()) <= _LONGEST_NAME:
            raise Invalid(f"The name must have 1 to {_LONGEST_NAME} characters.", where="name")
        if not self.secret or not (self.key + self.secret).isprintable() or ":" in self.key:
            raise Invalid(
                "Give the key and the secret, or a token alone, as the other store shows them.", where="secret"
            )
        if self.version not in set(XapiVersion):
            raise Invalid(f"The version is {self.version!r}; it must be {' or '.join(XapiVersion)}.", where="version")
        endpoint = parse_endpoint(self.endpoint)
        return NewStore(self.name.strip(), endpoint, self.secret, self.key, self.version)

    @property
    def authorization(self) -> str:
        if not self.key:
            return f"Bearer {self.secret}"
        return f"Basic {base64.b64encode(f'{self.key}:{self.secret}'.encode()).decode()}"


def parse_endpoint(value: str) -> str:
    """The address below which the resources stand, in one form, with a slash at its end. Raises Invalid."""
    try:
        parts = urlsplit(value.strip())
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        parts, port = urlsplit(""), ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise Invalid(
            f"The endpoint is {value!r}; it must be the address of the record store, such as "
            "https://lrs.example/xapi/, with no user, query or fragment.",
            where="endpoint",
        )
    path = parts.path.rstrip("/").removesuffix("/statements") + "/"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return urlunsplit((parts.scheme, host + port, path, "", ""))


def sealed_secret(ring: KeyRing, store_id: UUID, store: NewStore) -> bytes:
    """What the database keeps: bound to the row and to the address, so that it never goes anywhere else."""
    return seal(ring, store.authorization, about=f"{store_id} {store.endpoint}")


def open_store(ring: KeyRing, kept: SealedStore) -> OtherStore:
    """Raises Unavailable where the ring cannot open the secret."""
    return OtherStore(kept.endpoint, kept.version, unseal(ring, kept.secret, about=f"{kept.id} {kept.endpoint}"))


async def exchange(
    outward: Outward, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b""
) -> Response:
    """The answer of another store, whatever its status. Raises Trouble when there is none."""
    try:
        return await outward.send(method, url, headers=headers, body=body, limit_bytes=ANSWER_LIMIT_BYTES)
    except OutwardFailure as failure:
        smaller = failure.kind in {FailureKind.TIMED_OUT, FailureKind.TOO_LARGE, FailureKind.UNREACHABLE}
        raise Trouble(failure.message, smaller=smaller) from None


def trouble_of(answer: Response, *, now: datetime) -> Trouble:
    """What an answer that is no success says about the store, in words."""
    return Trouble(
        f"{_CURES.get(answer.status, _cure(answer.status))} {shown(answer)}".strip(),
        retry_after_seconds=retry_after_seconds(answer, now=now),
        smaller=answer.status in {408, 413, 502, 504},
    )


def shown(answer: Response) -> str:
    """An answer as people see it: its status and the beginning of its text."""
    text = " ".join(answer.body[: 4 * _SHOWN_CHARACTERS].decode(errors="replace").split())[:_SHOWN_CHARACTERS]
    return f"(It answered {answer.status}{': ' if text else ''}{text}.)".replace("..", ".").replace("\x00", "")


def retry_after_seconds(answer: Response, *, now: datetime) -> float:
    """What the header Retry-After asks for, as seconds or as a date (RFC 9110, 10.2.3); 0 where it asks nothing."""
    asked = answer.headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:9]), _LONGEST_ASKED_SECONDS)
    try:
        until = parsedate_to_datetime(asked)
    except (ValueError, TypeError):
        return 0
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max((until - now).total_seconds(), 0), _LONGEST_ASKED_SECONDS)


def next_try(attempts: int, trouble: Trouble, *, now: datetime) -> datetime:
    """When to try again after so many failures in a row: later each time, spread, and never before it was asked."""
    longest = min(2.0 ** min(attempts, 20), _LONGEST_PAUSE_SECONDS)
    pause = random.uniform(longest / 2, longest)  # noqa: S311 (spreads retries, guards nothing)
    asked = trouble.retry_after_seconds * random.uniform(1, 1.1)  # noqa: S311 (likewise)
    return now + timedelta(seconds=max(pause, asked))


def _cure(status: int) -> str:
    if 300 <= status < 400:  # noqa: PLR2004 (HTTP's own numbers)
        return "The other record store has moved; enter its new address."
    if status >= 500:  # noqa: PLR2004 (likewise)
        return "The other record store failed; it is tried again by itself."
    return "The other record store does not take this; see its answer."


_CURES: Final = {
    401: "The other record store does not know this key and secret; enter new ones.",
    403: "The key may not do this there; give it the scopes to read or write statements.",
    404: "There is no record store at this address; check the endpoint.",
    405: "There is no record store at this address; check the endpoint.",
    429: "The other record store asks for fewer requests; it is tried again later.",
}

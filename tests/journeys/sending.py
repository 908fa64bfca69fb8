"""A record-store client that keeps account of what it sent and what was acknowledged."""

import base64
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import msgspec

from tests.lrs.attachments import MIXED, file_part, make_attachment, mixed
from tests.running import Service
from tests.wire import Answer, Wire

_STATEMENTS = "/xapi/statements"
_STORED = (HTTPStatus.OK, HTTPStatus.NO_CONTENT)

STATE_AGENT = {"mbox": "mailto:aygun@example.org"}
STATE_CONTEXT = {"activityId": "https://lms.example/course", "agent": msgspec.json.encode(STATE_AGENT).decode()}
"""Whose states are written, and of which activity."""


class Sent(msgspec.Struct, frozen=True):
    """One request, by the ids of its statements in order, and whether it was acknowledged.

    With it came the `files` with these SHA-256 hashes, which every one of its statements has.
    """

    ids: tuple[UUID, ...]
    acknowledged: bool
    files: frozenset[str] = frozenset()


@dataclass
class Written:
    """What one state was made, in order, by somebody who waits for each answer; the first so many were acknowledged."""

    contents: list[bytes] = field(default_factory=list)
    acknowledged: int = 0

    @property
    def possible(self) -> list[bytes]:
        """What it may be now: the last that was acknowledged, or what came after that."""
        return self.contents[max(self.acknowledged - 1, 0) :]


@dataclass
class Ledger:
    """Everything that was ever sent."""

    requests: list[Sent] = field(default_factory=list)
    states: dict[str, Written] = field(default_factory=dict)

    @property
    def acknowledged(self) -> set[UUID]:
        return {each for sent in self.requests if sent.acknowledged for each in sent.ids}


class Sender:
    """One connection of a client with a key and a secret."""

    def __init__(self, service: Service, key: str, secret: str, ledger: Ledger) -> None:
        self._host = urlsplit(service.url).netloc
        self._wire = Wire(urlsplit(service.url).port or 80)
        self._ledger = ledger
        self._headers = {
            "authorization": "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode(),
            "content-type": "application/json",
            "x-experience-api-version": "1.0.3",
        }

    def close(self) -> None:
        self._wire.close()

    async def post(self, statements: Sequence[dict[str, Any]]) -> Answer:
        """Send one statement alone or several as a list. Raises ConnectionError when no answer came."""
        body = msgspec.json.encode(statements[0] if len(statements) == 1 else statements)
        return await self._store("POST", _STATEMENTS, body, statements)

    async def put(self, statement: dict[str, Any]) -> Answer:
        """Send one statement under its id. Raises ConnectionError when no answer came."""
        target = f"{_STATEMENTS}?statementId={statement['id']}"
        return await self._store("PUT", target, msgspec.json.encode(statement), [statement])

    async def post_with_file(self, statements: Sequence[dict[str, Any]], file: bytes) -> Answer:
        """Send statements that all have the file. Raises ConnectionError when no answer came."""
        attachment = make_attachment(file)
        with_file = [{**each, "attachments": [attachment]} for each in statements]
        body = mixed(with_file, file_part(file))
        kind = {"content-type": MIXED["Content-Type"]}
        return await self._store("POST", _STATEMENTS, body, with_file, kind, frozenset({attachment["sha2"]}))

    async def put_state(self, name: str, content: bytes) -> Answer:
        """Make the state of this name, which only one caller has, the content."""
        written = self._ledger.states.setdefault(name, Written())
        written.contents.append(content)
        target = f"/xapi/activities/state?{urlencode({**STATE_CONTEXT, 'stateId': name})}"
        kind = {"content-type": "application/octet-stream"}
        answer = await self._wire.request("PUT", self._host, target, {**self._headers, **kind}, content)
        if answer.status == HTTPStatus.NO_CONTENT:
            written.acknowledged = len(written.contents)
        return answer

    async def _store(
        self,
        method: str,
        target: str,
        body: bytes,
        statements: Sequence[dict[str, Any]],
        headers: Mapping[str, str] | None = None,
        files: frozenset[str] = frozenset(),
    ) -> Answer:
        ids = tuple(UUID(each["id"]) for each in statements)
        answer: Answer | None = None
        try:
            answer = await self._wire.request(method, self._host, target, {**self._headers, **(headers or {})}, body)
        finally:
            acknowledged = answer is not None and answer.status in _STORED
            self._ledger.requests.append(Sent(ids, acknowledged, files))
        return answer

    async def get(self, statement_id: UUID) -> Answer:
        target = f"{_STATEMENTS}?statementId={statement_id}"
        return await self._wire.request("GET", self._host, target, self._headers)


def make_statement(chance: random.Random) -> dict[str, Any]:
    """Somebody from elsewhere did something; all such statements are found in equally many ways."""
    actor = {"account": {"homePage": "https://lms.example", "name": f"learner-{chance.randrange(100)}"}}
    return {
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "actor": actor,
        "verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"en": "experienced"}},
        "object": {"id": f"https://lms.example/pages/{chance.randrange(50)}"},
        "context": {"registration": str(UUID(int=chance.getrandbits(128), version=4))},
        "timestamp": "2026-11-22T08:59:00Z",
    }

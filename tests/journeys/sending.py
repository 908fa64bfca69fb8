"""A record-store client that keeps account of what it sent and what was acknowledged."""

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from tests.running import Service
from tests.wire import Answer, Wire


class Sent(msgspec.Struct, frozen=True):
    """One request, by the ids of its statements in order, and whether it was acknowledged."""

    ids: tuple[UUID, ...]
    acknowledged: bool


@dataclass
class Ledger:
    """Everything that was ever sent."""

    requests: list[Sent] = field(default_factory=list)

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
        ids = tuple(UUID(each["id"]) for each in statements)
        answer: Answer | None = None
        try:
            answer = await self._wire.request("POST", self._host, "/xapi/statements", self._headers, body)
        finally:
            self._ledger.requests.append(Sent(ids, answer is not None and answer.status == 200))
        return answer

    async def get(self, statement_id: UUID) -> Answer:
        target = f"/xapi/statements?statementId={statement_id}"
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

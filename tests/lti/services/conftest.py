"""The demo LMS as its services see us, without a database; and a platform that answers what a test says."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import uuid4

import pytest
from litestar.types import Receive, Scope, Send

from base import KeyRing, Outward
from lti import Platform
from lti.services.access_tokens import AccessTokens
from tests.demo_lms import DemoLms
from tests.lti.conftest import Network
from tests.lti.waymark import Clock

Said = tuple[int, dict[str, str], bytes]


class Scripted:
    """Answers each path with what was said for it, the last for ever; access tokens are given as `granted`."""

    def __init__(self) -> None:
        self.said: defaultdict[str, list[Said]] = defaultdict(list)
        self.granted: bytes = b'{"access_token": "t", "expires_in": 3600}'
        self.bodies: list[bytes] = []

    def say(self, path: str, status: int = 200, body: bytes = b"[]", **headers: str) -> None:
        self.said[path].append((status, {name.replace("_", "-"): value for name, value in headers.items()}, body))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.bodies.append((await receive()).get("body", b""))  # type: ignore[arg-type] # it is an HTTP request
        waiting = [(200, {}, self.granted)] if scope["path"] == "/token" else self.said[scope["path"]]
        status, headers, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        raw: Sequence[tuple[bytes, bytes]] = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": body, "more_body": False})


@pytest.fixture
def tokens(outward: Outward, keys: KeyRing, clock: Clock) -> AccessTokens:
    return AccessTokens(outward, keys, clock)


@pytest.fixture
def sent_to(lms: DemoLms) -> Platform:
    known = {name: value for name, value in lms.registration.items() if name != "deployment_ids"}
    return Platform(id=uuid4(), **known)


@pytest.fixture
def scripted(lms: DemoLms, network: Network) -> Scripted:
    """In place of the demo LMS, at its address."""
    network.app = script = Scripted()
    return script

"""The gate of the record store: a request comes in when its sender is known and has a place left."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from base import Database
from lrs.senders.bearer_tokens import BearerTokens
from lrs.senders.credentials import Sender
from lrs.senders.limits import Bulkheads
from lrs.senders.senders import RecentSenders


class Gate:
    """One of these for a process; without `bearer_tokens` it knows no issuers."""

    def __init__(self, bearer_tokens: BearerTokens | None = None, bulkheads: Bulkheads | None = None) -> None:
        self._senders = RecentSenders(bearer_tokens)
        self._bulkheads = bulkheads or Bulkheads()

    @asynccontextmanager
    async def admit(self, db: Database, authorization: str | None, *, now: datetime) -> AsyncIterator[Sender]:
        """The sender, who is inside until the block ends.

        Raises Unauthenticated for nobody known, TooMany for more than the sender's limits, Unavailable for more than
        the store can do.
        """
        async with self._bulkheads.any_place():
            sender = await self._senders.sender(db, authorization, now=now)
            async with self._bulkheads.place_of(sender.key, sender.limits, now=now):
                yield sender


_STAY = "xapi stay"


class Stays:
    """Under `path`, whoever was let in stays until the answer was sent whole, or whom it was for is gone.

    The framework is done with what a handler depends on before it sends the answer, which may be long.
    """

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        async with AsyncExitStack() as stay:

            async def send_until_end(message: Message) -> None:
                await send(message)
                if message["type"] == "http.response.body" and not message["more_body"]:
                    await stay.aclose()  # the framework's streams go on listening until the connection ends

            scope.setdefault("state", {})[_STAY] = stay
            await self._app(scope, receive, send_until_end)


def stay_of(scope: Scope) -> AsyncExitStack:
    """What is closed when the answer to this request was sent."""
    stay: AsyncExitStack = scope["state"][_STAY]
    return stay

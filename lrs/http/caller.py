"""Who calls a route of the record store, in which version, and with what right."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from msgspec import Struct

from base import Database
from lrs.http.versions import promise_consistency, speaks_2_0
from lrs.log.watermark import Watermark
from lrs.senders.credentials import Sender
from lrs.senders.gate import Gate, stay_of
from lrs.standard.about import VERSION_HEADER
from lrs.standard.agents import agent_key

Asking = Request[Any, Any, State]


class Caller(Struct, frozen=True):
    """Who asks, and in which version."""

    sender: Sender
    is_2_0: bool

    @property
    def authority(self) -> str | None:
        """The key of the only authority whose statements the caller may read; None when it may read all."""
        return agent_key(self.sender.authority) if self.sender.reads_only_own else None


async def admitted(request: Asking) -> tuple[Caller, datetime]:
    """As `provide_caller`, and the present; for a handler that is to be spared the framework's dependencies.

    They are resolved in tasks of their own, which takes a third of the time of a small POST.
    """
    state = request.app.state
    now: datetime = state["clock"]()
    return await provide_caller(request, state["db"], now), now


async def provide_caller(request: Asking, db: NamedDependency[Database], now: NamedDependency[datetime]) -> Caller:
    """The caller, who has a place in the store until the answer is sent.

    Raises Unauthenticated before anything else is looked at, then TooMany or Unavailable for more than there is room
    for, then Invalid for a version not spoken here.
    """
    if request.method in {HttpMethod.GET, HttpMethod.HEAD} and request.scope["path"].endswith("/statements"):
        watermark: Watermark = request.app.state.setdefault("watermark", Watermark(db))
        promise_consistency(request.scope, await watermark.through(now=now))
    gate: Gate = request.app.state.setdefault("gate", Gate())
    admission = gate.admit(db, request.headers.get("Authorization"), now=now)
    sender = await stay_of(request.scope).enter_async_context(admission)
    return Caller(sender, speaks_2_0(request.headers.get(VERSION_HEADER)))

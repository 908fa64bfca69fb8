"""Who calls a route of the record store, in which version, and with what right."""

from datetime import datetime
from typing import Any

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency
from msgspec import Struct

from base import Database
from lrs.agents import agent_key
from lrs.credentials import Sender
from lrs.senders import RecentSenders
from lrs.versions import VERSION_HEADER, promise_consistency, speaks_2_0

Asking = Request[Any, Any, State]


class Caller(Struct, frozen=True):
    """Who asks, and in which version."""

    sender: Sender
    is_2_0: bool

    @property
    def authority(self) -> str | None:
        """The key of the only authority whose statements the caller may read; None when it may read all."""
        return agent_key(self.sender.authority) if self.sender.reads_only_own else None


async def provide_caller(request: Asking, db: NamedDependency[Database], now: NamedDependency[datetime]) -> Caller:
    """Raises Unauthenticated before anything else is looked at, then Invalid for a version not spoken here."""
    promise_consistency(request.scope, now)
    recent: RecentSenders = request.app.state.setdefault("recent_senders", RecentSenders())
    sender = await recent.sender(db, request.headers.get("Authorization"), now=now)
    return Caller(sender, speaks_2_0(request.headers.get(VERSION_HEADER)))

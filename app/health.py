"""What machines ask of the service: does it live, can it serve, and how is it doing."""

import time
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from sqlalchemy import Connection

from app.migrating import require_newest_schema
from app.visit import PUBLIC
from base import Database, failures, waiting
from paths import SelfCheck, newest_check

_registry = CollectorRegistry()
_requests = Counter("waymark_requests", "Requests answered.", ["origin", "status"], registry=_registry)
_seconds = Histogram("waymark_request_seconds", "Time from request to the end of the answer.", registry=_registry)
_waiting = Gauge(
    "waymark_pending_events", "Events that wait to be heard (10000 each at most).", ["subscriber"], registry=_registry
)
_set_aside = Gauge("waymark_set_aside_events", "Events that kept failing (100 at most).", registry=_registry)
_checked = Gauge("waymark_self_check_people", "People replayed in the last nightly check.", registry=_registry)
_differing = Gauge(
    "waymark_self_check_differing_people", "Those of them of whom something was stored otherwise.", registry=_registry
)
_checked_at = Gauge("waymark_self_check_seconds", "When it was, in seconds since 1970.", registry=_registry)


class Measured:
    """Counts and times the requests of one origin; it names no path and nobody."""

    def __init__(self, app: ASGIApp, *, origin: str) -> None:
        self._app = app
        self._origin = origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def send_counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                _requests.labels(self._origin, f"{message['status'] // 100}xx").inc()
            await send(message)

        await self._app(scope, receive, send_counted)
        _seconds.observe(time.perf_counter() - began)


@get("/healthz", opt=PUBLIC, include_in_schema=False)
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@get("/readyz", opt=PUBLIC, include_in_schema=False)
async def readyz(db: NamedDependency[Database]) -> dict[str, str]:
    """The database answers, and has the schema that this program needs."""
    await db.read(require_newest_schema)
    return {"status": "ready"}


@get("/metrics", opt=PUBLIC, include_in_schema=False)
async def metrics(db: NamedDependency[Database]) -> Response[bytes]:
    """Numbers for Prometheus: requests, their times, what waits or was set aside, and the last nightly check."""
    counts, aside, check = await db.read(_measured)
    _waiting.clear()
    for subscriber, count in counts.items():
        _waiting.labels(subscriber).set(count)
    _set_aside.set(aside)
    if check is not None:
        _checked.set(check.checked)
        _differing.set(check.differing)
        _checked_at.set(check.at.timestamp())
    return Response(generate_latest(_registry), media_type=CONTENT_TYPE_LATEST)


def _measured(conn: Connection) -> tuple[dict[str, int], int, SelfCheck | None]:
    return waiting(conn), len(failures(conn)), newest_check(conn)


HEALTH_ROUTES: list[Any] = [healthz, readyz, metrics]

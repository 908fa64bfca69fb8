"""Waymark's door alone: its routes with their dependencies, and errors told as plain JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Litestar, Request, Response
from litestar.di import Provide

from base import (
    Database,
    Forbidden,
    Invalid,
    KeyRing,
    KeySets,
    Missing,
    Outward,
    Unauthenticated,
    Unavailable,
    WaymarkError,
)
from lti import CookieBlocked, Keep, StorageAsked
from lti.arriving.routes import HANDLERS

URL = "https://waymark.example"
STATUS = {Invalid: 400, Unauthenticated: 401, Forbidden: 403, Missing: 404, Unavailable: 503}


@dataclass
class Clock:
    now: datetime

    def __call__(self) -> datetime:
        return self.now


def asked_of_storage(_request: Request[Any, Any, Any], asked: StorageAsked) -> Response[dict[str, Any]]:
    """What the page would be filled with that asks the platform's window."""
    kind = "keep" if isinstance(asked.step, Keep) else "prove"
    return Response({kind: msgspec.to_builtins(asked.step)}, status_code=STATUS[Unauthenticated])


def told(_request: Request[Any, Any, Any], error: WaymarkError) -> Response[dict[str, str]]:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    restart = {"restart_url": error.restart_url} if isinstance(error, CookieBlocked) else {}
    said = {name: value for name in ("language", "way_back") if (value := getattr(error, name, None))}
    return Response({"message": error.message, **restart, **said}, status_code=status)


def waymark(db: Database, keys: KeyRing, outward: Outward, clock: Clock) -> Litestar:
    values = {"db": db, "keys": keys, "key_sets": KeySets(outward), "waymark_url": URL}
    provided = {name: _give(value) for name, value in values.items()}
    return Litestar(
        HANDLERS,
        dependencies={**provided, "now": Provide(clock, sync_to_thread=False)},
        exception_handlers={WaymarkError: told, StorageAsked: asked_of_storage},
        openapi_config=None,
    )


def _give(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)

"""The composition root: what is made once, which routes there are, and who hears what."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, ControllerRouterHandler

from app.errors import EXCEPTION_HANDLERS
from app.exchange import Exchange
from app.frames import Frames
from app.health import HEALTH_ROUTES, Measured
from app.hosts import Hosts
from app.key_keeping import follow_keys_until, rotate_due_keys, settle_keys
from app.mailing import mail_hearers
from app.migrating import require_newest_schema
from app.origin_check import OriginCheck
from app.page import LOCALE_FOLDER
from app.pages import APP_PAGES, CONTENT_PAGES
from app.pseudonymising import subscriptions as pseudonym_subscriptions
from app.retention import sweep
from app.safekeeping.collecting import collect_files
from app.security_headers import SecurityHeaders
from app.settings import Settings
from app.timekeeping import keep_time_until
from base import (
    PUBLIC,
    Database,
    FileStore,
    KeyRing,
    KeySets,
    Outward,
    Subscription,
    load_words,
    origin_of,
    seal_rows,
    settle_installation,
    work,
)
from certificates import Issuer, Press
from certificates import subscriptions as certificate_subscriptions
from lrs import BearerTokens, BodyLimits, Cors, Gate
from lrs.routes import XAPI_PATH, XAPI_ROUTES, xapi_edge
from lti import framing_origins, grade_subscriptions, roster_subscriptions
from lti.arriving.routes import HANDLERS as LTI_ROUTES
from paths import PATH_SUBSCRIPTIONS
from people import SIGN_IN_SUBSCRIPTIONS, Providers, imports, read_providers

BODY_LIMIT_BYTES = 1024 * 1024
MACHINE_PATHS = (XAPI_PATH, "/lti/")
"""Paths that are called from other sites and bring proofs of their own."""


@dataclass(frozen=True)
class Hands:
    """What reaches outside the database, made once: keys, files, other people's servers, the signing process."""

    keys: KeyRing
    files: FileStore
    outward: Outward
    press: Press

    async def close(self) -> None:
        self.press.close()
        await self.outward.close()


@dataclass(frozen=True)
class Site:
    """The whole service, opened: what answers requests, its database, and who hears what happens in it."""

    asgi: ASGIApp
    db: Database
    subscriptions: tuple[Subscription, ...]
    hands: Hands

    @property
    def keys(self) -> KeyRing:
        return self.hands.keys


def clock() -> datetime:
    """The present; below this floor time is passed in."""
    return datetime.now(UTC)


def open_hands(settings: Settings) -> Hands:
    """The service's hands; the keys are made at the first start. Raises Unavailable for a wrong passphrase."""
    keys = KeyRing.open(settings.keys, settings.keys_passphrase, now=clock())
    files = FileStore(settings.files, quota_bytes=settings.files_quota_bytes)
    return Hands(keys, files, Outward(settings.private_hosts), Press(keys.document_signer))


def who_hears_what(settings: Settings, hands: Hands) -> tuple[Subscription, ...]:
    """The one table: learning becomes completion, completion becomes certificates, grades and mail."""
    return (
        *imports.IMPORT_SUBSCRIPTIONS,
        *SIGN_IN_SUBSCRIPTIONS,
        *PATH_SUBSCRIPTIONS,
        *certificate_subscriptions(issuer=Issuer(settings.issuer, settings.url), press=hands.press, files=hands.files),
        *grade_subscriptions(hands.outward, hands.keys, clock),
        *roster_subscriptions(hands.outward, hands.keys, clock),
        *mail_hearers(settings),
        *pseudonym_subscriptions(hands.files),
    )


@asynccontextmanager
async def open_site(settings: Settings) -> AsyncIterator[Site]:
    """The service until the block ends. Raises Unavailable before `waymark migrate`."""
    load_words(LOCALE_FOLDER)
    hands = open_hands(settings)
    subscriptions = who_hears_what(settings, hands)
    db = await Database.open(settings.database_url, subscriptions=subscriptions)
    try:
        await db.read(require_newest_schema)
        await db.write(settle_installation, settings.url, now=clock())
        await settle_keys(db, hands.keys, now=clock())
        async with _follow_keys(db, hands.keys):
            yield Site(_compose(settings, db, hands), db, subscriptions, hands)
    finally:
        await db.close()
        await hands.close()


@asynccontextmanager
async def _follow_keys(db: Database, keys: KeyRing) -> AsyncIterator[None]:
    stop = asyncio.Event()
    following = asyncio.create_task(follow_keys_until(stop, db, keys, clock=clock))
    try:
        yield
    finally:
        stop.set()
        await following


@asynccontextmanager
async def open_worker(site: Site) -> AsyncIterator[None]:
    """The worker until the block ends; the errands under way are finished first."""
    stop = asyncio.Event()
    worker = asyncio.create_task(work(site.db, site.subscriptions, clock=clock, stop=stop))
    sweeper = asyncio.create_task(_sweep_until(stop, site))
    collector = asyncio.create_task(_collect_until(stop, site))
    exchange = Exchange(site.db, site.hands.outward, site.hands.keys, site.hands.files, clock)
    exchanger = asyncio.create_task(exchange.run_until(stop))
    timekeeper = asyncio.create_task(keep_time_until(stop, site.db, clock))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(worker, sweeper, collector, exchanger, timekeeper)


async def _sweep_until(stop: asyncio.Event, site: Site) -> None:
    """Every few minutes forget what is kept no longer, seal what was decided, and rotate keys in time."""
    while not stop.is_set():
        while await site.db.write(sweep, now=clock()):
            pass
        while await site.db.write(seal_rows, now=clock()):
            pass
        await rotate_due_keys(site.db, site.keys, now=clock())
        with suppress(TimeoutError):
            async with asyncio.timeout(_SWEEP_SECONDS):
                await stop.wait()


async def _collect_until(stop: asyncio.Event, site: Site) -> None:
    """Every hour delete the files that nothing names: those of requests that were refused late, for one."""
    while not stop.is_set():
        await collect_files(site.db, site.hands.files, now=clock())
        with suppress(TimeoutError):
            async with asyncio.timeout(_COLLECT_SECONDS):
                await stop.wait()


_SWEEP_SECONDS = 600
_COLLECT_SECONDS = 3600


def _compose(settings: Settings, db: Database, hands: Hands) -> ASGIApp:
    framers = _framers(db)
    key_sets = KeySets(hands.outward)
    state = _state(settings, db, hands, key_sets)

    def open_litestar(routes: Sequence[ControllerRouterHandler], openapi: OpenAPIConfig | None) -> Litestar:
        return Litestar(
            routes,
            dependencies=_dependencies(settings, db, hands, key_sets),
            exception_handlers=EXCEPTION_HANDLERS,
            state=State(state),
            openapi_config=openapi,
            logging_config=None,
            request_max_body_size=BODY_LIMIT_BYTES,
        )

    app_origin, content_origin = origin_of(settings.url), origin_of(settings.content_url)
    app = open_litestar([*APP_PAGES, *HEALTH_ROUTES, *XAPI_ROUTES, *LTI_ROUTES], _SCHEMA)
    content = open_litestar(CONTENT_PAGES, None)
    scripts_of = {content_origin, *settings.xapi_origins}
    shared = Cors(Measured(xapi_edge(app), origin="app"), path=XAPI_PATH, origins=scripts_of)
    return Hosts(
        app_url=settings.url,
        content_url=settings.content_url,
        app=Frames(
            SecurityHeaders(
                OriginCheck(shared, origin=app_origin, open_to_sites=MACHINE_PATHS),
                framers=framers,
                framed_paths=("/lti/",),
                form_targets=(content_origin,),
            )
        ),
        content=SecurityHeaders(
            OriginCheck(Measured(content, origin="content"), origin=content_origin),
            framers=framers,
            framed_paths=("/",),
            form_targets=(app_origin,),
        ),
    )


def _framers(db: Database) -> Callable[[], Awaitable[Iterable[str]]]:
    """Who may frame our pages, asked for each page: the platforms as they are then."""
    return partial(db.read, framing_origins)


def _state(settings: Settings, db: Database, hands: Hands, key_sets: KeySets) -> dict[str, object]:
    """What handlers find in the state of their app, besides what they depend on."""
    return {
        "db": db,
        "files": hands.files,
        "clock": clock,
        "settings": settings,
        "gate": Gate(BearerTokens(hands.outward, key_sets)),
        "body_limits": BodyLimits(settings.xapi_document_kb * 1024, settings.xapi_statements_kb * 1024),
    }


def _dependencies(settings: Settings, db: Database, hands: Hands, key_sets: KeySets) -> dict[str, Provide]:
    providers = read_providers(settings.oidc) if settings.oidc else ()
    return {
        "db": _give(db),
        "settings": _give(settings),
        "keys": _give(hands.keys),
        "files": _give(hands.files),
        "outward": _give(hands.outward),
        "key_sets": _give(key_sets),
        "providers": _give(Providers(providers, hands.outward, key_sets)),
        "waymark_url": _give(settings.url),
        "now": Provide(clock, sync_to_thread=False),
    }


def _give(value: object) -> Provide:
    return Provide(lambda: value, sync_to_thread=False)


# As JSON only: the framework's own pages for it load scripts from other people's servers.
_SCHEMA = OpenAPIConfig(
    title="Waymark",
    version=version("waymark"),
    openapi_router=Router("/schema", route_handlers=[], opt=dict(PUBLIC)),
    render_plugins=[JsonRenderPlugin(path=["/", "/openapi.json"])],
)

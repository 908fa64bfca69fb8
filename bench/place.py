"""A prepared service in this process, in a folder of its own, answering on a port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from litestar.types import ASGIApp

from app.main import Site, open_site
from app.preparing import prepare
from app.serving import keep_what_is_there
from app.settings import Settings, read_settings
from tests.demo_lms import server
from tests.running import LIBRARY, environment_in, free_port


class Place(msgspec.Struct, frozen=True):
    """The environment of a service, and the settings that it makes."""

    environment: dict[str, str]
    settings: Settings


async def prepared(folder: Path, database_url: str | None = None) -> Place:
    """A place with a schema and the catalogue."""
    folder.mkdir()  # noqa: ASYNC240 (nobody else waits for this loop)
    environment = environment_in(folder, free_port(), database_url)
    settings = read_settings(environment)
    await asyncio.to_thread(list, prepare(settings, LIBRARY))
    return Place(environment, settings)


@asynccontextmanager
async def open_place(place: Place) -> AsyncIterator[Site]:
    """The service there, on its port and without its worker, until the block ends."""
    async with open_site(place.settings) as site, served(site.asgi, place.settings.port):
        keep_what_is_there()
        yield site


@asynccontextmanager
async def served(app: ASGIApp, port: int) -> AsyncIterator[None]:
    """`app` on the port until the block ends, by the same server as the service's."""
    running = server(app, port)
    serving = asyncio.create_task(running.serve())
    while not await _answers(port):  # noqa: ASYNC110 (the server does not say when it is open)
        await asyncio.sleep(0.02)
    try:
        yield
    finally:
        running.stop()  # type: ignore[no-untyped-call] # granian does not say
        await serving


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True

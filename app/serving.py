"""The server process: one event loop that answers requests, and beside it, on SQLite, the worker."""

import asyncio
import gc
import signal
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack

import structlog
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from app.main import open_site, open_worker
from app.settings import Settings
from base import Unavailable

log = structlog.get_logger(__name__)

HEADER_TIMEOUT_MS = 15_000
"""A client that takes longer to send its headers is cut off, so that slow ones cannot hold every connection."""


async def serve(settings: Settings, *, started: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM; `started` is called once the port is open.

    On SQLite the worker runs in this process, beside the one writer; on PostgreSQL `waymark worker` is a process of
    its own.
    """
    _require_free_port(settings)
    async with AsyncExitStack() as stack:
        site = await stack.enter_async_context(open_site(settings))
        server = Server(
            site.asgi,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGINL,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
            websockets=False,
            log_enabled=False,
        )
        _on_stop_signal(server.stop)
        if site.db.dialect == "sqlite":
            await stack.enter_async_context(open_worker(site))
        serving = asyncio.create_task(server.serve())
        await _until_open(settings, serving)
        keep_what_is_there()
        started()
        await serving


def keep_what_is_there() -> None:
    """Spare the collector of cycles what the process has once it is up: it stays to the end.

    Otherwise each full collection walks all of it, a fifth of a second in which nobody is answered, and under load
    there is one a second.
    """
    gc.collect()
    gc.freeze()


def _require_free_port(settings: Settings) -> None:
    """The server shares a port with whoever else shares it, so two installations would take turns: refuse that."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise Unavailable(
                f"Cannot listen on {settings.host}:{settings.port} ({error.strerror}). "
                "Stop what runs there, or set WAYMARK_PORT and WAYMARK_URL to another port."
            ) from error


async def work_alone(settings: Settings) -> None:
    """Deliver pending events until SIGINT or SIGTERM; any number of such processes may run on PostgreSQL."""
    stopped = asyncio.Event()
    _on_stop_signal(stopped.set)
    async with open_site(settings) as site, open_worker(site):
        keep_what_is_there()
        await stopped.wait()


def _on_stop_signal(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop)


async def _until_open(settings: Settings, serving: asyncio.Task[None]) -> None:
    """Wait until the port answers; what stops the server before that is raised."""
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    await serving

"""The demo LMS in the test's own event loop, known to the service."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx

from base import Database
from lti import add_platform
from tests.demo_lms import DemoLms, application, links_of_library, server
from tests.running import LIBRARY, free_port


@asynccontextmanager
async def lms_beside(environment: Mapping[str, str]) -> AsyncIterator[DemoLms]:
    """An LMS, registered with the prepared service of this environment, until the block ends."""
    url = environment["WAYMARK_URL"]

    async def fetch_tool_keys() -> dict[str, Any]:
        async with httpx.AsyncClient(timeout=10) as client:
            keys: dict[str, Any] = (await client.get(f"{url}/lti/jwks")).raise_for_status().json()
            return keys

    lms = DemoLms(f"http://lms.localhost:{free_port()}", url, links_of_library(LIBRARY), fetch_tool_keys)
    running = server(application(lms), int(lms.url.rpartition(":")[2]))
    serving = asyncio.create_task(running.serve())
    db = await Database.open(environment["WAYMARK_DATABASE_URL"])
    await db.write(add_platform, **lms.registration, by=None, reason="test", now=datetime.now(UTC))
    await db.close()
    try:
        yield lms
    finally:
        running.stop()  # type: ignore[no-untyped-call] # granian does not say
        await serving

"""The schema for tests: every domain's tables."""

import asyncio
import importlib.util

from base import Database, metadata

DOMAINS = ("base", "people", "lrs", "content", "modules", "paths", "certificates", "lti")


def make_schema(url: str) -> None:
    """Create every table at `url`."""
    for domain in DOMAINS:
        if importlib.util.find_spec(domain) is not None:
            importlib.import_module(domain)
    asyncio.run(_create(url))


async def _create(url: str) -> None:
    db = await Database.open(url)
    await db.write(metadata.create_all)
    await db.close()

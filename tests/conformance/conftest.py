import asyncio

import pytest

from base import Database
from tests.lrs.service import Xapi


@pytest.fixture
def xapi(runner: asyncio.Runner, db: Database) -> Xapi:
    """A client that may do everything."""
    client = Xapi(db)
    runner.run(client.sign_on("all"))
    return client

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from base import Database, Unavailable, installation_iri, settle_installation
from tests.times import NOW


def test_iri_is_stored_once_and_the_first_stays(write: Callable[..., Any]) -> None:
    assert write(settle_installation, "https://learn.example/", now=NOW) == "https://learn.example"
    assert write(settle_installation, "https://moved.example", now=NOW) == "https://learn.example"
    assert write(installation_iri) == "https://learn.example"


async def test_nodes_that_start_at_once_settle_on_one_iri(db: Database) -> None:
    starts = [db.write(settle_installation, f"https://node{n}.example", now=NOW) for n in range(8)]
    assert len(set(await asyncio.gather(*starts))) == 1


def test_unsettled_installation_says_how_to_settle_it(read: Callable[..., Any]) -> None:
    with pytest.raises(Unavailable, match="WAYMARK_URL"):
        read(installation_iri)

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from base import Database, Effect, Event
from paths import (
    PATH_SUBSCRIPTIONS,
    PathCompleted,
    PathLost,
    RequirementLost,
    RequirementSatisfied,
    TeamCompleted,
    TeamLost,
)


@pytest.fixture
def told() -> list[Event]:
    """What paths told, in the order in which it was heard."""
    return []


@pytest.fixture
def db(runner: asyncio.Runner, database_url: str, told: list[Event]) -> Iterator[Database]:
    """A clean database in which paths hear what concerns them, and `told` hears paths."""

    def listener(event: type[Event]) -> Effect[Any]:
        return Effect(f"test.{event.__name__}", event, lambda _: True, lambda _conn, heard, _now: told.append(heard))

    heard = (PathCompleted, PathLost, RequirementLost, RequirementSatisfied, TeamCompleted, TeamLost)
    listeners = [listener(each) for each in heard]
    opened = runner.run(Database.open(database_url, subscriptions=(*PATH_SUBSCRIPTIONS, *listeners)))
    yield opened
    runner.run(opened.close())

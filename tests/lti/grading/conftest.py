"""A path of two modules, and the worker."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from base import Database, Errand, Subscription
from base.jobs import work_once
from lti import Platform
from tests.lti.learning import Deliver
from tests.lti.waymark import Clock
from tests.paths import world
from tests.paths.makers import leaf


@pytest.fixture
def growth(platform: Platform, write: Callable[..., Any]) -> None:
    """A path of two modules."""
    write(world.publish_modules)
    write(world.publish, leaf("r-intro", "intro"), leaf("r-budget", "budget"))


@pytest.fixture
def deliver(db: Database, subscriptions: Sequence[Subscription], clock: Clock) -> Deliver:
    """Lets everybody hear what is due by the clock, as the worker does."""
    errands = {each.name: each for each in subscriptions if isinstance(each, Errand)}

    async def run() -> None:
        while await work_once(db, errands, clock=clock):
            pass

    return run

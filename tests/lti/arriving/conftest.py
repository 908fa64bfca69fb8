"""Launches at the door of a Waymark that has one path."""

from collections.abc import Callable
from typing import Any

import pytest

from lti import Platform
from tests.paths import world
from tests.paths.makers import leaf


@pytest.fixture
def growth(platform: Platform, write: Callable[..., Any]) -> None:
    """A path of two modules."""
    write(world.publish_modules)
    write(world.publish, leaf("r-intro", "intro"), leaf("r-budget", "budget"))

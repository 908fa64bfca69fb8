"""An invitation, and an LMS that makes use of it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from base import Database, Outward, settle_installation
from lti import Platform, RegistrationOffer, invite_platform, register_platform
from tests.demo_lms import DemoLms
from tests.demo_lms.registering import registration_url
from tests.lti.conftest import Network
from tests.lti.registering.stand_in import OtherLms
from tests.lti.waymark import URL
from tests.times import NOW

Invite = Callable[[], str]
Register = Callable[..., Platform]


@pytest.fixture
def invite(write: Callable[..., Any]) -> Invite:
    """Makes an invitation and gives its token."""
    write(settle_installation, URL, now=NOW)

    def make() -> str:
        token: str = write(invite_platform, "City Moodle", by=None, reason="test", now=NOW).token
        return token

    return make


@pytest.fixture
def register(runner: asyncio.Runner, db: Database, outward: Outward) -> Register:
    """Lets an LMS register itself by an offer."""

    def run(offer: RegistrationOffer, after: timedelta = timedelta(0)) -> Platform:
        return runner.run(register_platform(db, outward, offer, waymark_url=URL, now=NOW + after))

    return run


@pytest.fixture
def other(network: Network, wire: tuple[Network, int]) -> OtherLms:
    """An LMS of another make, at the place of the demo LMS."""
    standing_in = OtherLms(f"http://lms.localhost:{wire[1]}")
    network.app = standing_in
    return standing_in


def offer_of(lms: DemoLms, token: str) -> RegistrationOffer:
    """What the demo LMS opens the link of this invitation with."""
    address = registration_url(lms, f"{URL}/lti/register?invitation={token}")
    return RegistrationOffer(**dict(parse_qsl(urlsplit(address).query)))

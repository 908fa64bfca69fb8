"""One issuer may send the people of many customers: tenants are told apart by client and deployment."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Connection

from lti import Platform, add_platform
from tests.demo_lms import AYGUN, DemoLms
from tests.lti.browser import Browser
from tests.lti.conftest import HOME
from tests.lti.forging import message
from tests.times import NOW

NewBrowser = Callable[..., Browser]


@pytest.fixture
def other_tenant(lms: DemoLms, platform: Platform, write: Callable[..., Any]) -> Platform:
    other: Platform = write(_register, {**lms.registration, "client_id": "other-tenant", "deployment_ids": ("7",)})
    return other


@pytest.mark.usefixtures("other_tenant")
async def test_deployment_of_another_tenant_lets_nobody_in(lms: DemoLms, new_browser: NewBrowser) -> None:
    assert (await new_browser(AYGUN).launch(HOME)).status_code == 303
    lms.forge = message(deployment_id="7")
    assert (await new_browser(AYGUN).launch(HOME)).status_code == 403


@pytest.mark.parametrize("name", ["lti_deployment_id", "deployment_id"])
async def test_login_without_client_is_of_the_tenant_that_has_the_deployment(
    name: str, lms: DemoLms, other_tenant: Platform, new_browser: NewBrowser
) -> None:
    begun = lms.begin_launch(AYGUN, HOME, "iframe")
    asked = {key: begun[key] for key in ("iss", "login_hint", "target_link_uri")}
    answer = await new_browser(AYGUN).log_in({**asked, name: "7"})
    assert parse_qs(urlsplit(answer.headers["location"]).query)["client_id"] == [other_tenant.client_id]


@pytest.mark.usefixtures("other_tenant")
@pytest.mark.parametrize("said", [{}, {"lti_deployment_id": "unknown"}])
async def test_login_that_names_no_tenant_among_several_is_refused(
    said: dict[str, str], lms: DemoLms, new_browser: NewBrowser
) -> None:
    begun = lms.begin_launch(AYGUN, HOME, "iframe")
    asked = {key: begun[key] for key in ("iss", "login_hint", "target_link_uri")}
    assert (await new_browser(AYGUN).log_in({**asked, **said})).status_code == 401


def _register(conn: Connection, registration: dict[str, Any]) -> Platform:
    return add_platform(conn, **registration, by=None, reason="test", now=NOW)

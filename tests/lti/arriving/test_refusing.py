"""Who is turned away after the platform vouched for them is told so in their language, with the way back."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest

from base import words_for
from lti.refusals import AWAITS_APPROVAL
from tests.demo_lms import AYGUN, NINO, DemoLms, Link
from tests.lti.browser import Browser
from tests.lti.conftest import HOME
from tests.lti.forging import claims, message

NewBrowser = Callable[..., Browser]
GONE = Link("gone", "Gone", "", "/paths/no-such-path", graded=False)

pytestmark = pytest.mark.usefixtures("platform")


def presented(return_url: str, document_target: str = "iframe") -> dict[str, str]:
    return {"return_url": return_url, "document_target": document_target, "locale": "ka"}


async def refused(lms: DemoLms, new_browser: NewBrowser, presentation: dict[str, str]) -> dict[str, str]:
    """What somebody is told whose link leads nowhere."""
    lms.add(GONE)
    lms.forge = message(launch_presentation=presentation)
    answer = await new_browser(NINO).launch(GONE)
    assert answer.status_code == 401
    told: dict[str, str] = answer.json()
    return told


async def test_way_back_leads_to_the_course_with_what_was_told(lms: DemoLms, new_browser: NewBrowser) -> None:
    told = await refused(lms, new_browser, presented("https://lms.example/return?course=1&sesskey=x#top"))
    back = urlsplit(told["way_back"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == "https://lms.example/return"
    told_there = words_for("ka").text(told["message"])
    assert parse_qsl(back.query) == [("course", "1"), ("sesskey", "x"), ("lti_errormsg", told_there)]
    assert back.fragment == ""
    assert told["language"] == "ka"


@pytest.mark.parametrize(
    "return_url",
    [
        "javascript:alert(1)//https://lms.example",
        "data:text/html,x",
        "//lms.example/return",
        "/return",
        "https://",
        "https://user@lms.example/",
        "https://lms.example\\@evil.example/",
        "https://lms.example/\r\nSet-Cookie: a=b",
        "https://[lms.example/",
        f"https://lms.example/{'x' * 2000}",
    ],
)
async def test_address_that_is_not_plainly_one_is_no_way_back(
    return_url: str, lms: DemoLms, new_browser: NewBrowser
) -> None:
    assert "way_back" not in await refused(lms, new_browser, presented(return_url))


async def test_window_of_its_own_is_closed_instead(lms: DemoLms, new_browser: NewBrowser) -> None:
    assert "way_back" not in await refused(lms, new_browser, presented("https://lms.example/return", "window"))


async def test_nobody_is_led_back_by_a_token_that_was_not_verified(lms: DemoLms, new_browser: NewBrowser) -> None:
    lms.forge = claims(nonce="made-up")
    assert set((await new_browser(AYGUN).launch(HOME)).json()) == {"message"}


async def test_deployment_that_awaits_approval_leads_back_too(lms: DemoLms, new_browser: NewBrowser) -> None:
    lms.forge = message(deployment_id="new")
    answer = await new_browser(AYGUN).launch(HOME)
    assert answer.status_code == 403
    back = urlsplit(answer.json()["way_back"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"{lms.url}/"
    assert parse_qsl(back.query)[0] == ("lti_errormsg", words_for("az").text(AWAITS_APPROVAL))

"""Whose pages may hold ours in a frame."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from base import Database, Invalid, Missing, new_uuid
from base.audit import audit_rows
from lti import Platform, add_framer, framers_of, framing_origins, remove_framer
from lti.launching.framing import MOST_LEARNED, learn_framers, origins_of
from lti.tables import platforms
from tests.demo_lms import AYGUN, DemoLms, Draft, signed
from tests.demo_lms.lms import LTI
from tests.lti.browser import Browser
from tests.lti.conftest import HOME
from tests.times import NOW

WHY: dict[str, Any] = {"by": None, "reason": "test", "now": NOW}
SCHOOL = "https://school.example"


def returning_to(address: object) -> Callable[[Draft], str]:
    def forge(draft: Draft) -> str:
        presented = {**draft.claims[f"{LTI}launch_presentation"], "return_url": address}
        return signed(
            Draft(draft.header, {**draft.claims, f"{LTI}launch_presentation": presented}, draft.key),
        )

    return forge


def learned(read: Callable[..., Any], platform: Platform) -> list[str]:
    return [each.origin for each in read(framers_of, platform.id) if each.learned]


def test_origins_of_a_platforms_own_addresses_may_frame(platform: Platform, read: Callable[..., Any]) -> None:
    assert read(framing_origins) == [platform.issuer]
    assert read(framers_of, platform.id) == []


async def test_origin_where_a_launch_returns_to_is_learned(
    lms: DemoLms, platform: Platform, new_browser: Callable[..., Browser], db: Database
) -> None:
    lms.forge = returning_to("http://school.lms.example:8080/course/7?sesskey=secret")
    assert (await new_browser(AYGUN).launch(HOME)).status_code == 303
    assert (await new_browser(AYGUN).launch(HOME)).status_code == 303
    (framer,) = await db.read(framers_of, platform.id)
    assert (framer.origin, framer.learned) == ("http://school.lms.example:8080", True)
    assert await db.read(framing_origins) == sorted([platform.issuer, framer.origin])


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "ftp://school.example/",
        "https:///nowhere",
        "https://school.example; script-src *",
        "https://[::1",
        f"https://{'x' * 300}.example/",
        "",
        None,
    ],
)
def test_what_is_no_origin_is_not_learned(
    address: str | None, platform: Platform, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    write(learn_framers, platform, [address], now=NOW)
    assert learned(read, platform) == []


def test_platform_that_speaks_https_is_not_believed_an_origin_that_does_not(
    platform: Platform, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    safe = msgspec.structs.replace(platform, issuer=SCHOOL)
    write(learn_framers, safe, ["http://school.example/", "https://other.example/"], now=NOW)
    assert learned(read, platform) == ["https://other.example"]


def test_only_so_many_origins_are_learned_and_those_added_do_not_count(
    platform: Platform, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    write(add_framer, platform.id, SCHOOL, **WHY)
    for number in range(MOST_LEARNED + 3):
        write(learn_framers, platform, [f"https://{number}.example/", SCHOOL], now=NOW)
    assert len(learned(read, platform)) == MOST_LEARNED
    assert len(read(origins_of, platform.id)) == MOST_LEARNED + 2


def test_origin_is_added_and_removed_by_a_decision(
    platform: Platform, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    write(add_framer, platform.id, f" {SCHOOL.upper()}:443/ ", **WHY)
    write(add_framer, platform.id, SCHOOL, **WHY)
    assert [(each.origin, each.learned) for each in read(framers_of, platform.id)] == [(SCHOOL, False)]
    assert read(framing_origins) == sorted([platform.issuer, SCHOOL])
    write(remove_framer, platform.id, SCHOOL, **WHY)
    assert read(framing_origins) == [platform.issuer]
    acts = read(
        lambda conn: conn.scalars(select(audit_rows.c.act).where(audit_rows.c.act.like("platform.%frame"))).all()
    )
    assert sorted(acts) == ["platform.frame", "platform.unframe"]
    with pytest.raises(Missing):
        write(remove_framer, platform.id, SCHOOL, **WHY)


@pytest.mark.parametrize(
    "address", ["school.example", "https://school.example/course", "https://*.example", "'self'", ""]
)
def test_what_is_no_origin_is_not_added(address: str, platform: Platform, write: Callable[..., Any]) -> None:
    with pytest.raises(Invalid) as refused:
        write(add_framer, platform.id, address, **WHY)
    assert refused.value.where == "origin"


def test_nothing_is_added_to_no_platform(platform: Platform, write: Callable[..., Any]) -> None:
    with pytest.raises(Missing):
        write(add_framer, new_uuid(), SCHOOL, **WHY)


def test_origins_go_with_their_platform(
    platform: Platform, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    write(add_framer, platform.id, SCHOOL, **WHY)
    write(lambda conn: conn.execute(platforms.delete()))
    assert read(framing_origins) == []

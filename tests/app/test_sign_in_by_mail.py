from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from app.devices import device_of
from base import apply_effects
from messages.tables import outbox
from people import add_address, verify_address
from tests.app.conftest import Service


async def test_everybody_who_asks_for_a_link_is_told_the_same(service: Service) -> None:
    asked = await service.send("/sign-in", address="ana@town.example")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/sign-in/sent"
    told = (await service.get("/sign-in/sent")).text
    assert "If we know this address, a link is on its way to it." in told


async def test_only_a_proven_address_is_written_to(service: Service) -> None:
    now = datetime.now(UTC)
    proven, written_down = await service.add(), await service.add()
    address = await service.db.write(add_address, proven.id, "ana@town.example", now=now)
    await service.db.write(verify_address, address.id, now=now)
    await service.db.write(add_address, written_down.id, "levan@town.example", now=now)
    for entered in ("ANA@town.example", "levan@town.example", "nobody@town.example"):
        await service.send("/sign-in", address=entered)
    while await service.db.write(apply_effects, now=datetime.now(UTC)):
        pass
    written_to = await service.db.read(lambda conn: conn.scalars(sa.select(outbox.c.person_id)).all())
    assert written_to == [proven.id]


async def test_what_is_no_address_is_shown_again_with_the_fault(service: Service) -> None:
    faulty = await service.send("/sign-in", address="ana at town")
    assert faulty.status_code == 400
    assert "Enter your mail address, like name@town.example." in faulty.text
    assert 'value="ana at town"' in faulty.text


async def test_asking_again_and_again_is_told_when_to_come_again(service: Service) -> None:
    answers = [await service.send("/sign-in", address="ana@town.example") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 600
    assert "Too many tries in a short time" in answers[-1].text


async def test_whoever_is_not_signed_in_is_shown_the_way_in_and_back(service: Service) -> None:
    assert 'href="/sign-in"' in (await service.get("/")).text
    refused = await service.get("/paths/growth")
    assert refused.status_code == 401
    assert 'href="/sign-in?to=%2Fpaths%2Fgrowth"' in refused.text


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML) Chrome/131 Mobile Safari/537.36",
            "Chrome, Android",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537 (KHTML) Chrome/131 Safari/537 Edg/131",
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Mobile/15E148 Safari/604",
            "Safari, iPhone",
        ),
        ("curl/8.5", None),
        ("", None),
    ],
)
def test_a_browser_is_called_as_its_owner_knows_it(user_agent: str, device: str | None) -> None:
    assert device_of(user_agent) == device

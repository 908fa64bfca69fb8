from datetime import UTC, datetime, timedelta

from people import Role, join, position_spans, positions_of
from tests.app.conftest import Service
from tests.app.test_people_pages import _city, _coordinator, _seen


async def test_a_coordinator_enters_and_ends_a_position_with_its_day_and_reason(service: Service) -> None:
    city, person, now = await _city(service), await service.add(), datetime.now(UTC)
    await service.db.write(join, person.id, city.id, by=None, reason="a test", now=now)
    await _coordinator(service)
    address, day = f"/people/{person.id}/positions", (now - timedelta(days=40)).date()
    entered = {"position": "planner", "since": day.isoformat(), "reason": "hired"}
    assert (await service.send(address, **entered)).status_code == 303
    ((span,),) = (await service.db.read(position_spans, [person.id]))[person.id].values()
    assert (span.start, span.end) == (datetime.combine(day, datetime.min.time(), UTC), None)
    assert "Planner begins hired" in _seen((await service.get(f"/people/{person.id}")).text)
    then = await service.get(f"/people/{person.id}?on={day + timedelta(days=1)}")
    assert "Planner" in _seen(then.text)
    ended = await service.send(f"{address}/end", position="planner", reason="retired")
    assert ended.status_code == 303
    assert await service.db.read(positions_of, person.id) == frozenset()


async def test_what_is_wrong_with_a_position_is_told_beside_its_field(service: Service) -> None:
    person = await service.add()
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address, tomorrow = f"/people/{person.id}/positions", (datetime.now(UTC) + timedelta(days=1)).date()
    for wrong, told in (
        ({"position": "мэр", "reason": "x"}, "Latin letters"),
        ({"position": "mayor", "reason": " "}, "Say why"),
        ({"position": "mayor", "reason": "x", "since": tomorrow.isoformat()}, "a day until today"),
        ({"position": "mayor", "reason": "x", "since": "soon"}, "a day until today"),
    ):
        refused = await service.send(address, **wrong)
        assert refused.status_code == 400
        assert told in _seen(refused.text)
    assert await service.db.read(positions_of, person.id) == frozenset()


async def test_nobody_enters_positions_outside_their_country(service: Service) -> None:
    person = await service.add()
    await _coordinator(service)
    address = f"/people/{person.id}/positions"
    assert (await service.send(address, position="mayor", reason="x")).status_code == 403
    await service.sign_in(person)
    assert (await service.send(address, position="mayor", reason="x")).status_code == 403

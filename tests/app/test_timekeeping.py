"""What the worker does as time goes by: a check a night, told in /metrics, that holds up nobody."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.timekeeping import check_in_turn, judge_due
from paths import SelfCheck, enrol, newest_check, path
from paths.tables.paths import next_changes, verdicts
from tests.app.conftest import Service

SLUG = "pathways-for-economic-growth"


@pytest.mark.usefixtures("library")
async def test_a_check_is_made_once_a_night_and_told_in_the_metrics(service: Service) -> None:
    now = datetime.now(UTC)
    assert await check_in_turn(service.db, lambda: now) is None
    learner = await service.add()
    growth = await service.db.read(path, SLUG)
    enrolled = await service.db.write(
        enrol, learner, growth.id, origin="self", by=learner.id, reason="chose it", now=now
    )
    assert await check_in_turn(service.db, lambda: now) == SelfCheck(now, 1, 0)
    assert await check_in_turn(service.db, lambda: now + timedelta(hours=23)) is None
    await service.db.write(lambda conn: conn.execute(sa.update(verdicts).values(score=0.1)) and None)
    tomorrow = now + timedelta(hours=24)
    assert await check_in_turn(service.db, lambda: tomorrow) == SelfCheck(tomorrow, 1, 1)
    assert await service.db.read(newest_check) == SelfCheck(tomorrow, 1, 1)
    told = (await service.get("/metrics")).text
    assert "waymark_self_check_people 1.0" in told
    assert "waymark_self_check_differing_people 1.0" in told
    due = sa.insert(next_changes).values(enrolment_id=enrolled.id, at=now)
    await service.db.write(lambda conn: conn.execute(due) and None)
    await judge_due(service.db, lambda: tomorrow)
    assert await service.db.read(lambda conn: list(conn.scalars(sa.select(next_changes.c.at)))) == []
    scores = await service.db.read(lambda conn: set(conn.scalars(sa.select(verdicts.c.score))))
    assert scores == {None}

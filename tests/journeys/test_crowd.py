"""Fifty learners at once on SQLite: a class is told to begin, and begins."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from base import Database
from certificates import State as CertificateState
from certificates.tables import certificates
from paths import ROOT, State
from paths.tables.paths import verdicts
from tests.demo_lms import DemoLms
from tests.journeys.catalogue import modules_of_the_path
from tests.journeys.learner import Learner, enrol_class
from tests.journeys.lms import lms_beside
from tests.journeys.settled import until_all_is_heard
from tests.running import LIBRARY, Service, environment_in, free_port, running

CLASS_SIZE = 50


@pytest.mark.slow
async def test_fifty_learners_at_once_all_get_verdict_certificate_and_grade(tmp_path: Path) -> None:
    environment = environment_in(tmp_path, free_port())
    log = tmp_path / "log"
    with running(environment, log, "--prepare", str(LIBRARY)) as service:
        db = await Database.open(environment["WAYMARK_DATABASE_URL"])
        async with lms_beside(environment) as lms:
            last_pages = await _everybody(lms, service)
            await until_all_is_heard(db, seconds=90)
            grades = Counter(entry.score for entry in lms.grade_book.cells.values())
        states, states_of_certificates = await db.read(_states), await db.read(_states_of_certificates)
        await db.close()
    # Each sees their own verdict on the page that they load after the last answer, before any worker has come by.
    assert ['id="certificate"' in page for page in last_pages] == [True] * CLASS_SIZE
    assert states == {State.SATISFIED: CLASS_SIZE}
    assert states_of_certificates == [[CertificateState.ISSUED]] * CLASS_SIZE
    assert grades == {100.0: CLASS_SIZE}
    assert "database is locked" not in log.read_text()


async def _everybody(lms: DemoLms, service: Service) -> list[str]:
    """The path page of each after the last module; an answer that a learner should not get raises."""
    modules = modules_of_the_path()

    async def take_all(learner: Learner) -> str:
        await learner.launch()
        for module in modules:
            await learner.finish(module)
        return await learner.path_page()

    learners = [Learner(lms, person, content_url=service.content_url) for person in enrol_class(lms, CLASS_SIZE)]
    try:
        return await asyncio.gather(*map(take_all, learners))
    finally:
        for learner in learners:
            learner.close()


def _states(conn: Connection) -> dict[str, int]:
    """How many enrolments have the path in each state."""
    return Counter(conn.scalars(select(verdicts.c.state).where(verdicts.c.node == ROOT)))


def _states_of_certificates(conn: Connection) -> list[list[Any]]:
    """The states of all certificates of each learner."""
    of_person: dict[Any, list[Any]] = {}
    for person_id, state in conn.execute(select(certificates.c.person_id, certificates.c.state)):
        of_person.setdefault(person_id, []).append(state)
    return list(of_person.values())

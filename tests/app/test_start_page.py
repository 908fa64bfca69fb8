"""The first minutes of a learner: a position and three questions, a path with its reasons, and its beginning."""

import re

import pytest

from paths import enrolments_of
from people import Role, needs, positions_of
from tests.app.conftest import Service
from tests.app.test_people_pages import _seen

pytestmark = pytest.mark.usefixtures("library")


async def test_a_learner_answers_and_begins_the_path_that_is_proposed(service: Service) -> None:
    learner = await service.add()
    await service.sign_in(learner)
    asked = await service.get("/start")
    assert "Proposed for you" not in asked.text
    topic = re.findall(r'name="topics" value="([^"]+)"', asked.text)[0]
    said = await service.send("/start", position="project-manager", topics=[topic], minutes="15", manner="alone")
    assert said.headers["location"] == "/start?manner=alone&minutes=15#proposed"
    proposed = await service.get(said.headers["location"])
    shown = _seen(proposed.text)
    for told in ("Pathways for Economic Growth", "Made for: Project manager", f"About what you chose: {topic}", "week"):
        assert told in shown
    assert f'value="{topic}" checked' in proposed.text
    begin = re.findall(r'action="(/paths/[^"]+/enrol)"', proposed.text)[0]
    assert (await service.send(begin)).status_code == 303
    assert len(await service.db.read(enrolments_of, learner.id)) == 1
    assert "Go on" in _seen((await service.get("/start")).text)


async def test_what_a_learner_says_is_kept_and_gives_no_position(service: Service) -> None:
    learner = await service.add()
    await service.sign_in(learner)
    await service.send("/start", position="mayor", topics="planning")
    assert await service.db.read(needs.calling_of, learner.id) == {"mayor"}
    assert await service.db.read(needs.needs_of, learner.id) == {"planning"}
    assert await service.db.read(positions_of, learner.id) == frozenset()
    await service.send("/start", position="", topics=[])
    assert await service.db.read(needs.needs_of, learner.id) == frozenset()


async def test_answers_that_cannot_be_are_told_and_nothing_is_saved(service: Service) -> None:
    learner = await service.add()
    await service.sign_in(learner)
    wrong = await service.send("/start", position="мэр", topics="planning")
    assert wrong.status_code == 400
    assert "Choose what you do" in _seen(wrong.text)
    many = await service.send("/start", position="mayor", topics=[f"topic {n}" for n in range(30)])
    assert many.status_code == 400
    assert "Choose fewer topics" in _seen(many.text)
    assert await service.db.read(needs.calling_of, learner.id) == frozenset()
    unknown = await service.get("/start?minutes=7&manner=asleep")
    assert unknown.status_code == 200


async def test_where_nothing_fits_the_way_to_all_paths_is_shown(service: Service) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    await service.send("/start", position="council-member")
    assert "No path matches yet" in _seen((await service.get("/start")).text)

"""Versions on pages: what differs, what another one would make of whom, moving people and moving them back."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from base import apply_effects
from lrs import record_statement
from paths import State, enrol, enrolments_of, migrations_of, path, publish_path, verdict
from people import OrganisationKind, Person, Role, add_organisation, join
from tests.app.conftest import Service
from tests.paths.makers import group, leaf, path_file
from tests.paths.world import agent_of, publish_modules, statement

HERE = "/paths/growth/versions"


def heard(conn: Connection) -> None:
    while apply_effects(conn, now=datetime.now(UTC) + timedelta(seconds=1)):
        pass


def two_versions(conn: Connection, learner: Person) -> None:
    """The learner has completed the first; the second asks for a higher score, and for one module more."""
    now = datetime.now(UTC)
    publish_modules(conn)
    publish_path(conn, path_file(leaf("a", "intro", min_score=0.5)), now=now)
    enrol(conn, learner, path(conn, "growth").id, origin="self", by=learner.id, reason="chose it", now=now)
    record_statement(conn, statement(agent_of(learner), "intro", score=0.6, at=now), now=now)
    heard(conn)
    more = group("g", leaf("b", "budget", after=["a"]))
    publish_path(conn, path_file(leaf("a", "intro", min_score=0.8), more), now=now)


def stands(conn: Connection, learner: Person) -> tuple[int, State]:
    """The version that the learner is on, and how far they are on it."""
    heard(conn)
    (found,) = enrolments_of(conn, learner.id)
    judged = verdict(conn, found.id)
    assert judged is not None
    return found.version, judged.state


async def prepared(service: Service, *roles: Role) -> Person:
    """A learner between two versions, and a visitor with these roles who is signed in."""
    learner = await service.add()
    await service.db.write(two_versions, learner)
    await service.sign_in(await service.add(*roles))
    return learner


async def test_the_versions_are_listed_with_who_is_on_them(service: Service) -> None:
    await prepared(service, Role.AUDITOR)
    shown = (await service.get(HERE)).text
    assert "2 versions" in shown
    assert shown.index("Version 2") < shown.index("for new learners") < shown.index("Version 1")
    assert "Nobody was ever moved" in shown


async def test_what_differs_is_said_in_words(service: Service) -> None:
    await prepared(service, Role.AUDITOR)
    shown = (await service.get(f"{HERE}/2")).text
    assert "Least score" in shown
    assert "80%; before: 50%" in shown
    assert "budget (en)" in shown
    assert "This is the first version" in (await service.get(f"{HERE}/1")).text
    back = (await service.get(f"{HERE}/1?against=2")).text
    assert "50%; before: 80%" in back
    assert (await service.get(f"{HERE}/7")).status_code == 404


async def test_who_would_lose_is_named_before_anybody_is_moved(service: Service) -> None:
    learner = await prepared(service, Role.AUDITOR)
    shown = (await service.get(f"{HERE}/2/what-if?whom=everybody")).text
    assert "Aygün Əliyeva" in shown
    assert "Complete now, and would not be" in shown
    assert "Move them to version 2" not in shown  # an auditor only looks
    unfinished = (await service.get(f"{HERE}/2/what-if")).text
    assert "Aygün Əliyeva" not in unfinished
    assert await service.db.write(stands, learner) == (1, State.SATISFIED)


async def test_the_same_as_json_has_everybody_and_the_dates(service: Service) -> None:
    learner = await prepared(service, Role.AUDITOR)
    address = f"/api{HERE}/2/what-if?whom=everybody"
    found = (await service.get(address, accept="application/json")).json()["found"]
    assert (found["learners"], found["counts"]["loses"]) == (1, 1)
    (loses,) = found["affected"]
    assert loses["enrolment"]["person_id"] == str(learner.id)
    assert (loses["before"]["state"], loses["after"]["state"]) == ("satisfied", "in-progress")
    described = (await service.get("/schema/openapi.json")).json()
    assert "/api/paths/{slug}/versions/{number}/what-if" in described["paths"]


async def test_people_are_moved_with_a_reason_and_moved_back(service: Service) -> None:
    learner = await prepared(service, Role.ADMINISTRATOR)
    form = {"whom": "everybody", "organisation": "", "people": ""}
    refused = await service.send(f"{HERE}/2/migrate", **form, reason=" ")
    assert refused.status_code == 400
    assert "Say why; the reason is kept." in refused.text
    assert "Aygün Əliyeva" in refused.text  # what was looked at still stands there
    done = await service.send(f"{HERE}/2/migrate", **form, reason="The law of May asks for it")
    assert done.status_code == 303
    assert await service.db.write(stands, learner) == (2, State.IN_PROGRESS)
    shown = (await service.get(HERE)).text
    assert "The law of May asks for it" in shown
    undo = f"/paths/growth/migrations/{await moved(service)}/undo"
    assert (await service.send(undo, reason="")).status_code == 400
    assert (await service.send(undo, reason="Not for those who began before")).status_code == 303
    assert await service.db.write(stands, learner) == (1, State.SATISFIED)
    again = await service.send(undo, reason="Once more")
    assert again.status_code == 409
    assert "This was undone." in (await service.get(HERE)).text


async def test_moving_nobody_says_so(service: Service) -> None:
    await prepared(service, Role.ADMINISTRATOR)
    refused = await service.send(f"{HERE}/2/migrate", whom="new", reason="for all to come")
    assert refused.status_code == 400
    assert "nobody would move" in refused.text


async def test_a_group_is_chosen_by_organisation_or_by_list(service: Service) -> None:
    learner = await prepared(service, Role.ADMINISTRATOR)
    other = await service.add()

    def city(conn: Connection) -> UUID:
        told: Any = {"by": None, "reason": "a list", "now": datetime.now(UTC)}
        added = add_organisation(conn, name="Qax", kind=OrganisationKind.CITY, country="AZ", **told)
        join(conn, other.id, added.id, **told)
        return added.id

    qax = await service.db.write(city)
    address = f"/api{HERE}/2/what-if?whom=everybody"
    for group_, learners in ((f"&organisation={qax}", 0), (f"&people={learner.id}+{other.id}", 1)):
        found = (await service.get(address + group_, accept="application/json")).json()["found"]
        assert found["learners"] == learners
    wrong = await service.get(f"{HERE}/2/what-if?people=somebody")
    assert (wrong.status_code, "Enter ids of people" in wrong.text) == (400, True)
    new = await service.send(f"{HERE}/2/migrate", whom="new", organisation=str(qax), reason="x")
    assert (new.status_code, "New learners are in no group yet" in new.text) == (400, True)


async def moved(service: Service) -> UUID:
    def newest(conn: Connection) -> UUID:
        return migrations_of(conn, path(conn, "growth").id)[0].id

    return await service.db.read(newest)

"""Courses that fill paths: chosen, looked at, started, asked about and stopped by an administrator."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection

from app.cli import main
from app.settings import Settings
from app.timekeeping import call_rosters
from base import apply_effects, waiting
from lti import Platform, add_platform, roster, start_roster
from lti.registering.courses import keep_course
from lti.rostering.keeping import keep_reading
from lti.rostering.reading import Reading, ReadTask, Unread
from lti.standard.claims import Context, RosterService
from lti.standard.members import Member
from paths import EnrolmentStatus, change_status, enrol, enrolments_of, path
from people import Account, Role, admit, person_of_account
from tests.app.conftest import Service
from tests.app.test_people_pages import _seen

pytestmark = pytest.mark.usefixtures("library")

ISSUER = "https://moodle.example"
SLUG = "pathways-for-economic-growth"
NAMES = {"7": "Narek Petrosyan", "8": "Ani Hakobyan", "9": "Lilit Grigoryan"}


def _course(conn: Connection) -> tuple[Platform, UUID]:
    platform = add_platform(
        conn,
        issuer=ISSUER,
        client_id="abc",
        name="City Moodle",
        auth_login_url=f"{ISSUER}/auth",
        token_url=f"{ISSUER}/token",
        jwks_url=f"{ISSUER}/certs",
        deployment_ids=("1",),
        by=None,
        reason="a test",
        now=datetime.now(UTC),
    )
    told = RosterService(f"{ISSUER}/members")
    said: dict[str, Any] = {"grades": None, "roster": told, "now": datetime.now(UTC)}
    return platform, keep_course(conn, platform.id, "1", Context("ctx", title="Economy <b>"), **said)


def _learn(user_id: str) -> Member:
    return Member(user_id, NAMES.get(user_id), frozenset({"Learner"}), is_active=True)


async def _read(service: Service, platform: Platform, roster_id: UUID, *user_ids: str) -> None:
    """What the worker would bring back from the LMS."""
    reading = Reading(ReadTask(platform, f"{ISSUER}/members"), {each: _learn(each) for each in user_ids})
    await service.db.write(keep_reading, roster_id, reading, now=datetime.now(UTC))
    await _fill(service)


async def _fill(service: Service) -> None:
    while await service.db.write(apply_effects, now=datetime.now(UTC)):
        pass


async def _added(service: Service, course: UUID) -> tuple[str, UUID]:
    answer = await service.send(
        "/admin/rosters/new", course=str(course), path=SLUG, learner="yes", language="hy", reason="spring course"
    )
    assert answer.status_code == 303
    address = answer.headers["location"]
    return address, UUID(address.rpartition("/")[2])


async def test_administrator_looks_at_the_members_before_they_are_enrolled(service: Service) -> None:
    platform, course = await service.db.write(_course)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert "No course fills a path yet" in _seen((await service.get("/admin/rosters")).text)
    form = (await service.get(f"/admin/rosters/new?course={course}")).text
    assert f'value="{course}" selected' in form
    assert "Economy &lt;b&gt; – City Moodle" in form
    address, roster_id = await _added(service, course)
    page = (await service.get(address)).text
    assert "is being asked for the members" in _seen(page)
    assert "waiting.js" in page
    await _read(service, platform, roster_id, "7", "8")
    page = (await service.get(address)).text
    assert "waiting.js" not in page
    assert "To be enrolled 2" in _seen(page)
    assert "Narek Petrosyan 7 Is enrolled; new here" in _seen(page)
    assert await service.db.read(person_of_account, Account(ISSUER, "7")) is None
    assert (await service.send(address, act="start", reason="")).status_code == 400
    assert (await service.send(address, act="start", reason="agreed with the city")).status_code == 303
    assert "2 members are still to be dealt with." in _seen((await service.get(address)).text)
    await _fill(service)
    page = _seen((await service.get(address)).text)
    assert "fills the path" in page
    assert "On the path already 2" in page
    listed = _seen((await service.get("/admin/rosters")).text)
    assert "Economy <b> City Moodle" in listed
    person = await service.db.read(person_of_account, Account(ISSUER, "7"))
    assert person is not None
    assert (person.full_name, person.language) == ("Narek Petrosyan", "hy")


async def test_conflicts_are_shown_and_those_held_wait_for_a_word(service: Service) -> None:
    platform, course = await service.db.write(_course)
    staff = await service.add(Role.ADMINISTRATOR)
    await service.sign_in(staff)

    def withdrawn(conn: Connection) -> None:
        now = datetime.now(UTC)
        ani = admit(conn, Account(ISSUER, "8"), full_name="Ani Hakobyan", language="hy", now=now)
        on_it = enrol(conn, ani, path(conn, SLUG).id, origin="lti", by=None, reason="a launch", now=now)
        off = EnrolmentStatus.WITHDRAWN
        change_status(conn, on_it.id, off, by=staff.id, reason="moved away", now=now)

    await service.db.write(withdrawn)
    address, roster_id = await _added(service, course)
    await _read(service, platform, roster_id, "7", "8", "9")
    page = _seen((await service.get(address)).text)
    assert "Left alone 1" in page
    assert "Ani Hakobyan 8 Was withdrawn from the path by somebody’s decision." in page
    await service.send(address, act="start", reason="x")
    await _fill(service)
    await _read(service, platform, roster_id, "8")
    page = _seen((await service.get(address)).text)
    assert "2 members are gone from the course. Let them go?" in page
    assert "Narek Petrosyan 7 Will be withdrawn from the path." in page
    assert "waits for you" in _seen((await service.get("/admin/rosters")).text)
    assert "Say why" in _seen((await service.send(address, act="let-go", reason=" ")).text)
    await service.send(address, act="let-go", reason="the course is over")
    await _fill(service)
    page = _seen((await service.get(address)).text)
    assert "Let them go?" not in page
    audit = _seen((await service.get("/admin/audit?act=roster.let_go")).text)
    assert "the course is over" in audit


async def test_reading_again_waits_for_the_answer_and_tells_what_went_wrong(service: Service) -> None:
    platform, course = await service.db.write(_course)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address, roster_id = await _added(service, course)
    await _read(service, platform, roster_id, "7")
    again = await service.send(address, act="read")
    assert "is being asked" in _seen((await service.get(again.headers["location"])).text)
    task = ReadTask(platform, f"{ISSUER}/members")
    await service.db.write(keep_reading, roster_id, Unread(task, "City Moodle answered <503>"), now=datetime.now(UTC))
    page = (await service.get(again.headers["location"])).text
    assert "City Moodle answered &lt;503&gt;" in page
    assert "Nobody comes or leaves until the whole list can be read." in _seen(page)


async def test_what_is_missing_is_told_at_the_field(service: Service) -> None:
    _, course = await service.db.write(_course)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    answer = await service.send("/admin/rosters/new", course="", path="", language="xx", reason="")
    assert answer.status_code == 400
    page = _seen(answer.text)
    for told in ("Choose a course.", "Choose a path.", "Choose who of the course", "Choose a language.", "Say why"):
        assert told in page
    filled = {"path": SLUG, "learner": "yes", "language": "en", "reason": "x"}
    assert (await service.send("/admin/rosters/new", course="castle", **filled)).status_code == 400
    await _added(service, course)
    twice = await service.send("/admin/rosters/new", course=str(course), **filled)
    assert twice.status_code == 400
    assert "fills the path" in _seen(twice.text)


async def test_stopping_leaves_people_on_the_path(service: Service) -> None:
    platform, course = await service.db.write(_course)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address, roster_id = await _added(service, course)
    await _read(service, platform, roster_id, "7")
    await service.send(address, act="start", reason="x")
    await _fill(service)
    assert (await service.send(address, act="stop", reason="x")).headers["location"] == "/admin/rosters"
    assert (await service.get(address)).status_code == 404
    person = await service.db.read(person_of_account, Account(ISSUER, "7"))
    assert person is not None
    assert len(await service.db.read(enrolments_of, person.id)) == 1
    assert (await service.send(address, act="castle", reason="x")).status_code == 400


async def test_auditor_sees_and_decides_nothing(service: Service) -> None:
    platform, course = await service.db.write(_course)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address, roster_id = await _added(service, course)
    await _read(service, platform, roster_id, "7")
    await service.sign_in(await service.add(Role.AUDITOR))
    page = (await service.get(address)).text
    assert "Narek Petrosyan" in page
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert (await service.send(address, act="start", reason="x")).status_code == 403


async def test_worker_asks_for_the_lists_whose_time_has_come(service: Service) -> None:
    platform, course = await service.db.write(_course)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    _, roster_id = await _added(service, course)
    await _read(service, platform, roster_id, "7")
    await service.db.write(start_roster, roster_id, by=None, reason="x", now=datetime.now(UTC))
    before = (await service.db.read(waiting)).get("lti.roster", 0)
    await call_rosters(service.db, lambda: datetime.now(UTC))
    assert (await service.db.read(waiting)).get("lti.roster", 0) == before
    await call_rosters(service.db, lambda: datetime.now(UTC) + timedelta(hours=7))
    due = (await service.db.read(roster, roster_id)).next_read_at
    assert due is not None
    assert due > datetime.now(UTC) + timedelta(hours=12)


async def test_commands_list_the_rosters_and_say_why_one_cannot_be_read(service: Service, settings: Settings) -> None:
    platform, course = await service.db.write(_course)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    _, roster_id = await _added(service, course)
    await _read(service, platform, roster_id, "7")
    environment = {
        "WAYMARK_DATABASE_URL": settings.database_url,
        "WAYMARK_URL": settings.url,
        "WAYMARK_CONTENT_URL": settings.content_url,
        "WAYMARK_FILES": str(settings.files),
        "WAYMARK_KEYS": str(settings.keys),
    }

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(main, ["roster", *arguments], env=environment)

    told = await asyncio.to_thread(run, "list")
    assert told.output == f"{roster_id}  Economy <b> (City Moodle) is tried for {SLUG}  coming: 1\n"
    listed = await asyncio.to_thread(run, "list", "--json")
    assert [each["id"] for each in json.loads(listed.output)] == [str(roster_id)]
    refused = await asyncio.to_thread(run, "read", str(roster_id), "--role", "Learner", "--apply")
    assert (refused.exit_code, "--apply takes the whole list alone" in refused.output) == (1, True)
    away = await asyncio.to_thread(run, "read", str(roster_id))
    assert (away.exit_code, "moodle.example has no address" in away.output) == (1, True)

"""Everything known of a person, and that nothing of it is left after their erasure."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from sqlalchemy import Connection, select

from app.privacy import Erasure, erase, everything_known, foresee_erasure, packed
from app.retention import foresee_retention, retain, sweep
from app.settings import Settings
from base import Asked, Errand, FileStore, decisions, metadata, seal_rows, verify_audit, words_for
from base.jobs import work_once
from certificates import State, certificate_files, certificates_of, verify
from lrs import Account as Named
from lrs import Agent, parse_statements, store_statements
from messages.letters import Kind
from messages.outbox import Recipient, post
from paths import replay
from people import (
    Account,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    add_address,
    add_organisation,
    add_person_on_paper,
    address_of,
    admit,
    ask_claim,
    give_name,
    grant_role,
    invite_by_mail,
    join,
    join_persons,
    make_sign_in_link,
    memberships_of,
    open_session,
    person,
    request_membership,
    session_of,
    verify_address,
)
from people.linking import Way
from people.roles import roles_of
from tests.app.conftest import Service
from tests.certificates.makers import complete, make_learner_on_path
from tests.lrs.makers import body, make_statement

NAME = "Zümrüdxanım Qırxlarova"
ADDRESS = "zumrud.qirxlarova@xirdalan.example"
LMS = "https://moodle.xirdalan.example"
LMS_ID = "lms-user-8842177"
WORDS = "seen at the workshop in Xızı"
NOTE = "my cousin works there"
PERSONAL = (NAME, "qırxlarova", ADDRESS, LMS_ID, WORDS, NOTE)


def now() -> datetime:
    return datetime.now(UTC)


def _lead_a_life(conn: Connection, learner: Person) -> None:
    """Leave a trace of the learner wherever there can be one."""
    at = now()
    came = admit(conn, Account(LMS, LMS_ID), full_name=None, language="az", now=at)
    join_persons(conn, came.id, learner.id, way=Way.STAFF, by=None, reason="one person", now=at)
    give_name(conn, learner.id, NAME, now=at)
    address = add_address(conn, learner.id, ADDRESS, now=at)
    verify_address(conn, address.id, now=at)
    open_session(conn, learner.id, frame=None, device="Firefox", now=at)
    make_sign_in_link(conn, learner.id, now=at)
    city = _city(conn)
    join(conn, learner.id, city.id, roles=[Role.MENTOR], by=None, reason="a test", now=at)
    grant_role(conn, learner.id, Role.ADMINISTRATOR, by=None, reason="a test", now=at)
    ask_claim(conn, learner.id, WORDS, now=at)
    request_membership(conn, learner.id, _city(conn, "Xızı").id, note=NOTE, now=at)
    invite_by_mail(conn, city.id, ADDRESS, language="az", by=None, reason="a test", now=at)
    post(conn, Kind.CERTIFICATE, Recipient(ADDRESS, "az", learner.id, address.id), {"path": NAME}, cause="x", now=at)
    actor = {"objectType": "Agent", "account": {"homePage": LMS, "name": LMS_ID}}
    foreign = parse_statements(body(make_statement(actor=actor)))
    store_statements(conn, foreign, authority=Agent(account=Named(home_page=LMS, name="lms")), now=at)


def _city(conn: Connection, name: str = "Gyumri") -> Organisation:
    return add_organisation(
        conn, name=name, kind=OrganisationKind.CITY, country="AM", by=None, reason="a test", now=now()
    )


async def _deliver(service: Service) -> None:
    """Run the worker until nothing is due."""
    errands = {each.name: each for each in service.site.subscriptions if isinstance(each, Errand)}
    while await work_once(service.db, errands, clock=now):
        pass


async def _learner(service: Service) -> Person:
    """Somebody known everywhere, who has completed a path and holds a certificate."""
    learner = await service.db.write(make_learner_on_path, full_name=None, now=now())
    await service.db.write(_lead_a_life, learner)
    await service.db.write(complete, learner, now=now())
    await _deliver(service)
    return learner


def _where(conn: Connection, text: str) -> set[str]:
    """The names of the tables in which `text` stands somewhere, in any case."""
    return {table.name for table in metadata.sorted_tables if text.casefold() in _dump(conn, table)}


def _dump(conn: Connection, table: Any) -> str:
    values = (value for row in conn.execute(select(table)) for value in row)
    texts = (each.decode(errors="replace") if isinstance(each, bytes) else str(each) for each in values)
    return "\n".join(texts).casefold()


async def _erased(service: Service) -> tuple[Person, Erasure]:
    learner = await _learner(service)
    return learner, await service.db.write(erase, learner.id, by=learner.id, now=now())


async def test_an_export_tells_everything_that_is_known(service: Service) -> None:
    learner = await _learner(service)
    whole = packed(await service.db.read(everything_known, learner.id, now=now()))
    with ZipFile(io.BytesIO(whole)) as archive:
        known = json.loads(archive.read("known.json"))
        statements = [json.loads(line) for line in archive.read("statements.jsonl").splitlines()]
    told = json.dumps(known, ensure_ascii=False).casefold()
    assert [each for each in PERSONAL if each.casefold() not in told] == []
    assert {each["role"] for each in known["roles"]} == {"mentor", "administrator"}
    assert [each["given"] for each in known["consents"]] == [True]
    assert known["sessions"]
    assert known["verdicts"]
    assert known["certificates"][0]["name"] == NAME
    assert "hash" not in " ".join(known["sessions"][0])
    named = {each["actor"]["account"]["name"] for each in statements}
    assert named == {learner.opaque.name, LMS_ID}


async def test_after_an_erasure_no_table_tells_who_it_was(service: Service) -> None:
    learner = await _learner(service)
    for each in PERSONAL:
        assert await service.db.read(_where, each), each
    await service.db.write(erase, learner.id, by=learner.id, now=now())
    for each in PERSONAL:
        assert await service.db.read(_where, each) == set(), each


async def test_the_forecast_is_the_deed_and_changes_nothing(service: Service) -> None:
    learner = await _learner(service)
    foreseen = await service.db.write(foresee_erasure, learner.id, by=learner.id, now=now())
    assert (await service.db.read(person, learner.id)).full_name == NAME
    done = await service.db.write(erase, learner.id, by=learner.id, now=now())
    assert done == foreseen
    assert done.erased["names"] == done.erased["accounts"] == done.erased["certificates"] == 1
    assert done.kept["enrolments"] == done.kept["foreign_statements"] == done.erased["foreign_statements"] == 1
    (kept,) = await service.db.read(decisions, Asked(act="person.erase"))
    assert (kept.by, kept.subject, kept.after) == (learner.id, f"person {learner.id}", dict(done.erased))


async def test_an_erasure_leaves_verdicts_statements_and_seals_as_they_were(service: Service) -> None:
    learner = await _learner(service)
    while await service.db.write(seal_rows, now=now()):
        pass
    before = await service.db.read(everything_known, learner.id, now=now())
    await service.db.write(erase, learner.id, by=None, now=now())
    after = await service.db.read(everything_known, learner.id, now=now())
    assert after.known["verdicts"] == before.known["verdicts"]
    assert len(after.statements) == len(before.statements)
    assert len(set(after.statements) & set(before.statements)) == len(after.statements) - 1  # the foreign one
    assert await service.db.write(replay, [learner.id], now=now(), check=True) == []
    assert (await service.db.read(verify_audit)).faults == ()


async def test_a_certificate_of_somebody_erased_names_nobody(service: Service) -> None:
    learner = await _learner(service)
    (held,) = await service.db.read(certificates_of, learner.id)
    done = await service.db.write(erase, learner.id, by=None, now=now())
    view = await service.db.read(verify, held.number, words_for("en"), name_on_paper=NAME)
    assert (view.name, view.name_matches, view.state) == (None, None, State.REVOKED)
    assert view.status == "This certificate was withdrawn at the holder's request. It no longer stands."
    assert len(done.files) == 1
    assert await service.db.read(certificate_files) == set()


async def test_somebody_erased_holds_nothing_and_is_found_by_nothing(service: Service) -> None:
    learner, _ = await _erased(service)
    assert await service.db.read(roles_of, learner.id) == {Role.LEARNER}
    assert await service.db.read(memberships_of, learner.id) == []
    assert await service.db.read(address_of, learner.id) is None
    again = await service.db.write(admit, Account(LMS, LMS_ID), full_name=NAME, language="az", now=now())
    assert again.id != learner.id


async def test_other_people_stay_as_they_are(service: Service) -> None:
    other = await service.add(Role.ADMINISTRATOR)
    token = await service.db.write(open_session, other.id, frame=None, now=now())
    await service.db.write(add_address, other.id, "other@town.example", now=now())
    before = await service.db.read(everything_known, other.id, now=now())
    await _erased(service)
    after = await service.db.read(everything_known, other.id, now=before.known["made_at"])
    assert after == before
    assert await service.db.read(session_of, token, frame=None, now=now()) == other


async def test_to_erase_again_takes_nothing_more(service: Service) -> None:
    learner, _ = await _erased(service)
    again = await service.db.write(erase, learner.id, by=None, now=now())
    assert set(again.erased.values()) == {0}
    assert again.files == ()


async def test_a_person_takes_their_data_along_and_is_forgotten_by_typing(service: Service, settings: Settings) -> None:
    learner = await _learner(service)
    await service.sign_in(learner)
    assert "/privacy/data.zip" in (await service.get("/privacy")).text
    download = await service.get("/privacy/data.zip")
    assert ZipFile(io.BytesIO(download.content)).namelist() == ["known.json", "statements.jsonl"]
    confirmation = learner.id.hex[:8]
    assert confirmation in (await service.get("/privacy/erase")).text
    assert (await service.send("/privacy/erase", typed="yes")).status_code == 400
    assert (await service.db.read(person, learner.id)).full_name == NAME
    assert len(list(FileStore(settings.files).hashes())) == 1
    assert (await service.send("/privacy/erase", typed=confirmation)).status_code == 200
    assert list(FileStore(settings.files).hashes()) == []
    assert (await service.db.read(person, learner.id)).full_name is None
    assert (await service.get("/privacy")).status_code == 401


async def test_an_administrator_exports_and_erases_and_others_may_not(service: Service) -> None:
    learner = await _learner(service)
    address = f"/people/{learner.id}/privacy"
    await service.sign_in(await service.add(Role.AUDITOR))
    assert (await service.get(address)).status_code == 403
    assert (await service.send(f"{address}/export")).status_code == 403
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert NAME in (await service.get(address)).text
    assert (await service.send(f"{address}/export")).headers["content-type"] == "application/zip"
    assert len(await service.db.read(decisions, Asked(act="person.export", subject=f"person {learner.id}"))) == 1
    await service.send(f"{address}/erase", typed=learner.id.hex[:8])
    assert (await service.db.read(person, learner.id)).full_name is None


async def test_a_told_name_is_taken_back_and_both_are_dated(service: Service) -> None:
    somebody = await service.db.write(admit, Account(LMS, LMS_ID), full_name=None, language="en", now=now())
    await service.db.write(give_name, somebody.id, NAME, now=now())
    await service.sign_in(somebody)
    assert "Take back your name" in (await service.get("/privacy")).text
    await service.send("/privacy/take-back-name")
    assert await service.db.read(_where, NAME) == set()
    known = await service.db.read(everything_known, somebody.id, now=now())
    assert [(each["given"], each["wording"]) for each in known.known["consents"]] == [(True, 1), (False, 1)]
    assert (await service.send("/privacy/take-back-name")).status_code == 409


async def test_what_is_kept_no_longer_goes_and_a_dry_run_only_counts(service: Service) -> None:
    somebody = await service.add()
    await service.db.write(open_session, somebody.id, frame=None, now=now())
    await service.db.write(make_sign_in_link, somebody.id, now=now())
    await service.db.write(post, Kind.SIGN_IN, Recipient(ADDRESS, "az", somebody.id), {}, cause="x", now=now())
    await _deliver(service)  # which makes the link that goes into the mail
    soon, late = now() + timedelta(days=80), now() + timedelta(days=100)
    foreseen = await service.db.write(foresee_retention, now=soon)
    assert {name: count for name, count in foreseen.items() if count} == {"sign-in": 3}
    assert await service.db.write(retain, now=soon) == (foreseen, [])
    assert await service.db.write(sweep, now=late) == 1  # the mail
    assert await service.db.write(sweep, now=late) == 0
    assert set((await service.db.write(foresee_retention, now=late)).values()) == {0}
    assert await service.db.read(_where, ADDRESS) == set()
    assert (await service.db.read(person, somebody.id)).full_name == "Aygün Əliyeva"


async def test_only_people_on_paper_whom_nobody_claimed_are_erased_in_time(service: Service) -> None:
    somebody = await service.add(Role.ADMINISTRATOR)
    city = await service.db.write(_city)
    paper = await service.db.write(
        add_person_on_paper, city.id, full_name="On Paper", language="hy", by=None, reason="a list", now=now()
    )
    _, soon = await service.db.write(retain, now=now() + timedelta(days=700))
    _, late = await service.db.write(retain, now=now() + timedelta(days=800))
    assert soon == []
    assert [each.person_id for each in late] == [paper.id]
    assert (await service.db.read(person, somebody.id)).full_name == "Aygün Əliyeva"


async def test_nobody_unknown_is_erased(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    nobody = UUID(int=7)
    assert (await service.send(f"/people/{nobody}/privacy/erase", typed=nobody.hex[:8])).status_code == 404

"""An agent is made pseudonymous in the whole service: what they did counts on, and nothing tells who they were."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, select

from app.pseudonymising import ACT, Begun, begin, carry_out
from app.settings import Settings
from base import Asked, Errand, FileStore, decisions, metadata
from base.jobs import work_once
from certificates import State, certificates_of, check_evidence
from lrs import Account, Activity, Agent, Result, Statement, Verb, record_statement, replacing_under_way
from modules import VerbIri
from paths import replay, verdict
from paths.register.register import enrolments_of
from people import Account as Named
from people import Person, admit, held_accounts, join_persons, part_persons, person_of_account
from people.linking import Way
from tests.app.conftest import Service
from tests.certificates.makers import complete, make_learner_on_path
from tests.modules.makers import ACTIVITY

FOREIGN = Account(home_page="https://moodle.xirdalan.example", name="lms-user-8842177")
AGENT = Agent(account=FOREIGN)
PERSONAL = (FOREIGN.name, "Zümrüdxanım")


def now() -> datetime:
    return datetime.now(UTC)


async def _deliver(service: Service) -> None:
    errands = {each.name: each for each in service.site.subscriptions if isinstance(each, Errand)}
    while await work_once(service.db, errands, clock=now):
        pass


def _finish_by_the_account(conn: Connection) -> None:
    """As a trusted sender would say it, who knows the learner by the account alone."""
    statement = Statement(
        actor=Agent(name="Zümrüdxanım", account=FOREIGN),
        verb=Verb(id=VerbIri.COMPLETED),
        object=Activity(id=ACTIVITY),
        result=Result(completion=True),
        timestamp=now(),
    )
    record_statement(conn, statement, now=now())


async def _certified(service: Service) -> Person:
    """A learner with a certificate, all of whose evidence names a foreign account of theirs."""
    learner = await service.db.write(make_learner_on_path, full_name="Somebody Else", now=now() - timedelta(days=1))
    came = await service.db.write(
        admit, Named(FOREIGN.home_page, FOREIGN.name), full_name=None, language="az", now=now()
    )
    await service.db.write(join_persons, came.id, learner.id, way=Way.STAFF, by=None, reason="one person", now=now())
    await service.db.write(_finish_by_the_account)
    await _deliver(service)
    return learner


async def _begin(service: Service, *agents: Agent, drops: bool = False) -> Begun:
    return await service.db.write(begin, agents or [AGENT], by=None, reason="they asked", drops=drops, now=now())


def _where(conn: Connection, words: str) -> set[str]:
    found = set()
    for table in metadata.sorted_tables:
        values = (value for row in conn.execute(select(table)) for value in row)
        if any(words in (each.decode(errors="replace") if isinstance(each, bytes) else str(each)) for each in values):
            found.add(table.name)
    return found


async def test_verdicts_replay_and_the_seal_of_a_certificate_stay(service: Service) -> None:
    learner, other = await _certified(service), await service.db.write(make_learner_on_path, now=now())
    await service.db.write(complete, other, now=now())
    await _deliver(service)
    (enrolment,) = await service.db.read(enrolments_of, learner.id)
    before = await service.db.read(verdict, enrolment.id)
    assert before is not None
    assert before.since is not None
    await _begin(service, drops=True)
    await _deliver(service)
    assert await service.db.read(replacing_under_way) == []
    assert await service.db.read(verdict, enrolment.id) == before
    for each in (learner, other):
        assert await service.db.write(replay, [each.id], now=now(), check=True) == []
        (held,) = await service.db.read(certificates_of, each.id)
        assert held.state is State.ISSUED
    checks = await service.db.read(lambda conn: list(check_evidence(conn)))
    assert [each.holds for each in checks] == [True, True]


async def test_the_record_tells_no_more_who_it_was_and_the_register_still_does(service: Service) -> None:
    await _certified(service)
    await _begin(service)
    await _deliver(service)
    assert await service.db.read(_where, "Zümrüdxanım") == set()
    assert await service.db.read(_where, FOREIGN.name) == {"accounts"}


async def test_the_pseudonym_goes_where_the_account_goes(service: Service) -> None:
    learner = await _certified(service)
    begun = await _begin(service)
    await _deliver(service)
    pseudonym = Named(begun.work.pseudonym.home_page, begun.work.pseudonym.name)
    owner = await service.db.read(person_of_account, pseudonym)
    assert owner is not None
    assert owner.id == learner.id
    (account,) = await service.db.read(held_accounts, learner.id)
    assert account.account.name == FOREIGN.name
    assert account.act is not None
    await service.db.write(part_persons, learner.id, account.act, by=None, reason="not one", now=now())
    parted = await service.db.read(person_of_account, pseudonym)
    assert parted is not None
    assert parted.id != learner.id
    assert parted == await service.db.read(person_of_account, Named(FOREIGN.home_page, FOREIGN.name))


async def test_the_log_keeps_the_decision_and_only_the_receipt_shows_whom_it_was_about(service: Service) -> None:
    await _certified(service)
    begun = await _begin(service)
    again = await _begin(service)
    assert (again.work, again.receipt) == (begun.work, "")
    (kept,) = await service.db.read(decisions, Asked(act=ACT))
    told = msgspec.json.encode([f"account::{FOREIGN.home_page}::{FOREIGN.name}"])
    assert kept.before == {"agent": sha256(bytes.fromhex(begun.receipt) + told).hexdigest()}
    assert (kept.reason, kept.after, kept.subject) == (
        "they asked", {"drops": False}, f"pseudonym {begun.work.pseudonym.name}",
    )  # fmt: skip


async def test_it_is_carried_out_by_hand_as_by_the_worker(service: Service, settings: Settings) -> None:
    await _certified(service)
    begun = await _begin(service)
    heard: list[int] = []
    files = FileStore(settings.files)
    assert await carry_out(service.db, files, begun.work, clock=now, told=heard.append) == 1
    assert heard == [1, 0]
    await _deliver(service)
    assert await service.db.read(_where, "Zümrüdxanım") == set()

"""What becomes of a certificate when the completion behind it is lost, and when it has only run out."""

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import Connection

from certificates import State
from certificates.tables import certificates
from lrs import Account, Activity, Agent, Result, Statement, Verb, record_statement
from modules import VerbIri
from paths import All, Leaf, enrolments_of, replay, tick, verdict
from paths import State as PathState
from paths.tables.paths import path_versions, verdicts
from paths.tree.requirements import When, canonical
from people import Account as PersonAccount
from people import Linked, Person, Way, part_persons
from people.linking import link_account
from tests.certificates.conftest import Office
from tests.certificates.makers import complete, make_learner_on_path, void
from tests.modules.makers import ACTIVITY
from tests.times import NOW

MOODLE = PersonAccount("https://moodle.example", "42")
LATER = NOW + timedelta(days=1)


def states(conn: Connection) -> list[str]:
    return list(conn.scalars(sa.select(certificates.c.state)))


def path_state(conn: Connection, learner: Person) -> PathState:
    (enrolled,) = enrolments_of(conn, learner.id)
    found = verdict(conn, enrolled.id)
    assert found is not None
    return found.state


def linked(conn: Connection, learner: Person) -> Linked | None:
    return link_account(conn, learner.id, MOODLE, way=Way.SIGN_IN, by=None, reason="signed in by it", now=NOW)


def complete_elsewhere(conn: Connection) -> None:
    done = Statement(
        actor=Agent(account=Account(home_page=MOODLE.home_page, name=MOODLE.name)),
        verb=Verb(id=VerbIri.COMPLETED),
        object=Activity(id=ACTIVITY),
        result=Result(completion=True),
        timestamp=NOW,
    )
    record_statement(conn, done, now=NOW)


def valid_for_ten_days(conn: Connection) -> None:
    tree = All("path", (Leaf("r-strategy", when=When(valid_for="P10D")),))
    conn.execute(sa.update(path_versions).values(tree=canonical(tree)))


async def test_an_account_that_is_unlinked_takes_its_certificate_under_review(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    act = await office.db.write(linked, learner)
    assert act is not None
    await office.db.write(complete_elsewhere)
    await office.deliver()
    assert await office.db.read(states) == [State.ISSUED]
    await office.db.write(part_persons, learner.id, act.act, by=None, reason="somebody else's", now=LATER)
    await office.deliver(now=LATER)
    assert await office.db.read(path_state, learner) == PathState.LOST
    assert await office.db.read(states) == [State.UNDER_REVIEW]


async def test_what_has_expired_leaves_its_certificate_and_what_is_then_voided_does_not(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(valid_for_ten_days)
    said = await office.db.write(complete, learner)
    await office.deliver()
    over = NOW + timedelta(days=10)
    assert await office.db.write(tick, now=over) == 1
    await office.deliver(now=over)
    assert await office.db.read(path_state, learner) == PathState.EXPIRED
    assert await office.db.read(states) == [State.ISSUED]
    await office.db.write(void, said, now=over)
    await office.deliver(now=over)
    assert await office.db.read(states) == [State.UNDER_REVIEW]


async def test_a_replay_touches_no_certificate_unless_it_is_told_to_publish(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.db.write(lambda conn: conn.execute(sa.update(verdicts).values(state="open", since=None)) and None)
    await office.db.write(replay, [learner.id], now=LATER)
    await office.deliver(now=LATER)
    assert await office.db.read(path_state, learner) == PathState.SATISFIED
    assert await office.db.read(states) == []
    await office.db.write(lambda conn: conn.execute(sa.update(verdicts).values(state="open", since=None)) and None)
    await office.db.write(replay, [learner.id], now=LATER, publish=True)
    await office.deliver(now=LATER)
    assert await office.db.read(states) == [State.ISSUED]

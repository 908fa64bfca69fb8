from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from base import Asked, Conflict, Event, Invalid, Missing, decisions
from paths import (
    ROOT,
    Among,
    Enrolment,
    EnrolmentStatus,
    Migration,
    PathCompleted,
    PathLost,
    State,
    Whom,
    change_status,
    enrol_organisation,
    enrolment,
    migrate_learners,
    migrations_of,
    path,
    pinned_at,
    pins_of,
    replay,
    undo_migration,
    verdict,
    versions,
)
from people import OrganisationKind, Person, add_organisation, join
from tests.paths.makers import leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    """Version 1 asks for the introduction alone; version 2, published later, for a budget as well."""
    write(publish_modules)
    write(publish, leaf("a", "intro"))


def second_version(conn: Connection) -> None:
    publish(conn, leaf("a", "intro"), leaf("b", "budget"), now=later(10))


def learner_with(conn: Connection, *slugs: str) -> tuple[Person, Enrolment]:
    """Enrolled on the current version, and has passed these."""
    learner = make_learner(conn)
    enrolled = enrol_self(conn, learner)
    for minute, slug in enumerate(slugs, start=1):
        record(conn, statement(agent_of(learner), slug, at=later(minute)), now=later(minute))
    fold_all(conn, now=later(9))
    return learner, enrolled


def moved(
    conn: Connection, number: int, whom: Whom = Whom.EVERYBODY, among: Among | None = None, *, at: float = 20
) -> Migration:
    path_id = path(conn, "growth").id
    done = migrate_learners(
        conn, path_id, number, whom=whom, among=among or Among(), by=None, reason="it is better", now=later(at)
    )
    fold_all(conn, now=later(at))
    return done


def undone(conn: Connection, migration_id: UUID, *, at: float = 30) -> Migration:
    back = undo_migration(conn, migration_id, by=None, reason="it was not", now=later(at))
    fold_all(conn, now=later(at))
    return back


def state(conn: Connection, enrolled: Enrolment) -> tuple[int, State]:
    found = verdict(conn, enrolled.id)
    assert found is not None
    return enrolment(conn, enrolled.id).version, found.state


def test_everybody_is_judged_by_the_version_that_they_are_moved_to(write: Do, read: Do, told: list[Event]) -> None:
    _, complete = write(learner_with, "intro")
    _, begun = write(learner_with)
    write(second_version)
    assert read(state, complete) == (1, State.SATISFIED)
    assert write(moved, 2).moved == 2
    assert read(state, complete) == (2, State.IN_PROGRESS)
    assert read(state, begun) == (2, State.OPEN)
    assert [type(event) for event in told if isinstance(event, PathCompleted | PathLost)] == [PathCompleted, PathLost]


def test_undoing_brings_back_versions_and_verdicts_to_the_byte(write: Do, read: Do) -> None:
    learner, complete = write(learner_with, "intro")
    write(second_version)
    before = read(verdict, complete.id)
    done = write(moved, 2)
    back = write(undone, done.id)
    assert (back.undoes, back.moved) == (done.id, 1)
    assert read(enrolment, complete.id).version == 1
    assert read(verdict, complete.id) == before
    assert write(replay, [learner.id], now=later(31)) == []


def test_what_was_in_force_on_a_day_is_still_known(write: Do, read: Do) -> None:
    _, enrolled = write(learner_with)
    write(second_version)
    write(undone, write(moved, 2, at=20).id, at=30)
    pins = read(pins_of, [enrolment_now := read(enrolment, enrolled.id)])[enrolled.id]
    numbers = {each.version.id: each.version.number for each in read(versions, enrolled.path_id)}
    assert [numbers[pinned_at(pins, later(at))] for at in (0, 19, 20, 29, 30, 99)] == [1, 1, 2, 2, 1, 1]
    assert [pin.since for pin in pins] == [None, later(20), later(30)]
    assert numbers[enrolment_now.version_id] == 1


def test_who_never_moved_has_one_pin(write: Do, read: Do) -> None:
    _, enrolled = write(learner_with)
    (pin,) = read(pins_of, [enrolled])[enrolled.id]
    assert (pin.version_id, pin.since) == (enrolled.version_id, None)


def test_who_is_complete_stays_where_the_migration_is_for_the_others(write: Do, read: Do) -> None:
    _, complete = write(learner_with, "intro")
    _, begun = write(learner_with)
    write(second_version)
    assert write(moved, 2, Whom.UNFINISHED).moved == 1
    assert read(state, complete) == (1, State.SATISFIED)
    assert read(state, begun) == (2, State.OPEN)


def test_only_new_learners_get_an_earlier_version_back(write: Do, read: Do) -> None:
    _, old = write(learner_with)
    write(second_version)
    done = write(moved, 1, Whom.NEW)
    _, new = write(learner_with)
    assert (done.moved, done.current) == (0, (2, 1))
    assert (read(state, old)[0], read(state, new)[0]) == (1, 1)
    write(undone, done.id)
    assert read(path, "growth").version == 2


def test_a_migration_for_all_is_for_new_learners_too(write: Do, read: Do) -> None:
    write(learner_with)
    write(second_version)
    write(moved, 2)
    assert write(moved, 1, at=25).current == (2, 1)
    assert read(path, "growth").version == 1


def test_only_those_of_an_organisation_are_moved(write: Do, read: Do) -> None:
    inside, of_city = write(learner_with)
    _, other = write(learner_with)
    write(second_version)

    def city(conn: Connection) -> UUID:
        told: Any = {"by": None, "reason": "a list", "now": NOW}
        added = add_organisation(conn, name="Qax", kind=OrganisationKind.CITY, country="AZ", **told)
        join(conn, inside.id, added.id, **told)
        return added.id

    done = write(moved, 2, Whom.EVERYBODY, Among(organisation_id=write(city)))
    assert (done.moved, done.current) == (1, None)
    assert (read(state, of_city)[0], read(state, other)[0]) == (2, 1)


def test_an_organisation_is_moved_as_a_team_with_those_who_belong_to_it(write: Do, read: Do) -> None:
    def teamed(conn: Connection) -> tuple[UUID, Enrolment]:
        told: Any = {"by": None, "reason": "a list", "now": NOW}
        city = add_organisation(conn, name="Qax", kind=OrganisationKind.CITY, country="AZ", **told)
        return city.id, enrol_organisation(conn, city.id, path(conn, "growth").id, origin="call", **told)

    city, team = write(teamed)
    write(second_version)
    assert write(moved, 2, Whom.EVERYBODY, Among(organisation_id=city)).moved == 1
    assert read(enrolment, team.id).version == 2


def test_who_was_withdrawn_stays_where_they_were(write: Do, read: Do) -> None:
    _, left = write(learner_with)
    write(change_status, left.id, EnrolmentStatus.WITHDRAWN, by=None, reason="moved away", now=later(9))
    _, stayed = write(learner_with)
    write(second_version)
    assert write(moved, 2).moved == 1
    assert (read(enrolment, left.id).version, read(enrolment, stayed.id).version) == (1, 2)


def test_only_those_on_a_list_are_moved(write: Do, read: Do) -> None:
    named, on_list = write(learner_with)
    _, other = write(learner_with)
    write(second_version)
    assert write(moved, 2, Whom.EVERYBODY, Among(persons=frozenset({named.id}))).moved == 1
    assert (read(state, on_list)[0], read(state, other)[0]) == (2, 1)


def test_who_was_moved_again_since_is_not_moved_back(write: Do, read: Do) -> None:
    person, first = write(learner_with)
    _, second = write(learner_with)
    write(second_version)
    write(publish, leaf("b", "budget"), now=later(11))
    done = write(moved, 2, at=20)
    write(moved, 3, Whom.EVERYBODY, Among(persons=frozenset({person.id})), at=21)
    assert write(undone, done.id).moved == 1
    assert (read(state, first)[0], read(state, second)[0]) == (3, 1)


def test_what_is_undone_can_be_done_again_and_not_undone_twice(write: Do, read: Do) -> None:
    _, enrolled = write(learner_with)
    write(second_version)
    done = write(moved, 2)
    back = write(undone, done.id)
    with pytest.raises(Conflict, match="undone already"):
        write(undone, done.id)
    write(undone, back.id, at=40)
    assert read(state, enrolled)[0] == 2
    listed = read(migrations_of, enrolled.path_id)
    assert [(each.undoes, each.undone_by) for each in listed] == [
        (back.id, None),
        (done.id, listed[0].id),
        (None, back.id),
    ]


def test_nobody_to_move_is_refused(write: Do, read: Do) -> None:
    write(learner_with)
    with pytest.raises(Conflict, match="nobody would move"):
        write(moved, 1)
    with pytest.raises(Missing, match="no version 7"):
        write(moved, 7)
    with pytest.raises(Invalid, match="in no group yet"):
        write(moved, 1, Whom.NEW, Among(persons=frozenset()))
    assert read(migrations_of, read(path, "growth").id) == []


def test_who_decided_it_and_why_is_in_the_audit_log(write: Do, read: Do) -> None:
    admin, _ = write(learner_with)
    write(second_version)

    def decide(conn: Connection) -> Migration:
        path_id = path(conn, "growth").id
        return migrate_learners(conn, path_id, 2, whom=Whom.EVERYBODY, by=admin.id, reason="new law", now=later(20))

    done = write(decide)
    (row,) = [each for each in read(decisions, Asked()) if each.act == "path.migrate"]
    assert (row.by, row.reason, row.subject) == (admin.id, "new law", f"path {done.path_id}")
    assert row.after["moved"] == 1


def test_the_root_of_the_new_version_is_all_that_is_stored_beside_its_nodes(write: Do, read: Do) -> None:
    _, enrolled = write(learner_with, "intro")
    write(publish, leaf("b", "budget"), now=later(10))
    write(moved, 2)
    assert read(verdict, enrolled.id, "a") is None  # it is asked for no more
    assert read(verdict, enrolled.id, "b").state == State.OPEN
    assert read(verdict, enrolled.id, ROOT).state == State.OPEN

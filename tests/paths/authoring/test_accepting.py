from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from base import Asked, Conflict, Invalid, Missing, decisions
from lrs import Activity, Statement, Verb
from modules import VerbIri
from paths import (
    Enrolment,
    State,
    accept_activity,
    accepted_on,
    path,
    publish_path,
    replay,
    verdict,
    version_numbered,
    versions,
    what_counts,
)
from people import Person, add_person
from tests.paths.makers import leaf, path_file
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
)
from tests.times import NOW

Do = Callable[..., Any]
GEORGIAN = "https://lms.example/xapi/activities/intro-ka"
SAID: dict[str, Any] = {"by": None, "reason": "the Georgian translation", "now": NOW}


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"))


@pytest.fixture
def learner(write: Do) -> Person:
    made: Person = write(make_learner)
    return made


@pytest.fixture
def enrolled(write: Do, learner: Person) -> Enrolment:
    made: Enrolment = write(enrol_self, learner)
    return made


def pass_it(write: Do, learner: Person, minutes: float = 5) -> None:
    """The learner passed the other translation, which a platform reports under its own IRI."""
    passed = Statement(
        actor=agent_of(learner),
        verb=Verb(id=VerbIri.PASSED.value),
        object=Activity(id=GEORGIAN),
        timestamp=later(minutes),
    )
    write(record, passed, now=later(minutes))
    write(fold_all, now=later(minutes))


def test_one_more_translation_counts_without_a_new_version(
    write: Do, read: Do, learner: Person, enrolled: Enrolment
) -> None:
    pass_it(write, learner)
    assert read(verdict, enrolled.id).state is State.OPEN
    write(accept_activity, "growth", "a", GEORGIAN, **(SAID | {"now": later(10)}))
    write(fold_all, now=later(11))
    found = read(verdict, enrolled.id)
    assert (found.state, found.since) == (State.SATISFIED, later(5))
    assert len(read(versions, enrolled.path_id)) == 1
    assert list(read(replay, [learner.id], now=later(12), check=True)) == []


def test_evidence_counts_from_the_first_day_to_the_last_in_the_paths_time_zone(
    write: Do, read: Do, learner: Person, enrolled: Enrolment
) -> None:
    pass_it(write, learner)
    today = later(5).date()
    accepted = write(accept_activity, "growth", "a", GEORGIAN, last_day=date(today.year - 1, 12, 31), **SAID)
    write(fold_all, now=later(11))
    assert read(verdict, enrolled.id).state is State.OPEN
    assert accepted.counts_until is not None
    assert accepted.counts_until.utcoffset() is not None
    write(accept_activity, "growth", "a", GEORGIAN, first_day=today, last_day=today, **SAID)
    write(fold_all, now=later(12))
    assert read(verdict, enrolled.id).state is State.SATISFIED
    (kept,) = read(accepted_on, enrolled.path_id)
    assert (kept.requirement, kept.activity, kept.reason) == ("a", GEORGIAN, "the Georgian translation")


def test_publishing_again_leaves_what_was_accepted(write: Do, read: Do, learner: Person, enrolled: Enrolment) -> None:
    write(accept_activity, "growth", "a", GEORGIAN, **SAID)
    write(publish, leaf("a", "intro", also=["budget"]), now=later(1))
    write(publish, leaf("a", "intro"), now=later(2))
    pass_it(write, learner)
    assert read(verdict, enrolled.id).state is State.SATISFIED
    assert [each.activity for each in read(accepted_on, enrolled.path_id)] == [GEORGIAN]


def test_it_is_a_decision_with_its_author_and_reason(write: Do, read: Do, enrolled: Enrolment) -> None:
    administrator = write(add_person, full_name="Anahit", language="hy", now=NOW)
    write(accept_activity, "growth", "a", GEORGIAN, **(SAID | {"by": administrator.id}))
    kept = read(decisions, Asked(subject=f"path {enrolled.path_id}"), limit=9)
    assert [(each.act, each.by, each.reason) for each in kept] == [
        ("path.accept", administrator.id, "the Georgian translation")
    ]
    (accepted,) = read(accepted_on, enrolled.path_id)
    assert accepted.by == administrator.id


def test_what_counts_stands_in_the_order_of_the_path_the_author_first(write: Do, read: Do) -> None:
    write(publish, leaf("z", "data"), leaf("a", "intro", also=["budget"]), now=later(1))
    write(accept_activity, "growth", "a", GEORGIAN, **SAID)
    told = read(lambda conn: what_counts(conn, path(conn, "growth").id))
    assert [(each.requirement, each.activity.rpartition("/")[2], each.is_beside) for each in told] == [
        ("z", "data", False),
        ("a", "intro", False),
        ("a", "budget", False),
        ("a", "intro-ka", True),
    ]


@pytest.mark.parametrize(
    ("changed", "error", "where"),
    [
        ({"requirement": "nowhere"}, Invalid, "requirement"),
        ({"activity": "intro in Georgian"}, Invalid, "activity"),
        ({"reason": " "}, Invalid, "reason"),
        ({"first_day": date(2026, 5, 2), "last_day": date(2026, 5, 1)}, Invalid, "until"),
        ({"activity": "https://ulc.waymark.example/modules/intro"}, Conflict, None),
        ({"slug": "nowhere"}, Missing, None),
    ],
)
def test_what_cannot_be_accepted_is_refused(
    changed: dict[str, Any], error: type[Exception], where: str | None, write: Do
) -> None:
    asked = {"slug": "growth", "requirement": "a", "activity": GEORGIAN} | SAID | changed

    def accept(conn: Connection) -> None:
        accept_activity(conn, **asked)

    with pytest.raises(error) as refused:
        write(accept)
    assert getattr(refused.value, "where", None) == where


def test_who_publishes_another_module_for_a_requirement_in_the_editor_is_kept(write: Do, read: Do) -> None:
    administrator = write(add_person, full_name="Anahit", language="hy", now=NOW)
    said: dict[str, Any] = {"origin": "editor", "by": administrator.id, "reason": "it is the same by now"}
    write(publish_in_editor, **said)
    known = read(path, "growth")
    assert known.version == 1
    kept = read(decisions, Asked(subject=f"path {known.id}"), limit=9)
    assert [(each.act, each.by, each.reason) for each in kept] == [
        ("path.fulfil", administrator.id, "it is the same by now")
    ]
    assert read(version_numbered, known.id, 1).number == 1


def publish_in_editor(conn: Connection, **said: Any) -> None:
    from_file = path_file(leaf("a", "intro", also=["budget"]))
    publish_path(conn, from_file, now=later(1), **said)

"""What becomes of a certificate when its holder is moved to another version of the path."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from certificates import State, standing_numbers
from certificates.tables import certificates
from content import MoveOn
from modules import publish_module
from paths import Whom, enrolments_of, migrate_learners, publish_path, undo_migration, what_if
from paths.tree.requirements import ROOT, All, Leaf
from tests.certificates.conftest import Office
from tests.certificates.makers import PATH, complete, make_learner_on_path
from tests.modules.makers import make_source
from tests.paths.makers import leaf, path_file
from tests.times import NOW

LATER = NOW + timedelta(days=1)
STRICTER = All(ROOT, (Leaf("r-strategy", min_score=0.8),))
BUDGET: dict[str, Any] = {
    "id": UUID("4f9df3e2-5a57-4b8e-8a4f-1f5b8f0c2a11"),
    "slug": "budget",
    "activity": "https://ulc.waymark.example/modules/budget",
    "move_on": MoveOn.COMPLETED,
}


def rows(conn: Connection) -> list[Any]:
    return list(conn.execute(select(certificates).order_by(certificates.c.created_at)))


def publish_second_version(conn: Connection) -> None:
    publish_module(conn, make_source(questions=None, **BUDGET), now=LATER)
    publish_path(conn, path_file(leaf("r-strategy", "strategy"), leaf("r-budget", "budget")), now=LATER)


async def test_whose_certificate_is_touched_is_known_before_and_nothing_is_withdrawn(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    (issued,) = await office.db.read(rows)
    await office.db.write(publish_second_version)
    (enrolled,) = await office.db.read(enrolments_of, learner.id)

    def asked(conn: Connection) -> dict[Any, str]:
        return standing_numbers(conn, what_if(conn, PATH, STRICTER, now=LATER).losing)

    assert await office.db.read(asked) == {enrolled.id: issued.number}
    told: dict[str, Any] = {"by": None, "reason": "a test", "now": LATER}
    done = await office.db.write(migrate_learners, PATH, 2, whom=Whom.EVERYBODY, **told)
    await office.deliver(now=LATER)
    (reviewed,) = await office.db.read(rows)
    assert (reviewed.state, reviewed.number) == (State.UNDER_REVIEW, issued.number)
    assert await office.db.read(standing_numbers, [enrolled.id]) == {}
    await office.db.write(undo_migration, done.id, **told)
    await office.deliver(now=LATER)
    assert await office.db.read(rows) == [issued]


async def test_who_has_completed_keeps_the_certificate_where_the_others_are_moved(office: Office) -> None:
    learner = await office.db.write(make_learner_on_path)
    await office.db.write(complete, learner)
    await office.deliver()
    issued = await office.db.read(rows)
    await office.db.write(make_learner_on_path)
    await office.db.write(publish_second_version)
    told: dict[str, Any] = {"by": None, "reason": "a test", "now": LATER}
    done = await office.db.write(migrate_learners, PATH, 2, whom=Whom.UNFINISHED, **told)
    await office.deliver(now=LATER)
    assert (done.moved, await office.db.read(rows)) == (1, issued)

"""Folding what waits: statements a second that one worker folds on SQLite, and how that holds as learners grow.

`python -m bench.folding [--learners N] [--statements N]` measures other sizes than `make bench` does.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, Connection, Select, Table, delete, insert, select, update

from app.serving import keep_what_is_there
from base import Database, RowInsert, apply_effects, new_uuid
from base.delivery import has_due
from bench.load import Caller
from bench.measuring import SLICES, Row
from bench.report import head, tell
from lrs import Account, Agent, record_statements
from modules import publish_module
from paths import PATH_SUBSCRIPTIONS, State
from paths.tables.paths import enrolment_statuses, enrolments, facts, verdicts
from people.tables import account_links, accounts, persons
from tests.paths.makers import leaf
from tests.paths.world import SITE, enrol_self, make_learner, module_source, publish, publish_modules, statement
from tests.schema import make_schema
from tests.times import NOW

FEW: Final = 1_000
MANY: Final = 20_000
STATEMENTS: Final = 2_000
BATCH: Final = 1_000
_ADDED_AT_ONCE: Final = 10_000
_FIRST: Final = UUID(int=1)
"""The registration of the learner from whom the others are copied."""

LEAST: Final = 2_000.0
"""Statements a second: what is asked of one worker on SQLite. There is no faster way to measure it against."""

BAR_OF_GROWTH: Final = 1 / 1.3
MODULES: Final = ("intro", "budget", "data", "green", "partners", "finance", "listen", "learn")

_add_account = RowInsert(accounts, accounts.c.id, accounts.c.home_page, accounts.c.name)
_add_person = RowInsert(
    persons,
    persons.c.id,
    persons.c.full_name,
    persons.c.folded_name,
    persons.c.language,
    persons.c.opaque_account_id,
    persons.c.created_at,
)
_add_enrolment = RowInsert(
    enrolments,
    enrolments.c.id,
    enrolments.c.person_id,
    enrolments.c.path_id,
    enrolments.c.version_id,
    enrolments.c.registration,
    enrolments.c.enrolled_at,
)


async def fold(_call: Caller, folder: Path) -> list[Row]:
    async with world_of(folder / "many.db", MANY) as large:
        return await fold_rows(folder, large, many=MANY, number=STATEMENTS)


async def fold_rows(folder: Path, large: Database, *, many: int, number: int) -> list[Row]:
    """The rate where learners are few, and the rate where they are many (in `large`) against that one, in turns."""
    async with world_of(folder / "few.db", FEW) as small:
        keep_what_is_there()
        pairs = [(await _folded(small, FEW, number), await _folded(large, many, number)) for _ in range(SLICES + 1)][1:]
    rate = median(small for small, _ in pairs)
    rate_of_many = median(large for _, large in pairs)
    growth = median(large / small for small, large in pairs)
    told = f"{number} statements that count, of {FEW} learners on a path of {len(MODULES)} modules, one worker"
    return [
        Row("fold, sqlite", rate, "statements/s", LEAST, rate / LEAST, 1.0, told),
        Row(
            "fold as learners grow, sqlite",
            rate_of_many,
            "statements/s",
            rate,
            growth,
            BAR_OF_GROWTH,
            f"{many} learners, against {FEW}",
        ),
    ]


@asynccontextmanager
async def world_of(file: Path, learners: int) -> AsyncIterator[Database]:
    """A database in which `learners` are on one path, and nobody but paths hears of statements."""
    url = f"sqlite:///{file}"
    await asyncio.to_thread(make_schema, url)
    db = await Database.open(url, subscriptions=PATH_SUBSCRIPTIONS)
    try:
        await db.write(_publish)
        while await db.write(apply_effects, now=_now()):
            pass
        # In order, since keys that come by chance touch all pages of a table again and again.
        ids = list(zip(*(sorted(new_uuid() for _ in range(learners)) for _ in range(3)), strict=True))
        for first in range(0, learners, _ADDED_AT_ONCE):
            await db.write(_add_learners, first, ids[first : first + _ADDED_AT_ONCE])
        yield db
    finally:
        await db.close()


def _publish(conn: Connection) -> None:
    publish_modules(conn)
    for slug in MODULES:
        publish_module(conn, module_source(slug), now=NOW)
    publish(conn, *(leaf(f"r-{slug}", slug) for slug in MODULES))
    enrolled = enrol_self(conn, make_learner(conn))
    conn.execute(update(enrolments).where(enrolments.c.id == enrolled.id).values(registration=_FIRST))


def _add_learners(conn: Connection, first: int, ids: Sequence[tuple[UUID, UUID, UUID]]) -> None:
    """More of the one learner whom there is, as enrolling leaves them, without asking the rules for each.

    `ids` are those of the account, the person and the enrolment of each, in order and after all that were added before.
    """
    enrolled = conn.execute(select(enrolments).where(enrolments.c.registration == _FIRST)).one()
    whose = select(persons.c.full_name, persons.c.folded_name, persons.c.language)
    said = tuple(conn.execute(whose.where(persons.c.id == enrolled.person_id)).one())
    _add_account(conn, [(account, SITE, str(_name(number))) for number, (account, _, _) in enumerate(ids, first)])
    _add_person(conn, [(person, *said, account, NOW) for account, person, _ in ids])
    _add_enrolment(
        conn, [(each, person, enrolled.path_id, enrolled.version_id, new_uuid(), NOW) for _, person, each in ids]
    )
    for table, copied in _copied(enrolled.id, enrolled.person_id, ids[0], ids[-1]).items():
        conn.execute(insert(table).from_select([column.name for column in copied.selected_columns], copied))


def _copied(
    enrolment_id: UUID, person_id: UUID, first: tuple[UUID, UUID, UUID], last: tuple[UUID, UUID, UUID]
) -> dict[Table, Select[Any]]:
    """The link, status and verdicts of the enrolment, as those of all from the `first` to the `last`."""
    people = select(persons.c.opaque_account_id.label("account_id"), persons.c.id.label("person_id"))
    one = select(enrolments.c.id.label("enrolment_id"))
    new_people = persons.c.id.between(first[1], last[1]), persons.c.id != person_id
    new = enrolments.c.id.between(first[2], last[2]), enrolments.c.id != enrolment_id
    link = persons.join(account_links, account_links.c.person_id == person_id)
    status = enrolments.join(enrolment_statuses, enrolment_statuses.c.enrolment_id == enrolment_id)
    verdict = enrolments.join(verdicts, verdicts.c.enrolment_id == enrolment_id)
    return {
        account_links: people.add_columns(*_but(account_links, "account_id", "person_id", "seq"))
        .select_from(link)
        .where(*new_people),
        enrolment_statuses: one.add_columns(*_but(enrolment_statuses, "enrolment_id", "seq"))
        .select_from(status)
        .where(*new),
        verdicts: one.add_columns(*_but(verdicts, "enrolment_id"))
        .select_from(verdict)
        .where(*new)
        .order_by(enrolments.c.id),
    }


def _but(table: Table, *names: str) -> list[Column[Any]]:
    return [column for column in table.c if column.name not in names]


def learner_agent(number: int) -> Agent:
    """The learner of this number, as statements name them."""
    return Agent(account=Account(home_page=SITE, name=str(_name(number))))


def enrolments_of_learners(conn: Connection, numbers: Iterable[int]) -> list[UUID]:
    """The ids of their enrolments, in the order of the numbers."""
    names = [str(_name(number)) for number in numbers]
    own = select(accounts.c.name, enrolments.c.id).select_from(
        accounts.join(account_links, account_links.c.account_id == accounts.c.id).join(
            enrolments, enrolments.c.person_id == account_links.c.person_id
        )
    )
    found = {
        row.name: row.id for row in conn.execute(own.where(accounts.c.home_page == SITE, accounts.c.name.in_(names)))
    }
    return [found[name] for name in names]


def _name(number: int) -> UUID:
    return UUID(int=number + 1, version=4)


async def _folded(db: Database, learners: int, number: int) -> float:
    """Statements a second, from the last that was stored to when nothing waits."""
    await db.write(_begin_anew)
    for _ in range(0, number, BATCH):
        await db.write(_record, learners, min(BATCH, number))
    began = time.perf_counter()
    while await db.read(has_due, now=_now()):
        await db.write(apply_effects, now=_now())
    return number / (time.perf_counter() - began)


def _begin_anew(conn: Connection) -> None:
    """Nobody has done anything: otherwise few learners would soon have done more, each, than many have."""
    conn.execute(delete(facts))
    undone = {"state": State.OPEN, "since": None, "evidence": b"[]", "score": None}
    conn.execute(update(verdicts).where(verdicts.c.state != State.OPEN).values(undone))


def _record(conn: Connection, learners: int, number: int) -> None:
    """Each has another learner where there are enough, so that few and many learners leave equally many events."""
    chosen = random.sample(range(learners), number)
    made = [
        statement(
            learner_agent(learner),
            random.choice(MODULES),
            score=round(random.random(), 2),
            at=NOW,
        )
        for learner in chosen
    ]
    record_statements(conn, made, now=_now())


def _now() -> datetime:
    return datetime.now(UTC)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.folding", description=__doc__)
    parser.add_argument("--learners", type=int, default=100_000, help="as many as that, against a thousand")
    parser.add_argument("--statements", type=int, default=STATEMENTS)
    chosen = parser.parse_args()
    head()
    asyncio.run(_measure(chosen.learners, chosen.statements))


async def _measure(learners: int, number: int) -> None:
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as name:
        async with world_of(Path(name) / "many.db", learners) as large:
            for row in await fold_rows(Path(name), large, many=learners, number=number):
                tell(row)


if __name__ == "__main__":
    main()

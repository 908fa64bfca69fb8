"""Imports of people and organisations as jobs: a dry run, then batch after batch in the background, and back again.

Each batch is a transaction of its own and asks for the next by an event, so that a stopped worker goes on where it was.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, bindparam, func, insert, select, update

from base import Conflict, Effect, Event, lock, new_uuid, publish, record_decision
from people.import_list import Import, ImportState, as_import, find_import
from people.import_matching import plan_people
from people.import_organisations import enter_organisations, plan_organisations, take_back_organisations
from people.import_people import enter_people, take_back_people
from people.import_plans import APPLICABLE, Done, Namesake, Outcome, Plan, Report
from people.import_rows import ImportKind, OrganisationRow, PersonRow, Table
from people.import_tables import import_rows, imports
from people.permissions import Action, Grant, Place, may
from people.roles import grants_of

MOST_TOLD = 200
ROWS_A_BATCH = {ImportKind.PEOPLE: 500, ImportKind.ORGANISATIONS: 50}


class Checked(NamedTuple):
    """A table against the registry: what is told, and what is planned for each row that was understood."""

    table: Table
    report: Report
    plans: Sequence[Plan[Any]]


class ImportDue(Event, frozen=True):
    """The next batch of an import is due; `subject` is the import."""

    import_id: UUID


def check_table(conn: Connection, table: Table, *, grants: Collection[Grant] | None) -> Checked:
    """The dry run: what each row would do, for somebody with these grants (None: the operator). Nothing is changed."""
    plans = _plan(conn, table.kind, table.rows, grants=grants)
    faults = sorted((*table.faults, *(plan.fault for plan in plans if plan.fault)), key=lambda fault: fault.row)
    counts = dict.fromkeys((Outcome.ADD, Outcome.CHANGE, Outcome.UNCHANGED, Outcome.PERHAPS, Outcome.FAULT), 0)
    for plan in plans:
        counts[plan.outcome] += 1
    counts[Outcome.FAULT] += len(table.faulty)
    namesakes = [
        Namesake(plan.number, _name(plan.row), plan.subject_id)
        for plan in plans
        if plan.outcome is Outcome.PERHAPS and plan.subject_id
    ]
    report = Report(counts, tuple(faults[:MOST_TOLD]), len(faults), tuple(namesakes[:MOST_TOLD]), table.ignored)
    return Checked(table, report, plans)


def begin_import(
    conn: Connection, checked: Checked, *, file_name: str, file: str | None, by: UUID | None, now: datetime
) -> Import:
    """The dry run is kept, and its rows wait to be applied. `file` is the SHA-256 of the bytes that were sent."""
    import_id, table = new_uuid(), checked.table
    conn.execute(
        insert(imports).values(
            id=import_id,
            kind=table.kind.value,
            file_name=file_name[:255],
            file=file,
            encoding=table.encoding,
            delimiter=table.delimiter,
            state=ImportState.CHECKED.value,
            total=sum(plan.outcome in APPLICABLE for plan in checked.plans),
            done=0,
            report=msgspec.json.encode(checked.report),
            made_at=now,
            made_by=by,
            decided_by=by,
        )
    )
    if staged := [_staged(import_id, plan) for plan in checked.plans if plan.outcome in _WAITING]:
        conn.execute(insert(import_rows), staged)
    return find_import(conn, import_id)


_WAITING = APPLICABLE | {Outcome.PERHAPS}


def _staged(import_id: UUID, plan: Plan[Any]) -> dict[str, Any]:
    content = msgspec.json.encode(plan.row)
    return {"import_id": import_id, "number": plan.number, "outcome": plan.outcome.value, "content": content}


def apply_import(
    conn: Connection, import_id: UUID, *, confirmed: Collection[int] = (), by: UUID | None, reason: str, now: datetime
) -> Import:
    """The import is being applied from now on; rows `confirmed` as somebody new are no longer held back.

    Raises Conflict unless it waits for that.
    """
    held_back = import_rows.c.import_id == import_id, import_rows.c.outcome == Outcome.PERHAPS.value
    chosen = *held_back, import_rows.c.number.in_(confirmed)
    conn.execute(update(import_rows).where(*chosen).values(outcome=Outcome.CONFIRMED.value))
    return _move(
        conn, import_id, ImportState.CHECKED, ImportState.APPLYING, act="import.apply", by=by, reason=reason, now=now
    )


def undo_import(conn: Connection, import_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> Import:
    """What the import added is being taken back from now on, by rows that say so. Raises Conflict unless applied."""
    return _move(
        conn, import_id, ImportState.APPLIED, ImportState.UNDOING, act="import.undo", by=by, reason=reason, now=now
    )


def discard_import(conn: Connection, import_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> Import:
    """The import will not be applied, and what its file says is forgotten. Raises Conflict unless it waits."""
    return _move(
        conn, import_id, ImportState.CHECKED, ImportState.DISCARDED, act="import.discard", by=by, reason=reason, now=now
    )


def take_step(conn: Connection, import_id: UUID, *, now: datetime) -> Import:
    """The next batch of rows, applied or taken back; an import that has none left is at its end."""
    lock(conn, f"import {import_id}")
    job = find_import(conn, import_id)
    if job.state is ImportState.APPLYING:
        _apply_batch(conn, job, now=now)
    elif job.state is ImportState.UNDOING:
        _undo_batch(conn, job, now=now)
    return find_import(conn, import_id)


def hear_import_due(conn: Connection, event: ImportDue, now: datetime) -> None:
    """One batch, and an event for the next while the import is under way."""
    if take_step(conn, event.import_id, now=now).state in {ImportState.APPLYING, ImportState.UNDOING}:
        publish(conn, event, now=now)


IMPORT_SUBSCRIPTIONS = (Effect("people.import", ImportDue, lambda _: True, hear_import_due),)


def imported_files(conn: Connection) -> frozenset[str]:
    """The files that imports still need."""
    return frozenset(conn.scalars(select(imports.c.file).where(imports.c.file.is_not(None))))


def forget_waiting_imports(conn: Connection, *, before: datetime, limit: int) -> int:
    """Discard up to `limit` imports that nobody applied since `before`; returns how many went."""
    waiting = imports.c.state == ImportState.CHECKED.value, imports.c.made_at < before
    old = conn.execute(select(imports).where(*waiting).limit(limit)).all()
    for row in old:
        _end(conn, as_import(row), ImportState.DISCARDED, now=before)
    return len(old)


def _apply_batch(conn: Connection, job: Import, *, now: datetime) -> None:
    size = ROWS_A_BATCH[job.kind]
    waiting = conn.execute(
        select(import_rows)
        .where(
            import_rows.c.import_id == job.id, import_rows.c.outcome.in_(APPLICABLE), import_rows.c.content.is_not(None)
        )
        .order_by(import_rows.c.number)
        .limit(size)
    ).all()
    if not waiting:
        _end(conn, job, ImportState.APPLIED, now=now)
        return
    kind = PersonRow if job.kind is ImportKind.PEOPLE else OrganisationRow
    rows = {row.number: msgspec.json.decode(row.content, type=kind) for row in waiting}
    confirmed = {row.number for row in waiting if row.outcome == Outcome.CONFIRMED}
    grants = None if job.decided_by is None else grants_of(conn, job.decided_by)
    plans = _plan(conn, job.kind, rows, grants=grants, confirmed=confirmed)
    enter: Any = enter_people if job.kind is ImportKind.PEOPLE else enter_organisations
    applicable = [plan for plan in plans if plan.outcome in APPLICABLE]
    done: dict[int, Done] = enter(conn, applicable, by=job.decided_by, reason=f"import {job.id}", now=now)
    _mark(conn, job.id, plans, done)
    _count(conn, job.id, len(rows))


def _undo_batch(conn: Connection, job: Import, *, now: datetime) -> None:
    entered = conn.execute(
        select(import_rows.c.number, import_rows.c.done)
        .where(import_rows.c.import_id == job.id, import_rows.c.done.is_not(None))
        .order_by(import_rows.c.number.desc())
        .limit(ROWS_A_BATCH[job.kind])
    ).all()
    if not entered:
        _end(conn, job, ImportState.UNDONE, now=now)
        return
    done = {row.number: msgspec.json.decode(row.done, type=Done) for row in entered}
    take_back = take_back_people if job.kind is ImportKind.PEOPLE else take_back_organisations
    take_back(conn, done, by=job.decided_by, reason=f"import {job.id} undone", now=now)
    taken = import_rows.c.import_id == job.id, import_rows.c.number.in_(done)
    conn.execute(update(import_rows).where(*taken).values(done=None))
    _count(conn, job.id, len(done))


def _plan(
    conn: Connection,
    kind: ImportKind,
    rows: Mapping[int, Any],
    *,
    grants: Collection[Grant] | None,
    confirmed: Collection[int] = (),
) -> Sequence[Plan[Any]]:
    def allowed(where: Place) -> bool:
        return grants is None or may(grants, Action.MAKE_IMPORTS, where)

    plan: Any = plan_people if kind is ImportKind.PEOPLE else plan_organisations
    plans: Sequence[Plan[Any]] = plan(conn, rows, allowed=allowed, confirmed=confirmed)
    return plans


def _move(
    conn: Connection,
    import_id: UUID,
    before: ImportState,
    after: ImportState,
    *,
    act: str,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Import:
    job = find_import(conn, import_id)
    moved = update(imports).where(imports.c.id == import_id, imports.c.state == before.value)
    if (
        conn.execute(
            moved.values(state=after.value, decided_by=by, done=0, total=_left(conn, import_id, after))
        ).rowcount
        == 0
    ):
        raise Conflict(f"The import is {job.state}; only one that is {before} can become {after}.", rule="import")
    counts = {outcome.value: count for outcome, count in job.report.counts.items()}
    record_decision(
        conn, by=by, act=act, subject=f"import {import_id}", reason=reason, before=counts, after=job.file, now=now
    )
    if after is ImportState.DISCARDED:
        _end(conn, job, after, now=now)
    else:
        publish(conn, ImportDue(f"import {import_id}", import_id), now=now)
    return find_import(conn, import_id)


def _left(conn: Connection, import_id: UUID, state: ImportState) -> int:
    """How many rows there are to go through."""
    wanted = import_rows.c.done.is_not(None) if state is ImportState.UNDOING else import_rows.c.outcome.in_(APPLICABLE)
    return conn.scalar(select(func.count()).where(import_rows.c.import_id == import_id, wanted)) or 0


def _end(conn: Connection, job: Import, state: ImportState, *, now: datetime) -> None:
    """The import rests; what its file says is needed no more."""
    conn.execute(update(import_rows).where(import_rows.c.import_id == job.id).values(content=None))
    report = msgspec.json.encode(msgspec.structs.replace(job.report, namesakes=()))
    values = {"state": state.value, "file": None, "ended_at": now, "report": report}
    conn.execute(update(imports).where(imports.c.id == job.id).values(values))


def _mark(conn: Connection, import_id: UUID, plans: Sequence[Plan[Any]], done: Mapping[int, Done]) -> None:
    """Each row says what came of it, and no longer what the file said."""
    marked = (
        update(import_rows)
        .where(import_rows.c.import_id == import_id, import_rows.c.number == bindparam("row_number"))
        .values(outcome=bindparam("came"), done=bindparam("entered"), content=None)
    )
    values = [
        {
            "row_number": plan.number,
            "came": plan.outcome.value,
            "entered": msgspec.json.encode(done[plan.number]) if plan.number in done else None,
        }
        for plan in plans
    ]
    conn.execute(marked, values)


def _count(conn: Connection, import_id: UUID, rows: int) -> None:
    conn.execute(update(imports).where(imports.c.id == import_id).values(done=imports.c.done + rows))


def _name(row: PersonRow | OrganisationRow) -> str:
    return row.full_name if isinstance(row, PersonRow) else row.name

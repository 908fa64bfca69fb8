"""Moving learners from one version of a path to another: a decision with a reason, which can be undone."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, exists, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from base import Conflict, Invalid, Missing, lock, new_uuid, publish_all, record_decision
from paths.authoring.versions import version_numbered
from paths.changing.concerned import EVERYONE, Among, Whom, concerned
from paths.register.events import RulesChanged
from paths.register.register import Enrolment, enrolments_on
from paths.tables.migrations import enrolment_pins, path_migrations
from paths.tables.paths import enrolments, path_versions
from paths.tables.paths import paths as paths_table


class Migration(msgspec.Struct, frozen=True):
    """A decision to move learners to version number `version`, or one that `undoes` such a decision.

    `moved` is how many enrolments it moved; `undone_by` the decision that took it back, if there is one.
    `current` are the versions that new enrolments were pinned to before and after it, where it changed that.
    """

    id: UUID
    path_id: UUID
    version: int
    whom: Whom
    among: Among
    current: tuple[int, int] | None
    undoes: UUID | None
    undone_by: UUID | None
    moved: int
    at: datetime
    by: UUID | None
    reason: str


def migrate_learners(
    conn: Connection,
    path_id: UUID,
    number: int,
    *,
    whom: Whom,
    among: Among = EVERYONE,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Migration:
    """Those whom it is for (concerned.py) are pinned to version `number` from now on, and judged anew.

    What was judged until now can still be asked for, by the version that was in force. Whoever's path is complete no
    more has it told as lost, so that nothing that stands on it is taken away unseen; undoing brings it back. Raises
    Missing for an unknown version, Invalid for a group of new learners, Conflict where nobody would move.
    """
    if whom == Whom.NEW and not among.everyone:
        raise Invalid("Who enrols from now on is in no group yet: leave out the group, or choose others.", where="whom")
    lock(conn, f"path {path_id}")
    target = version_numbered(conn, path_id, number)
    moving = who_would_move(conn, path_id, number, whom=whom, among=among, now=now)
    current = _current(conn, path_id)
    row = {
        "path_id": path_id,
        "version_id": target.id,
        "whom": whom.value,
        "among": msgspec.json.encode(among, order="sorted"),
        "undoes": None,
    }
    changes_current = (current, number) if among.everyone and current != number else None
    if not moving and changes_current is None:
        raise Conflict(f"Version {number} is what all of them are pinned to already; nobody would move.")
    moves = dict.fromkeys(moving, target.id)
    return _carry_out(conn, row, moves, changes_current, by=by, reason=reason, now=now)


def who_would_move(
    conn: Connection, path_id: UUID, number: int, *, whom: Whom, among: Among = EVERYONE, now: datetime
) -> set[UUID]:
    """The enrolments that `migrate_learners` would pin to another version. Raises Missing for an unknown version."""
    target = version_numbered(conn, path_id, number)
    return {each.id for each in concerned(conn, path_id, whom, among, now=now) if each.version_id != target.id}


def who_would_move_back(conn: Connection, migration_id: UUID) -> set[UUID]:
    """The enrolments that `undo_migration` would move. Raises Missing for an unknown migration."""
    return set(_moves_back(conn, migration(conn, migration_id).id))


def undo_migration(conn: Connection, migration_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> Migration:
    """Whom the migration moved is moved back to where they were, unless they have been moved again since.

    New learners get the version that they got before it, unless that has changed since. An undoing can be undone.
    Raises Missing for an unknown migration, Conflict for one that is undone.
    """
    known = migration(conn, migration_id)
    lock(conn, f"path {known.path_id}")
    back = (known.current[1], known.current[0]) if known.current else None
    row = {
        "path_id": known.path_id,
        "version_id": version_numbered(conn, known.path_id, known.version).id,
        "whom": known.whom.value,
        "among": msgspec.json.encode(known.among, order="sorted"),
        "undoes": known.id,
    }
    still = back if back and _current(conn, known.path_id) == back[0] else None
    try:
        with conn.begin_nested():
            return _carry_out(conn, row, _moves_back(conn, known.id), still, by=by, reason=reason, now=now)
    except IntegrityError as error:
        raise Conflict("This is undone already. What undid it can be undone in turn.") from error


def migration(conn: Connection, migration_id: UUID) -> Migration:
    """One decision. Raises Missing."""
    row = conn.execute(_MIGRATIONS.where(path_migrations.c.id == migration_id)).one_or_none()
    if row is None:
        raise Missing(f"There is no migration {migration_id}.")
    return _migration(row)


def migrations_of(conn: Connection, path_id: UUID) -> list[Migration]:
    """All decisions to move learners of the path, the newest first."""
    own = _MIGRATIONS.where(path_migrations.c.path_id == path_id)
    return [_migration(row) for row in conn.execute(own.order_by(path_migrations.c.at.desc(), path_migrations.c.id))]


def _carry_out(
    conn: Connection,
    row: Mapping[str, Any],
    moves: Mapping[UUID, UUID],
    current: tuple[int, int] | None,
    *,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Migration:
    id_ = new_uuid()
    before, after = current or (None, None)
    stamp = {"id": id_, "current_before": before, "current_after": after, "at": now, "by": by, "reason": reason}
    conn.execute(insert(path_migrations).values({**row, **stamp}))
    path_id: UUID = row["path_id"]
    if current is not None:
        # Like what the editor says, this stands against an import that says otherwise.
        chosen = {"current": after, "edited_at": now}
        conn.execute(update(paths_table).where(paths_table.c.id == path_id).values(chosen))
    moved = [each for each in enrolments_on(conn, path_id) if each.id in moves]
    _move(conn, id_, moved, moves, now=now)
    publish_all(conn, (RulesChanged(str(each.subject_id), enrolment_id=each.id) for each in moved), now=now)
    done = migration(conn, id_)
    told = {
        "migration": id_,
        "version": done.version,
        "whom": done.whom,
        "among": done.among,
        "current": done.current,
        "moved": done.moved,
    }
    act = "path.migrate" if done.undoes is None else "path.migrate.undo"
    record_decision(conn, by=by, act=act, subject=f"path {path_id}", reason=reason, after=told, now=now)
    return done


def _move(
    conn: Connection, migration_id: UUID, moved: Collection[Enrolment], moves: Mapping[UUID, UUID], *, now: datetime
) -> None:
    """Add the new pins, and bring what each enrolment names as its newest up to them."""
    rows = [
        {
            "enrolment_id": each.id,
            "migration_id": migration_id,
            "before_id": each.version_id,
            "version_id": moves[each.id],
            "at": now,
        }
        for each in moved
    ]
    if rows:
        conn.execute(insert(enrolment_pins), rows)
    own = enrolment_pins.c.migration_id == migration_id, enrolment_pins.c.enrolment_id == enrolments.c.id
    newest = select(enrolment_pins.c.version_id).where(*own).scalar_subquery()
    conn.execute(update(enrolments).where(exists().where(*own)).values(version_id=newest))


def _moves_back(conn: Connection, migration_id: UUID) -> dict[UUID, UUID]:
    """By enrolment that no later migration moved, the version that it had before this one."""
    later = enrolment_pins.alias("later")
    moved_since = exists().where(
        later.c.enrolment_id == enrolment_pins.c.enrolment_id, later.c.seq > enrolment_pins.c.seq
    )
    rows = conn.execute(
        select(enrolment_pins.c.enrolment_id, enrolment_pins.c.before_id).where(
            enrolment_pins.c.migration_id == migration_id, ~moved_since
        )
    )
    return {row.enrolment_id: row.before_id for row in rows}


def _current(conn: Connection, path_id: UUID) -> int:
    return conn.execute(select(paths_table.c.current).where(paths_table.c.id == path_id)).scalar_one()


_undoing = path_migrations.alias("undoing")
_MIGRATIONS: Select[Any] = (
    select(
        path_migrations,
        path_versions.c.number,
        _undoing.c.id.label("undone_by"),
        select(func.count())
        .where(enrolment_pins.c.migration_id == path_migrations.c.id)
        .scalar_subquery()
        .label("moved"),
    )
    .join(path_versions, path_versions.c.id == path_migrations.c.version_id)
    .outerjoin(_undoing, _undoing.c.undoes == path_migrations.c.id)
)


def _migration(row: Row[Any]) -> Migration:
    return Migration(
        id=row.id,
        path_id=row.path_id,
        version=row.number,
        whom=Whom(row.whom),
        among=msgspec.json.decode(row.among, type=Among),
        current=None if row.current_before is None else (row.current_before, row.current_after),
        undoes=row.undoes,
        undone_by=row.undone_by,
        moved=row.moved,
        at=row.at,
        by=row.by,
        reason=row.reason,
    )

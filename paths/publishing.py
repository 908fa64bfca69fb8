"""Paths as they are published: immutable versions, and the dated list of what fulfils their requirements."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from base import Conflict, lock, new_uuid, publish, upsert
from content import DeliveryMode, Finishing, LibraryBroken, PathFile
from modules import Module, modules
from paths.authoring import PathSource, read_path, requirement_tree
from paths.catalogue import PathTexts
from paths.completion import in_force
from paths.events import RulesChanged
from paths.register import enrolments_on, fulfilments_of
from paths.requirements import canonical, tree_hash
from paths.tables import fulfilments, path_versions
from paths.tables import paths as paths_table


def publish_path(conn: Connection, file: PathFile, *, now: datetime) -> bool:
    """Make what `file` says the path that new enrolments get; says whether anything changed.

    Those enrolled stay on their versions. Texts and status are not versioned; an earlier tree comes back under its old
    number. Where a module that fulfils a requirement, or its finishing rule, is another than before, that is recorded
    as from now and everyone on the path is judged anew; what the former module showed until now still counts.
    Raises LibraryBroken with every problem, Conflict where the slug or activity is another path's.
    """
    known = {module.slug: module for module in modules(conn)}
    source, problems = read_path(file, {slug: module.status for slug, module in known.items()})
    if source is None or problems:
        raise LibraryBroken(tuple(problems))
    lock(conn, f"path {source.id}")
    changed = _put_path(conn, source, now=now)
    own = {requirement: known[slug] for requirement, slug in source.modules.items()}
    if _record_fulfilments(conn, source.id, own, now=now):
        for enrolment in enrolments_on(conn, source.id):
            publish(conn, RulesChanged(str(enrolment.person_id), enrolment_id=enrolment.id), now=now)
        return True
    return changed


def _put_path(conn: Connection, source: PathSource, *, now: datetime) -> bool:
    tree = requirement_tree(source)
    number = _number(conn, source.id, tree_hash(tree))
    row = {
        "slug": source.slug,
        "status": source.status.value,
        "role": source.role,
        "time_zone": source.time_zone,
        "texts": msgspec.json.encode(
            PathTexts(source.title, source.summary, source.group_titles), order="deterministic"
        ),
        "current": number,
    }
    same = select(paths_table.c.id).filter_by(id=source.id, activity=source.activity, **row)
    if conn.execute(same).first() is not None:
        return False
    _write_path(conn, source, row)
    conn.execute(
        upsert(conn, path_versions)
        .values(
            id=new_uuid(),
            path_id=source.id,
            number=number,
            tree_hash=tree_hash(tree),
            tree=canonical(tree),
            published_at=now,
        )
        .on_conflict_do_nothing(index_elements=["path_id", "tree_hash"])
    )
    return True


def _number(conn: Connection, path_id: UUID, hash_: str) -> int:
    """The number of the version with this tree, or the next one; nobody else publishes this path meanwhile."""
    own = path_versions.c.path_id == path_id
    known = conn.scalar(select(path_versions.c.number).where(own, path_versions.c.tree_hash == hash_))
    return known or conn.execute(select(func.coalesce(func.max(path_versions.c.number), 0) + 1).where(own)).scalar_one()


def _write_path(conn: Connection, source: PathSource, row: Mapping[str, object]) -> None:
    changed = update(paths_table).where(paths_table.c.id == source.id, paths_table.c.activity == source.activity)
    try:
        with conn.begin_nested():
            if conn.execute(changed.values(row)).rowcount == 0:
                conn.execute(insert(paths_table).values(id=source.id, activity=source.activity, **row))
    except IntegrityError as error:
        raise Conflict(
            f"{source.slug}: its id, slug or activity IRI is already another path's, or its activity IRI has changed. "
            "They name one path for ever; give a new path an id, a slug and an activity of its own.",
            rule="a path's id and activity never change",
            where=source.slug,
        ) from error


def _record_fulfilments(conn: Connection, path_id: UUID, wanted: dict[str, Module], *, now: datetime) -> bool:
    """Records what differs from the register; says whether anything did.

    Requirements that are no longer in the file are left alone: those pinned to an earlier version still have them.
    """
    recorded = in_force(fulfilments_of(conn, path_id))
    rows: list[dict[str, object]] = []
    for requirement, module in wanted.items():
        rules = {rule.activity: rule for rule in recorded.get(requirement, ())}
        own = rules.pop(module.activity, None)
        if own is None or own.finishing.move_on != module.move_on or own.counts_until is not None:
            rows.append(_row(requirement, module.activity, Finishing(move_on=module.move_on), counts_until=None))
        rows += [
            _row(requirement, rule.activity, rule.finishing, counts_until=now)
            for rule in rules.values()
            if rule.counts_until is None
        ]
    named = {module.activity: module.id for module in modules(conn)}
    for row in rows:
        stamp = {"path_id": path_id, "recorded_at": now, "reason": "the path's file says so"}
        conn.execute(insert(fulfilments).values(**row, **stamp, module_id=named[str(row["activity"])]))
    return bool(rows)


def _row(requirement: str, activity: str, finishing: Finishing, *, counts_until: datetime | None) -> dict[str, object]:
    return {
        "requirement": requirement,
        "activity": activity,
        "delivery": DeliveryMode.ONLINE.value,
        "finishing": msgspec.json.encode(finishing),
        "authorities": b"[]",
        "counts_until": counts_until,
    }

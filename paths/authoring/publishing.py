"""Paths as they are published: immutable versions, and the dated list of what fulfils their requirements."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, RowMapping, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from base import Conflict, lock, msgid, new_uuid, publish, record_decision, upsert
from content import LibraryBroken, PathFile, Problem
from modules import modules
from paths.authoring.authored import PathSource
from paths.authoring.authoring import judge_source, read_source
from paths.authoring.composing import Composition, compose, offer
from paths.authoring.decomposing import composition_of, path_source
from paths.register.catalogue import Path, PathTexts, current_version, paths
from paths.register.events import AudienceChanged, RulesChanged
from paths.register.fulfilling import record_fulfilments
from paths.register.register import enrolments_on
from paths.tables.paths import path_versions
from paths.tables.paths import paths as paths_table
from paths.tree.requirements import canonical, leaves, nodes, tree_hash

PathOrigin: TypeAlias = Literal["import", "editor"]
"""Where a path is published from: its file, or the editor."""


FILES_SAY = msgid("the path's author says so")


class EditedSince(Conflict):
    """The path was changed in the editor since its file was last imported; nothing of the file is published."""


def publish_path(
    conn: Connection,
    file: PathFile,
    *,
    now: datetime,
    origin: PathOrigin = "import",
    by: UUID | None = None,
    reason: str = "published in the editor",
    over_editor: bool = False,
) -> bool:
    """Make what `file` says the path that new enrolments get; says whether anything changed.

    Those enrolled stay on their versions. Texts and status are not versioned; an earlier tree comes back under its old
    number. Where what fulfils a requirement is another than before, that is recorded as from now and everyone on the
    path is judged anew; what the former module showed until now still counts. Paths that take this one in follow in
    what fulfils it, and keep their trees until they are published again.

    Raises LibraryBroken with every problem, Conflict where the slug or activity is another path's, and EditedSince for
    an import over a newer version of the editor, unless it is to go `over_editor`.
    """
    source, composition, problems = lint_path(conn, file)
    if source is None or composition is None or problems:
        raise LibraryBroken(tuple(problems))
    lock(conn, f"path {source.id}")
    author = Author(origin, by, reason if origin == "editor" else "imported over the editor")
    changed = put_path(conn, source, composition, author, over_editor=over_editor, now=now)
    why = reason if origin == "editor" else FILES_SAY
    followed = follow(conn, source.id, composition.modules, by=by, reason=why, now=now)
    if followed and not changed and origin == "editor":
        _keep_following(conn, source.id, composition, author, now=now)
    for outer in paths(conn):
        if outer.id != source.id and _takes_in(conn, outer, source.activity):
            follow_modules(conn, outer, now=now)
    return followed or changed


def lint_path(conn: Connection, file: PathFile) -> tuple[PathSource | None, Composition | None, list[Problem]]:
    """What `file` says and what would be published, beside the modules and paths that there are, and every problem."""
    source, problems = read_source(file)
    if source is None or problems:
        return source, None, problems
    offers = {module.slug: offer(module) for module in modules(conn)}
    return source, *judge_source(source, file.file, offers, _others(conn, source))


def follow_modules(conn: Connection, followed: Path, *, now: datetime) -> bool:
    """What fulfils the path's requirements is what its modules, and the paths in it, say by now; says if it changed.

    Everyone on the path is judged anew then.
    """
    source = path_source(conn, followed)
    others = {slug: found for slug, found in _others(conn, source).items() if found is not None}
    now_taken_in = compose(source, {}, others).modules
    tree = current_version(conn, followed.id).tree
    wanted = {leaf.id: now_taken_in[leaf.id] for leaf in leaves(tree) if leaf.id in now_taken_in}
    return follow(conn, followed.id, wanted, now=now)


def _others(conn: Connection, source: PathSource) -> dict[str, Composition | None]:
    """All other paths by slug; what they are made of where this one needs to know."""
    needed = {*source.nested.values(), source.recertification}
    return {
        each.slug: composition_of(conn, each) if each.slug in needed else None
        for each in paths(conn)
        if each.id != source.id
    }


def follow(
    conn: Connection,
    path_id: UUID,
    wanted: Mapping[str, tuple[str, ...]],
    *,
    by: UUID | None = None,
    reason: str = FILES_SAY,
    now: datetime,
) -> bool:
    """These modules (slugs) fulfil each requirement from now on; if that is new, everyone is judged anew."""
    known = {module.slug: module for module in modules(conn)}
    named = {requirement: [known[slug] for slug in slugs] for requirement, slugs in wanted.items()}
    if not record_fulfilments(conn, path_id, named, by=by, reason=reason, now=now):
        return False
    for enrolment in enrolments_on(conn, path_id):
        publish(conn, RulesChanged(str(enrolment.subject_id), enrolment_id=enrolment.id), now=now)
    return True


def _takes_in(conn: Connection, outer: Path, activity: str) -> bool:
    return any(getattr(node, "path", None) == activity for node in nodes(current_version(conn, outer.id).tree))


class Author(msgspec.Struct, frozen=True):
    """Where a path is published, by whom and why."""

    origin: PathOrigin
    by: UUID | None
    reason: str


def put_path(
    conn: Connection,
    source: PathSource,
    composition: Composition,
    author: Author,
    *,
    over_editor: bool,
    alone: UUID | None = None,
    now: datetime,
) -> bool:
    """Write the path and its version, under the path's lock; says whether anything is otherwise than before."""
    known = conn.execute(select(paths_table).filter_by(id=source.id)).mappings().one_or_none()
    row = _row(conn, source, composition, {} if known is None else _groups(known["texts"]))
    edited_at = None if known is None else known["edited_at"]
    same = known is not None and known["activity"] == source.activity and row.items() <= known.items()
    if same and (edited_at is None or author.origin == "editor"):
        return False
    if author.origin == "import" and edited_at is not None and not same and not over_editor:
        raise _edited_since(source.slug, edited_at)
    _write_path(conn, source, {**row, "alone": alone, "edited_at": now if author.origin == "editor" else None})
    if known is not None and known["slug"] != source.slug:
        renewed = update(paths_table).where(paths_table.c.recertification == known["slug"])
        conn.execute(renewed.values(recertification=source.slug))
    if known is None or (known["audience"], known["status"]) != (row["audience"], row["status"]):
        publish(conn, AudienceChanged(str(source.id), path_id=source.id), now=now)
    if not same:
        _put_version(conn, source, composition, row["current"], author, now=now)
        if author.origin == "editor" or edited_at is not None:
            _keep_decision(conn, source.id, known, row, author, now=now)
    return not same


def _edited_since(slug: str, edited_at: datetime) -> EditedSince:
    return EditedSince(
        f"{slug}: it was changed in the editor on {edited_at:%Y-%m-%d}, and its file says otherwise. "
        f"Take the change into the file (waymark export {slug}), or import over it (--overwrite {slug}).",
        rule="an import never overwrites the editor",
        where=slug,
    )


def _groups(texts: bytes) -> dict[str, dict[str, str]]:
    return msgspec.json.decode(texts, type=PathTexts).groups


def _row(
    conn: Connection, source: PathSource, composition: Composition, groups: dict[str, dict[str, str]]
) -> dict[str, Any]:
    """The path's row. The titles of `groups` that are no more stay, for those who are pinned to them."""
    texts = PathTexts(source.title, source.summary, {**groups, **composition.titles})
    return {
        "slug": source.slug,
        "status": source.status.value,
        "role": source.role,
        "time_zone": source.time_zone,
        "texts": msgspec.json.encode(texts, order="deterministic"),
        "current": _number(conn, source.id, tree_hash(composition.tree)),
        "audience": msgspec.json.encode(source.audience).decode(),
        "recertification": source.recertification,
    }


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


def _put_version(
    conn: Connection, source: PathSource, composition: Composition, number: int, author: Author, *, now: datetime
) -> None:
    row = {
        "id": new_uuid(),
        "path_id": source.id,
        "number": number,
        "tree_hash": tree_hash(composition.tree),
        "tree": canonical(composition.tree),
        "published_at": now,
        "origin": author.origin,
        "by": author.by,
    }
    once = upsert(conn, path_versions).values(row).on_conflict_do_nothing(index_elements=["path_id", "tree_hash"])
    conn.execute(once)


def _keep_decision(
    conn: Connection,
    path_id: UUID,
    before: RowMapping | None,
    after: Mapping[str, Any],
    author: Author,
    *,
    now: datetime,
) -> None:
    """What is published in the editor, or over it, is a person's decision; files have a history of their own."""
    record_decision(
        conn,
        by=author.by,
        act="path.publish",
        subject=f"path {path_id}",
        reason=author.reason,
        before=None if before is None else _in_short(before),
        after=_in_short(after),
        now=now,
    )


def _keep_following(
    conn: Connection, path_id: UUID, composition: Composition, author: Author, *, now: datetime
) -> None:
    """What fulfils the requirements is another and the path is the same: that is a decision, too."""
    subject, after = f"path {path_id}", {id_: ", ".join(slugs) for id_, slugs in composition.modules.items()}
    record_decision(conn, by=author.by, act="path.fulfil", subject=subject, reason=author.reason, after=after, now=now)


def _in_short(row: Mapping[str, Any] | RowMapping) -> dict[str, object]:
    return {"version": row["current"], "status": row["status"], "texts": sha256(row["texts"]).hexdigest()}

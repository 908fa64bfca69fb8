"""Modules as they are published: immutable versions, known by the hash of what a learner can meet."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from base import Conflict, Invalid, Missing, lock, upsert
from content import (
    Delivery,
    DeliveryMode,
    Finishing,
    ModuleSource,
    MoveOn,
    Status,
    Trusted,
    TrustTable,
    canonical_json,
    module_from_json,
    online,
    trust_in,
)
from modules.tables import module_versions
from modules.tables import modules as modules_table
from modules.trusting import check_trust

_NEEDS_QUIZ = {MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED}


class Module(msgspec.Struct, frozen=True):
    """A module at its current version. `version` counts from 1, `version_hash` names the state.

    `ways` are those of taking it; `move_on` and `mastery` are None where none of them is online. `trusted` are the
    authorities whose word counts beside Waymark's own.
    """

    id: UUID
    slug: str
    activity: str
    status: Status
    title: dict[str, str]
    summary: dict[str, str]
    minutes: int
    mastery: float | None
    move_on: MoveOn | None
    languages: tuple[str, ...]
    version: int
    version_hash: str
    has_quiz: bool = False
    credits: float | None = None
    ways: tuple[Delivery, ...] = ()
    trusted: tuple[Trusted, ...] = ()
    topics: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()

    @property
    def can_begin(self) -> bool:
        """Whether somebody may begin it now; who has begun goes on whatever its status."""
        return self.status in {Status.LIVE, Status.PILOT}


def publish_module(conn: Connection, source: ModuleSource, *, now: datetime) -> str:
    """Make `source` what opens from now on, and return its hash; attempts under way stay with theirs.

    Publishing the current state again changes nothing; an earlier state comes back under its old number.
    Raises Invalid for a module that could never be finished or is finished unopened, or trusts somebody about a kind
    that there is not; Conflict where the slug or the activity belongs to another module, or this one had another
    activity.
    """
    _check_can_be_finished(source)
    check_trust(source)
    version_hash = source.version_hash
    lock(conn, f"module {source.id}")
    _put_module(conn, source, version_hash)
    number = select(func.coalesce(func.max(module_versions.c.number), 0) + 1).where(
        module_versions.c.module_id == source.id
    )
    row = {
        "hash": version_hash,
        "module_id": source.id,
        "number": number.scalar_subquery(),
        "source": canonical_json(source),
        "published_at": now,
    }
    conn.execute(upsert(conn, module_versions).values(row).on_conflict_do_nothing(index_elements=["hash"]))
    return version_hash


def modules(conn: Connection, ids: Collection[UUID] | None = None) -> list[Module]:
    """All modules at their current versions, those of `ids` where given, by slug; also drafts and retired ones."""
    query = _current() if ids is None else _current().where(modules_table.c.id.in_(ids))
    return [_module(row) for row in conn.execute(query.order_by(modules_table.c.slug))]


def module(conn: Connection, slug_or_id: str | UUID) -> Module:
    """One module at its current version. Raises Missing."""
    named = modules_table.c.id if isinstance(slug_or_id, UUID) else modules_table.c.slug
    row = conn.execute(_current().where(named == slug_or_id)).one_or_none()
    if row is None:
        raise Missing(f"There is no module {str(slug_or_id)[:80]!r}. The list of modules has those that there are.")
    return _module(row)


def source_of(conn: Connection, version_hash: str) -> ModuleSource:
    """The content of a published version; right answers included, so it stays on the server."""
    query = select(module_versions.c.source).where(module_versions.c.hash == version_hash)
    return module_from_json(conn.execute(query).scalar_one())


def _check_can_be_finished(source: ModuleSource) -> None:
    if source.status is Status.DRAFT:
        return
    if not source.ways:
        raise Invalid(
            f"{source.slug}: there is no way of taking it; give it a move_on and texts, or deliveries.",
            rule="a module can be taken",
            where="deliveries",
        )
    for way in source.ways:
        _check_finishing(source, way.finishing, "move_on" if way.mode == DeliveryMode.ONLINE else "deliveries")
    if source.quiz is None and source.move_on in _NEEDS_QUIZ:
        raise Invalid(
            f"{source.slug}: move_on is {source.move_on}, but there is no quiz to pass; add one or say Completed.",
            rule="cmi5 13.1.4 moveOn",
            where="move_on",
        )


def _check_finishing(source: ModuleSource, finishing: Finishing, where: str) -> None:
    if finishing.move_on is MoveOn.NOT_APPLICABLE:
        # cmi5 9.6.1: such a unit is satisfied at registration. It is also the default of a course structure
        # (13.1.4), so that a module that merely forgot to say would be complete before anyone opened it.
        raise Invalid(
            f"{source.slug}: move_on is NotApplicable, so the module would be finished before it is opened; "
            "say Completed, Passed, CompletedAndPassed or CompletedOrPassed.",
            rule="cmi5 13.1.4 moveOn",
            where=where,
        )
    if not finishing.asks_something:
        raise Invalid(
            f"{source.slug}: a delivery asks for nothing, so nobody could show to have finished it; say what it asks.",
            rule="a delivery asks for something",
            where=where,
        )


def _put_module(conn: Connection, source: ModuleSource, version_hash: str) -> None:
    row = {"slug": source.slug, "status": source.status.value, "version": version_hash}
    changed = update(modules_table).where(modules_table.c.id == source.id, modules_table.c.activity == source.activity)
    try:
        with conn.begin_nested():
            if conn.execute(changed.values(row)).rowcount == 0:
                conn.execute(insert(modules_table).values(id=source.id, activity=source.activity, **row))
    except IntegrityError as error:
        raise Conflict(
            f"{source.slug}: its id, slug or activity IRI is already another module's, or its activity IRI has "
            "changed. They name one module for ever; give a new module an id, a slug and an activity of its own.",
            rule="a module's id and activity never change",
            where=source.slug,
        ) from error


class _Head(msgspec.Struct, frozen=True):
    """What a list of modules needs of a version; the texts are passed over unread."""

    id: UUID
    slug: str
    activity: str
    status: Status
    title: dict[str, str]
    summary: dict[str, str]
    minutes: int
    source_language: str
    texts: dict[str, msgspec.Raw]
    mastery: float | None = None
    move_on: MoveOn | None = None
    quiz: msgspec.Raw = msgspec.Raw()
    credits: float | None = None
    deliveries: tuple[Delivery, ...] = ()
    trusted: TrustTable = {}
    topics: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()


def _current() -> Select[bytes, int, str]:
    return select(module_versions.c.source, module_versions.c.number, module_versions.c.hash).join(
        modules_table, modules_table.c.version == module_versions.c.hash
    )


def _module(row: Row[bytes, int, str]) -> Module:
    source, number, version_hash = row
    head = msgspec.json.decode(source, type=_Head)
    return Module(
        id=head.id,
        slug=head.slug,
        activity=head.activity,
        status=head.status,
        title=head.title,
        summary=head.summary,
        minutes=head.minutes,
        mastery=head.mastery,
        move_on=head.move_on,
        languages=tuple(sorted(head.texts, key=lambda language: (language != head.source_language, language))),
        version=number,
        version_hash=version_hash,
        has_quiz=bool(bytes(head.quiz)),
        credits=head.credits,
        ways=head.deliveries if head.move_on is None else (online(head.move_on), *head.deliveries),
        trusted=trust_in(head.trusted),
        topics=head.topics,
        audience=head.audience,
    )

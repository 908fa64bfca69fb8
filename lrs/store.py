"""Writing statements: the one place where they enter the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct, json
from msgspec.structs import replace
from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from base import Conflict, WaymarkError, installation_iri, lock, new_uuid, publish
from lrs.agents import agent_key
from lrs.comparing import is_same
from lrs.decoding import decode_stored
from lrs.events import StatementsStored
from lrs.intake import Incoming, Posting, parse_statements, payload_of, postings_of
from lrs.names import numbers_of
from lrs.posts import Post
from lrs.references import Reference, Voiding, link
from lrs.statements import Account, Activity, Agent, Statement
from lrs.tables import postings, statements

LOG_LOCK = "lrs statements"
"""Whoever adds to the log holds it to the end of the transaction, so that statements appear in the order of `seq`."""


# Made once: SQLAlchemy takes longer to build these than SQLite takes to run them.
_LAST = select(statements.c.seq, statements.c.stored).order_by(statements.c.seq.desc()).limit(1)
_ADD = {
    dialect: insert(statements).on_conflict_do_nothing(index_elements=["id"]).returning(statements.c.id)
    for dialect, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_POST = postings.insert()


class _New(Struct, frozen=True):
    """A statement with its place in the log."""

    seq: int
    id: UUID
    incoming: Incoming
    found_by: frozenset[Posting]

    @property
    def statement(self) -> Statement:
        return self.incoming.statement


def waymark_authority(conn: Connection) -> Agent:
    """The authority of what Waymark itself records."""
    return Agent(name="Waymark", account=Account(home_page=installation_iri(conn), name="waymark"))


def record_statement(conn: Connection, statement: Statement, *, now: datetime) -> UUID:
    """The id under which Waymark's own statement is stored, by the same way and rules as anyone's."""
    return record_statements(conn, [statement], now=now)[0]


def record_statements(conn: Connection, new: Sequence[Statement], *, now: datetime) -> list[UUID]:
    """As `record_statement`, several at once: they share one event for each actor."""
    return store_statements(conn, parse_statements(json.encode(new)), authority=waymark_authority(conn), now=now)


def store_posts(conn: Connection, posts: Sequence[Post], *, now: datetime) -> list[list[UUID] | WaymarkError]:
    """The outcome of each post in its order: the ids of its statements, or the error for which nothing of it is kept.

    The errors are those of `store_statements`. A post never touches another, except that it finds stored what
    earlier ones stored.
    """
    return [_store_behind_savepoint(conn, post, now=now) for post in posts]


def _store_behind_savepoint(conn: Connection, post: Post, *, now: datetime) -> list[UUID] | WaymarkError:
    try:
        with conn.begin_nested():
            return store_statements(conn, post.incoming, authority=post.authority, now=now, voids_any=post.voids_any)
    except WaymarkError as error:
        return error


def store_statements(
    conn: Connection, incoming: Sequence[Incoming], *, authority: Agent, now: datetime, voids_any: bool = False
) -> list[UUID]:
    """The ids of the statements in their order, all stored now, or before when they say the same.

    `authority` is who vouches for them, whatever they say themselves; `voids_any` lets them void statements of other
    authorities. One StatementsStored is published for each actor, and for the actor of each statement that is voided.
    Raises Conflict when an id is taken by a statement that says something else, Forbidden for a voiding that is not
    the sender's to do. When it raises, nothing may be kept.
    """
    lock(conn, LOG_LOCK)
    last_seq, stored = _end_of_log(conn, now)
    named = [
        _New(seq, one.statement.id or new_uuid(), one, postings_of(replace(one.statement, authority=authority)))
        for seq, one in enumerate(incoming, start=last_seq + 1)
    ]
    key = agent_key(authority)
    numbers = numbers_of(conn, {key, *(name for one in named for _, name in one.found_by)})
    kept = _insert(conn, named, stored=stored, authority=authority, number=numbers[key])
    _check_repeated(conn, [one for one in named if one.id not in kept])
    new = [one for one in named if one.id in kept]
    _post(conn, new, numbers)
    voided = link(conn, list(_references(new, voids_any=voids_any)), _known_beforehand(new))
    _publish(conn, [*((one.id, one.statement) for one in new), *((one.id, one) for one in voided)], now=now)
    return [one.id for one in named]


def _end_of_log(conn: Connection, now: datetime) -> tuple[int, datetime]:
    """The last sequence, and the time to store at: `now`, or the last one's if that is later."""
    last = conn.execute(_LAST).first()
    return (0, now) if last is None else (last.seq, max(now, last.stored))


def _insert(
    conn: Connection, new: Sequence[_New], *, stored: datetime, authority: Agent, number: int
) -> Collection[UUID]:
    """The ids of those that were not there before."""
    rows = [
        {
            "seq": one.seq,
            "id": one.id,
            "stored": stored,
            "authority": number,
            "voided": False,
            "payload": payload_of(one.incoming, one.id, stored=stored, authority=authority),
        }
        for one in new
    ]
    if not rows:
        return ()
    return set(conn.scalars(_ADD[conn.dialect.name], rows))


def _post(conn: Connection, new: Iterable[_New], numbers: Mapping[str, int]) -> None:
    """Make the statements findable by all that they name."""
    rows = [{"facet": facet, "name": numbers[name], "seq": one.seq} for one in new for facet, name in one.found_by]
    if rows:
        conn.execute(_POST, rows)


def _check_repeated(conn: Connection, repeated: Sequence[_New]) -> None:
    """An id that is taken is taken by the same statement (xAPI-Data 2.3.1, Communication 2.1.1)."""
    if not repeated:
        return
    sent = {one.id: one.statement for one in repeated}
    for statement_id, payload in conn.execute(
        select(statements.c.id, statements.c.payload).where(statements.c.id.in_(sent))
    ):
        if not is_same(sent[statement_id], decode_stored(payload)):
            raise Conflict(
                f"Statement {statement_id} is stored already and says something else; a statement never changes. "
                "Send yours with another id.",
                rule="xAPI-Data 2.3.1",
            )


def _references(new: Iterable[_New], *, voids_any: bool) -> Iterator[Reference]:
    for one in new:
        if one.incoming.target is not None:
            voids = Voiding.ANY if voids_any else Voiding.OWN
            yield Reference(one.seq, one.incoming.target, voids if one.incoming.voids else Voiding.NO)


def _known_beforehand(new: Iterable[_New]) -> list[UUID]:
    """The ids that the senders gave: only those can have been referred to before they came."""
    return [one.id for one in new if one.statement.id is not None]


def _publish(conn: Connection, heard: Iterable[tuple[UUID | None, Statement]], *, now: datetime) -> None:
    by_actor: dict[str, list[tuple[UUID, Statement]]] = defaultdict(list)
    for statement_id, statement in heard:
        assert statement_id is not None
        by_actor[agent_key(statement.actor)].append((statement_id, statement))
    for actor, theirs in by_actor.items():
        ids = tuple(dict.fromkeys(statement_id for statement_id, _ in theirs))
        objects = (one.object.id for _, one in theirs if isinstance(one.object, Activity))
        publish(
            conn, StatementsStored(subject=actor, statement_ids=ids, activities=tuple(dict.fromkeys(objects))), now=now
        )

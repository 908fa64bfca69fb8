"""Writing statements: the one place where they enter the database."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import json
from sqlalchemy import Connection, LargeBinary, Text, Uuid, bindparam, cast, null, select, union_all

from base import Event, RowInsert, installation_iri, lock, publish_all
from lrs.log.attachments import attach
from lrs.log.defining import define
from lrs.log.events import StatementsStored
from lrs.log.lenient import record_mended
from lrs.log.names import numbers_of
from lrs.log.planning import Entry, Outcome, Plan, Taken, plan_posts
from lrs.log.posts import Post
from lrs.log.references import Reference, Voiding, link
from lrs.standard.agents import agent_key
from lrs.standard.intake import Incoming, definitions_of, parse_statements
from lrs.standard.statements import Account, Activity, Agent, Statement
from lrs.tables.log import LOG_LOCK, log
from lrs.tables.statements import names, postings, references, statements

_MICROSECOND = timedelta(microseconds=1)

# Made once: SQLAlchemy takes longer to build these than the databases take to run them.
_last = select(statements.c.seq, statements.c.stored).order_by(statements.c.seq.desc()).limit(1).subquery()
_END = select(
    select(_last.c.seq).scalar_subquery(),
    select(_last.c.stored).scalar_subquery(),
    select(log.c.promised).scalar_subquery(),
)
_ids = bindparam("ids", type_=Uuid(), expanding=True)
_NAMED = union_all(
    select(statements.c.id, names.c.name, statements.c.payload)
    .join(names, names.c.id == statements.c.authority)
    .where(statements.c.id.in_(_ids)),
    select(references.c.target, cast(null(), Text), cast(null(), LargeBinary))
    .where(references.c.target.in_(_ids))
    .distinct(),
)
_add = RowInsert(
    statements,
    statements.c.seq,
    statements.c.id,
    statements.c.stored,
    statements.c.authority,
    statements.c.voided,
    statements.c.payload,
)
_post = RowInsert(postings, postings.c.facet, postings.c.name, postings.c.seq)


def waymark_authority(conn: Connection) -> Agent:
    """The authority of what Waymark itself records."""
    return Agent(name="Waymark", account=Account(home_page=installation_iri(conn), name="waymark"))


def record_statement(conn: Connection, statement: Statement, *, now: datetime) -> UUID:
    """The id under which Waymark's own statement is stored, by the same way and rules as anyone's."""
    return record_statements(conn, [statement], now=now)[0]


def record_statements(conn: Connection, new: Sequence[Statement], *, now: datetime) -> list[UUID]:
    """As `record_statement`, several at once: they share one event for each actor."""
    return store_statements(conn, parse_statements(json.encode(new)), authority=waymark_authority(conn), now=now)


def store_statements(
    conn: Connection, incoming: Sequence[Incoming], *, authority: Agent, now: datetime, voids_any: bool = False
) -> list[UUID]:
    """The ids of the statements in their order, all stored now, or before when they say the same; see Post.

    Raises Conflict when an id is taken by a statement that says something else, Forbidden for a voiding that is not
    the sender's to do; then nothing was written.
    """
    (outcome,) = store_posts(conn, [Post(incoming, authority, voids_any=voids_any)], now=now)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def store_posts(conn: Connection, posts: Sequence[Post], *, now: datetime) -> list[Outcome]:
    """The outcome of each post, as if they were stored one after the other: one that is refused touches no other.

    The statements share one instant, later than that of any before and than what the log has promised to readers.
    One StatementsStored is published for each actor, and for the actor of each statement that is voided.
    """
    lock(conn, LOG_LOCK)
    last_seq, stored = _end_of_log(conn, now)
    taken, awaited = _named(conn, posts)
    plan = plan_posts(posts, taken, last_seq=last_seq, stored=stored)
    if plan.entries:
        _write(conn, plan.entries, awaited, stored=stored, now=now)
    _keep_mended(conn, posts, plan, now=now)
    return plan.outcomes


def _end_of_log(conn: Connection, now: datetime) -> tuple[int, datetime]:
    """The last sequence, and the time to store at: later than the last one's, whatever the clock says."""
    last_seq, last_stored, promised = conn.execute(_END).one()
    passed = (instant + _MICROSECOND for instant in (last_stored, promised) if instant is not None)
    return last_seq or 0, max([now, *passed])


def _named(conn: Connection, posts: Sequence[Post]) -> tuple[dict[UUID, Taken], set[UUID]]:
    """Of the ids that decide what becomes of the posts: what is stored under them, and which are referred to."""
    ids = {one.statement.id for post in posts for one in post.incoming}
    ids |= {one.target for post in posts for one in post.incoming if one.voids and not post.voids_any}
    rows = conn.execute(_NAMED, {"ids": list(ids)}).all() if (ids := ids - {None}) else []
    taken = {named: Taken(authority, payload) for named, authority, payload in rows if payload is not None}
    return taken, {named for named, _, payload in rows if payload is None}


def _write(
    conn: Connection, new: Sequence[Entry], awaited: Collection[UUID], *, stored: datetime, now: datetime
) -> None:
    """Write the entries; `awaited` are ids to which statements refer that came before."""
    numbers = numbers_of(conn, {name for one in new for _, name in one.found_by})
    _add(conn, [(one.seq, one.id, stored, numbers[one.authority], False, one.payload) for one in new])
    # Sorted, so that rows for one place of the index come together.
    _post(conn, sorted((facet, numbers[name], one.seq) for one in new for facet, name in one.found_by))
    attach(conn, ((one.seq, file) for one in new for file in one.incoming.files))
    for definitions in _definitions(new, numbers):
        define(conn, definitions, now=now)
    voided = link(conn, list(_references(new)), [one.id for one in new if one.id in awaited] if awaited else [])
    stored_now = [(one.id, one.incoming.statement) for one in new]
    publish_all(conn, _events([*stored_now, *voided]), now=now)


def _definitions(new: Iterable[Entry], numbers: Mapping[str, int]) -> Iterator[dict[int, bytes]]:
    """What is said of each activity: the first mapping has what is said first, and so on, so that the last is last."""
    said: dict[int, dict[bytes, None]] = defaultdict(dict)
    for one in new:
        for activity, definition in definitions_of(one.incoming) if one.post.defines else ():
            of_activity = said[numbers[activity]]
            of_activity.pop(definition, None)
            of_activity[definition] = None
    for turn in range(max(map(len, said.values()), default=0)):
        yield {number: list(each)[turn] for number, each in said.items() if turn < len(each)}


def _references(new: Iterable[Entry]) -> Iterator[Reference]:
    for one in new:
        if one.incoming.target is not None:
            voids = Voiding.ANY if one.post.voids_any else Voiding.OWN
            yield Reference(one.seq, one.incoming.target, voids if one.incoming.voids else Voiding.NO)


def _events(heard: Iterable[tuple[UUID, Statement]]) -> Iterator[Event]:
    """One for each actor."""
    by_actor: dict[str, list[tuple[UUID, Statement]]] = defaultdict(list)
    for statement_id, statement in heard:
        by_actor[agent_key(statement.actor)].append((statement_id, statement))
    for actor, theirs in by_actor.items():
        ids = tuple(dict.fromkeys(statement_id for statement_id, _ in theirs))
        activities = dict.fromkeys(one.object.id for _, one in theirs if isinstance(one.object, Activity))
        verbs = dict.fromkeys(one.verb.id for _, one in theirs)
        yield StatementsStored(actor, statement_ids=ids, activities=tuple(activities), verbs=tuple(verbs))


def _keep_mended(conn: Connection, posts: Sequence[Post], plan: Plan, *, now: datetime) -> None:
    for post, outcome in zip(posts, plan.outcomes, strict=True):
        if post.mended and post.credential is not None and not isinstance(outcome, Exception):
            record_mended(conn, outcome, post.credential, post.mended, now)

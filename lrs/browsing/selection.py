"""A choice of stored statements by the filters of the standard, walked in the order of storing, a stretch at a time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from lrs.log.names import known_numbers
from lrs.log.parameters import Reader, read_agent, read_boolean, read_instant, read_iri, read_parameters, read_uuid
from lrs.standard.agents import agent_key
from lrs.standard.intake import Facet, Posting
from lrs.tables.exchange import pulled_statements
from lrs.tables.statements import postings, statements

SCAN_LIMIT: Final = 20_000
"""How many statements of the first filter one stretch looks through for the others."""

STRETCH_BYTES: Final = 4 * 1024 * 1024
"""How much one stretch holds, unless its first statement alone is larger."""


class Selection(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Filters as GET /statements has them (Communication 2.1.3); `agent` and `authority` are keys of agents.

    Stored as JSON with what was chosen for good.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: datetime | None = None
    until: datetime | None = None
    authority: str | None = None


EVERYTHING: Final = Selection()


class Chosen(Struct, frozen=True):
    """A stored statement, with its place in the log and its JSON as it is given back."""

    seq: int
    id: UUID
    raw: bytes


class Stretch(Struct, frozen=True):
    """Chosen statements in the order of storing; everything up to the sequence `through` was looked at."""

    statements: Sequence[Chosen]
    through: int


def parse_selection(pairs: Iterable[tuple[str, str]]) -> Selection:
    """The selection that parameters of the standard's names ask for; `authority` is the JSON of an agent like `agent`.

    Raises Invalid for one that is unknown, repeated or malformed.
    """
    return Selection(**read_parameters(pairs, SELECTION_READERS))


def _key_of_agent(value: str, name: str) -> str:
    return agent_key(read_agent(value, name))


SELECTION_READERS: Final[Mapping[str, Reader]] = {
    "agent": _key_of_agent,
    "verb": read_iri,
    "activity": read_iri,
    "registration": read_uuid,
    "related_activities": read_boolean,
    "related_agents": read_boolean,
    "since": read_instant,
    "until": read_instant,
    "authority": _key_of_agent,
}


def walk(
    conn: Connection,
    selection: Selection,
    *,
    after: int,
    limit: int,
    voided: bool = True,
    not_from: Collection[UUID] = (),
    scan_limit: int = SCAN_LIMIT,
    limit_bytes: int = STRETCH_BYTES,
) -> Stretch:
    """The next statements that were chosen, after the sequence `after` and at most `limit`; fewer when they are large.

    Voided ones are among them unless `voided` is false. Those that came by one of the pulls `not_from` are left out.
    What is committed of the log is always its beginning (decision 6), so nothing appears later behind `through`.
    """
    found = search(conn, selection, after=after)
    if found is None or found.up_to <= after:
        return Stretch((), max(after, end_of(conn, selection)))
    edge = _edge(conn, found, scan_limit) if found.others or not_from else None
    sizes = conn.execute(_sizes(found, edge, limit, voided=voided, not_from=not_from)).all()
    taken = _within(sizes, limit_bytes)
    whole = len(taken) == len(sizes) < limit
    through = (found.up_to if edge is None else edge) if whole else taken[-1]
    rows = conn.execute(_PAYLOADS.where(statements.c.seq.in_(taken)).order_by(statements.c.seq)) if taken else ()
    return Stretch([Chosen(*row) for row in rows], through)


class Search(Struct, frozen=True):
    """Where to look: along the range of `seq` that `leading` names, for what the `others` let through.

    The sequences lie after `after` and go up to `up_to`. `joins` says that the others look at the statements, too.
    """

    seq: ColumnElement[int]
    leading: Sequence[ColumnElement[bool]]
    others: Sequence[ColumnElement[bool]]
    after: int
    up_to: int
    joins: bool

    def along(self, asked: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        """What is asked of the range alone."""
        return asked.where(*self.leading, self.seq > self.after, self.seq <= self.up_to)

    def matching(self, asked: Select[*tuple[Any, ...]], *, joins: bool = False) -> Select[*tuple[Any, ...]]:
        """What is asked of that of the range which the others let through."""
        if (joins or self.joins) and self.seq is not statements.c.seq:
            asked = asked.join_from(postings, statements, statements.c.seq == postings.c.seq)
        return self.along(asked).where(*self.others)


def search(conn: Connection, selection: Selection, *, after: int = 0) -> Search | None:
    """How to find what is selected; None when a name in it is that of no statement."""
    wanted = _wanted(selection)
    authority = selection.authority
    names = {name for _, name in wanted} | ({authority} if authority is not None else set())
    numbers = known_numbers(conn, names)
    if numbers.keys() != names:
        return None
    after = max(after, 0 if selection.since is None else last_seq_by(conn, selection.since))
    up_to = end_of(conn, selection)
    own = [] if authority is None else [statements.c.authority == numbers[authority]]
    if not wanted:
        return Search(statements.c.seq, own, [], after, up_to, joins=False)
    (facet, name), *rest = wanted
    leading = [postings.c.facet == facet, postings.c.name == numbers[name]]
    others = [*(_posted(facet, numbers[name]) for facet, name in rest), *own]
    return Search(postings.c.seq, leading, others, after, up_to, joins=bool(own))


def end_of(conn: Connection, selection: Selection) -> int:
    """The last sequence that the selection can have now."""
    if selection.until is not None:
        return last_seq_by(conn, selection.until)
    return last_seq(conn)


def last_seq(conn: Connection) -> int:
    """The end of the log."""
    return conn.scalar(_LAST_SEQ) or 0


def last_seq_by(conn: Connection, instant: datetime) -> int:
    """The last sequence stored by then; `stored` never decreases with it, so one look-up turns a time into a place."""
    latest = select(statements.c.seq).where(statements.c.stored <= instant)
    return conn.scalar(latest.order_by(statements.c.stored.desc(), statements.c.seq.desc()).limit(1)) or 0


_LAST_SEQ = select(func.max(statements.c.seq))
_PAYLOADS = select(statements.c.seq, statements.c.id, statements.c.payload)


def _wanted(selection: Selection) -> list[Posting]:
    """By what is searched, what is likely to be rarest first."""
    filters = (
        (Facet.REGISTRATION, None if selection.registration is None else str(selection.registration)),
        (Facet.RELATED_AGENT if selection.related_agents else Facet.AGENT, selection.agent),
        (Facet.RELATED_ACTIVITY if selection.related_activities else Facet.ACTIVITY, selection.activity),
        (Facet.VERB, selection.verb),
    )
    return [(facet, name) for facet, name in filters if name is not None]


def _posted(facet: Facet, name: int) -> ColumnElement[bool]:
    other = postings.alias()
    return exists().where(other.c.facet == facet, other.c.name == name, other.c.seq == postings.c.seq)


def _edge(conn: Connection, found: Search, scan_limit: int) -> int | None:
    """The sequence at which to stop looking; None when the rest is few enough."""
    edge: int | None = conn.scalar(found.along(select(found.seq)).order_by(found.seq).offset(scan_limit - 1).limit(1))
    return edge


def _sizes(
    found: Search, edge: int | None, limit: int, *, voided: bool, not_from: Collection[UUID]
) -> Select[*tuple[Any, ...]]:
    chosen = found.matching(select(found.seq, func.length(statements.c.payload)), joins=True)
    if edge is not None:
        chosen = chosen.where(found.seq <= edge)
    if not voided:
        chosen = chosen.where(statements.c.voided.is_(False))
    if not_from:
        came = pulled_statements.c.statement_id == statements.c.id
        chosen = chosen.where(~exists().where(came, pulled_statements.c.pull.in_(not_from)))
    return chosen.order_by(found.seq).limit(limit)


def _within(sizes: Sequence[Any], limit_bytes: int) -> list[int]:
    """The sequences from the front that fit together, one at least."""
    taken: list[int] = []
    total = 0
    for seq, size in sizes:
        total += size
        if taken and total > limit_bytes:
            break
        taken.append(seq)
    return taken

"""Finding statements by the filters of the standard (Communication 2.1.3), a page at a time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select

from base import Missing, to_microseconds
from lrs.log.names import name_digest, number_of
from lrs.log.parameters import OneStatement, Query
from lrs.standard.intake import Facet
from lrs.tables.statements import statements

PAGE_LIMIT = 200
"""Statements on one page at most."""

PAGE_BYTES = 8 * 1024 * 1024
"""And in bytes, where its statements are large; the first is given in any case."""

SCAN_LIMIT = 1000
"""How many statements of one filter are looked through for the others."""

_INLINE_BYTES: Final = PAGE_BYTES // PAGE_LIMIT
"""A statement up to this size comes with its page; larger ones are fetched one by one, until the page is full."""

_PAYLOAD = select(statements.c.payload).where(statements.c.seq == bindparam("seq"))


class Found(Struct, frozen=True):
    """A statement as it is given back, and when it was stored."""

    raw: bytes
    stored: datetime


class Page(Struct, frozen=True):
    """Statements in their order, and the query of the next page if there may be one."""

    statements: list[bytes]
    following: Query | None


def find_statement(conn: Connection, asked: OneStatement, *, authority: str | None = None) -> Found:
    """The statement asked for; with `authority`, an agent's key, only one of its own. Raises Missing."""
    found = select(statements.c.payload, statements.c.stored).where(
        statements.c.id == asked.id, statements.c.voided.is_(asked.voided)
    )
    if authority is not None:
        found = found.where(statements.c.authority == number_of(conn, authority))
    row = conn.execute(found).first()
    if row is None:
        raise Missing(_MISSING[asked.voided].format(asked.id), rule="Communication 2.1.3")
    return Found(row.payload, row.stored)


_MISSING = {
    False: "There is no statement {} here; if it was voided, ask by voidedStatementId.",
    True: "There is no voided statement {} here; if it was not voided, ask by statementId.",
}


def find_statements(
    conn: Connection, query: Query, *, authority: str | None = None, scan_limit: int = SCAN_LIMIT
) -> Page:
    """One page of the statements that match; with `authority`, an agent's key, only of its own.

    Voided statements are left out. A page may be short, even empty, and still have a following one, where filters
    together are rare or many statements are voided: it ends when `scan_limit` of the rarest filter were looked through.
    """
    filters = _filters(query, authority)
    limit = min(query.limit or PAGE_LIMIT, PAGE_LIMIT)
    if len(filters) > 1:
        filters, edge = _rarest_first(conn, query, filters, scan_limit)
        rows = _matches(conn, query, filters, edge, limit + 1)
    else:
        rows, edge = _past_voided(conn, query, filters, limit + 1, scan_limit)
    found, last = _payloads(conn, rows[:limit])
    position = last if len(found) < len(rows) else edge
    return Page(found, None if position is None else replace(query, position=position))


class _Filter(Struct, frozen=True):
    """One index range of statements, in the order of the answer: by a facet, or by authority where that is None."""

    facet: Facet | None
    name: str

    @property
    def table(self) -> str:
        return "lrs_statements" if self.facet is None else "lrs_postings"

    def key(self, sql: "_Sql") -> dict[str, str]:
        """What its rows, `p`, have in common: the columns before `seq` in the index."""
        number = sql.number_of(self.name)
        return {"p.authority": number} if self.facet is None else {"p.facet": f"{self.facet:d}", "p.name": number}

    def test(self, sql: "_Sql") -> str:
        """What is true of the row `p` of another range, and its statement `s`, if it lies in this one too.

        A scalar, because PostgreSQL may make a join of an EXISTS and then read the whole range for a few rows.
        """
        number = sql.number_of(self.name)
        if self.facet is None:
            return f"s.authority = {number}"
        which = f"o.facet = {self.facet:d} AND o.name = {number} AND o.seq = p.seq"
        return f"(SELECT 1 FROM lrs_postings o WHERE {which}) IS NOT NULL"  # noqa: S608 (values are bound)


class _Sql:
    """The parameters of a statement for the driver, in the order in which its text names them.

    Text, because SQLAlchemy takes longer to compile a search than SQLite takes to answer it.
    """

    def __init__(self, conn: Connection) -> None:
        self.values: list[Any] = []
        self.is_postgresql = conn.dialect.name == "postgresql"

    def bind(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}" if self.is_postgresql else "?"

    def number_of(self, name: str) -> str:
        return f"(SELECT id FROM lrs_names WHERE digest = {self.bind(name_digest(name))})"  # noqa: S608 (values are bound)

    def last_seq_by(self, instant: datetime) -> str:
        """The last sequence stored by then; `stored` never decreases with it, so a time is one place in the log."""
        then = self.bind(to_microseconds(instant))
        latest = f"SELECT seq FROM lrs_statements WHERE stored <= {then} ORDER BY stored DESC, seq DESC LIMIT 1"  # noqa: S608 (likewise)
        return f"coalesce(({latest}), 0)"

    def greatest(self, values: list[str]) -> str:
        return values[0] if len(values) == 1 else f"{'greatest' if self.is_postgresql else 'max'}({', '.join(values)})"

    def least(self, values: list[str]) -> str:
        return values[0] if len(values) == 1 else f"{'least' if self.is_postgresql else 'min'}({', '.join(values)})"


def _filters(query: Query, authority: str | None) -> list[_Filter]:
    agent = Facet.RELATED_AGENT if query.related_agents else Facet.AGENT
    activity = Facet.RELATED_ACTIVITY if query.related_activities else Facet.ACTIVITY
    registration = None if query.registration is None else str(query.registration)
    named = (
        (Facet.REGISTRATION, registration),
        (agent, query.agent),
        (activity, query.activity),
        (Facet.VERB, query.verb),
        (None, authority),
    )
    return [_Filter(facet, name) for facet, name in named if name is not None]


def _rarest_first(
    conn: Connection, query: Query, filters: Sequence[_Filter], scan_limit: int
) -> tuple[list[_Filter], int | None]:
    """The filter first whose next `scan_limit` statements reach furthest, and the last of those; None at the end."""
    sql = _Sql(conn)
    ends = [
        f"(SELECT p.seq FROM {each.table} p WHERE {_range(sql, query, each)} "  # noqa: S608 (likewise)
        f"ORDER BY {_order(sql, query, each)} LIMIT 1 OFFSET {sql.bind(scan_limit - 1)})"
        for each in filters
    ]
    found = conn.exec_driver_sql(f"SELECT {', '.join(ends)}", tuple(sql.values)).one()
    reach = [_reach(end, ascending=query.ascending) for end in found]
    rarest = reach.index(max(reach))
    return [filters[rarest], *filters[:rarest], *filters[rarest + 1 :]], found[rarest]


def _reach(end: int | None, *, ascending: bool) -> float:
    if end is None:
        return float("inf")
    return end if ascending else -end


def _past_voided(
    conn: Connection, query: Query, filters: Sequence[_Filter], limit: int, scan_limit: int
) -> tuple[list[Any], int | None]:
    """As `_matches` for one filter or none, and the last sequence that was looked at; None at the end.

    It looks at voided statements, too, so that each stretch is bounded; the first is enough where few are voided.
    """
    rows: list[Any] = []
    edge, size, looked = None, limit, 0
    while len(rows) < limit and looked < scan_limit:
        some = _matches(conn, query, filters, None, size, voided=True)
        rows += [row for row in some if not row.voided]
        if len(some) < size:
            return rows[:limit], None
        looked += size
        edge, size = some[-1].seq, min(2 * size, SCAN_LIMIT)
        query = replace(query, position=edge)
    return rows[:limit], edge


def _matches(
    conn: Connection, query: Query, filters: Sequence[_Filter], edge: int | None, limit: int, *, voided: bool = False
) -> Sequence[Any]:
    """Rows of a sequence, a payload, and whether it is voided; `voided` lets those in that are, without their payloads.

    The payload is None, too, of what is too large to come with many others.
    """
    sql, lead = _Sql(conn), filters[0] if filters else None
    where = _range(sql, query, lead, edge)
    tests = "".join(f" AND {each.test(sql)}" for each in filters[1:])
    text = (
        f"SELECT p.seq, CASE WHEN length(s.payload) <= {_INLINE_BYTES} AND NOT s.voided THEN s.payload END, s.voided "  # noqa: S608 (values are bound)
        f"FROM {lead.table if lead else 'lrs_statements'} p CROSS JOIN lrs_statements s "
        f"WHERE {where} AND s.seq = p.seq{'' if voided else ' AND NOT s.voided'}{tests} "
        f"ORDER BY {_order(sql, query, lead)} LIMIT {sql.bind(limit)}"
    )
    return conn.exec_driver_sql(text, tuple(sql.values)).all()


def _range(sql: _Sql, query: Query, lead: _Filter | None, edge: int | None = None) -> str:
    """Where the rows `p` lie: those of `lead`, between the sequences that the query names, up to `edge`.

    PostgreSQL gets comparisons of whole keys. Of an equality with a name that it looks up itself it expects few rows,
    and sorts them all; in a range of keys it walks along the index, in the order of the answer. SQLite walks there
    between one bound below and one above, and not more.
    """
    key = {} if lead is None else lead.key(sql)
    after, up_to = _bounds(sql, query, edge)
    if sql.is_postgresql:
        columns, values = ", ".join([*key, "p.seq"]), "".join(f"{value}, " for value in key.values())
        return f"({columns}) > ({values}{after}) AND ({columns}) <= ({values}{up_to})"
    return " AND ".join(
        [*(f"{each} = {value}" for each, value in key.items()), f"p.seq > {after} AND p.seq <= {up_to}"]
    )


def _bounds(sql: _Sql, query: Query, edge: int | None) -> tuple[str, str]:
    """After which sequence the answer begins and up to which it goes: since is exclusive, until inclusive."""
    low, high = (query.position, edge) if query.ascending else (edge, query.position)
    after = [] if query.since is None else [sql.last_seq_by(query.since)]
    if low is not None:
        after.append(sql.bind(low if query.ascending else low - 1))
    up_to = [] if query.until is None else [sql.last_seq_by(query.until)]
    if high is not None:
        up_to.append(sql.bind(high if query.ascending else high - 1))
    return sql.greatest(after or ["0"]), sql.least(up_to or [str(2**63 - 1)])


def _order(sql: _Sql, query: Query, lead: _Filter | None) -> str:
    columns = ["p.seq"]
    if sql.is_postgresql and lead is not None:
        columns = ["p.authority", "p.seq"] if lead.facet is None else ["p.facet", "p.name", "p.seq"]
    return ", ".join(f"{column} {'ASC' if query.ascending else 'DESC'}" for column in columns)


def _payloads(conn: Connection, rows: Sequence[Any]) -> tuple[list[bytes], int | None]:
    """The payloads of as many of the rows as a page has room for, and the sequence of the last."""
    found: list[bytes] = []
    size, last = 0, None
    for seq, small, _ in rows:
        payload = small if small is not None else conn.execute(_PAYLOAD, {"seq": seq}).scalar_one()
        size += len(payload)
        if found and size > PAGE_BYTES:
            break
        found.append(payload)
        last = seq
    return found, last

"""How many statements there are by day, verb, activity or agent, from the rows by which they are found."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from base import TooLarge
from lrs.browsing.selection import Search, Selection, last_seq_by, search
from lrs.standard.intake import Facet
from lrs.tables.statements import names, postings, statements

COUNTED_LIMIT: Final = 5_000_000
"""Statements between since and until at most, so that a count ends in seconds."""

DAYS_LIMIT: Final = 800
GROUPS_LIMIT: Final = 1000


class CountedBy(StrEnum):
    """What statements are counted by. An agent is counted as actor and as object, with the groups it is in."""

    DAY = "day"
    VERB = "verb"
    ACTIVITY = "activity"
    AGENT = "agent"


class Count(Struct, frozen=True):
    """A day (as 2026-11-22), an IRI or an agent's key, and how many statements it has."""

    name: str
    statements: int


_FACETS: Final = {CountedBy.VERB: Facet.VERB, CountedBy.ACTIVITY: Facet.ACTIVITY, CountedBy.AGENT: Facet.AGENT}


def count_statements(
    conn: Connection,
    selection: Selection,
    *,
    by: CountedBy,
    limit: int = 100,
    zone: tzinfo = UTC,
    counted_limit: int = COUNTED_LIMIT,
) -> list[Count]:
    """How many of the selected statements there are by `by`: days in their order, else the `limit` most frequent.

    Counted is what GET /statements would give: not what was voided, and a statement about another also by what that
    says. Days are days of storing in `zone`. Raises TooLarge for more than `counted_limit` statements between since and
    until, or more than DAYS_LIMIT days.
    """
    found = search(conn, selection)
    if found is None or found.up_to <= found.after:
        return []
    if found.up_to - found.after > counted_limit:
        raise TooLarge(
            f"There are {found.up_to - found.after:,} statements between since and until; count at most "
            f"{counted_limit:,} at a time, by moving them closer.",
            where="since",
        )
    if by is CountedBy.DAY:
        return _by_day(conn, found, zone)
    return _by_name(conn, found, _FACETS[by], min(limit, GROUPS_LIMIT))


def _by_name(conn: Connection, found: Search, facet: Facet, limit: int) -> list[Count]:
    """One walk along the facet's range, which is in the order of its names; sets, once made, say what counts."""
    counted = (
        select(postings.c.name, func.count().label("number"))
        .where(postings.c.facet == facet, postings.c.seq > found.after, postings.c.seq <= found.up_to)
        .where(postings.c.seq.not_in(_VOIDED))
        .group_by(postings.c.name)
        .order_by(func.count().desc(), postings.c.name)
        .limit(limit)
    )
    if found.leading or found.others:
        counted = counted.where(postings.c.seq.in_(found.matching(select(found.seq)).correlate(None)))
    most = counted.subquery()
    named = select(names.c.name, most.c.number).join_from(most, names, names.c.id == most.c.name)
    return [Count(*row) for row in conn.execute(named.order_by(most.c.number.desc(), names.c.name))]


_VOIDED = select(statements.c.seq).where(statements.c.voided.is_(True)).correlate(None)


def _by_day(conn: Connection, found: Search, zone: tzinfo) -> list[Count]:
    """The days that have any, each a range of the log between two look-ups of a time."""
    within = select(statements.c.stored).where(statements.c.seq > found.after, statements.c.seq <= found.up_to).limit(1)
    first = conn.scalar(within.order_by(statements.c.seq))
    last = conn.scalar(within.order_by(statements.c.seq.desc()))
    if first is None or last is None:
        return []
    days = _days(first.astimezone(zone).date(), last.astimezone(zone).date())
    places = [found.after, *(last_seq_by(conn, _before(day, zone)) for day in days[1:]), found.up_to]
    counts = [_count(conn, replace(found, after=after, up_to=up_to)) for after, up_to in pairwise(places)]
    return [Count(day.isoformat(), number) for day, number in zip(days, counts, strict=True) if number]


def _days(first: date, last: date) -> list[date]:
    number = (last - first).days + 1
    if number > DAYS_LIMIT:
        raise TooLarge(f"There are {number} days; count at most {DAYS_LIMIT} at a time.", where="since")
    return [first + timedelta(days=n) for n in range(number)]


def _before(day: date, zone: tzinfo) -> datetime:
    """The last moment before a day."""
    return datetime.combine(day, time.min, zone).astimezone(UTC) - timedelta(microseconds=1)


def _count(conn: Connection, found: Search) -> int:
    return conn.scalar(found.matching(select(func.count())).where(found.seq.not_in(_VOIDED))) or 0

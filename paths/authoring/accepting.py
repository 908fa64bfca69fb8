"""Accepting one more activity for a requirement beside what its author names: a dated decision, and no new version.

Such an activity is one more translation that a platform reports under an IRI of its own, a former version, or an
equivalent elsewhere. What finishes it, and whose word counts, is as for the module that is opened for the requirement.
"""

import re
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection, Row, insert

from base import Conflict, Invalid, lock, publish, record_decision
from paths.register.catalogue import Path, current_version, path
from paths.register.events import RulesChanged
from paths.register.fulfilling import BESIDE, newest_fulfilments
from paths.register.register import enrolments_on
from paths.tables.paths import fulfilments
from paths.tree.periods import end_of, start_of
from paths.tree.requirements import leaves

_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x1f]{1,390}")


class Accepted(msgspec.Struct, frozen=True):
    """An activity that counts for a requirement, for evidence dated from `counts_from` and before `counts_until`.

    None is without limit. `by` is who decided it; None at the command line.
    """

    requirement: str
    activity: str
    counts_from: datetime | None
    counts_until: datetime | None
    recorded_at: datetime
    by: UUID | None
    reason: str


def accept_activity(
    conn: Connection,
    slug: str,
    requirement: str,
    activity: str,
    *,
    first_day: date | None = None,
    last_day: date | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Accepted:
    """What is shown about the activity (its IRI) counts for the requirement, and everyone on the path is judged anew.

    Evidence counts that is dated from the first day to the last, in the path's time zone; None is without limit. To
    accept it again gives it other days, so that a last day ends it. Raises Missing for an unknown path, Invalid for a
    requirement, an IRI or days that cannot be, and Conflict where its author names the activity already.
    """
    asked = path(conn, slug)
    lock(conn, f"path {asked.id}")
    zone = ZoneInfo(asked.time_zone)
    counts_from = None if first_day is None else start_of(first_day, zone)
    counts_until = None if last_day is None else end_of(last_day, zone)
    given = Accepted(requirement, activity.strip(), counts_from, counts_until, now, by, reason.strip())
    _require_possible(given)
    opened = _opened(conn, asked, given)
    row = {name: getattr(opened, name) for name in ("module_id", "delivery", "finishing", "authorities")}
    conn.execute(
        insert(fulfilments).values(row | msgspec.structs.asdict(given) | {"path_id": asked.id, "place": BESIDE})
    )
    record_decision(
        conn,
        by=by,
        act="path.accept",
        subject=f"path {asked.id}",
        reason=given.reason,
        after={"requirement": requirement, "activity": given.activity, "from": counts_from, "until": counts_until},
        now=now,
    )
    for enrolment in enrolments_on(conn, asked.id):
        publish(conn, RulesChanged(str(enrolment.subject_id), enrolment_id=enrolment.id), now=now)
    return given


class Counts(msgspec.Struct, frozen=True):
    """One row of what counts for a requirement now: an activity of a module, taken in one way, or one accepted beside.

    It is there since `recorded_at`; from `counts_until` on nothing new counts.
    """

    requirement: str
    activity: str
    delivery: str
    module_id: UUID
    counts_from: datetime | None
    counts_until: datetime | None
    recorded_at: datetime
    by: UUID | None
    reason: str
    place: int

    @property
    def is_beside(self) -> bool:
        """Whether somebody accepted it beside what the author names."""
        return self.place == BESIDE


def what_counts(conn: Connection, path_id: UUID) -> list[Counts]:
    """All that counts on the path, or once did, by requirement in its order: what its author names, then the rest.

    Requirements that only earlier versions have come last.
    """
    order = {leaf.id: n for n, leaf in enumerate(leaves(current_version(conn, path_id).tree))}
    rows = newest_fulfilments(conn, path_id).values()
    found = [Counts(*(getattr(row, name) for name in Counts.__struct_fields__)) for row in rows]
    return sorted(found, key=lambda each: (order.get(each.requirement, len(order)), *_within(each)))


def _within(each: Counts) -> tuple[str, bool, int, str]:
    return each.requirement, each.is_beside, each.place, each.activity


def accepted_on(conn: Connection, path_id: UUID) -> list[Accepted]:
    """All that was accepted on the path beside what its author names, as it is now, by requirement and activity."""
    rows = [row for row in newest_fulfilments(conn, path_id).values() if row.place == BESIDE]
    found = [Accepted(*(getattr(row, name) for name in Accepted.__struct_fields__)) for row in rows]
    return sorted(found, key=lambda each: (each.requirement, each.activity))


def _require_possible(given: Accepted) -> None:
    if not _IRI.fullmatch(given.activity):
        raise Invalid(f"activity is {given.activity[:80]!r}; it must be an absolute https:// IRI.", where="activity")
    if given.counts_from and given.counts_until and given.counts_until <= given.counts_from:
        raise Invalid("The last day is before the first; then nothing would count.", where="until")
    if not given.reason:
        raise Invalid("The reason is empty; say why it counts.", where="reason")


def _opened(conn: Connection, asked: Path, given: Accepted) -> Row[Any]:
    """The row of what is opened for the requirement, whose terms are taken over."""
    own = [row for row in newest_fulfilments(conn, asked.id).values() if row.requirement == given.requirement]
    named = [row for row in own if row.place != BESIDE and row.counts_until is None]
    if not named:
        rule = f"{asked.slug} has no requirement {given.requirement[:80]!r}, or nothing fulfils it any more."
        raise Invalid(rule, where="requirement")
    if any(row.activity == given.activity for row in named):
        raise Conflict(f"{given.activity} counts for {given.requirement} already: its author names it.")
    return min(named, key=lambda row: (row.place, row.seq))

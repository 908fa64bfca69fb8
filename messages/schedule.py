"""When a message may go: never at night unless it is essential, once a day unless it is essential, never in floods."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM = time(22)
QUIET_UNTIL = time(7)
MOST_IN_AN_HOUR = 10
"""Mails to one address, of whatever kind: what keeps two machines that answer each other from going on for ever."""

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def may_go_at(
    now: datetime, *, essential: bool, taken: Sequence[datetime], last_optional: datetime | None, zone: ZoneInfo
) -> datetime:
    """The first moment, not before `now`, at which a message may go; pure.

    `taken` is when the newest mails to the address went, newest first, as far back as the last MOST_IN_AN_HOUR.
    `last_optional` is when the last of those that are not essential went.
    """
    earliest = now
    if len(taken) >= MOST_IN_AN_HOUR:
        earliest = max(earliest, taken[MOST_IN_AN_HOUR - 1] + _HOUR)
    if essential:
        return earliest
    if last_optional is not None:
        earliest = max(earliest, last_optional + _DAY)
    return after_quiet_hours(earliest, zone)


def after_quiet_hours(at: datetime, zone: ZoneInfo) -> datetime:
    """`at` itself, or seven in the morning when it lies in the quiet hours of `zone`."""
    local = at.astimezone(zone)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    morning = local.date() + (_DAY if local.time() >= QUIET_FROM else timedelta())
    return datetime.combine(morning, QUIET_UNTIL, zone).astimezone(at.tzinfo)

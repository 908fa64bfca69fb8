"""Spans of calendar time, as ISO 8601 writes them: a year is a year in the path's time zone, whatever its days."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from msgspec import Meta

from base import msgid

_FIRST: Final = datetime.min.replace(tzinfo=UTC)
_LAST: Final = datetime.max.replace(tzinfo=UTC)
_FORM: Final = re.compile(r"P(?=\d)(?:(\d{1,3})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")

Period = Annotated[
    str,
    Meta(
        pattern=r"\AP(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?\Z",
        description=msgid("an ISO 8601 duration in years, months, weeks or days, such as P2Y or P30D"),
    ),
]


def after(instant: datetime, period: str, zone: ZoneInfo) -> datetime:
    """The same time of day in `zone`, `period` later; a day that a month lacks is its last. In UTC."""
    return _moved(instant, period, zone, +1)


def before(instant: datetime, period: str, zone: ZoneInfo) -> datetime:
    """As `after`, earlier."""
    return _moved(instant, period, zone, -1)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment of the day in `zone`, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first moment after the day in `zone`, in UTC: what is due on a day may come until then."""
    return start_of(day + timedelta(days=1), zone)


@lru_cache(10_000)  # the same fact is asked about by every condition that it may show
def _moved(instant: datetime, period: str, zone: ZoneInfo, sign: int) -> datetime:
    months, days = _parts(period)
    local = instant.astimezone(zone)
    index = min(max(local.year * 12 + local.month - 1 + sign * months, 12), 9999 * 12 + 11)
    year, month = index // 12, index % 12 + 1
    day = min(local.day, calendar.monthrange(year, month)[1])
    try:
        return (local.replace(year=year, month=month, day=day) + timedelta(days=sign * days)).astimezone(UTC)
    except OverflowError:
        return _LAST if sign > 0 else _FIRST


@lru_cache(1000)
def _parts(period: str) -> tuple[int, int]:
    """Months and days. Raises ValueError for another form."""
    found = _FORM.fullmatch(period)
    if found is None:
        raise ValueError(period)
    years, months, weeks, days = (int(number or 0) for number in found.groups())
    return years * 12 + months, weeks * 7 + days

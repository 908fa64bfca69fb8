"""Moments as people and machines enter them: a day, which is meant whole, or an instant."""

from datetime import UTC, date, datetime, time, timedelta

from base import Invalid

_LAST_MOMENT = timedelta(days=1, microseconds=-1)


def read_moment(field: str, entered: str) -> datetime | None:
    """The last moment of a day in UTC, or an instant with its offset (ISO 8601); None for nothing. Raises Invalid."""
    if not entered.strip():
        return None
    found = _moment(entered.strip())
    if found is None:
        raise Invalid(
            f"{field} is {entered[:40]!r}; it must be a day such as 2026-11-22, "
            "or a moment with its offset such as 2026-11-22T10:00:00+00:00.",
            where=field,
        )
    return found


def _moment(entered: str) -> datetime | None:
    try:
        if len(entered) == len("2026-11-22"):
            return datetime.combine(date.fromisoformat(entered), time(), UTC) + _LAST_MOMENT
        # The plus of an offset is a space where somebody put it into an address by hand.
        found = datetime.fromisoformat(entered.replace(" ", "+"))
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None

"""Calendar feeds: a person's due dates for any calendar program, behind an address that only they know (RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

import icalendar
import msgspec
from sqlalchemy import Connection, delete, select

from base import Missing, new_token, token_hash, upsert
from messages.tables import calendar_feeds
from people import held_by, holder_of

_TOKEN_BYTES = 24
_REFRESH = timedelta(hours=4)


class Entry(msgspec.Struct, frozen=True):
    """One whole day in the calendar; `id` names the same thing each time, so that a moved date moves it."""

    id: str
    day: date
    title: str
    told: str
    url: str


def make_calendar_feed(conn: Connection, person_id: UUID, *, now: datetime) -> str:
    """The token of the person's feed, shown this once; an earlier one of theirs works no more."""
    token = new_token(_TOKEN_BYTES)
    row = {"token_hash": token_hash(token), "made_at": now}
    insert = upsert(conn, calendar_feeds).values(person_id=person_id, **row)
    conn.execute(insert.on_conflict_do_update(index_elements=["person_id"], set_=row))
    return token


def end_calendar_feed(conn: Connection, person_id: UUID) -> None:
    """The person's feed is read by nobody any more; again changes nothing."""
    conn.execute(delete(calendar_feeds).where(calendar_feeds.c.person_id.in_(held_by(conn, person_id))))


def calendar_feed_since(conn: Connection, person_id: UUID) -> datetime | None:
    """Since when the person has a feed; None without one."""
    own = calendar_feeds.c.person_id.in_(held_by(conn, person_id))
    return conn.scalar(select(calendar_feeds.c.made_at).where(own).order_by(calendar_feeds.c.made_at.desc()).limit(1))


def reader_of_feed(conn: Connection, token: str) -> UUID:
    """Whose feed the token opens. Raises Missing for an unknown or ended one."""
    named = select(calendar_feeds.c.person_id).where(calendar_feeds.c.token_hash == token_hash(token))
    person_id = conn.scalar(named)
    if person_id is None:
        raise Missing("This calendar is not known here. Make a new address for it on the page My learning.")
    return holder_of(conn, person_id)


def calendar_of(entries: Iterable[Entry], *, name: str, now: datetime) -> bytes:
    """The entries as one calendar: each takes its whole day, keeps nobody busy, and is private."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Waymark//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    for entry in sorted(entries, key=lambda entry: (entry.day, entry.id)):
        calendar.add_component(_event(entry, now))
    written: bytes = calendar.to_ical()
    return written


def _event(entry: Entry, now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", entry.id)
    event.add("dtstamp", now)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("description", entry.told)
    event.add("url", entry.url)
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event

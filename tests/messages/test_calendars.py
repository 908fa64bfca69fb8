from datetime import date

import icalendar
import pytest

from base import Missing
from messages import (
    Entry,
    calendar_feed_since,
    calendar_of,
    end_calendar_feed,
    make_calendar_feed,
    reader_of_feed,
)
from tests.messages.conftest import Mailroom
from tests.times import NOW

DUE = Entry(
    "listening@waymark.example",
    date(2026, 12, 31),
    "Due: Dinləmək; слухати, ძახილი",
    "Path: one\nand more",
    "https://waymark.example/paths/one",
)


def test_an_entry_takes_its_whole_day_and_reads_back_as_it_was() -> None:
    raw = calendar_of([DUE], name="Learning", now=NOW)
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = icalendar.Calendar.from_ical(raw)
    (event,) = calendar.walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2026, 12, 31), date(2027, 1, 1))
    assert (event["uid"], event["summary"], event["description"]) == (DUE.id, DUE.title, DUE.told)
    assert event["transp"] == "TRANSPARENT"


def test_an_empty_calendar_is_one_too() -> None:
    assert icalendar.Calendar.from_ical(calendar_of([], name="Learning", now=NOW)).walk("VEVENT") == []


def test_markup_and_line_ends_in_titles_start_no_property_of_their_own() -> None:
    hostile = Entry("x", date(2026, 1, 1), "a\r\nATTACH:http://evil.example", "b", "https://waymark.example/")
    (event,) = icalendar.Calendar.from_ical(calendar_of([hostile], name="n", now=NOW)).walk("VEVENT")
    assert "attach" not in event


async def test_a_feed_is_its_persons_until_it_is_made_anew_or_ended(mailroom: Mailroom) -> None:
    reader = await mailroom.add_person()
    first = await mailroom.db.write(make_calendar_feed, reader.id, now=NOW)
    assert await mailroom.db.read(reader_of_feed, first) == reader.id
    second = await mailroom.db.write(make_calendar_feed, reader.id, now=NOW)
    with pytest.raises(Missing):
        await mailroom.db.read(reader_of_feed, first)
    assert await mailroom.db.read(reader_of_feed, second) == reader.id
    assert await mailroom.db.read(calendar_feed_since, reader.id) == NOW
    await mailroom.db.write(end_calendar_feed, reader.id)
    assert await mailroom.db.read(calendar_feed_since, reader.id) is None
    with pytest.raises(Missing):
        await mailroom.db.read(reader_of_feed, second)

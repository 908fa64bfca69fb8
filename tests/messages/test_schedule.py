from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from messages.schedule import after_quiet_hours, may_go_at
from tests.times import NOW

BAKU = ZoneInfo("Asia/Baku")  # four hours before UTC, the whole year


def at(hour: int, minute: int = 0, day: int = 22) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        (at(17, 59), at(17, 59)),  # 21:59 in Baku
        (at(18, 0), at(3, 0, day=23)),  # 22:00: the next morning at 07:00
        (at(23, 30), at(3, 0, day=23)),  # 03:30 of the 23rd
        (at(2, 59), at(3, 0)),  # 06:59
        (at(3, 0), at(3, 0)),  # 07:00
    ],
)
def test_nights_are_quiet_from_ten_to_seven_where_people_are(asked: datetime, goes: datetime) -> None:
    assert after_quiet_hours(asked, BAKU) == goes


def test_the_morning_is_seven_by_the_clock_also_when_the_clock_changes() -> None:
    # Chisinau goes from UTC+2 to UTC+3 in the night to 29 March 2026: seven in the morning is 04:00 UTC that day.
    assert after_quiet_hours(datetime(2026, 3, 28, 21, 0, tzinfo=UTC), ZoneInfo("Europe/Chisinau")) == datetime(
        2026, 3, 29, 4, 0, tzinfo=UTC
    )


def test_what_is_essential_goes_at_night_and_after_another_mail() -> None:
    night = at(20)
    assert may_go_at(night, essential=True, taken=[night], last_optional=night, zone=BAKU) == night


def test_what_is_not_essential_goes_once_a_day() -> None:
    before = NOW - timedelta(hours=3)
    goes = may_go_at(NOW, essential=False, taken=[before], last_optional=before, zone=BAKU)
    assert goes == before + timedelta(days=1)
    assert may_go_at(NOW, essential=False, taken=[], last_optional=None, zone=BAKU) == NOW


def test_an_address_gets_at_most_ten_mails_an_hour() -> None:
    taken = [NOW - timedelta(minutes=minutes) for minutes in range(1, 11)]
    assert may_go_at(NOW, essential=True, taken=taken, last_optional=None, zone=BAKU) == taken[-1] + timedelta(hours=1)
    assert may_go_at(NOW, essential=True, taken=taken[:9], last_optional=None, zone=BAKU) == NOW

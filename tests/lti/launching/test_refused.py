"""What administrators are told of launches that were refused."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from base import Database
from lti import LaunchFault, LaunchRefused, Platform, forget_refused_launches, refused_launches_of
from lti.launching.refused import MOST_KEPT, note_refusal
from lti.refusals import NOT_OURS, KeysOutOfReach
from lti.tables import refused_launches
from tests.times import NOW

Write = Callable[..., Any]


def note(write: Write, platform: Platform | None, reason: str, minutes: float = 0, issuer: str | None = None) -> None:
    write(note_refusal, LaunchRefused(reason), "launch", platform, issuer, now=NOW + timedelta(minutes=minutes))


def test_refusal_is_told_with_its_platform_its_check_and_its_reason(
    platform: Platform, write: Write, read: Write
) -> None:
    write(note_refusal, LaunchRefused("no address of ours", NOT_OURS), "launch", platform, None, now=NOW)
    (told,) = read(refused_launches_of)
    assert (told.platform_id, told.platform, told.issuer) == (platform.id, platform.name, platform.issuer)
    assert (told.step, told.fault, told.reason) == ("launch", LaunchFault.TARGET, "no address of ours")
    assert (told.times, told.first_at, told.last_at) == (1, NOW, NOW)


def test_the_same_refusal_is_counted_and_others_stand_beside_it(platform: Platform, write: Write, read: Write) -> None:
    note(write, platform, "one")
    note(write, platform, "another", 1)
    note(write, platform, "one", 2)
    assert [(each.reason, each.times) for each in read(refused_launches_of)] == [("one", 2), ("another", 1)]
    assert read(refused_launches_of)[0].first_at == NOW


def test_stranger_is_told_by_what_they_called_themselves(platform: Platform, write: Write, read: Write) -> None:
    note(write, None, "unknown", issuer="https://stranger.example\n<script>" + "x" * 1000)
    note(write, None, "unknown", 1)
    nobody, stranger = read(refused_launches_of)
    assert (nobody.platform, nobody.issuer) == (None, None)
    assert stranger.issuer.startswith("https://stranger.example <script>xxx")
    assert len(stranger.issuer) == 400
    assert read(refused_launches_of, platform.id) == []


@pytest.mark.parametrize("sender", ["platform", "stranger"])
def test_junk_of_one_sender_fills_no_more_than_its_share(
    sender: str, platform: Platform, write: Write, read: Write
) -> None:
    note(write, platform, "kept of the platform", -1)
    note(write, None, "kept of strangers", -1, issuer="https://stranger.example")
    junk = platform if sender == "platform" else None
    for number in range(MOST_KEPT + 5):
        note(write, junk, f"junk {number}", number)
    count = select(func.count()).select_from(refused_launches)
    assert read(lambda conn: conn.scalar(count)) == MOST_KEPT + 1
    kept = [each.reason for each in read(refused_launches_of, limit=1000)]
    assert kept[0] == f"junk {MOST_KEPT + 4}"
    assert kept[-1] == ("kept of strangers" if sender == "platform" else "kept of the platform")
    assert len(read(refused_launches_of)) == MOST_KEPT


async def test_many_at_once_are_all_counted(platform: Platform, db: Database) -> None:
    refusal = KeysOutOfReach("lms.example did not answer in time.")
    await asyncio.gather(*(db.write(note_refusal, refusal, "launch", platform, None, now=NOW) for _ in range(40)))
    (told,) = await db.read(refused_launches_of)
    assert (told.times, told.fault) == (40, LaunchFault.KEYS)


def test_old_ones_are_forgotten_by_their_last_day(platform: Platform, write: Write, read: Write) -> None:
    note(write, platform, "old")
    note(write, platform, "again")
    note(write, platform, "again", 10)
    assert write(forget_refused_launches, before=NOW + timedelta(minutes=5), limit=10) == 1
    assert [each.reason for each in read(refused_launches_of)] == ["again"]

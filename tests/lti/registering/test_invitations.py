"""Links by which an LMS may register itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from base import Invalid, Missing
from lti import (
    InvitationRefused,
    find_invitation,
    invite_platform,
    open_invitations,
    withdraw_platform_invitation,
)
from lti.tables import platform_invitations
from tests.times import NOW

Run = Callable[..., Any]
WHY: dict[str, Any] = {"by": None, "reason": "test", "now": NOW}


def test_only_the_hash_of_a_link_is_kept(write: Run, read: Run) -> None:
    made = write(invite_platform, " City Moodle ", **WHY)
    assert made.invitation.name == "City Moodle"
    row = read(lambda conn: conn.execute(select(platform_invitations)).mappings().one())
    assert made.token not in str(dict(row))
    assert made.address("https://w.example") == f"https://w.example/lti/register?invitation={made.token}"
    assert read(find_invitation, made.token, now=NOW) == made.invitation


def test_open_links_are_those_neither_used_nor_over_nor_withdrawn(write: Run, read: Run) -> None:
    first = write(invite_platform, "first", **WHY).invitation
    second = write(invite_platform, "second", **{**WHY, "now": NOW + timedelta(days=1)}).invitation
    assert read(open_invitations, now=NOW + timedelta(days=1)) == [second, first]
    assert read(open_invitations, now=NOW + timedelta(days=7)) == [second]
    write(withdraw_platform_invitation, second.id, **WHY)
    assert read(open_invitations, now=NOW + timedelta(days=1)) == [first]
    with pytest.raises(Missing):
        write(withdraw_platform_invitation, second.id, **WHY)


def test_a_withdrawn_link_lets_nobody_in(write: Run, read: Run) -> None:
    made = write(invite_platform, "x", **WHY)
    write(withdraw_platform_invitation, made.invitation.id, **WHY)
    with pytest.raises(InvitationRefused):
        read(find_invitation, made.token, now=NOW)


@pytest.mark.parametrize("name", ["", " ", "x" * 256, "a\nb"])
def test_a_name_that_cannot_be_shown_is_refused(name: str, write: Run) -> None:
    with pytest.raises(Invalid):
        write(invite_platform, name, **WHY)

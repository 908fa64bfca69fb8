"""What administrators decide about a registration."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, select

from base import Conflict, Invalid, Missing, new_uuid
from base.audit import audit_rows
from lti import (
    Platform,
    PlatformStatus,
    add_platform,
    approve_platform,
    disable_platform,
    enable_platform,
    list_deployments,
    list_platforms,
    move_platform,
    platform,
    rename_platform,
)
from lti.registering.platforms import is_approved, keep_registration
from tests.times import NOW

Run = Callable[..., Any]
WHY: dict[str, Any] = {"by": None, "reason": "test", "now": NOW}
MOODLE = "https://moodle.example"
URLS: dict[str, Any] = {
    "issuer": MOODLE,
    "auth_login_url": f"{MOODLE}/auth",
    "token_url": f"{MOODLE}/token",
    "jwks_url": f"{MOODLE}/certs",
}
MOVED = {"auth_login_url": f"{MOODLE}/a", "token_url": f"{MOODLE}/t", "jwks_url": f"{MOODLE}/j"}


def add(conn: Connection, client_id: str = "abc") -> Platform:
    return add_platform(conn, **URLS, client_id=client_id, name="Moodle", deployment_ids=("1",), **WHY)


def wait(conn: Connection) -> Platform:
    """A registration that came by itself, with two deployments."""
    keep_registration(conn, URLS, client_id="abc", name="Moodle", status=PlatformStatus.PENDING, now=NOW)
    kept = list_platforms(conn)[0]
    for deployment_id in ("1", "2"):
        is_approved(conn, kept.id, deployment_id, now=NOW)
    return kept


def acts(conn: Connection) -> list[str]:
    return list(conn.scalars(select(audit_rows.c.act).order_by(audit_rows.c.at, audit_rows.c.id)))


def test_approving_lets_in_the_deployments_that_were_shown_and_no_others(write: Run, read: Run) -> None:
    waiting = write(wait)
    approved = write(approve_platform, waiting.id, deployment_ids=["2", "never-seen"], **WHY)
    assert approved.status is PlatformStatus.APPROVED
    found = {each.deployment_id: each.approved for each in read(list_deployments, waiting.id)}
    assert found == {"1": False, "2": True}
    assert read(acts) == ["platform.approve"]


def test_approving_at_the_command_line_lets_in_all_that_it_has_named(write: Run, read: Run) -> None:
    waiting = write(wait)
    write(approve_platform, waiting.id, **WHY)
    assert all(each.approved for each in read(list_deployments, waiting.id))


def test_only_what_waits_can_be_approved(write: Run) -> None:
    added = write(add)
    with pytest.raises(Conflict, match="is approved; only one that is pending"):
        write(approve_platform, added.id, **WHY)
    with pytest.raises(Missing):
        write(approve_platform, new_uuid(), **WHY)


def test_disabling_and_letting_in_again_keeps_everything(write: Run, read: Run) -> None:
    added = write(add)
    assert write(disable_platform, added.id, **WHY).status is PlatformStatus.DISABLED
    with pytest.raises(Conflict):
        write(disable_platform, added.id, **WHY)
    assert write(enable_platform, added.id, **WHY) == added
    with pytest.raises(Conflict):
        write(enable_platform, added.id, **WHY)
    assert [each.approved for each in read(list_deployments, added.id)] == [True]
    assert sorted(read(acts)) == ["platform.add", "platform.disable", "platform.enable"]


def test_renaming_changes_the_name_alone_and_is_recorded_once(write: Run, read: Run) -> None:
    added = write(add)
    for _ in range(2):
        write(rename_platform, added.id, "  Academy ", **WHY)
    assert read(platform, added.id).name == "Academy"
    assert sorted(read(acts)) == ["platform.add", "platform.name"]
    with pytest.raises(Invalid):
        write(rename_platform, added.id, " ", **WHY)
    with pytest.raises(Missing):
        write(rename_platform, new_uuid(), "x", **WHY)


def test_all_registrations_of_an_issuer_move_together(write: Run, read: Run) -> None:
    first, second = write(add), write(add, "def")
    moved = write(move_platform, first.id, **MOVED, token_audience=f"{MOODLE}/audience", **WHY)
    assert {each.id for each in moved} == {first.id, second.id}
    for each in read(list_platforms):
        assert (each.auth_login_url, each.token_url, each.jwks_url) == tuple(MOVED.values())
        assert each.token_audience == f"{MOODLE}/audience"
    assert write(add_platform, **{**URLS, **MOVED}, client_id="ghi", name="x", deployment_ids=(), **WHY)
    with pytest.raises(Conflict):
        write(add, "jkl")


def test_moving_to_the_same_addresses_decides_nothing(write: Run, read: Run) -> None:
    added = write(add)
    write(move_platform, added.id, **{name: url for name, url in URLS.items() if name != "issuer"}, **WHY)
    assert read(acts) == ["platform.add"]


@pytest.mark.parametrize("field", ["auth_login_url", "token_url", "jwks_url", "token_audience"])
def test_moving_to_what_is_no_address_changes_nothing(field: str, write: Run, read: Run) -> None:
    added = write(add)
    with pytest.raises(Invalid) as refused:
        write(move_platform, added.id, **{**MOVED, field: "javascript:alert(1)"}, **WHY)
    assert refused.value.where == field
    assert read(platform, added.id) == added

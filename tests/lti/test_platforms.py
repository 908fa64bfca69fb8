import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select

from base import Conflict, Database, Invalid, Missing, new_uuid, settle_installation
from base.audit import audit_rows
from lti import Platform, add_platform, approve_deployment, list_deployments, list_platforms, rename_issuer
from lti.registering.platforms import find_platform, is_approved
from people import Account, admit, holder_of
from tests.times import NOW

MOODLE = {
    "issuer": "https://moodle.example",
    "client_id": "abc",
    "name": "Moodle",
    "auth_login_url": "https://moodle.example/mod/lti/auth.php",
    "token_url": "https://moodle.example/mod/lti/token.php",
    "jwks_url": "https://moodle.example/mod/lti/certs.php",
    "deployment_ids": ("1",),
}
WHY: dict[str, Any] = {"by": None, "reason": "test", "now": NOW}


def add(conn: Connection, /, **changed: Any) -> Platform:
    return add_platform(conn, **{**MOODLE, **changed}, **WHY)


def decisions(conn: Connection) -> list[str]:
    return sorted(conn.scalars(select(audit_rows.c.act)))


def test_registration_is_found_with_its_approved_deployments(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    added = write(add, deployment_ids=("1", "2"))
    assert read(list_platforms) == [added]
    assert [(d.deployment_id, d.approved) for d in read(list_deployments, added.id)] == [("1", True), ("2", True)]
    assert read(decisions) == ["platform.add"]


def test_adding_again_adds_only_deployments(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    first = write(add)
    assert write(add) == first
    assert read(decisions) == ["platform.add"]
    assert write(add, deployment_ids=("1", "2")) == first
    assert len(read(list_deployments, first.id)) == 2
    assert read(decisions) == ["platform.add", "platform.add"]


@pytest.mark.parametrize("field", ["auth_login_url", "token_url", "jwks_url"])
def test_second_registration_under_a_known_issuer_cannot_bring_keys_of_its_own(
    field: str, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    first = write(add)
    with pytest.raises(Conflict, match=field):
        write(add, client_id="attacker", **{field: "https://evil.example/"})
    assert read(list_platforms) == [first]


async def test_take_over_is_refused_also_when_both_come_at_once(db: Database) -> None:
    def attempt(number: int) -> Any:
        return db.write(add, client_id=str(number), jwks_url=f"https://moodle.example/{number}")

    done = await asyncio.gather(*(attempt(number) for number in range(4)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in done) == ["Conflict", "Conflict", "Conflict", "Platform"]


def test_second_client_of_an_issuer_may_have_the_same_endpoints(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    first, second = write(add), write(add, client_id="def")
    assert read(find_platform, "https://moodle.example", "def") == second
    assert first.id != second.id
    with pytest.raises(Invalid, match="several client ids"):
        read(find_platform, "https://moodle.example", None)


def test_login_may_leave_out_the_client_id_of_an_only_client(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    added = write(add)
    assert read(find_platform, "https://moodle.example", None) == added
    with pytest.raises(Missing):
        read(find_platform, "https://other.example", None)
    with pytest.raises(Missing):
        read(find_platform, "https://moodle.example", "other")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("issuer", "moodle.example"),
        ("issuer", f"https://moodle.example/{'x' * 400}"),
        ("jwks_url", "javascript:alert(1)"),
        ("token_url", "file:///etc/passwd"),
        ("auth_login_url", "https://moodle.example/auth#part"),
        ("auth_login_url", f"https://moodle.example/{'x' * 2000}"),
        ("client_id", " "),
        ("name", ""),
        ("client_id", "abc\0"),
        ("jwks_url", "https://moodle.example/\r\nkeys"),
        ("deployment_ids", ("x" * 256,)),
    ],
)
def test_registration_that_cannot_work_is_refused_with_its_field(
    field: str, value: object, write: Callable[..., Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        write(add, **{field: value})
    assert refused.value.where == ("deployment_id" if field == "deployment_ids" else field)


def test_deployment_never_seen_before_is_kept_as_pending(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    platform = write(add)
    assert not write(is_approved, platform.id, "new", now=NOW)
    assert not write(is_approved, platform.id, "new", now=NOW)
    assert {d.deployment_id: d.approved for d in read(list_deployments, platform.id)} == {"1": True, "new": False}
    write(approve_deployment, platform.id, "new", **WHY)
    assert write(is_approved, platform.id, "new", now=NOW)
    assert read(decisions) == ["deployment.approve", "platform.add"]


def test_deployment_of_no_platform_cannot_be_approved(write: Callable[..., Any]) -> None:
    with pytest.raises(Missing):
        write(approve_deployment, new_uuid(), "1", **WHY)


NEW = "https://learn.town.example"


def test_issuer_is_renamed_with_all_its_accounts_in_one_step(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    write(settle_installation, "https://waymark.example", now=NOW)
    added = write(add)
    before = write(admit, Account(added.issuer, "42"), full_name="Nino", language="ka", now=NOW)
    assert write(rename_issuer, added.issuer, NEW, **WHY).accounts == 1
    assert read(find_platform, NEW, "abc") == msgspec.structs.replace(added, issuer=NEW)
    assert write(admit, Account(NEW, "42"), full_name="Nino", language="ka", now=NOW) == before
    assert "platform.rename" in read(decisions)
    with pytest.raises(Missing, match="No platform is registered"):
        write(rename_issuer, added.issuer, NEW, **WHY)


def test_issuer_registered_under_its_new_name_already_keeps_both(
    write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    write(settle_installation, "https://waymark.example", now=NOW)
    old, new = write(add), write(add, issuer=NEW)
    before = write(admit, Account(old.issuer, "42"), full_name="Nino", language="ka", now=NOW)
    doubled = write(admit, Account(NEW, "42"), full_name="Nino", language="ka", now=NOW)
    assert write(rename_issuer, old.issuer, NEW, **WHY).accounts == 1
    assert {each.issuer for each in read(list_platforms)} == {old.issuer, new.issuer}
    assert read(holder_of, doubled.id) == before.id


@pytest.mark.parametrize("new", ["learn.town.example", f"https://town.example/{'x' * 400}"])
def test_issuer_is_not_renamed_to_what_cannot_be_one(new: str, write: Callable[..., Any]) -> None:
    with pytest.raises(Invalid):
        write(rename_issuer, write(add).issuer, new, **WHY)

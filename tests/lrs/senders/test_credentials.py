from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from base import Asked, Forbidden, Invalid, Missing, Unauthenticated, decisions, settle_installation
from lrs import (
    Account,
    Agent,
    Limits,
    Scope,
    Terms,
    add_credential,
    change_credential,
    find_credential,
    list_credentials,
    revoke_credential,
    sender_of,
)
from lrs.tables.statements import credentials
from tests.lrs.makers import AYGUN, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def installation(write: Run) -> None:
    write(settle_installation, "http://waymark.test", now=NOW)


def test_sender_has_the_scopes_and_an_authority_of_its_own(write: Run, read: Run) -> None:
    new = write(add_credential, "Moodle", ["statements/write", "statements/read/mine"], now=NOW)
    sender = read(sender_of, new.key, new.secret)
    assert sender.scopes == {Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ_MINE}
    account = Account(home_page="http://waymark.test", name=f"credential:{new.key}")
    assert sender.authority == Agent(name="Moodle", account=account)


def test_secret_is_kept_as_a_hash_only(write: Run, read: Run) -> None:
    new = write(add_credential, "Moodle", ["all"], now=NOW)
    (row,) = read(lambda conn: conn.execute(select(credentials)).all())
    assert new.secret not in str(row)
    assert len(row.secret_hash) == 64


def test_wrong_secret_unknown_key_and_revoked_credential_are_refused_alike(write: Run, read: Run) -> None:
    new, gone = (write(add_credential, name, ["all"], now=NOW) for name in ("Moodle", "Canvas"))
    write(revoke_credential, gone.key, now=NOW)
    refusals = []
    for key, secret in ((new.key, "wrong"), (new.key, ""), ("unknown", ""), (gone.key, gone.secret)):
        with pytest.raises(Unauthenticated) as refusal:
            read(sender_of, key, secret)
        refusals.append(refusal.value.message)
    assert len(set(refusals)) == 1


def test_revoking_twice_keeps_the_first_time(write: Run, read: Run) -> None:
    new = write(add_credential, "Moodle", ["all"], now=NOW)
    for days in (0, 1):
        write(revoke_credential, new.key, now=NOW + timedelta(days=days))
    assert read(lambda conn: conn.scalar(select(credentials.c.revoked_at))) == NOW


def test_unknown_scope_is_refused_with_those_there_are(write: Run) -> None:
    with pytest.raises(Invalid, match="statements/read/mine"):
        write(add_credential, "Moodle", ["everything"], now=NOW)


def test_missing_scope_is_named(write: Run, read: Run) -> None:
    new = write(add_credential, "Moodle", ["state"], now=NOW)
    with pytest.raises(Forbidden, match="has state; this needs one of all, statements/write"):
        read(sender_of, new.key, new.secret).require(Scope.ALL, Scope.STATEMENTS_WRITE)


async def test_revoked_credential_is_out_after_a_moment_at_most(xapi: Xapi) -> None:
    assert (await xapi.get()).status_code == 200
    await xapi.db.write(revoke_all)
    xapi.clock.now = NOW + timedelta(seconds=10)
    assert (await xapi.get()).status_code == 401


def revoke_all(conn: Connection) -> None:
    for key in conn.scalars(select(credentials.c.key)).all():
        revoke_credential(conn, key, now=NOW)


async def test_authority_is_the_credentials_whatever_the_statement_says(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all", name="LMS")
    (stored,) = await xapi.stored(make_statement(authority=AYGUN))
    account = {"homePage": "http://waymark.test", "name": f"credential:{credential.key}"}
    expected = {"objectType": "Agent", "name": "LMS", "account": account}
    assert (await xapi.get(statementId=stored)).json()["authority"] == expected


async def test_who_may_set_the_authority_is_believed_but_for_this_installations_own(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all", sets_authority=True)
    waymark = {"account": {"homePage": "http://waymark.test", "name": "waymark"}}
    forged = {"objectType": "Group", "member": [AYGUN, waymark]}
    named, unnamed, own, group = await xapi.stored(
        make_statement(authority=AYGUN),
        make_statement(),
        make_statement(authority=waymark),
        make_statement(authority=forged),
    )
    authorities = {
        each: (await xapi.get(statementId=each)).json()["authority"] for each in (named, unnamed, own, group)
    }
    assert authorities[named] == AYGUN
    for each in (unnamed, own, group):
        assert authorities[each]["account"]["name"] == f"credential:{credential.key}"


async def test_what_a_credential_may_is_changed_in_a_moment(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all")
    assert (await xapi.get()).status_code == 200
    await xapi.db.write(
        change_credential,
        credential.key,
        name="LMS",
        scopes=["state"],
        lenient=False,
        sets_authority=False,
        limits=Limits(),
        now=NOW,
    )
    xapi.clock.now = NOW + timedelta(seconds=10)
    assert (await xapi.get()).status_code == 403


async def test_a_credentials_own_flood_is_sent_away_with_the_time_to_return(xapi: Xapi) -> None:
    await xapi.sign_on("all", limits=Limits(per_minute=3))
    assert [(await xapi.get()).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = await xapi.get()
    assert refused.headers["retry-after"] == "20"
    assert "3 requests a minute" in refused.json()["detail"]
    flooded = xapi._auth
    await xapi.sign_on("all")
    assert (await xapi.get()).status_code == 200
    xapi.clock.now = NOW + timedelta(seconds=20)
    assert (await xapi.request("GET", auth=flooded)).status_code == 200


async def test_last_use_is_noted_at_most_once_a_minute(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all")
    for seconds, noted in ((0, 0), (50, 0), (60, 60), (90, 60)):
        xapi.clock.now = NOW + timedelta(seconds=seconds)
        await xapi.get()
        assert (await xapi.db.read(find_credential, credential.key)).used_at == NOW + timedelta(seconds=noted)


def test_every_decision_about_a_credential_is_on_record(write: Run, read: Run) -> None:
    key = write(add_credential, "Moodle", ["all"], now=NOW).key
    terms = {"name": "Moodle 2", "scopes": ["state"], "lenient": True, "sets_authority": False, "limits": Limits(9, 2)}
    for _ in range(2):
        write(change_credential, key, **terms, now=NOW)
    for _ in range(2):
        write(revoke_credential, key, now=NOW)
    acts = [each.act for each in read(decisions, Asked(subject=f"credential:{key}"))]
    assert sorted(acts) == ["credential.add", "credential.change", "credential.revoke"]
    (known,) = read(list_credentials)
    assert known.terms == Terms(name="Moodle 2", scopes=(Scope.STATE,), lenient=True, limits=Limits(9, 2))
    assert known.revoked_at == NOW


@pytest.mark.parametrize(
    "terms",
    [{"name": " "}, {"name": "x" * 201}, {"scopes": []}, {"limits": Limits(0)}, {"limits": Limits(1, 1_000_001)}],
)
def test_terms_that_cannot_be_are_refused(write: Run, terms: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        write(add_credential, **{"name": "Moodle", "scopes": ["all"], **terms}, now=NOW)


def test_an_unknown_credential_is_missing(write: Run) -> None:
    with pytest.raises(Missing):
        write(revoke_credential, "unknown", now=NOW)


def test_no_key_is_taken_for_an_option_of_a_command(write: Run) -> None:
    assert not any(write(add_credential, "Moodle", ["all"], now=NOW).key.startswith("-") for _ in range(300))

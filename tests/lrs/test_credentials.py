from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from base import Forbidden, Invalid, Unauthenticated, settle_installation
from lrs import Account, Agent, Scope, add_credential, revoke_credential, sender_of
from lrs.tables import credentials
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

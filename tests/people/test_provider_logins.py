from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from base import token_hash
from people import SignInRefused, begin_login, spend_login
from people.provider_logins import ReturnedLogin, forget_logins
from people.sign_in_tables import provider_logins
from tests.times import NOW

MINUTE = timedelta(minutes=1)


def begun(write: Callable[..., Any]) -> Any:
    return write(begin_login, "ministry", browser="secret", back="/paths/growth", now=NOW)


def test_login_comes_back_with_what_the_answer_must_match(write: Callable[..., Any]) -> None:
    login = begun(write)
    returned = write(spend_login, "ministry", login.state, browser="secret", now=NOW + 10 * MINUTE - MINUTE)
    assert isinstance(returned, ReturnedLogin)
    assert returned.nonce_hash == token_hash(login.nonce)
    assert returned.back == "/paths/growth"


def test_code_challenge_is_that_of_the_verifier(write: Callable[..., Any]) -> None:
    """RFC 7636 §4.2: BASE64URL(SHA256(ASCII(code_verifier))), of a verifier of 43 to 128 characters."""
    login = begun(write)
    returned = write(spend_login, "ministry", login.state, browser="secret", now=NOW)
    digest = sha256(returned.code_verifier.encode("ascii")).digest()
    assert login.code_challenge == urlsafe_b64encode(digest).decode().rstrip("=")
    assert 43 <= len(returned.code_verifier) <= 128


def test_login_comes_back_once(write: Callable[..., Any]) -> None:
    login = begun(write)
    write(spend_login, "ministry", login.state, browser="secret", now=NOW)
    again = write(spend_login, "ministry", login.state, browser="secret", now=NOW)
    assert isinstance(again, SignInRefused)
    assert "already used" in again.message


def test_login_waits_ten_minutes(write: Callable[..., Any]) -> None:
    late = write(spend_login, "ministry", begun(write).state, browser="secret", now=NOW + 10 * MINUTE)
    assert isinstance(late, SignInRefused)


def test_login_of_another_browser_is_refused_and_spent(write: Callable[..., Any]) -> None:
    for browser in ("other", None):
        login = begun(write)
        refused = write(spend_login, "ministry", login.state, browser=browser, now=NOW)
        assert isinstance(refused, SignInRefused)
        assert "another browser" in refused.message
        assert isinstance(write(spend_login, "ministry", login.state, browser="secret", now=NOW), SignInRefused)


def test_login_of_another_provider_is_refused(write: Callable[..., Any]) -> None:
    refused = write(spend_login, "city", begun(write).state, browser="secret", now=NOW)
    assert isinstance(refused, SignInRefused)


def test_secrets_of_a_login_are_not_stored(write: Callable[..., Any]) -> None:
    login = begun(write)
    kept = write(lambda conn: str(tuple(conn.execute(sa.select(provider_logins)).one())))
    returned = write(spend_login, "ministry", login.state, browser="secret", now=NOW)
    assert not any(secret in kept for secret in (login.state, login.nonce, "secret", returned.code_verifier))


def test_logins_that_never_come_back_are_forgotten(write: Callable[..., Any]) -> None:
    begun(write)
    assert write(forget_logins, now=NOW + 9 * MINUTE, limit=5) == 0
    assert write(forget_logins, now=NOW + 10 * MINUTE, limit=5) == 1

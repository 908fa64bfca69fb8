"""The first half of a launch: the platform asks us to log somebody in (IMS Security Framework 1.0 §5.1.1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode, urlsplit

import msgspec
from sqlalchemy import Connection, delete, insert

from base import WaymarkError, new_token, token_hash
from lti.launching.targets import target_of
from lti.refusals import AWAITS_APPROVAL, CLOSED, NOT_CONNECTED, LaunchFault, LaunchRefused
from lti.registering.platforms import Platform, PlatformStatus, find_platform, platform
from lti.standard.claims import LONGEST_ID
from lti.standard.parsing import PRINTABLE
from lti.tables import lti_states

LOGIN_LIFE = timedelta(minutes=10)

_Parameter = Annotated[str, msgspec.Meta(min_length=1, max_length=4000, pattern=PRINTABLE)]


class LoginRequest(msgspec.Struct, frozen=True):
    """What a platform sends to start a login; parameters that we do not know are passed over."""

    iss: _Parameter
    login_hint: _Parameter
    target_link_uri: _Parameter
    lti_message_hint: _Parameter | None = None
    client_id: _Parameter | None = None
    lti_deployment_id: _Parameter | None = None
    deployment_id: _Parameter | None = None  # as Canvas calls it
    lti_storage_target: Annotated[str, msgspec.Meta(max_length=LONGEST_ID, pattern=PRINTABLE)] | None = None


class SpentLogin(msgspec.Struct, frozen=True):
    """A login that came back: what its launch must match, and which window of the platform kept its secret, if any."""

    platform: Platform
    nonce_hash: str
    browser_hash: str
    target_link_uri: str
    storage_target: str | None


def parse_login(parameters: Mapping[str, str]) -> LoginRequest:
    """Raises LaunchRefused naming the first parameter that is missing or too long."""
    try:
        return msgspec.convert(dict(parameters), LoginRequest)
    except msgspec.ValidationError as error:
        raise LaunchRefused(f"login: {error}", fault=LaunchFault.REQUEST) from error


def start_login(
    conn: Connection,
    asked: LoginRequest,
    *,
    browser: str,
    storage_target: str | None = None,
    waymark_url: str,
    now: datetime,
) -> str:
    """The address at the platform where the browser goes next; keeps state and nonce for its return.

    `browser` is the secret of the browser that asks: in its cookie, or kept by the platform in `storage_target`. Raises
    LaunchRefused for a platform that is not registered or not open, and a target that is not ours.
    """
    target_of(asked.target_link_uri, waymark_url)
    try:
        sender = find_platform(conn, asked.iss, asked.client_id, asked.lti_deployment_id or asked.deployment_id)
    except WaymarkError as error:
        raise LaunchRefused(error.message, NOT_CONNECTED) from error
    require_open(sender)
    conn.execute(delete(lti_states).where(lti_states.c.expires_at <= now))
    state, nonce = new_token(), new_token()
    conn.execute(
        insert(lti_states).values(
            state_hash=token_hash(state),
            nonce_hash=token_hash(nonce),
            browser_hash=token_hash(browser),
            platform_id=sender.id,
            target_link_uri=asked.target_link_uri,
            storage_target=storage_target,
            expires_at=now + LOGIN_LIFE,
        )
    )
    return _authorization_url(sender, asked, redirect_uri=f"{waymark_url}/lti/launch", state=state, nonce=nonce)


def require_open(sender: Platform) -> None:
    """Raises LaunchRefused unless an administrator lets the platform send people, also when it vouches for them."""
    if sender.status is PlatformStatus.PENDING:
        said = f"{sender.name} registered itself and awaits approval by an administrator"
        raise LaunchRefused(said, AWAITS_APPROVAL, platform_id=sender.id)
    if sender.status is PlatformStatus.DISABLED:
        raise LaunchRefused(f"{sender.name} was disabled by an administrator", CLOSED, platform_id=sender.id)


def spend_login(conn: Connection, state: str, *, from_storage: bool = False, now: datetime) -> SpentLogin | None:
    """The login that `state` belongs to, which from now on is used up; None when we issued no such state.

    Only a login whose secret is kept where it was said to come from is found: by the platform with `from_storage`, by a
    cookie without. Runs in a transaction of its own: what is spent stays spent also when the launch is refused.
    """
    kept = lti_states.c.storage_target.is_not(None) if from_storage else lti_states.c.storage_target.is_(None)
    spent = delete(lti_states).where(lti_states.c.state_hash == token_hash(state), kept)
    row = conn.execute(spent.returning(*lti_states.c)).first()
    if row is None or row.expires_at <= now:
        return None
    sender = platform(conn, row.platform_id)
    return SpentLogin(sender, row.nonce_hash, row.browser_hash, row.target_link_uri, row.storage_target)


def _authorization_url(platform: Platform, asked: LoginRequest, *, redirect_uri: str, state: str, nonce: str) -> str:
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": redirect_uri,
        "login_hint": asked.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if asked.lti_message_hint is not None:
        query["lti_message_hint"] = asked.lti_message_hint
    joint = "&" if urlsplit(platform.auth_login_url).query else "?"
    return f"{platform.auth_login_url}{joint}{urlencode(query)}"

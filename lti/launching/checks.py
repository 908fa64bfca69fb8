"""What an id_token says, parsed; and the rules that its claims must keep for the login that asked for it."""

import hmac
from datetime import UTC, datetime, timedelta

import msgspec
from pylti1p3.exception import LtiException
from pylti1p3.message_validators.resource_message import ResourceMessageValidator

from base import token_hash
from lti.launching.login import SpentLogin
from lti.refusals import NOBODY, NOT_OURS, LaunchRefused
from lti.standard.claims import Claims, Message
from lti.standard.parsing import parse_json

LEEWAY = timedelta(seconds=60)
LONGEST_LIFE = timedelta(hours=24)
LONGEST_WAIT = timedelta(minutes=10)


def check_claims(payload: bytes, login: SpentLogin, *, now: datetime) -> Claims:
    """The claims of a verified token that answers `login`. Raises LaunchRefused with the first rule that is broken."""
    claims = parse_json(payload, Claims, called="id_token")
    _check_parties(claims, login)
    _check_times(claims, now)
    if not hmac.compare_digest(token_hash(claims.nonce), login.nonce_hash):
        raise LaunchRefused("the nonce is not the one that this login was given")
    if claims.target_link_uri != login.target_link_uri:
        raise LaunchRefused(
            f"the token's target_link_uri {claims.target_link_uri!r} is not the login's {login.target_link_uri!r}",
            NOT_OURS,
        )
    _check_message(payload, claims)
    return claims


def _check_parties(claims: Claims, login: SpentLogin) -> None:
    """OpenID Connect Core §3.1.3.7 rules 2 to 5; the token may name several audiences, in any order."""
    platform = login.platform
    if claims.iss != platform.issuer:
        raise LaunchRefused(f"iss is {claims.iss!r}; the login was of {platform.issuer!r}")
    audience = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    if platform.client_id not in audience:
        raise LaunchRefused(f"aud is {list(audience)}; it must name our client id {platform.client_id!r}")
    if len(audience) > 1 and claims.azp is None:
        raise LaunchRefused(f"aud names {len(audience)} parties, so azp must name our client id; it is missing")
    if claims.azp is not None and claims.azp != platform.client_id:
        raise LaunchRefused(f"azp is {claims.azp!r}; it must be our client id {platform.client_id!r}")


def _check_times(claims: Claims, now: datetime) -> None:
    """Rules 9 and 10. Moodle's tokens live 60 seconds and clocks differ, so a minute is allowed on each side."""
    issued, expires = _instant("iat", claims.iat), _instant("exp", claims.exp)
    if now >= expires + LEEWAY:
        raise LaunchRefused(f"the token expired at {expires.isoformat()}; our clock says {now.isoformat()}")
    if issued > now + LEEWAY:
        raise LaunchRefused(f"the token was issued at {issued.isoformat()}; our clock says {now.isoformat()}")
    if now - issued > LONGEST_WAIT + LEEWAY:
        raise LaunchRefused(f"the token was issued at {issued.isoformat()}, before this login began")
    if expires - issued > LONGEST_LIFE:
        raise LaunchRefused(f"the token lives {expires - issued}; at most {LONGEST_LIFE} is taken")


def _check_message(payload: bytes, claims: Claims) -> None:
    if claims.message_type != Message.RESOURCE_LINK:
        raise LaunchRefused(f"message_type is {claims.message_type!r}; {Message.RESOURCE_LINK} is taken", NOT_OURS)
    # The standard allows a launch without a subject. Nothing could be kept for it, so it is turned away politely.
    if not claims.sub:
        raise LaunchRefused("anonymous launch: the token has no sub", NOBODY)
    try:
        ResourceMessageValidator().validate(msgspec.json.decode(payload))
    except LtiException as error:
        raise LaunchRefused(f"id_token: {error}") from error


def _instant(name: str, seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise LaunchRefused(f"{name} is {seconds}, which is no time") from error

"""What an id_token says, parsed; and the rules that its claims must keep for the login that asked for it."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from pylti1p3.exception import LtiException
from pylti1p3.message_validators.abstract import MessageValidatorAbstract
from pylti1p3.message_validators.deep_link import DeepLinkMessageValidator
from pylti1p3.message_validators.resource_message import ResourceMessageValidator
from pylti1p3.message_validators.submission_review import SubmissionReviewLaunchValidator

from base import token_hash
from lti.launching.login import SpentLogin
from lti.refusals import NOBODY, NOT_OURS, LaunchFault, LaunchRefused
from lti.standard.claims import DEEP_LINKING, LTI, Claims, Message
from lti.standard.parsing import parse_json

LEEWAY = timedelta(seconds=60)
LONGEST_LIFE = timedelta(hours=24)
LONGEST_WAIT = timedelta(minutes=10)


class _DeepLinking(DeepLinkMessageValidator):
    """Without the rule that links into courses must be taken: what can be returned is for the picker to say."""

    def validate(self, jwt_body: dict[str, Any]) -> bool:
        self.run_common_validators(jwt_body)
        if f"{DEEP_LINKING}deep_linking_settings" not in jwt_body:
            raise LtiException("Missing Deep Linking Settings")
        return True


_VALIDATORS: dict[str, MessageValidatorAbstract] = {
    Message.RESOURCE_LINK: ResourceMessageValidator(),
    Message.DEEP_LINKING: _DeepLinking(),
    Message.SUBMISSION_REVIEW: SubmissionReviewLaunchValidator(),
}


def check_claims(payload: bytes, login: SpentLogin, *, now: datetime) -> Claims:
    """The claims of a verified token that answers `login`. Raises LaunchRefused with the first rule that is broken."""
    claims = parse_json(payload, Claims, called="id_token")
    _check_parties(claims, login)
    _check_times(claims, now)
    if not hmac.compare_digest(token_hash(claims.nonce), login.nonce_hash):
        raise LaunchRefused("the nonce is not the one that this login was given", fault=LaunchFault.STATE)
    _check_target(claims, login)
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
    ours = f"our clock says {now.isoformat()}"
    if now >= expires + LEEWAY:
        raise _untimely(f"the token expired at {expires.isoformat()}; {ours}")
    if issued > now + LEEWAY:
        raise _untimely(f"the token was issued at {issued.isoformat()}; {ours}")
    if now - issued > LONGEST_WAIT + LEEWAY:
        raise _untimely(f"the token was issued at {issued.isoformat()}, before this login began; {ours}")
    if expires - issued > LONGEST_LIFE:
        raise _untimely(f"the token lives {expires - issued}; at most {LONGEST_LIFE} is taken")


def _check_target(claims: Claims, login: SpentLogin) -> None:
    """The target is bound to the login. Deep linking may leave it out (Deep Linking 2.0 §4.4.2)."""
    if claims.target_link_uri is None and claims.message_type == Message.DEEP_LINKING:
        return
    if claims.target_link_uri != login.target_link_uri:
        said = f"the token's target_link_uri {claims.target_link_uri!r} is not the login's {login.target_link_uri!r}"
        raise LaunchRefused(said, NOT_OURS)


def _check_message(payload: bytes, claims: Claims) -> None:
    """Raises LaunchRefused for a message that we do not take, and one that lacks what its kind must have.

    A link may be launched without a subject: whoever comes then is shown something and nothing is kept
    (LTI 1.3 core §5.3.6.1). PyLTI1p3's validators know no such launch, so they are told a subject of ours.
    """
    validator = _VALIDATORS.get(claims.message_type)
    if validator is None:
        raise LaunchRefused(
            f"message_type is {claims.message_type!r}; taken are {', '.join(Message)}",
            NOT_OURS,
            fault=LaunchFault.CLAIMS,
        )
    if not claims.sub and claims.message_type != Message.RESOURCE_LINK:
        raise LaunchRefused(f"{claims.message_type} without a subject, so nobody could be let in", NOBODY)
    body: dict[str, Any] = msgspec.json.decode(payload)
    missing: dict[str, Any] = {} if claims.sub else {"sub": "nobody"}
    # Deep linking may leave out the roles (Deep Linking 2.0 §4.4.3); who sends it vouches that they may choose.
    if claims.message_type == Message.DEEP_LINKING and f"{LTI}roles" not in body:
        missing[f"{LTI}roles"] = []
    try:
        validator.validate({**body, **missing})
    except LtiException as error:
        raise LaunchRefused(f"id_token: {error}") from error


def _instant(name: str, seconds: float) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise _untimely(f"{name} is {seconds}, which is no time") from error


def _untimely(reason: str) -> LaunchRefused:
    return LaunchRefused(reason, fault=LaunchFault.CLOCK)

"""The second half of a launch: the platform says who is coming and where they want to go."""

import hmac
from datetime import datetime

import msgspec

from base import (
    KeySets,
    TokenRefused,
    Unavailable,
    best_language,
    read_header,
    token_hash,
    verified_payload,
)
from lti.claims import Claims, GradeService, check_claims
from lti.login import SpentLogin
from lti.platforms import Platform
from lti.refusals import KEYS_OUT_OF_REACH, USED_OR_EXPIRED, LaunchRefused
from lti.roles import Standing, standing_of
from lti.targets import Target, target_of
from people import Account


class Launch(msgspec.Struct, frozen=True):
    """A verified launch: who comes from where, to what, and where the grade goes back to."""

    platform: Platform
    deployment_id: str
    account: Account
    full_name: str | None
    language: str
    standing: Standing
    target: Target
    resource_link_id: str
    grade_service: GradeService
    return_url: str | None
    document_target: str | None


def check_return(login: SpentLogin | None, browser: str | None) -> SpentLogin:
    """The login that came back to the browser that left. Raises LaunchRefused for an unknown state, another browser."""
    if login is None:
        raise LaunchRefused("the state was never issued, was used already, or has expired", USED_OR_EXPIRED)
    if browser is None:
        raise LaunchRefused("the browser did not send the login's cookie")
    if not hmac.compare_digest(token_hash(browser), login.browser_hash):
        raise LaunchRefused("the login was started in another browser")
    return login


async def verify_launch(
    id_token: str, login: SpentLogin, key_sets: KeySets, *, waymark_url: str, now: datetime
) -> Launch:
    """The launch that the token carries, once its signature and every claim have been checked.

    Raises LaunchRefused, or Unavailable when the platform's keys are out of reach and none are cached.
    """
    try:
        header = read_header(id_token)
        key = await key_sets.key(login.platform.jwks_url, header, now=now)
        payload = verified_payload(id_token, header, key)
    except TokenRefused as refused:
        raise LaunchRefused(refused.message) from refused
    except Unavailable as unavailable:
        raise Unavailable(KEYS_OUT_OF_REACH) from unavailable
    return _launch(check_claims(payload, login, now=now), login, waymark_url)


def _launch(claims: Claims, login: SpentLogin, waymark_url: str) -> Launch:
    presentation = claims.launch_presentation
    locales = [presentation.locale if presentation else None, claims.locale]
    names = [name for name in (claims.given_name, claims.family_name) if name]
    return Launch(
        platform=login.platform,
        deployment_id=claims.deployment_id,
        account=Account(claims.iss, claims.sub or ""),
        full_name=claims.name or " ".join(names) or None,
        language=best_language(filter(None, locales)),
        standing=standing_of(claims.roles),
        target=target_of(claims.target_link_uri, waymark_url, claims.custom),
        resource_link_id=claims.resource_link.id,
        grade_service=claims.grade_service or GradeService(),
        return_url=presentation.return_url if presentation else None,
        document_target=presentation.document_target if presentation else None,
    )

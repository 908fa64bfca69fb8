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
from lti.launching.checks import check_claims
from lti.launching.login import SpentLogin
from lti.launching.targets import Target, target_of
from lti.refusals import KEYS_OUT_OF_REACH, USED_OR_EXPIRED, LaunchRefused
from lti.registering.platforms import Platform
from lti.standard.claims import (
    Claims,
    Context,
    DeepLinkingSettings,
    GradeService,
    Message,
    ResourceLink,
    RosterService,
    ToolPlatform,
)
from lti.standard.roles import Standing, standing_of
from people import Account


class Launch(msgspec.Struct, frozen=True):
    """A verified launch: who comes from where, to what, and which services of the course may be asked.

    `account` is None when the platform does not say who it is (an anonymous launch): nothing is kept of it.
    `for_user` is the platform's name for the learner whose submission is to be reviewed.
    """

    platform: Platform
    deployment_id: str
    account: Account | None
    full_name: str | None
    language: str
    standing: Standing
    target: Target
    message: Message
    context: Context | None
    resource_link: ResourceLink | None
    tool_platform: ToolPlatform | None
    grade_service: GradeService
    roster_service: RosterService | None
    deep_linking: DeepLinkingSettings | None
    for_user: str | None
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
        account=Account(claims.iss, claims.sub) if claims.sub else None,
        full_name=claims.name or " ".join(names) or None,
        language=best_language(filter(None, locales)),
        standing=standing_of(claims.roles),
        target=target_of(claims.target_link_uri or "", waymark_url, claims.custom),
        message=Message(claims.message_type),
        context=claims.context,
        resource_link=claims.resource_link,
        tool_platform=claims.tool_platform,
        grade_service=claims.grade_service or GradeService(),
        roster_service=claims.roster_service,
        deep_linking=claims.deep_linking,
        for_user=claims.for_user.user_id if claims.for_user else None,
        return_url=presentation.return_url if presentation else None,
        document_target=presentation.document_target if presentation else None,
    )

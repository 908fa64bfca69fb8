"""The second half of a launch: the platform says who is coming and where they want to go."""

import hmac
from collections.abc import Mapping
from datetime import datetime

import msgspec

from base import (
    KeySets,
    TokenRefused,
    Unavailable,
    best_language,
    read_header,
    spoken_language,
    token_hash,
    verified_payload,
)
from lti.launching.checks import check_claims
from lti.launching.login import SpentLogin, require_open
from lti.launching.targets import Target, target_of
from lti.refusals import USED_OR_EXPIRED, KeysOutOfReach, LaunchFault, LaunchRefused
from lti.registering.platforms import Platform
from lti.standard.claims import (
    LONGEST_ID,
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

LONGEST_NAME = 255
MOST_COPIES = 50
"""So many times at most may a link have been copied for us to know it again."""


UNGRADED = ("graded", "no")
"""The custom parameter of a link whose teacher wanted it ungraded, so that we make no column for it."""


class Launch(msgspec.Struct, frozen=True):
    """A verified launch: who comes from where, to what, and which services of the course may be asked.

    `account` is None when the platform does not say who it is (an anonymous launch): nothing is kept of it.
    `language` is the one to speak, `locale` the same where the platform has named one that we speak. `for_user` is the
    platform's name for the learner whose submission is to be reviewed. `link_history` and `context_history` are the ids
    of those that link and course were copied from, the latest first.
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
    locale: str | None = None
    link_history: tuple[str, ...] = ()
    context_history: tuple[str, ...] = ()
    wants_column: bool = True


def check_return(login: SpentLogin | None, browser: str | None) -> SpentLogin:
    """The login that came back to the browser that left. Raises LaunchRefused for an unknown state, another browser."""
    if login is None:
        raise LaunchRefused("the state was never issued, was used already, or has expired", USED_OR_EXPIRED)
    require_open(login.platform)  # it may have been closed since
    if browser is None:
        raise LaunchRefused("the browser did not send the login's cookie", fault=LaunchFault.BROWSER)
    if not hmac.compare_digest(token_hash(browser), login.browser_hash):
        raise LaunchRefused("the login was started in another browser", fault=LaunchFault.BROWSER)
    return login


async def verify_launch(
    id_token: str, login: SpentLogin, key_sets: KeySets, *, waymark_url: str, now: datetime
) -> Launch:
    """The launch that the token carries, once its signature and every claim have been checked.

    Raises LaunchRefused, or KeysOutOfReach when the platform's keys are, and none are cached.
    """
    try:
        header = read_header(id_token)
        key = await key_sets.key(login.platform.jwks_url, header, now=now)
        payload = verified_payload(id_token, header, key)
    except TokenRefused as refused:
        raise LaunchRefused(refused.message, fault=LaunchFault.SIGNATURE) from refused
    except Unavailable as unavailable:
        raise KeysOutOfReach(unavailable.message) from unavailable
    return _launch(check_claims(payload, login, now=now), login, waymark_url)


def _launch(claims: Claims, login: SpentLogin, waymark_url: str) -> Launch:
    presentation = claims.launch_presentation
    locales = [each for each in (presentation.locale if presentation else None, claims.locale) if each]
    return Launch(
        platform=login.platform,
        deployment_id=claims.deployment_id,
        account=Account(claims.iss, claims.sub) if claims.sub else None,
        full_name=_name(claims),
        language=best_language(locales),
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
        locale=next(filter(None, map(spoken_language, locales)), None),
        link_history=_history(claims.custom, "resource_link_id_history"),
        context_history=_history(claims.custom, "context_id_history"),
        wants_column=(claims.custom or {}).get(UNGRADED[0]) != UNGRADED[1],
    )


def _name(claims: Claims) -> str | None:
    """The name, unless it is longer than a name can be: a part of one must not stand on a certificate."""
    parts = " ".join(each for each in (claims.given_name, claims.family_name) if each)
    name = " ".join((claims.name or parts).split())
    return name if 0 < len(name) <= LONGEST_NAME else None


def _history(custom: Mapping[str, object] | None, name: str) -> tuple[str, ...]:
    """What the substitution variables ResourceLink.id.history and Context.id.history bring (LTI 1.3 core, appendix D).

    They are lists with commas, the latest first; one that the platform does not know comes as it stands: "$Name".
    """
    said = (custom or {}).get(name)
    if not isinstance(said, str) or said.startswith("$"):
        return ()
    ids = (each.strip() for each in said.split(",")[:MOST_COPIES])
    return tuple(each for each in ids if 0 < len(each) <= LONGEST_ID and each.isprintable())

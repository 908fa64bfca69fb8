"""An LMS registers itself here, and Waymark there, in one go (IMS Dynamic Registration 1.0)."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, update

from base import (
    Conflict,
    Database,
    FailureKind,
    Outward,
    OutwardFailure,
    Response,
    WaymarkError,
    msgid,
    record_decision,
)
from lti.registering.configuration import (
    LONGEST_TOKEN,
    OpenIdConfiguration,
    RegistrationRefused,
    host_of,
    parse_configuration,
)
from lti.registering.invitations import (
    PlatformInvitation,
    find_invitation,
    give_back_invitation,
    inviter_of,
    settle_invitation,
    spend_invitation,
)
from lti.registering.platforms import (
    Platform,
    PlatformStatus,
    find_platform,
    is_approved,
    keep_registration,
    refuse_takeover,
)
from lti.registering.tool import TOOL_CONFIGURATION, registration_request
from lti.standard.claims import LONGEST_URL, Id
from lti.standard.parsing import PRINTABLE, UNREADABLE, shown
from lti.tables import platforms

_REASON = msgid("the platform registered itself by an invitation")
_LONGEST_DETAIL = 300
_LONGEST_PAGE = 4000

NOT_REACHED = msgid("Waymark cannot reach %(host)s. It must be on the internet, with https and a valid certificate.")
PRIVATE = msgid(
    "Waymark may not ask %(host)s: it is in a private network, or not asked by https. Whoever runs Waymark can allow "
    "it by name (WAYMARK_PRIVATE_HOSTS)."
)
TAKEN = msgid(
    "%(issuer)s is connected already, with other addresses. One platform has one set of addresses, since people are "
    "known by it. If it has moved, an administrator of Waymark changes its addresses first."
)
NOT_ALLOWED = msgid(
    "Your learning platform no longer accepts this registration: its permission lasts an hour and serves once. "
    "Begin again there, with the same link."
)
REFUSED = msgid("Your learning platform refused what Waymark asked for. This is what it said:")
OUT_OF_ORDER = msgid(
    "Your learning platform could not do it just now. Begin again there in a minute, with the same link."
)
NO_CLIENT = msgid("Your learning platform did not say by which client ID it knows Waymark.")


class RegistrationOffer(msgspec.Struct, frozen=True):
    """What an LMS opens the link of an invitation with (Dynamic Registration 1.0 §3.3); the token may be absent."""

    invitation: str
    openid_configuration: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_URL, pattern=PRINTABLE)]
    registration_token: Annotated[str, msgspec.Meta(max_length=LONGEST_TOKEN, pattern=r"^[\x21-\x7e]*\Z")] = ""

    @property
    def headers(self) -> dict[str, str]:
        """Canvas wants its token also where it is only asked to describe itself."""
        return {"Authorization": f"Bearer {self.registration_token}"} if self.registration_token else {}


class _Tool(msgspec.Struct, frozen=True):
    deployment_id: Id | int | None = None


class _Registered(msgspec.Struct, frozen=True):
    """The answer of the LMS; Canvas writes its numbers as numbers in places."""

    client_id: Id | int
    tool: _Tool = msgspec.field(name=TOOL_CONFIGURATION, default=_Tool())


async def register_platform(
    db: Database, outward: Outward, offer: RegistrationOffer, *, waymark_url: str, now: datetime
) -> Platform:
    """The LMS, registered and pending until an administrator approves it; the invitation is used up.

    One that registers itself again under its client id stays what it was. Raises InvitationRefused, or
    RegistrationRefused with the invitation as good as before.
    """
    await db.read(find_invitation, offer.invitation, now=now)
    configuration = await _ask_configuration(outward, offer)
    invitation = await db.write(_begin, offer.invitation, configuration, now=now)
    try:
        registered = await _ask_registration(outward, offer, configuration, waymark_url)
        return await db.write(_keep, invitation, configuration, registered, now=now)
    except WaymarkError:
        await db.write(give_back_invitation, invitation.id)
        raise


def _begin(conn: Connection, token: str, configuration: OpenIdConfiguration, *, now: datetime) -> PlatformInvitation:
    """Spends the invitation, unless the issuer is somebody else's: then the LMS need not be asked."""
    try:
        refuse_takeover(conn, configuration.urls)
    except Conflict as conflict:
        raise RegistrationRefused(TAKEN, issuer=configuration.issuer) from conflict
    return spend_invitation(conn, token, now=now)


def _keep(
    conn: Connection,
    invitation: PlatformInvitation,
    configuration: OpenIdConfiguration,
    registered: _Registered,
    *,
    now: datetime,
) -> Platform:
    client_id, product = str(registered.client_id), _product(configuration)
    try:
        is_new = keep_registration(
            conn,
            configuration.urls,
            client_id=client_id,
            name=invitation.name,
            status=PlatformStatus.PENDING,
            token_audience=configuration.token_audience,
            now=now,
        )
    except Conflict as conflict:
        raise RegistrationRefused(TAKEN, issuer=configuration.issuer) from conflict
    kept = find_platform(conn, configuration.issuer, client_id)
    conn.execute(update(platforms).where(platforms.c.id == kept.id).values(product))
    if registered.tool.deployment_id is not None:
        is_approved(conn, kept.id, str(registered.tool.deployment_id), now=now)
    settle_invitation(conn, invitation.id, kept.id)
    _record(conn, invitation, kept.id, {"issuer": kept.issuer, "client_id": client_id, "new": is_new} | product, now)
    return find_platform(conn, configuration.issuer, client_id)


def _record(
    conn: Connection, invitation: PlatformInvitation, platform_id: UUID, after: dict[str, Any], now: datetime
) -> None:
    by, subject = inviter_of(conn, invitation.id), f"platform:{platform_id}"
    record_decision(conn, by=by, act="platform.register", subject=subject, reason=_REASON, after=after, now=now)


def _product(configuration: OpenIdConfiguration) -> dict[str, str | None]:
    return {"product": configuration.product, "product_version": configuration.product_version}


async def _ask_configuration(outward: Outward, offer: RegistrationOffer) -> OpenIdConfiguration:
    url = offer.openid_configuration
    host_of(url)
    try:
        response = await outward.get_json(url, headers=offer.headers)
    except OutwardFailure as failure:
        raise _unreached(failure, url) from failure
    return parse_configuration(response, url)


async def _ask_registration(
    outward: Outward, offer: RegistrationOffer, configuration: OpenIdConfiguration, waymark_url: str
) -> _Registered:
    url, wanted = configuration.registration_endpoint, registration_request(configuration, waymark_url)
    try:
        response = await outward.post_json(url, wanted, headers={"Accept": "application/json", **offer.headers})
    except OutwardFailure as failure:
        raise _unreached(failure, url) from failure
    return _parse_registered(response)


def _unreached(failure: OutwardFailure, url: str) -> RegistrationRefused:
    text = PRIVATE if failure.kind is FailureKind.REFUSED else NOT_REACHED
    return RegistrationRefused(text, detail=failure.message, host=host_of(url))


def _parse_registered(response: Response) -> _Registered:
    """Raises RegistrationRefused for all but a client: for errors as RFC 7591 §3.2.2 has them, Canvas's, and HTML."""
    match response.status:
        case 200 | 201:
            try:
                return msgspec.json.decode(response.body, type=_Registered)
            except UNREADABLE as error:
                raise RegistrationRefused(NO_CLIENT) from error
        case 401 | 403:
            raise RegistrationRefused(NOT_ALLOWED, detail=_said(response))
        case status if 400 <= status < 500:  # noqa: PLR2004 (HTTP's own numbers)
            raise RegistrationRefused(REFUSED, detail=_said(response))
        case _:
            raise RegistrationRefused(OUT_OF_ORDER, detail=_said(response))


def _said(response: Response) -> str:
    """Status and reason on one line: members of JSON that explain, or the visible words of a page."""
    try:
        words = "; ".join(_explanations(msgspec.json.decode(response.body)))
    except UNREADABLE:
        words = re.sub(
            r"(?is)<(script|style)\b.*?</\1>|<[^>]*>", " ", response.body[:_LONGEST_PAGE].decode("utf-8", "replace")
        )
    return shown(f"HTTP {response.status} {words}", _LONGEST_DETAIL) or ""


def _explanations(value: Any) -> Iterator[str]:
    """Texts of an answer in the order in which they stand, a member's name before its text."""
    match value:
        case str():
            yield value
        case list():
            for each in value[:20]:
                yield from _explanations(each)
        case dict():
            for name, each in list(value.items())[:20]:
                for told in _explanations(each):
                    yield told if name in _PLAIN else f"{name}: {told}"


_PLAIN = frozenset({"errors", "error", "error_description", "message", "detail"})

"""What people get mail about: from each event, the message for those whom it concerns."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import DeliverySetAside, Effect
from certificates import CertificateIssued
from messages.letters import Kind
from messages.outbox import Recipient, post
from paths import invited_onto, path
from people import (
    InvitationMade,
    LinkCodeAsked,
    MembershipAnswered,
    Role,
    SignInLinkAsked,
    address_of,
    holder_of,
    mail_address,
    make_invitation_link,
    make_link_code,
    membership_request,
    organisation,
    person,
    persons_with,
)

OWN = "messages."
"""How our own subscribers are called: of what they could not deliver nobody is told by mail."""


def recipient(conn: Connection, person_id: UUID) -> Recipient | None:
    """Where mail for this person goes, or for whoever is known to be the same; None without an address."""
    holder = person(conn, holder_of(conn, person_id))
    address = address_of(conn, holder.id)
    return None if address is None else Recipient(address.address, holder.language, holder.id, address.id)


def _sign_in_link_asked(conn: Connection, event: SignInLinkAsked, now: datetime) -> None:
    address = mail_address(conn, event.address_id)
    to = Recipient(address.address, person(conn, event.person_id).language, event.person_id, address.id)
    post(conn, Kind.SIGN_IN, to, {}, cause=f"sign-in {event.person_id} {now.isoformat()}", now=now)


def _link_code_asked(conn: Connection, event: LinkCodeAsked, now: datetime) -> None:
    # The code made here tells where to send it, and is replaced by the one that is made when the mail is sent.
    asked = make_link_code(conn, event.ask_id, now=now)
    if asked is not None:
        to = Recipient(asked.address, asked.language)
        post(conn, Kind.LINK_CODE, to, {"ask": str(event.ask_id)}, cause=f"link-code {event.ask_id}", now=now)


def _invitation_made(conn: Connection, event: InvitationMade, now: datetime) -> None:
    # As with codes: the link made here only tells where to send it, and is replaced when the mail is sent.
    made = make_invitation_link(conn, event.invitation_id, now=now)
    asked = None if made is None else made.invitation
    if asked is not None and asked.address is not None:
        particulars = {"invitation": str(asked.id), "organisation": organisation(conn, asked.organisation_id).name}
        if named := invited_onto(conn, [asked.id]).get(asked.id):
            particulars["title"] = named.texts.title[asked.language]
        to = Recipient(asked.address, asked.language)
        post(conn, Kind.INVITATION, to, particulars, cause=f"invitation {asked.id}", now=now)


def _membership_answered(conn: Connection, event: MembershipAnswered, now: datetime) -> None:
    to = recipient(conn, event.person_id)
    request = membership_request(conn, event.request_id)
    if to is not None:
        particulars = {
            "organisation": organisation(conn, request.organisation_id).name,
            "decision": "approved" if request.approved else "refused",
            "answer": request.answer or "",
            "path": "/",
        }
        post(conn, Kind.MEMBERSHIP, to, particulars, cause=f"membership {request.id}", now=now)


def _certificate_issued(conn: Connection, event: CertificateIssued, now: datetime) -> None:
    to = recipient(conn, event.person_id)
    if to is not None:
        title = path(conn, event.path_id).texts.title[to.language]
        particulars = {"title": title, "path": f"/verify/{event.number}"}
        post(conn, Kind.CERTIFICATE, to, particulars, cause=f"certificate {event.certificate_id}", now=now)


def _delivery_set_aside(conn: Connection, event: DeliverySetAside, now: datetime) -> None:
    """To each administrator of the network once a day for each subscriber, however much of it fails."""
    particulars = {"recipient": event.subscriber, "path": "/admin/deliveries"}
    cause = f"set aside {event.subscriber} {now.date().isoformat()}"
    for administrator in persons_with(conn, Role.ADMINISTRATOR):
        if (to := recipient(conn, administrator.id)) is not None:
            post(conn, Kind.DELIVERIES, to, particulars, cause=cause, now=now)


CAUSES = (
    Effect("messages.sign-in", SignInLinkAsked, lambda _: True, _sign_in_link_asked),
    Effect("messages.link-code", LinkCodeAsked, lambda _: True, _link_code_asked),
    Effect("messages.invitation", InvitationMade, lambda _: True, _invitation_made),
    Effect("messages.membership", MembershipAnswered, lambda _: True, _membership_answered),
    Effect("messages.certificate", CertificateIssued, lambda _: True, _certificate_issued),
    Effect(
        "messages.deliveries", DeliverySetAside, lambda event: not event.subscriber.startswith(OWN), _delivery_set_aside
    ),
)

import re
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from base import DeliverySetAside, publish
from certificates import CertificateIssued
from messages import Kind, State
from paths import invite_onto, path
from people import (
    NETWORK,
    Person,
    Role,
    accept_invitation,
    add_organisation,
    approve_request,
    ask_link_code,
    grant_role,
    invite_by_mail,
    refuse_request,
    request_membership,
    use_link_code,
    withdraw_invitation,
    withdraw_role,
)
from people.link_codes import CodeState
from people.organisations import OrganisationKind
from tests.certificates.makers import PATH, make_learner_on_path
from tests.messages.conftest import URL, Mailroom
from tests.times import NOW

FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content


def add_town(conn: Connection, name: str = "Ganja") -> UUID:
    town = add_organisation(
        conn, name=name, kind=OrganisationKind.CITY, country="AZ", by=None, reason="a test", now=NOW
    )
    return town.id


async def test_a_certificate_is_announced_by_the_title_of_its_path_in_the_holders_language(mailroom: Mailroom) -> None:
    await mailroom.db.write(make_learner_on_path)
    person = await mailroom.add_person(language="en")
    issued = CertificateIssued(str(person.id), uuid4(), person.id, PATH, "K7QX-2M4P")
    for _ in range(2):
        await mailroom.db.write(publish, issued, now=NOW)
    await mailroom.deliver()
    (mail,) = mailroom.mails
    assert mail["Subject"] == "Your certificate is ready"
    assert f"{URL}/verify/K7QX-2M4P" in text_of(mail)
    assert "You have completed “" in text_of(mail)
    assert mail["List-Unsubscribe"] is not None


async def test_who_has_no_address_gets_no_mail_and_nothing_fails(mailroom: Mailroom) -> None:
    await mailroom.db.write(make_learner_on_path)
    person = await mailroom.add_person(None)
    issued = CertificateIssued(str(person.id), uuid4(), person.id, PATH, "K7QX-2M4P")
    await mailroom.db.write(publish, issued, now=NOW)
    await mailroom.deliver()
    assert await mailroom.outbox() == []


async def test_a_code_that_is_sent_is_the_one_that_counts(mailroom: Mailroom) -> None:
    person = await mailroom.add_person(None)
    await mailroom.db.write(ask_link_code, person.id, "Aygun@Town.example", now=NOW)
    await mailroom.deliver()
    (mail,) = mailroom.mails
    assert mail["To"] == "aygun@town.example"
    code = re.search(r"\b\d{8}\b", text_of(mail))
    assert code is not None
    assert (await mailroom.db.write(use_link_code, person.id, code[0], now=NOW)).state is CodeState.RIGHT


async def test_a_code_that_nobody_waits_for_any_more_is_not_sent(mailroom: Mailroom) -> None:
    person = await mailroom.add_person(None)
    mailroom.server.to_recipient.append("450 4.2.1 try later")
    await mailroom.db.write(ask_link_code, person.id, "aygun@town.example", now=NOW)
    await mailroom.deliver()
    await mailroom.deliver(now=NOW + timedelta(hours=2))
    assert mailroom.mails == []
    (message,) = await mailroom.outbox()
    assert (message.kind, message.state) == (Kind.LINK_CODE, State.WITHHELD)


async def test_an_invitation_goes_to_its_address_with_a_link_that_lets_in(mailroom: Mailroom) -> None:
    administrator = await mailroom.add_person(None)
    town = await mailroom.db.write(add_town)
    await mailroom.db.write(
        invite_by_mail, town, "new@town.example", language="en", by=administrator.id, reason="asked for", now=NOW
    )
    await mailroom.deliver()
    (mail,) = mailroom.mails
    assert "Ganja invites you to learn with Waymark." in text_of(mail)
    token = re.search(rf"{URL}/invitations/([\w-]+)", text_of(mail))
    assert token is not None
    newcomer = await mailroom.add_person(None)
    membership = await mailroom.db.write(accept_invitation, token[1], newcomer.id, now=NOW)
    assert membership.organisation_id == town


async def test_an_invitation_onto_a_path_says_its_title_in_the_language_of_the_letter(mailroom: Mailroom) -> None:
    await mailroom.db.write(make_learner_on_path)
    administrator = await mailroom.add_person(None)
    town = await mailroom.db.write(add_town)

    def invite(conn: Connection) -> str:
        said: dict[str, Any] = {"by": administrator.id, "reason": "asked for", "now": NOW}
        made = invite_by_mail(conn, town, "new@town.example", language="en", **said)
        named = path(conn, PATH)
        invite_onto(conn, made.id, named.slug, **said)
        return named.texts.title["en"]

    title = await mailroom.db.write(invite)
    await mailroom.deliver()
    (mail,) = mailroom.mails
    assert f"You will learn along the path “{title}”." in text_of(mail)


async def test_a_withdrawn_invitation_is_not_sent(mailroom: Mailroom) -> None:
    administrator = await mailroom.add_person(None)
    town = await mailroom.db.write(add_town)

    def invite_and_withdraw(conn: Connection) -> None:
        made = invite_by_mail(
            conn, town, "new@town.example", language="en", by=administrator.id, reason="asked for", now=NOW
        )
        withdraw_invitation(conn, town, made.id, by=administrator.id, reason="a mistake", now=NOW)

    await mailroom.db.write(invite_and_withdraw)
    await mailroom.deliver()
    assert mailroom.mails == []
    assert await mailroom.outbox() == []


def _decide(conn: Connection, asking: Person, coordinator: Person, *, approve: bool) -> None:
    request = request_membership(conn, asking.id, add_town(conn, "Evil\r\nBcc: all@town.example"), now=NOW)
    if approve:
        approve_request(conn, request.id, by=coordinator.id, reason="known to us", now=NOW)
    else:
        refuse_request(conn, request.id, by=coordinator.id, reason="You work for another town.", now=NOW)


@pytest.mark.parametrize(
    ("approve", "said"),
    [(True, ["You are now a member of"]), (False, ["was not accepted", "You work for another town."])],
)
async def test_a_decided_request_is_told_with_its_reason(mailroom: Mailroom, approve: bool, said: list[str]) -> None:  # noqa: FBT001
    person, coordinator = await mailroom.add_person(), await mailroom.add_person(None)
    await mailroom.db.write(_decide, person, coordinator, approve=approve)
    await mailroom.deliver()
    (mail,) = mailroom.mails
    assert all(part in text_of(mail) for part in said)
    assert mail["Bcc"] is None


async def test_failed_deliveries_are_told_to_every_administrator_once_a_day_for_each_recipient(
    mailroom: Mailroom,
) -> None:
    olena, aygun = await mailroom.add_person("olena@town.example", language="uk"), await mailroom.add_person()
    formerly, unreachable = await mailroom.add_person("former@town.example"), await mailroom.add_person(None)
    for administrator in (olena, aygun, formerly, unreachable):
        await mailroom.db.write(grant_role, administrator.id, Role.ADMINISTRATOR, scope=NETWORK, **FACTS)
    await mailroom.db.write(withdraw_role, formerly.id, Role.ADMINISTRATOR, scope=NETWORK, **FACTS)
    for subject in ("1", "2"):
        await mailroom.db.write(publish, DeliverySetAside(subject, "lti.grade"), now=NOW)
    await mailroom.deliver()
    assert sorted(mail["To"] for mail in mailroom.mails) == ["aygun@town.example", "olena@town.example"]
    (mail,) = (mail for mail in mailroom.mails if mail["To"] == "aygun@town.example")
    assert "Deliveries to “lti.grade” failed ten times" in text_of(mail)
    assert f"{URL}/admin/deliveries" in text_of(mail)


async def test_nobody_is_told_by_mail_that_mail_fails(mailroom: Mailroom) -> None:
    administrator = await mailroom.add_person()
    await mailroom.db.write(
        grant_role, administrator.id, Role.ADMINISTRATOR, scope=NETWORK, by=None, reason="a test", now=NOW
    )
    await mailroom.db.write(publish, DeliverySetAside("1", "messages.mail"), now=NOW)
    await mailroom.deliver()
    assert await mailroom.outbox() == []

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from messages import Kind, State, messages
from messages.choices import make_stop_link, wants
from messages.outbox import Recipient, post, settle
from people import Person, Role
from tests.app.conftest import APP, Service


def _seen(html: str) -> str:
    """What a person reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


def _write_to(conn: Connection, person: Person, state: State, answer: str) -> UUID:
    now = datetime.now(UTC)
    to = Recipient("aygun@town.example", "en", person.id)
    post(conn, Kind.CERTIFICATE, to, {"title": "A path", "path": "/verify/7"}, cause=f"a test {state}", now=now)
    written = messages(conn)[0].id
    settle(conn, written, state, answer, now=now)
    return written


async def test_administrators_see_how_messages_stand_but_no_addresses(service: Service) -> None:
    administrator = await service.add(Role.ADMINISTRATOR)
    await service.db.write(_write_to, administrator, State.REFUSED, "550 5.1.1")
    await service.sign_in(administrator)
    page = (await service.get("/admin/mail")).text
    assert "Refused" in _seen(page)
    assert "550 5.1.1" in _seen(page)
    assert "Certificates that are ready" in _seen(page)
    assert "aygun@town.example" not in page
    assert "There are no messages here." in _seen((await service.get("/admin/mail?shown=sent")).text)
    assert (await service.get("/admin/mail?shown=nonsense")).status_code == 400


async def test_a_refused_message_can_be_tried_again_once(service: Service) -> None:
    administrator = await service.add(Role.ADMINISTRATOR)
    message = await service.db.write(_write_to, administrator, State.REFUSED, "554")
    await service.sign_in(administrator)
    assert (await service.send(f"/admin/mail/{message}/retry")).headers["location"] == "/admin/mail"
    (again,) = await service.db.read(messages)
    assert again.state == State.WAITING
    assert (await service.send(f"/admin/mail/{message}/retry")).status_code == 404


async def test_the_outbox_is_not_for_learners_and_auditors_only_look(service: Service) -> None:
    auditor = await service.add(Role.AUDITOR)
    message = await service.db.write(_write_to, auditor, State.REFUSED, "554")
    await service.sign_in(auditor)
    assert "Try again" not in (await service.get("/admin/mail")).text
    assert (await service.send(f"/admin/mail/{message}/retry")).status_code == 403
    await service.sign_in(await service.add())
    assert (await service.get("/admin/mail")).status_code == 403


async def test_a_reader_stops_mails_by_the_button_and_not_by_looking(service: Service) -> None:
    person = await service.add()
    token = await service.db.write(make_stop_link, person.id, [Kind.CERTIFICATE], now=datetime.now(UTC))
    page = (await service.get(f"/mail/stop/{token}")).text
    assert "You get mails about: Certificates that are ready Stop these mails" in _seen(page)
    assert await service.db.read(wants, person.id, Kind.CERTIFICATE)
    stopped = await service.send(f"/mail/stop/{token}", wanted="no")
    assert "You will get no more mails about: Certificates that are ready" in _seen(stopped.text)
    assert not await service.db.read(wants, person.id, Kind.CERTIFICATE)
    assert "You get mails about:" in _seen((await service.send(f"/mail/stop/{token}", wanted="yes")).text)
    assert await service.db.read(wants, person.id, Kind.CERTIFICATE)


@pytest.mark.parametrize(
    "request_body",
    [{"data": {"List-Unsubscribe": "One-Click"}}, {"files": {"List-Unsubscribe": (None, "One-Click")}}],
    ids=["urlencoded", "multipart"],
)
async def test_a_mail_program_stops_mails_by_one_click(service: Service, request_body: dict[str, Any]) -> None:
    person = await service.add()
    token = await service.db.write(make_stop_link, person.id, [Kind.CERTIFICATE], now=datetime.now(UTC))
    assert (await service.browser.post(f"{APP}/mail/stop/{token}", **request_body)).status_code == 200
    assert not await service.db.read(wants, person.id, Kind.CERTIFICATE)


async def test_an_unknown_link_stops_nothing_and_says_what_to_do(service: Service) -> None:
    for answer in (await service.get("/mail/stop/abc"), await service.send("/mail/stop/abc")):
        assert answer.status_code == 404

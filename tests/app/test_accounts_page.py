import re
from datetime import UTC, datetime
from typing import Any

import httpx
import sqlalchemy as sa

from app.visit import FRAME_COOKIE
from people import (
    Account,
    Person,
    Role,
    Way,
    add_address,
    add_person,
    admit,
    holder_of,
    invite_to_claim,
    join_persons,
    make_link_code,
    open_session,
)
from people.linking_tables import link_codes
from tests.app.conftest import Service

MAIL = "aygun@town.example"
FRAME = "f" * 22


def now() -> datetime:
    return datetime.now(UTC)


async def arrive(service: Service, name: str = "42") -> Person:
    account = Account("https://moodle.example", name)
    return await service.db.write(admit, account, full_name="Aygün", language="en", now=now())


async def on_paper(service: Service, name: str = "Nino on the list") -> Person:
    return await service.db.write(add_person, full_name=name, language="en", now=now())


def hidden(answer: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', answer.text)
    assert found is not None
    return found[1]


async def test_a_code_by_mail_links_and_one_button_unlinks(service: Service) -> None:
    invited, newcomer = await on_paper(service), await arrive(service)
    await service.db.write(add_address, invited.id, MAIL, now=now())
    await service.sign_in(newcomer)
    assert (await service.send("/accounts/code", address=MAIL)).headers["location"] == "/accounts/code"
    asked = await service.db.read(lambda conn: conn.execute(sa.select(link_codes.c.id)).scalar_one())
    sent = await service.db.write(make_link_code, asked, now=now())
    assert sent is not None
    wrong = await service.send("/accounts/code/use", code="x")
    assert wrong.status_code == 400
    assert "You can try 4 more times" in wrong.text
    assert (await service.send("/accounts/code/use", code=sent.code)).headers["location"] == "/accounts"
    assert await service.db.read(holder_of, newcomer.id) == invited.id

    page = await service.get("/accounts")
    assert "https://moodle.example" in page.text
    unlink = re.search(r"/accounts/unlink/[0-9a-f-]+", page.text)
    assert unlink is not None
    assert "certificates that rest on it" in (await service.get(unlink[0])).text
    await service.send(unlink[0])
    assert await service.db.read(holder_of, newcomer.id) == newcomer.id
    assert (await service.send(unlink[0])).status_code == 404


async def test_the_page_of_the_code_says_that_one_was_sent_only_where_one_was(service: Service) -> None:
    await service.sign_in(await arrive(service))
    page = (await service.get("/accounts/code")).text
    assert "There is no code to enter now" in page
    assert 'name="code"' not in page
    await service.send("/accounts/code", address=MAIL)
    page = (await service.get("/accounts/code")).text
    assert "We have sent you a code" in page
    assert 'name="code"' in page


async def test_asking_for_a_code_answers_alike_for_known_and_unknown_addresses(service: Service) -> None:
    known = await on_paper(service)
    await service.db.write(add_address, known.id, MAIL, now=now())
    await service.sign_in(await arrive(service))
    answers = [await service.send("/accounts/code", address=each) for each in (MAIL, "nobody@town.example")]
    assert len({(each.status_code, each.headers["location"], each.content) for each in answers}) == 1
    refused = await service.send("/accounts/code", address="no address")
    assert refused.status_code == 400
    assert 'value="no address"' in refused.text


async def test_both_sign_ins_in_one_browser_are_shown_and_linked(service: Service) -> None:
    older, newer = await arrive(service, "1"), await arrive(service, "2")
    framed = await service.db.write(open_session, newer.id, frame=FRAME, now=now())
    cookie = {"origin": "http://127.0.0.1:8000", "cookie": f"{FRAME_COOKIE}={framed}"}
    token = hidden(await service.browser.post(f"/f/{FRAME}/accounts/offer", headers=cookie), "token")

    await service.sign_in(older)
    shown = await service.send("/accounts/join", token=token)
    assert shown.text.count("https://moodle.example") == 2
    assert await service.db.read(holder_of, newer.id) == newer.id
    await service.send("/accounts/join/confirm", token=hidden(shown, "token"))
    assert await service.db.read(holder_of, newer.id) == older.id
    assert (await service.send("/accounts/join/confirm", token=token)).status_code == 404


async def test_an_offer_to_oneself_is_refused_before_anything_is_asked(service: Service) -> None:
    await service.sign_in(await arrive(service))
    token = hidden(await service.send("/accounts/offer"), "token")
    refused = await service.send("/accounts/join", token=token)
    assert refused.status_code == 409
    assert "Both sign-ins are yours already" in refused.text


async def test_an_address_that_two_brought_is_shown_once_and_removed_as_one(service: Service) -> None:
    listed, newcomer = await on_paper(service), await arrive(service)
    for each in (listed, newcomer):
        await service.db.write(add_address, each.id, MAIL, now=now())
    joined: dict[str, Any] = {"way": Way.STAFF, "by": None, "reason": "a test", "now": now()}
    await service.db.write(lambda conn: join_persons(conn, newcomer.id, listed.id, **joined))
    await service.sign_in(newcomer)
    page = (await service.get("/accounts")).text
    assert page.count(MAIL) == 1
    remove = re.search(r"/accounts/addresses/[0-9a-f-]+/remove", page)
    assert remove is not None
    await service.send(remove[0])
    assert MAIL not in (await service.get("/accounts")).text


async def test_an_offer_comes_from_no_other_site_and_by_no_address(service: Service) -> None:
    await service.sign_in(await arrive(service))
    foreign = await service.browser.post(
        "/accounts/join", data={"token": "x"}, headers={"origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    assert (await service.get("/accounts/join?token=x")).status_code in {404, 405}


async def test_a_link_for_somebody_on_paper_asks_before_it_links(service: Service) -> None:
    listed, newcomer = await on_paper(service), await arrive(service)
    token = await service.db.write(invite_to_claim, listed.id, by=None, reason="was there", now=now())
    await service.sign_in(newcomer)
    assert "Nino on the list" in (await service.get(f"/accounts/claim/{token}")).text
    assert await service.db.read(holder_of, newcomer.id) == newcomer.id
    await service.send(f"/accounts/claim/{token}")
    assert await service.db.read(holder_of, newcomer.id) == listed.id
    assert (await service.get(f"/accounts/claim/{token}")).status_code == 404


async def test_staff_find_who_asked_to_be_found(service: Service) -> None:
    listed, newcomer = await on_paper(service), await arrive(service)
    await service.sign_in(newcomer)
    assert (await service.send("/accounts/claims", words="")).status_code == 400
    await service.send("/accounts/claims", words="The workshop in May, as Nino")
    assert "has not answered yet" in (await service.get("/accounts")).text
    assert (await service.get("/claims")).status_code == 403

    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    page = await service.get("/claims?name=NINO")
    assert "The workshop in May, as Nino" in page.text
    approve = re.search(r"/claims/[0-9a-f-]+/approve", page.text)
    assert approve is not None
    await service.send(approve[0], claimed=str(listed.id), reason="on the list of 4 May")
    assert await service.db.read(holder_of, newcomer.id) == listed.id
    assert "Nobody waits for an answer" in (await service.get("/claims")).text


async def test_staff_make_a_link_for_somebody_on_paper_and_for_nobody_else(service: Service) -> None:
    listed, arrived = await on_paper(service), await arrive(service)
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    made = await service.send(f"/people/{listed.id}/claim-link")
    assert re.search(r"http://127.0.0.1:8000/accounts/claim/[\w-]{43}", made.text)
    assert (await service.send(f"/people/{arrived.id}/claim-link")).status_code == 409


async def test_a_newcomer_is_asked_on_their_path_if_they_were_invited(service: Service, library: None) -> None:
    await service.sign_in(await arrive(service))
    question = "Were you invited"
    path = "/paths/pathways-for-economic-growth"
    assert question not in (await service.get(path)).text
    await service.db.write(add_address, (await on_paper(service)).id, MAIL, now=now())
    assert question in (await service.get(path)).text

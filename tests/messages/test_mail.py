import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from sqlalchemy import Connection, select, update

from base import LANGUAGES, Missing, failures, publish
from messages import Kind, State, choose_by_link, forget_old_mail, retry_message, stop_link
from messages.outbox import MailDue, Recipient, post
from messages.tables import outbox
from people import Person, SignInLinkAsked, address_of, remove_address, use_sign_in_link
from tests.messages.conftest import URL, Mailroom
from tests.times import NOW

NIGHT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # midnight in Baku
MORNING = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # seven o'clock there
DAY = timedelta(days=1)


def post_certificate(
    conn: Connection, person: Person, number: str = "7", *, cause: str | None = None, now: datetime = NOW
) -> None:
    """A message that is not essential."""
    address = address_of(conn, person.id)
    assert address is not None
    to = Recipient(address.address, person.language, person.id, address.id)
    particulars = {"title": f"Path {number}", "path": f"/verify/{number}"}
    post(conn, Kind.CERTIFICATE, to, particulars, cause=cause or f"certificate {number}", now=now)


def ask_to_sign_in(conn: Connection, person: Person, *, now: datetime = NOW) -> None:
    address = address_of(conn, person.id)
    assert address is not None
    publish(conn, SignInLinkAsked(str(person.id), person.id, address.id), now=now)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    content: str = part.get_content()
    return content


def token_in(mail: EmailMessage, path: str) -> str:
    found = re.search(rf"{re.escape(URL)}{path}([\w-]+)", text_of(mail))
    assert found is not None
    return found[1]


async def test_a_message_goes_once_for_its_cause(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    for _ in range(2):
        await mailroom.db.write(post_certificate, person)
        await mailroom.deliver()
    (mail,) = mailroom.mails
    assert mail["To"] == "aygun@town.example"
    assert mail["Subject"] == "Your certificate is ready"
    assert f"{URL}/verify/7" in text_of(mail)
    (message,) = await mailroom.outbox()
    assert (message.state, message.settled_at, message.answer) == (State.SENT, NOW, "250")


async def test_an_event_that_is_heard_again_sends_nothing_again(mailroom: Mailroom) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person())
    await mailroom.deliver()
    (message,) = await mailroom.outbox()
    await mailroom.db.write(publish, MailDue(str(message.id), message.id), now=NOW)
    await mailroom.deliver()
    assert len(mailroom.mails) == 1


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_in_its_holders_language(mailroom: Mailroom, language: str) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person(language=language))
    await mailroom.deliver()
    assert mailroom.mails[0]["Content-Language"] == language


async def test_the_token_of_a_sign_in_link_is_made_when_the_mail_is_sent_and_stored_nowhere(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(ask_to_sign_in, person)
    await mailroom.deliver()
    token = token_in(mailroom.mails[0], "/sign-in/")
    rows = await mailroom.db.read(lambda conn: [tuple(row) for row in conn.execute(select(outbox))])
    assert token not in str(rows)
    assert (await mailroom.db.write(use_sign_in_link, token, now=NOW)).id == person.id


async def test_each_asking_gets_a_link_and_night_does_not_hold_it(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    for minutes in (0, 1):
        await mailroom.db.write(ask_to_sign_in, person, now=NIGHT + timedelta(minutes=minutes))
        await mailroom.deliver(now=NIGHT + timedelta(minutes=minutes))
    assert len(mailroom.mails) == 2
    assert mailroom.mails[0]["List-Unsubscribe"] is None


async def test_a_link_that_nobody_waits_for_any_more_is_not_sent(mailroom: Mailroom) -> None:
    await mailroom.db.write(ask_to_sign_in, await mailroom.add_person())
    mailroom.server.to_data.append("554 5.6.0 not liked")
    await mailroom.deliver()
    (message,) = await mailroom.outbox()
    await mailroom.db.write(retry_message, message.id, now=NOW + DAY)
    await mailroom.deliver(now=NOW + DAY)
    assert mailroom.mails == []
    assert (await mailroom.outbox())[0].answer == "nobody waits for this link any more"


async def test_what_is_not_essential_waits_for_the_morning(mailroom: Mailroom) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person(), now=NIGHT)
    await mailroom.deliver(now=NIGHT)
    assert mailroom.mails == []
    assert (await mailroom.outbox())[0].not_before == MORNING
    await mailroom.deliver(now=MORNING - timedelta(seconds=1))
    assert mailroom.mails == []
    await mailroom.deliver(now=MORNING)
    assert len(mailroom.mails) == 1


async def test_more_of_a_day_comes_in_one_digest_the_next(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    for number in ("1", "2", "3"):
        await mailroom.db.write(post_certificate, person, number)
        await mailroom.deliver()
    assert len(mailroom.mails) == 1
    await mailroom.deliver(now=NOW + DAY)
    await mailroom.deliver(now=NOW + 2 * DAY)
    _, digest = mailroom.mails
    assert digest["Subject"] == "2 pieces of news from Waymark"
    for said in ("“Path 2”", f"{URL}/verify/2", "“Path 3”", f"{URL}/verify/3"):
        assert said in text_of(digest)
    assert sorted(message.state for message in await mailroom.outbox()) == [State.FOLDED, State.SENT, State.SENT]


async def test_messages_that_are_due_at_once_go_in_one_mail(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    for number in ("1", "2", "3"):
        await mailroom.db.write(post_certificate, person, number)
    await mailroom.deliver()
    assert len(mailroom.mails) == 1
    await mailroom.deliver(now=NOW + 2 * DAY)
    assert len(mailroom.mails) == 1


async def test_a_digest_never_mixes_what_is_two_peoples(mailroom: Mailroom) -> None:
    shared = "office@town.example"
    first, second = await mailroom.add_person(None), await mailroom.add_person(None)

    def post_both(conn: Connection) -> None:
        for person in (first, second):
            particulars = {"title": "A", "path": "/verify/A"}
            post(conn, Kind.CERTIFICATE, Recipient(shared, "en", person.id), particulars, cause=str(person.id), now=NOW)

    await mailroom.db.write(post_both)
    await mailroom.deliver()
    assert [mail["Subject"] for mail in mailroom.mails] == ["Your certificate is ready"]
    await mailroom.deliver(now=NOW + DAY)
    assert [mail["Subject"] for mail in mailroom.mails] == ["Your certificate is ready"] * 2


async def test_a_flood_to_one_address_is_spread_over_hours(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    for second in range(12):
        await mailroom.db.write(ask_to_sign_in, person, now=NOW + timedelta(seconds=second))
        await mailroom.deliver(now=NOW + timedelta(seconds=second))
    assert len(mailroom.mails) == 10
    await mailroom.deliver(now=NOW + timedelta(minutes=59))
    assert len(mailroom.mails) == 10
    await mailroom.deliver(now=NOW + timedelta(minutes=61))
    assert len(mailroom.mails) == 12


async def test_a_refusal_for_now_is_tried_again_and_logs_nobody(
    mailroom: Mailroom, capsys: pytest.CaptureFixture[str]
) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person())
    mailroom.server.to_recipient.append("450 4.2.1 <aygun@town.example> try later")
    await mailroom.deliver()
    assert (await mailroom.outbox())[0].state == State.SENDING
    await mailroom.deliver(now=NOW + timedelta(minutes=1))
    assert len(mailroom.mails) == 1
    assert (await mailroom.outbox())[0].state == State.SENT
    logged = "".join(capsys.readouterr())
    assert "delivery failed" in logged
    for personal in ("aygun", "Aygün", "town.example", str(URL)):
        assert personal not in logged


async def test_a_mail_whose_answer_was_lost_comes_again_as_the_same_message(mailroom: Mailroom) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person())
    mailroom.server.drops = 1
    await mailroom.deliver()
    await mailroom.deliver(now=NOW + timedelta(minutes=1))
    first, second = mailroom.mails
    assert first["Message-ID"] == second["Message-ID"]
    for mail in (first, second):  # whichever of the two is kept, its link works
        assert (await mailroom.db.read(stop_link, token_in(mail, "/mail/stop/"))).wanted


async def test_what_joins_while_a_digest_is_tried_again_waits_for_the_next(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(post_certificate, person, "1")
    mailroom.server.drops = 1
    await mailroom.deliver()
    await mailroom.db.write(post_certificate, person, "2")
    await mailroom.deliver(now=NOW + timedelta(minutes=1))
    assert [("Path 2" in text_of(mail)) for mail in mailroom.mails] == [False, False]
    await mailroom.deliver(now=NOW + DAY)
    assert "Path 2" in text_of(mailroom.mails[2])


async def test_a_server_that_stays_away_is_set_aside_without_a_mail_about_it(mailroom: Mailroom) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person())
    mailroom.server.to_recipient.extend(["451 4.3.0 not now"] * 10)
    for hours in range(11):
        await mailroom.deliver(now=NOW + timedelta(hours=hours))
    (failure,) = await mailroom.db.read(failures)
    assert failure.subscriber == "messages.mail"
    assert failure.error == "MailDelayed: the mail server answered 451"
    assert len(await mailroom.outbox()) == 1


async def test_a_refused_address_gets_no_more_mail(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(post_certificate, person, "1")
    await mailroom.db.write(ask_to_sign_in, person)
    mailroom.server.to_recipient.append("550 5.1.1 no such user")
    mailroom.server.to_recipient.append("550 5.1.1 no such user")
    await mailroom.deliver()
    assert await mailroom.db.read(address_of, person.id) is None
    told = {(message.state, message.answer) for message in await mailroom.outbox()}
    refused, spared = (State.REFUSED, "550 5.1.1"), (State.WITHHELD, "mail came back from the address")
    # Both are on their way at once: the second is refused too, or not even tried where the first was heard of before.
    assert refused in told <= {refused, spared}


async def test_a_refused_message_says_nothing_about_its_address(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(post_certificate, person)
    mailroom.server.to_data.append("554 5.6.0 not liked")
    await mailroom.deliver()
    assert (await mailroom.outbox())[0].state == State.REFUSED
    assert await mailroom.db.read(address_of, person.id) is not None


async def test_a_refused_message_is_sent_when_it_is_retried(mailroom: Mailroom) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person())
    mailroom.server.to_data.append("554 5.6.0 not liked")
    await mailroom.deliver()
    (message,) = await mailroom.outbox()
    await mailroom.db.write(retry_message, message.id, now=NOW)
    await mailroom.deliver()
    assert len(mailroom.mails) == 1
    assert (await mailroom.outbox())[0].state == State.SENT
    for unknown in (message.id, uuid4()):  # sent meanwhile, or never written
        with pytest.raises(Missing, match="may have been retried already"):
            await mailroom.db.write(retry_message, unknown, now=NOW)


async def test_a_message_that_was_forgotten_is_not_sent_when_it_is_retried(mailroom: Mailroom) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person())
    mailroom.server.to_data.append("554 5.6.0 not liked")
    await mailroom.deliver()
    (message,) = await mailroom.outbox()
    assert await mailroom.db.write(forget_old_mail, before=NOW + DAY, limit=10) == 1
    await mailroom.db.write(retry_message, message.id, now=NOW)
    await mailroom.deliver()
    (again,) = await mailroom.outbox()
    assert (again.state, again.answer) == (State.WITHHELD, "its address and its words were forgotten")


async def test_a_removed_address_gets_nothing(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(post_certificate, person)
    address = await mailroom.db.read(address_of, person.id)
    assert address is not None
    await mailroom.db.write(remove_address, person.id, address.id, now=NOW)
    await mailroom.deliver()
    (message,) = await mailroom.outbox()
    assert (message.state, message.answer) == (State.WITHHELD, "the address was removed")


async def test_what_was_stopped_by_the_link_in_a_mail_comes_no_more(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(post_certificate, person, "1")
    await mailroom.deliver()
    token = token_in(mailroom.mails[0], "/mail/stop/")
    await mailroom.db.write(choose_by_link, token, wanted=False, now=NOW)
    await mailroom.db.write(post_certificate, person, "2")
    await mailroom.db.write(ask_to_sign_in, person)
    await mailroom.deliver(now=NOW + DAY)
    assert [mail["Subject"] for mail in mailroom.mails[1:]] == ["Sign in to Waymark"]
    await mailroom.db.write(choose_by_link, token, wanted=True, now=NOW + DAY)
    await mailroom.db.write(post_certificate, person, "3")
    await mailroom.deliver(now=NOW + DAY)
    assert mailroom.mails[2]["Subject"] == "Your certificate is ready"


async def test_an_address_that_no_mail_can_have_is_withheld_and_blocks_nobody(mailroom: Mailroom) -> None:
    await mailroom.db.write(post_certificate, await mailroom.add_person())
    await mailroom.db.write(lambda conn: conn.execute(update(outbox).values(address="a@b.example\nBcc: c@d.example")))
    await mailroom.deliver()
    assert mailroom.server.taken == []
    assert (await mailroom.outbox())[0].state == State.WITHHELD

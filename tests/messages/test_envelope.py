from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import UUID

import pytest

from base import Invalid, words_for
from messages import Sender, parse_sender
from messages.envelope import Envelope, message_of_return_path, seal
from messages.letters import Letter
from tests.times import NOW

MESSAGE = UUID("0b8f5d0e-6f0c-4a5e-9d39-2f6a3c1f7e55")
SENDER = Sender("Waymark", "learn", "town.example")
LETTER = Letter("Your certificate is ready", ("It is <b>here</b> & now.",), ("See it", "https://w.example/verify/7"))
STOP = "https://w.example/mail/stop/abc"


def sealed(
    letter: Letter = LETTER, *, to: str = "a@b.example", sender: Sender = SENDER, stop: str | None = STOP
) -> Envelope:
    return seal(letter, words_for("en"), message_id=MESSAGE, to=to, sender=sender, stop=stop, now=NOW)


def read(envelope: Envelope) -> EmailMessage:
    message = message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(envelope: Envelope, kind: str) -> str:
    part = read(envelope).get_body((kind,))
    assert part is not None
    content: str = part.get_content()
    return content


def test_text_and_html_say_the_same() -> None:
    text, html = body(sealed(), "plain"), body(sealed(), "html")
    for said in ("See it", "https://w.example/verify/7", STOP):
        assert said in text
        assert said in html
    assert "It is <b>here</b> & now." in text
    assert "It is &lt;b&gt;here&lt;/b&gt; &amp; now." in html
    assert '<html lang="en">' in html


def test_html_loads_nothing_from_anywhere() -> None:
    html = body(sealed(), "html")
    for loading in ("<img", "<link", "<script", "url(", "src="):
        assert loading not in html


def test_it_says_who_it_is_from_and_that_no_machine_shall_answer() -> None:
    message = read(sealed())
    assert message["From"] == "Waymark <learn@town.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Sun, 22 Nov 2026 09:00:00 +0000"
    assert message["Message-ID"] == f"<{MESSAGE.hex}@town.example>"


def test_what_can_be_stopped_is_stopped_by_one_click() -> None:
    message = read(sealed())
    assert message["List-Unsubscribe"] == f"<{STOP}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    essential = read(sealed(stop=None))
    assert essential["List-Unsubscribe"] is None
    assert "Stop mails" not in body(sealed(stop=None), "html")


def test_bounces_come_to_an_address_of_the_message() -> None:
    envelope = sealed()
    assert envelope.return_path == f"learn+{MESSAGE.hex}@town.example"
    assert message_of_return_path(envelope.return_path) == MESSAGE
    assert message_of_return_path("learn@town.example") is None


@pytest.mark.parametrize(
    "evil", ["Hi\r\nBcc: all@b.example", "Hi\nBcc: all@b.example", "Hi\x0bBcc: x", "Hi\u2028Bcc: x"]
)
def test_a_subject_cannot_become_another_header(evil: str) -> None:
    message = read(sealed(Letter(evil, ("x",))))
    assert message["Bcc"] is None
    assert message["Subject"] in {"Hi Bcc: all@b.example", "Hi Bcc: x"}
    assert len(message.keys()) == len(read(sealed()).keys())


NO_ADDRESSES = [
    "a@b.example\nBcc: c@d.example",
    "a@b.example, c@d.example",
    "a b@c.example",
    "<a@b.example>",
    "@b.example",
    "a@",
    "a@b..example",
    "aygun",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused_without_repeating_it(address: str) -> None:
    with pytest.raises(Invalid) as refused:
        sealed(to=address)
    assert address not in refused.value.message


def test_letters_of_all_scripts_survive_in_subject_body_and_name() -> None:
    letter = Letter("თქვენი სერტიფიკატი მზადაა — Ձեր վկայականը", ("Ваше свідоцтво",))
    envelope = sealed(letter, sender=Sender("Şəhər Təhsili", "learn", "town.example"))
    assert envelope.content.isascii()  # a server without SMTPUTF8 can carry it
    message = read(envelope)
    assert message["Subject"] == letter.subject
    assert message["From"].addresses[0].display_name == "Şəhər Təhsili"
    assert "Ваше свідоцтво" in body(envelope, "plain")


def test_an_address_in_another_script_keeps_its_mailbox_and_has_its_domain_in_ascii() -> None:
    envelope = sealed(to="გიორგი@münchen.example")
    assert envelope.recipient == "გიორგი@xn--mnchen-3ya.example"
    assert envelope.needs_utf8
    assert read(envelope)["To"] == "გიორგი@xn--mnchen-3ya.example"
    assert not sealed(to="mayor@bakı.example").needs_utf8


def test_an_envelope_in_a_log_tells_nothing() -> None:
    assert repr(sealed()) == f"Envelope(message_id={MESSAGE})"


@pytest.mark.parametrize("text", ["", "Waymark", "a@b@c.example", "Waymark <learn@town.example>\nBcc: x@y.example"])
def test_a_sender_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="WAYMARK_MAIL_FROM"):
        parse_sender(text)


def test_a_sender_has_a_name_or_none() -> None:
    assert parse_sender("Town Learning <learn@town.example>") == Sender("Town Learning", "learn", "town.example")
    assert parse_sender("learn@town.example") == Sender("", "learn", "town.example")

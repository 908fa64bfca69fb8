import io
import ssl
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from base import Invalid, words_for
from messages import Sender, SmtpServer, at_terminal, by_smtp, nowhere, parse_smtp_url
from messages.envelope import Envelope, seal
from messages.letters import Letter
from messages.sending import Answer, MailDelayed, Outcome, Security
from tests.messages.post_office import PASSWORD, USER, PostOffice, open_post_office
from tests.times import NOW

SENDER = Sender("Waymark", "learn", "town.example")


def envelope(to: str = "aygun@town.example") -> Envelope:
    letter = Letter("Sign in", ("Once.",), ("Sign in", "https://w.example/sign-in/secret-token"))
    return seal(letter, words_for("en"), message_id=uuid4(), to=to, sender=SENDER, stop=None, now=NOW)


def server_of(office: PostOffice) -> SmtpServer:
    return parse_smtp_url(f"smtp://127.0.0.1:{office.port}")


async def test_a_server_takes_a_letter_with_its_return_path() -> None:
    async with open_post_office() as office:
        sealed = envelope()
        assert await by_smtp(server_of(office))(sealed) == Answer(Outcome.SENT, "250")
    (taken,) = office.taken
    assert taken.mail_from == sealed.return_path
    assert taken.rcpt_tos == ["aygun@town.example"]
    assert office.mails[0]["Subject"] == "Sign in"


@pytest.mark.parametrize(
    ("refusal", "answer"),
    [
        ("550 5.1.1 <aygun@town.example> is unknown", Answer(Outcome.ADDRESS_REFUSED, "550 5.1.1")),
        ("550 no such user aygun@town.example", Answer(Outcome.ADDRESS_REFUSED, "550")),
        ("552 5.2.2 mailbox full", Answer(Outcome.REFUSED, "552 5.2.2")),
        ("550 5.7.1 relaying denied", Answer(Outcome.REFUSED, "550 5.7.1")),
    ],
)
async def test_a_refused_recipient_is_told_by_codes_alone(refusal: str, answer: Answer) -> None:
    async with open_post_office() as office:
        office.to_recipient.append(refusal)
        assert await by_smtp(server_of(office))(envelope()) == answer


async def test_refused_words_say_nothing_about_the_address() -> None:
    async with open_post_office() as office:
        office.to_data.append("554 5.6.0 looks like spam")
        assert await by_smtp(server_of(office))(envelope()) == Answer(Outcome.REFUSED, "554 5.6.0")


@pytest.mark.parametrize("refusal", ["450 4.2.1 try later", "451 greylisted aygun@town.example"])
async def test_a_refusal_for_now_is_tried_again_and_names_nobody(refusal: str) -> None:
    async with open_post_office() as office:
        office.to_recipient.append(refusal)
        with pytest.raises(MailDelayed) as delayed:
            await by_smtp(server_of(office))(envelope())
    assert "aygun" not in str(delayed.value)


async def test_a_connection_that_breaks_off_is_tried_again() -> None:
    async with open_post_office() as office:
        office.drops = 1
        send, sealed = by_smtp(server_of(office)), envelope()
        with pytest.raises(MailDelayed, match="broke off"):
            await send(sealed)
        assert (await send(sealed)).outcome is Outcome.SENT
    assert [mail["Message-ID"] for mail in office.mails] == [f"<{sealed.message_id.hex}@town.example>"] * 2


async def test_no_server_there_is_tried_again() -> None:
    async with open_post_office() as office:
        server = server_of(office)
    with pytest.raises(MailDelayed, match="could not be reached"):
        await by_smtp(server)(envelope())


async def test_an_address_beyond_ascii_needs_a_server_that_takes_it() -> None:
    async with open_post_office() as office:
        assert (await by_smtp(server_of(office))(envelope("გიორგი@town.example"))).outcome is Outcome.SENT
    assert office.taken[0].rcpt_tos == ["გიორგი@town.example"]
    async with open_post_office(utf8=False) as old:
        answer = await by_smtp(server_of(old))(envelope("გიორგი@town.example"))
    assert answer.outcome is Outcome.REFUSED
    assert "SMTPUTF8" in answer.said


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's certificate for localhost, which the machine trusts during the test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=365 * 3))
        .not_valid_after(NOW + timedelta(days=365 * 30))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain, secret)
    return context


async def test_starttls_comes_before_the_password(certificate: ssl.SSLContext) -> None:
    async with open_post_office(tls=certificate) as office:
        url = f"smtp+starttls://{USER}:{quote(PASSWORD, safe='')}@localhost:{office.port}"
        assert (await by_smtp(parse_smtp_url(url))(envelope())).outcome is Outcome.SENT
        wrong = f"smtp+starttls://{USER}:wrong@localhost:{office.port}"
        with pytest.raises(MailDelayed, match="535"):
            await by_smtp(parse_smtp_url(wrong))(envelope())
    assert len(office.taken) == 1


async def test_tls_from_the_start(certificate: ssl.SSLContext) -> None:
    async with open_post_office(tls=certificate, implicit_tls=True) as office:
        assert (await by_smtp(parse_smtp_url(f"smtps://localhost:{office.port}"))(envelope())).outcome is Outcome.SENT


async def test_a_server_without_starttls_gets_nothing() -> None:
    async with open_post_office() as office:
        with pytest.raises(MailDelayed):
            await by_smtp(parse_smtp_url(f"smtp+starttls://u:p@127.0.0.1:{office.port}"))(envelope())
    assert office.taken == []


async def test_a_server_whose_certificate_is_not_trusted_gets_nothing(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with open_post_office(tls=certificate, implicit_tls=True) as office:
        with pytest.raises(MailDelayed):
            await by_smtp(parse_smtp_url(f"smtps://localhost:{office.port}"))(envelope())
    assert office.taken == []


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", SmtpServer(Security.NONE, "mail.example", 25, None, None)),
        ("smtps://u:p%40ss@mail.example", SmtpServer(Security.TLS, "mail.example", 465, "u", "p@ss")),
        ("smtp+starttls://u:p@mail.example:2525", SmtpServer(Security.STARTTLS, "mail.example", 2525, "u", "p")),
    ],
)
def test_the_address_of_a_server_says_how_to_speak_to_it(url: str, server: SmtpServer) -> None:
    assert parse_smtp_url(url) == server


@pytest.mark.parametrize(
    "url",
    ["", "mail.example", "http://mail.example", "smtp://", "smtp://u@mail.example", "smtp://mail:x", "smtp://mail/x"],
)
def test_an_address_that_names_no_server_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="WAYMARK_SMTP_URL must be like"):
        parse_smtp_url(url)


def test_a_password_is_not_shown() -> None:
    assert "hunter2" not in repr(parse_smtp_url("smtps://u:hunter2@mail.example"))


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


async def test_a_developer_at_the_terminal_sees_the_link() -> None:
    screen = Terminal()
    assert (await at_terminal(screen)(envelope())).outcome is Outcome.SENT
    assert "https://w.example/sign-in/secret-token" in screen.getvalue()


async def test_what_is_no_terminal_gets_no_link(capsys: pytest.CaptureFixture[str]) -> None:
    file = io.StringIO()
    assert (await at_terminal(file)(envelope())).outcome is Outcome.SENT
    captured = capsys.readouterr()
    assert "secret-token" not in file.getvalue() + captured.out + captured.err


async def test_without_a_server_a_letter_is_kept_back() -> None:
    assert await nowhere(envelope()) == Answer(Outcome.WITHHELD, "WAYMARK_SMTP_URL is not set")

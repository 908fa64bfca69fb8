import pytest

from app.settings import read_settings
from base import Invalid

PRODUCTION = {
    "WAYMARK_ENV": "production",
    "WAYMARK_URL": "https://learn.example",
    "WAYMARK_CONTENT_URL": "https://content.example",
    "WAYMARK_KEYS_PASSPHRASE": "correct horse",
}


def test_silence_means_the_documented_defaults() -> None:
    settings = read_settings({})
    assert settings.database_url == "sqlite:///waymark.db"
    assert (settings.url, settings.content_url) == ("http://127.0.0.1:8000", "http://localhost:8000")
    assert (settings.host, settings.port, settings.production) == ("127.0.0.1", 8000, False)


def test_production_reaches_no_private_host_unless_told() -> None:
    assert read_settings(PRODUCTION).private_hosts == frozenset()
    allowed = read_settings({**PRODUCTION, "WAYMARK_PRIVATE_HOSTS": "moodle.intranet, sso.intranet"})
    assert allowed.private_hosts == {"moodle.intranet", "sso.intranet"}


def test_origins_that_may_call_the_store_are_listed_by_comma() -> None:
    assert read_settings({}).xapi_origins == frozenset()
    listed = read_settings({"WAYMARK_XAPI_ORIGINS": "https://lms.example, http://localhost:3000,"}).xapi_origins
    assert listed == {"https://lms.example", "http://localhost:3000"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("WAYMARK_KEYS_PASSPHRASE", "", "WAYMARK_KEYS_PASSPHRASE"),
        ("WAYMARK_URL", "http://learn.example", "https://"),
        ("WAYMARK_CONTENT_URL", "https://learn.example", "another host"),
        ("WAYMARK_URL", "https://learn.example/waymark", "without a path"),
        ("WAYMARK_PORT", "http", "1 to 65535"),
        ("WAYMARK_XAPI_DOCUMENT_KB", "0", "from 1 to 65536"),
        ("WAYMARK_XAPI_STATEMENTS_KB", "4 MB", "WAYMARK_XAPI_STATEMENTS_KB must be a number"),
        ("WAYMARK_XAPI_ORIGINS", "https://lms.example, https://portal.example/path", "https://portal.example/path"),
        ("WAYMARK_XAPI_ORIGINS", "*", "without a path"),
        ("WAYMARK_SMTP_URL", "mail.example", "WAYMARK_SMTP_URL must be like"),
        ("WAYMARK_SMTP_URL", "smtps://mail.example", "WAYMARK_MAIL_FROM must be set"),
        ("WAYMARK_SMTP_URL", "smtp://u:hunter2@mail.example", "use smtps:// or smtp+starttls://"),
        ("WAYMARK_MAIL_FROM", "learn", "Waymark <learn@town.example>"),
        ("WAYMARK_TIME_ZONE", "Asia/Nowhere", "Asia/Tbilisi"),
        ("WAYMARK_TIME_ZONE", "Asia", "Asia/Tbilisi"),
        ("WAYMARK_TIME_ZONE", "../../etc/passwd", "Asia/Tbilisi"),
        ("WAYMARK_DATABASE_URL", "mysql://db", "sqlite:///"),
        ("WAYMARK_ENV", "prod", "development or production"),
    ],
)
def test_a_fault_is_named_with_its_cure(name: str, value: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_settings({**PRODUCTION, name: value})
    assert said in refused.value.message


def test_all_faults_are_named_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        read_settings({**PRODUCTION, "WAYMARK_PORT": "-", "WAYMARK_KEYS_PASSPHRASE": ""})
    assert "WAYMARK_PORT" in refused.value.message
    assert "WAYMARK_KEYS_PASSPHRASE" in refused.value.message


def test_the_passphrase_is_not_shown() -> None:
    assert "correct horse" not in repr(read_settings(PRODUCTION))


def test_the_password_of_the_mail_server_is_not_shown() -> None:
    mail = {"WAYMARK_SMTP_URL": "smtps://u:hunter2@mail.example", "WAYMARK_MAIL_FROM": "learn@town.example"}
    assert "hunter2" not in repr(read_settings({**PRODUCTION, **mail}))
    with pytest.raises(Invalid) as refused:
        read_settings({**PRODUCTION, "WAYMARK_SMTP_URL": "smtp://u:hunter2@mail.example"})
    assert "hunter2" not in refused.value.message


def test_providers_and_proxies_are_named_by_the_operator() -> None:
    settings = read_settings({"WAYMARK_OIDC": "/etc/waymark/oidc.toml", "WAYMARK_PROXIES": "2"})
    assert (str(settings.oidc), settings.proxies) == ("/etc/waymark/oidc.toml", 2)
    assert (read_settings({}).oidc, read_settings({}).proxies) == (None, 0)
    with pytest.raises(Invalid, match="WAYMARK_PROXIES must be how many"):
        read_settings({"WAYMARK_PROXIES": "-1"})

import pytest

from app.logs import HIDDEN, hide_secrets


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id_token", "whatever"),
        ("Authorization", "whatever"),
        ("keys_passphrase", "whatever"),
        ("error", "posted eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3In0.c2ln to us"),
        ("error", "header was Basic dXNlcjpwYXNzd29yZA=="),
        ("path", "/s/Zk3vN0h0bq1x8a7w5t2yMg/quiz"),
        ("path", "/sign-in/Zk3vN0h0bq1x8a7w5t2yMg"),
        ("path", "/mail/stop/Zk3vN0h0bq1x8a7w5t2yMg"),
        ("path", "/invitations/Zk3vN0h0bq1x8a7w5t2yMg"),
        ("path", "/accounts/claim/Zk3vN0h0bq1x8a7w5t2yMg"),
        ("path", "/calendar/Zk3vN0h0bq1x8a7w5t2yMg.ics"),
        ("url", "postgresql://waymark:hunter2@db/waymark"),
    ],
)
def test_a_secret_does_not_reach_the_log(name: str, value: str) -> None:
    shown = hide_secrets(None, "info", {name: value})[name]
    assert HIDDEN in shown
    for secret in ("eyJhbGci", "dXNlcj", "Zk3vN0h0", "hunter2", "whatever"):
        assert secret not in shown


def test_what_is_no_secret_is_kept() -> None:
    entry = {"event": "delivery failed", "row": 7, "path": "/paths/pathways-for-economic-growth"}
    assert hide_secrets(None, "info", dict(entry)) == entry

from pathlib import Path

import pytest

from base import Invalid
from people import Provider, read_providers

MINISTRY = """
[[providers]]
id = "ministry"
name = "Ministry"
issuer = "https://id.ministry.example"
client_id = "waymark"
client_secret = "hush"
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "oidc.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_providers_are_read_in_their_order(tmp_path: Path) -> None:
    city = MINISTRY.replace("ministry", "city").replace('"hush"\n', '"hush"\nscopes = ["openid"]\n')
    assert read_providers(written(tmp_path, MINISTRY + city)) == (
        Provider("ministry", "Ministry", "https://id.ministry.example", "waymark", "hush"),
        Provider("city", "Ministry", "https://id.city.example", "waymark", "hush", scopes=("openid",)),
    )


def test_secret_of_a_provider_is_not_shown(tmp_path: Path) -> None:
    assert "hush" not in repr(read_providers(written(tmp_path, MINISTRY)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[providers]", "cannot be used"),
        ('[[providers]]\nid = "x"\n', "missing required field `name`"),
        (MINISTRY + 'colour = "red"\n', "unknown field `colour`"),
        (MINISTRY.replace('"ministry"', '"the ministry"'), "providers[0].id"),
        (MINISTRY.replace("https://", "ftp://"), "the issuer of 'ministry' is 'ftp://id.ministry.example'"),
        (MINISTRY + 'scopes = ["profile"]\n', "must be a list of words that holds openid"),
        (MINISTRY + 'scopes = ["openid profile"]\n', "must be a list of words that holds openid"),
        (MINISTRY + MINISTRY, "'https://id.ministry.example' stands 2 times"),
    ],
)
def test_faulty_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_providers(written(tmp_path, text))
    assert said in refused.value.message
    assert "oidc.toml" in refused.value.message


def test_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"missing\.toml"):
        read_providers(tmp_path / "missing.toml")

"""OpenID providers by which people may sign in, as the operator names them in a TOML file."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from base import Invalid

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}\Z")]


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A provider where we are registered as `client_id`. `id` stands in our addresses, `name` on the button.

    Its redirect URI is `{WAYMARK_URL}/sign-in/from/{id}`. Without a secret we are a public client there.
    """

    id: _Id
    name: _Text
    issuer: _Text
    client_id: _Text
    client_secret: _Text | None = None
    scopes: tuple[_Text, ...] = ("openid", "profile", "email")

    def __repr__(self) -> str:
        """Without the secret, for logs."""
        return f"Provider({self.id!r}, {self.issuer!r})"


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    providers: tuple[Provider, ...] = ()


def read_providers(path: Path) -> tuple[Provider, ...]:
    """The providers in the file. Raises Invalid naming the file and what is wrong in it."""
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).providers
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"WAYMARK_OIDC: {path} cannot be used: {error}", rule="providers") from error
    if faults := [*_repeated(found), *(fault for each in found for fault in _faults(each))]:
        raise Invalid(f"WAYMARK_OIDC: {path}: {'; '.join(faults)}", rule="providers")
    return found


def _repeated(providers: tuple[Provider, ...]) -> list[str]:
    """Accounts are known by their issuer, so that two entries of one issuer would share them."""
    times = Counter([each.id for each in providers] + [each.issuer for each in providers])
    return [f"{value!r} stands {n} times; ids and issuers must differ" for value, n in times.items() if n > 1]


def _faults(provider: Provider) -> list[str]:
    faults = []
    parts = urlsplit(provider.issuer)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        faults.append(
            f"the issuer of {provider.id!r} is {provider.issuer!r}; it must be an address with neither ? nor #, "
            "exactly as the provider writes it"
        )
    if "openid" not in provider.scopes or not all(
        re.fullmatch(r"[\x21\x23-\x5b\x5d-\x7e]+", s) for s in provider.scopes
    ):
        faults.append(f"the scopes of {provider.id!r} must be a list of words that holds openid")
    return faults

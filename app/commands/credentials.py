"""`waymark credential`: who may send statements to the record store and read them."""

from collections.abc import Callable, Sequence
from typing import Any

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import clock, read, write
from lrs import (
    Issuer,
    KnownCredential,
    Limits,
    Scope,
    add_credential,
    add_issuer,
    change_credential,
    find_credential,
    list_credentials,
    list_issuers,
    remove_issuer,
    revoke_credential,
)

_NO_LIMIT = 0
_SCOPES = click.Choice([scope.value for scope in Scope])


@click.group("credential")
def credential_group() -> None:
    """Keys of clients of the record store (xAPI), and whose tokens it takes."""


def _terms(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that an added and a changed credential share; what is not given is None."""
    for option in reversed(
        [
            click.option(
                "--scope", "scopes", multiple=True, type=_SCOPES, help="What it may do; repeat for several."
            ),
            click.option("--lenient/--strict", default=None, help="Mend known faults of authoring tools, or refuse."),
            click.option(
                "--sets-authority/--own-authority", default=None,
                help="Keep the authority that statements name, or always set its own. Only for whom you trust wholly.",
            ),
            click.option("--per-minute", type=click.IntRange(0), help="Requests a minute; 0 for no limit."),
            click.option("--at-once", type=click.IntRange(0), help="Requests at the same time; 0 for no limit."),
        ]
    ):  # fmt: skip
        command = option(command)
    return command


@credential_group.command("add")
@click.argument("name")
@_terms
@answering
def credential_add(
    settings: Settings,
    name: str,
    scopes: Sequence[str],
    per_minute: int | None,
    at_once: int | None,
    *,
    lenient: bool | None,
    sets_authority: bool | None,
) -> Answer:
    """Make a key and a secret for a client called NAME; the secret is shown this once.

    Example: waymark credential add "Moodle logs" --scope statements/write --scope define --per-minute 6000
    """
    limits = _limits(Limits(), per_minute, at_once)
    added = write(
        settings, add_credential, name, scopes,
        lenient=bool(lenient), sets_authority=bool(sets_authority), limits=limits, now=clock(),
    )  # fmt: skip
    value = {"name": name, "key": added.key, "secret": added.secret, "scopes": scopes}
    return Answer(value, (f"key     {added.key}", f"secret  {added.secret}", f"endpoint {settings.url}/xapi/"))


@credential_group.command("list")
@answering
def credential_list(settings: Settings) -> Answer:
    """Every credential, what it may do, and when it was last used.

    Example: waymark credential list --json
    """
    found = read(settings, list_credentials)
    return Answer(found, tuple(map(_line, found)) or ("There is no credential yet: waymark credential add --help",))


@credential_group.command("change")
@click.argument("key")
@click.option("--name", help="What people call it.")
@_terms
@answering
def credential_change(
    settings: Settings,
    key: str,
    name: str | None,
    scopes: Sequence[str],
    per_minute: int | None,
    at_once: int | None,
    *,
    lenient: bool | None,
    sets_authority: bool | None,
) -> Answer:
    """Change what the credential KEY may do; what is not named stays. It holds within ten seconds.

    Example: waymark credential change 7dKxV2pQm1Zr8sTa --lenient --per-minute 600
    """

    def change(conn: Connection) -> KnownCredential:
        known = find_credential(conn, key)
        terms = known.terms
        change_credential(
            conn,
            key,
            name=name or terms.name,
            scopes=scopes or terms.scopes,
            lenient=terms.lenient if lenient is None else lenient,
            sets_authority=terms.sets_authority if sets_authority is None else sets_authority,
            limits=_limits(terms.limits, per_minute, at_once),
            now=clock(),
        )
        return find_credential(conn, key)

    changed = write(settings, change)
    return Answer(changed, (_line(changed),))


@credential_group.command("revoke")
@click.argument("key")
@answering
def credential_revoke(settings: Settings, key: str) -> Answer:
    """Let nobody in by the credential KEY any more; what it stored stays. It holds within ten seconds.

    Example: waymark credential revoke 7dKxV2pQm1Zr8sTa
    """
    write(settings, revoke_credential, key, now=clock())
    return Answer({"key": key, "revoked": True}, (f"{key} is revoked.",))


def _limits(present: Limits, per_minute: int | None, at_once: int | None) -> Limits:
    """The limits with those that were given in their place; 0 stands for none."""
    return Limits(
        per_minute=present.per_minute if per_minute is None else per_minute or None,
        at_once=present.at_once if at_once is None else at_once or None,
    )


def _line(known: KnownCredential) -> str:
    terms = known.terms
    used = "never used" if known.used_at is None else f"used {known.used_at:%Y-%m-%d %H:%M} UTC"
    marks = [
        *([f"{terms.limits.per_minute} a minute"] if terms.limits.per_minute else []),
        *([f"{terms.limits.at_once} at once"] if terms.limits.at_once else []),
        *(["lenient"] if terms.lenient else []),
        *(["sets authority"] if terms.sets_authority else []),
        *(["revoked"] if known.revoked_at else [used]),
    ]
    return f"{known.key}  {terms.name}  {', '.join(terms.scopes)}  ({'; '.join(marks)})"


@credential_group.group("issuer")
def issuer_group() -> None:
    """OpenID providers whose access tokens the record store takes (RFC 6750)."""


@issuer_group.command("add")
@click.argument("issuer")
@click.option("--audience", required=True, help="What tokens for this record store have as aud.")
@click.option("--name", required=True, help="What people call the provider.")
@click.option("--scope-claim", default="scope", show_default=True, help="The claim that lists the xAPI scopes.")
@answering
def issuer_add(settings: Settings, issuer: str, audience: str, name: str, scope_claim: str) -> Answer:
    """Take access tokens of ISSUER, whose description stands under .well-known/openid-configuration there.

    Example: waymark credential issuer add https://id.town.example/realms/staff --audience waymark --name "Town"
    """
    added = Issuer(issuer, audience, name, scope_claim)
    write(settings, add_issuer, added, now=clock())
    return Answer(added, (f"Tokens of {issuer} for {audience} are taken.",))


@issuer_group.command("list")
@answering
def issuer_list(settings: Settings) -> Answer:
    """The providers whose tokens are taken.

    Example: waymark credential issuer list
    """
    found = read(settings, list_issuers)
    lines = [f"{each.name}  {each.issuer}  audience {each.audience}  scopes in {each.scope_claim}" for each in found]
    return Answer(found, tuple(lines) or ("No tokens are taken yet: waymark credential issuer add --help",))


@issuer_group.command("remove")
@click.argument("issuer")
@click.option("--audience", required=True, help="What its tokens have as aud.")
@answering
def issuer_remove(settings: Settings, issuer: str, audience: str) -> Answer:
    """Take no more tokens of ISSUER for this audience.

    Example: waymark credential issuer remove https://id.town.example/realms/staff --audience waymark
    """
    write(settings, remove_issuer, issuer, audience, now=clock())
    return Answer({"issuer": issuer, "audience": audience}, (f"Tokens of {issuer} for {audience} are taken no more.",))

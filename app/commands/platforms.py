"""`waymark platform`: LMSs that may send people here."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.key_keeping import settle_keys
from app.main import open_hands
from app.migrating import require_newest_schema
from app.settings import Settings
from app.transactions import clock, read, write
from base import Database, msgid
from lti import (
    Deployment,
    Fault,
    Finding,
    Platform,
    PlatformHoldings,
    add_platform,
    addresses_of,
    approve_platform,
    check_connection,
    disable_platform,
    enable_platform,
    holdings_of,
    invite_platform,
    list_deployments,
    list_platforms,
    named_platform,
    remove_platform,
    rename_issuer,
)

_REASON = msgid("decided at the command line")
_PROBLEMS = frozenset(Fault) - {Fault.NOT_TRIED, Fault.FEWER_SCOPES}

_reason = click.option("--reason", default=_REASON, help="Why, for the audit log.")


@click.group("platform")
def platform_group() -> None:
    """LMSs that may send people here (LTI 1.3).

    PLATFORM is the id, client id, issuer or name of one, as `waymark platform list` shows them.
    """


@platform_group.command("invite")
@click.argument("name")
@_reason
@answering
def platform_invite(settings: Settings, name: str, reason: str) -> Answer:
    """Make a link by which an LMS connects itself; it will be called NAME here.

    The link works once, within seven days. Paste it into the LMS where a tool is added ("dynamic registration"), then
    approve what came of it.

    Example: waymark platform invite "City Moodle"
    """
    made = write(settings, invite_platform, name, by=None, reason=reason, now=clock())
    link = made.address(settings.url)
    lines = (link, f"Paste it into the LMS before {made.invitation.expires_at:%Y-%m-%d %H:%M} UTC; it works once.")
    return Answer({"link": link, "expires_at": made.invitation.expires_at}, lines)


@platform_group.command("approve")
@click.argument("named", metavar="PLATFORM")
@click.option("--deployment", "deployments", multiple=True, help="Let in only this one; repeat for several.")
@_reason
@answering
def platform_approve(settings: Settings, named: str, deployments: Sequence[str], reason: str) -> Answer:
    """Let an LMS in that has connected itself, with the deployments that it has named.

    Example: waymark platform approve "City Moodle"
    """
    chosen = list(deployments) or None
    approved = write(settings, _on(approve_platform, named), deployment_ids=chosen, by=None, reason=reason, now=clock())
    return Answer(approved, (f"{approved.name} ({approved.issuer}) lets people in now.",))


@platform_group.command("test")
@click.argument("named", metavar="PLATFORM")
@answering
def platform_test(settings: Settings, named: str) -> Answer:
    """Try the connection to an LMS step by step, and tell which step fails.

    Example: waymark platform test "City Moodle"
    """
    findings = asyncio.run(_try(settings, named))
    lines = [f"{_OUTCOMES.get(each.fault, 'FAILS')}  {each.step}  {_told(each)}".rstrip() for each in findings]
    return Answer(findings, tuple(lines), failed=any(each.fault in _PROBLEMS for each in findings))


@platform_group.command("disable")
@click.argument("named", metavar="PLATFORM")
@_reason
@answering
def platform_disable(settings: Settings, named: str, reason: str) -> Answer:
    """Let nobody in from an LMS, and send it nothing, until it is enabled; everything is kept.

    Example: waymark platform disable "City Moodle" --reason "moves to another server"
    """
    disabled = write(settings, _on(disable_platform, named), by=None, reason=reason, now=clock())
    return Answer(disabled, (f"{disabled.name} is disabled: nobody comes in from there.",))


@platform_group.command("enable")
@click.argument("named", metavar="PLATFORM")
@_reason
@answering
def platform_enable(settings: Settings, named: str, reason: str) -> Answer:
    """Let people in again from an LMS that was disabled.

    Example: waymark platform enable "City Moodle"
    """
    enabled = write(settings, _on(enable_platform, named), by=None, reason=reason, now=clock())
    return Answer(enabled, (f"{enabled.name} lets people in again.",))


@platform_group.command("remove")
@click.argument("named", metavar="PLATFORM")
@click.option("--yes", is_flag=True, help="Remove it; without this, only what would be lost is told.")
@_reason
@answering
def platform_remove(settings: Settings, named: str, reason: str, *, yes: bool) -> Answer:
    """Tell what would be lost with an LMS, or with --yes forget it. People and what they have reached stay.

    Example: waymark platform remove "City Moodle" --yes --reason "closed for good"
    """
    found, held = read(settings, _holdings, named)
    if yes:
        write(settings, remove_platform, found.id, seen=held, by=None, reason=reason, now=clock())
    verb = "went" if yes else "would go"
    counts = msgspec.structs.asdict(held)
    lost = ", ".join(f"{counts[name]} {told}" for name, told in _LOST.items())
    lines = [f"With {found.name} ({found.issuer}) {verb}: {lost}.", f"{held.people} people known from there stay."]
    if not yes:
        lines.append("Nothing was removed; --yes removes it.")
    return Answer({"platform": found, "holdings": held, "removed": yes}, tuple(lines))


@platform_group.command("add")
@click.option("--name", required=True, help="What people call it.")
@click.option("--issuer", required=True, help="The platform's issuer, a URL.")
@click.option("--client-id", required=True, help="The client id that the platform gave to Waymark.")
@click.option("--auth-login-url", required=True, help="Its OpenID Connect authentication endpoint.")
@click.option("--token-url", required=True, help="Its access token endpoint.")
@click.option("--jwks-url", required=True, help="Its public key set.")
@click.option("--deployment", "deployments", multiple=True, required=True, help="A deployment id; repeat for several.")
@click.option("--token-audience", help="Whom access tokens are asked of, where the platform names it (Brightspace).")
@answering
def platform_add(
    settings: Settings,
    name: str,
    issuer: str,
    client_id: str,
    auth_login_url: str,
    token_url: str,
    jwks_url: str,
    deployments: Sequence[str],
    *,
    token_audience: str | None,
) -> Answer:
    """Register an LMS by hand.

    Example: waymark platform add --name "City Moodle" --issuer https://moodle.example --client-id abc
    --auth-login-url https://moodle.example/mod/lti/auth.php --token-url https://moodle.example/mod/lti/token.php
    --jwks-url https://moodle.example/mod/lti/certs.php --deployment 1
    """
    platform = write(
        settings,
        add_platform,
        issuer=issuer,
        client_id=client_id,
        name=name,
        auth_login_url=auth_login_url,
        token_url=token_url,
        jwks_url=jwks_url,
        deployment_ids=deployments,
        token_audience=token_audience,
        by=None,
        reason="added at the command line",
        now=clock(),
    )
    ours = addresses_of(settings.url)
    return Answer(
        platform,
        (
            f"{platform.name} is registered. In the LMS, enter:",
            f"  initiate login URL  {ours.login}",
            f"  redirection URI     {ours.launch}",
            f"  public key set      {ours.keys}",
        ),
    )


@platform_group.command("rename")
@click.option("--from", "old", required=True, help="The issuer by which it is registered.")
@click.option("--to", "new", required=True, help="The issuer by which it calls itself now.")
@answering
def platform_rename(settings: Settings, old: str, new: str) -> Answer:
    """Follow an LMS that changed its issuer, with everybody whom it has sent.

    Example: waymark platform rename --from https://moodle.example --to https://learn.town.example
    """
    reason = "renamed at the command line"
    renamed = write(settings, rename_issuer, old, new, by=None, reason=reason, now=clock())
    lines = [f"{old} is {new} now; {renamed.accounts} accounts are known by both names."]
    lines += [f"left as it is, since somebody else has it: {each.name}" for each in renamed.held_by_others]
    return Answer(renamed, tuple(lines))


@platform_group.command("list")
@answering
def platform_list(settings: Settings) -> Answer:
    """The registered LMSs and their deployments.

    Example: waymark platform list --json
    """
    found = read(settings, _platforms)
    lines = [
        f"{platform.name}  {platform.issuer}  client {platform.client_id}  {platform.status}  "
        + ", ".join(f"{each.deployment_id}{'' if each.approved else ' (pending)'}" for each in deployments)
        for platform, deployments in found
    ]
    return Answer(
        [{"platform": platform, "deployments": deployments} for platform, deployments in found],
        tuple(lines or ["No platform is connected yet: waymark platform invite --help"]),
    )


def _platforms(conn: Connection) -> list[tuple[Platform, list[Deployment]]]:
    return [(platform, list_deployments(conn, platform.id)) for platform in list_platforms(conn)]


_OUTCOMES = {None: "works", Fault.NOT_TRIED: "not tried", Fault.FEWER_SCOPES: "in part"}
_CURES = {
    Fault.PRIVATE: "the address is in a private network or not https; WAYMARK_PRIVATE_HOSTS can allow the host",
    Fault.UNREACHABLE: "nobody answers there; compare the address, and look for a firewall",
    Fault.BROKEN: "the platform is out of order; try again later",
    Fault.NO_KEYS: "what is there is no key set; compare the public keyset URL",
    Fault.CLOCKS_DIFFER: "the clocks differ; let both servers set theirs by NTP",
    Fault.UNKNOWN_CLIENT: "it does not believe us; compare the client id, activate the tool, let it read our keys",
    Fault.NO_TOKEN: "it gave no access; activate the tool there, and compare the access token URL",
    Fault.FEWER_SCOPES: "it does not allow these services; allow them there, if they are wanted",
    Fault.NOT_TRIED: "an earlier step failed",
}
_LOST = {
    "deployments": "deployments",
    "courses": "courses",
    "rosters": "rosters",
    "links": "link targets",
    "grade_lines": "places in grade books",
    "reported": "records of results sent",
}


def _told(finding: Finding) -> str:
    if finding.fault is None:
        return ""
    return f"{_CURES[finding.fault]} ({finding.said})" if finding.said else _CURES[finding.fault]


def _on(act: Callable[..., Platform], named: str) -> Callable[..., Platform]:
    """`act` on the platform that is named so, both in one transaction."""

    def on_named(conn: Connection, *, by: UUID | None, reason: str, now: datetime, **more: Any) -> Platform:
        return act(conn, named_platform(conn, named).id, by=by, reason=reason, now=now, **more)

    return on_named


def _holdings(conn: Connection, named: str) -> tuple[Platform, PlatformHoldings]:
    found = named_platform(conn, named)
    return found, holdings_of(conn, found.id)


async def _try(settings: Settings, named: str) -> list[Finding]:
    hands = open_hands(settings)
    try:
        db = await Database.open(settings.database_url)
        try:
            await db.read(require_newest_schema)
            await settle_keys(db, hands.keys, now=clock())
            found = await db.read(named_platform, named)
            return await check_connection(hands.outward, hands.keys, found, clock=clock)
        finally:
            await db.close()
    finally:
        await hands.close()

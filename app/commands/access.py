"""`waymark platform` and `admin-link`: who may come in."""

from collections.abc import Sequence

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.preparing import administrator_link
from app.settings import Settings
from app.transactions import clock, read, write
from lti import Deployment, Platform, add_platform, list_deployments, list_platforms, rename_issuer


@click.group("platform")
def platform_group() -> None:
    """LMSs that may send people here (LTI 1.3)."""


@platform_group.command("add")
@click.option("--name", required=True, help="What people call it.")
@click.option("--issuer", required=True, help="The platform's issuer, a URL.")
@click.option("--client-id", required=True, help="The client id that the platform gave to Waymark.")
@click.option("--auth-login-url", required=True, help="Its OpenID Connect authentication endpoint.")
@click.option("--token-url", required=True, help="Its access token endpoint.")
@click.option("--jwks-url", required=True, help="Its public key set.")
@click.option("--deployment", "deployments", multiple=True, required=True, help="A deployment id; repeat for several.")
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
) -> Answer:
    """Register an LMS.

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
        by=None,
        reason="added at the command line",
        now=clock(),
    )
    url = settings.url
    return Answer(
        platform,
        (
            f"{platform.name} is registered. In the LMS, enter:",
            f"  initiate login URL  {url}/lti/login",
            f"  redirection URI     {url}/lti/launch",
            f"  public key set      {url}/lti/jwks",
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
        f"{platform.name}  {platform.issuer}  client {platform.client_id}  "
        + ", ".join(f"{each.deployment_id}{'' if each.approved else ' (pending)'}" for each in deployments)
        for platform, deployments in found
    ]
    return Answer(
        [{"platform": platform, "deployments": deployments} for platform, deployments in found],
        tuple(lines or ["No platform is registered yet: waymark platform add --help"]),
    )


def _platforms(conn: Connection) -> list[tuple[Platform, list[Deployment]]]:
    return [(platform, list_deployments(conn, platform.id)) for platform in list_platforms(conn)]


@click.command("admin-link")
@answering
def admin_link_command(settings: Settings) -> Answer:
    """Print a link that signs the first administrator in once, within a day.

    Example: waymark admin-link
    """
    link = f"{settings.url}/sign-in/{write(settings, administrator_link, now=clock())}"
    return Answer({"link": link}, (link,))

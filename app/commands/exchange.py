"""`waymark forward` and `waymark pull`: other record stores that get statements from here, and that give some."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.commands.selecting import filters, pairs_of
from app.key_keeping import settle_keys
from app.main import open_hands
from app.migrating import require_newest_schema
from app.settings import Settings
from app.transactions import clock, read, write
from base import Database, KeyRing
from lrs import (
    Forwarding,
    NewStore,
    Pull,
    XapiVersion,
    add_forwarding,
    add_pull,
    forwarding_refusals_of,
    list_forwardings,
    list_pulls,
    parse_selection,
    pause_forwarding,
    pause_pull,
    pull_refusals_of,
    remove_forwarding,
    remove_pull,
    resume_forwarding,
    resume_pull,
    retry_forwarding,
    retry_pull,
)

F = TypeVar("F", bound=Callable[..., Any])

_REASON = "decided at the command line"
_VERSIONS = [version.value for version in XapiVersion]


@click.group("forward")
def forward_group() -> None:
    """Other record stores that get statements from here."""


@click.group("pull")
def pull_group() -> None:
    """Other record stores that statements are taken from."""


def _store_options(command: F) -> F:
    for option in (
        click.option("--reason", default=_REASON, help="Why, for the audit log."),
        click.option(
            "--secret-file", type=click.File("r"),
            help="Where the secret stands, - for standard input; it is asked for otherwise.",
        ),
        click.option("--key", default="", help="The key that goes with the secret; without it the secret is a token."),
        click.option("--xapi", type=click.Choice(_VERSIONS), default="1.0.3", help="The version to speak."),
        click.option("--endpoint", required=True, help="The address of the store, such as https://lrs.example/xapi/"),
        click.argument("name"),
    ):  # fmt: skip
        command = option(command)
    return command


def _store(given: dict[str, Any]) -> NewStore:
    """The store that the options name; they are taken away from those given."""
    secret_file, key, xapi = given.pop("secret_file"), given.pop("key"), given.pop("xapi")
    secret = secret_file.read().strip() if secret_file else click.prompt("Secret", hide_input=True, err=True)
    return NewStore(given.pop("name"), given.pop("endpoint"), secret, key, xapi)


@forward_group.command("add")
@_store_options
@filters()
@click.option("--from-now", is_flag=True, help="Leave out what is stored already.")
@answering
def forward_add(settings: Settings, /, *, from_now: bool, reason: str, **given: Any) -> Answer:
    """Send statements to another record store, called NAME, from now on; without filters all of them.

    Example: waymark forward add "Ministry" --endpoint https://lrs.example/xapi/ --key abc --secret-file secret.txt
    --verb http://adlnet.gov/expapi/verbs/completed
    """
    store = _store(given)
    selection = parse_selection(pairs_of(given))

    def add(conn: Connection, ring: KeyRing, now: datetime) -> UUID:
        return add_forwarding(
            conn, ring, store, selection=selection, from_now=from_now, by=None, reason=reason, now=now
        )

    added = asyncio.run(_with_ring(settings, add))
    return Answer({"id": added}, (f"{store.name} gets statements from now on: {added}",))


@pull_group.command("add")
@_store_options
@filters(of_the_store=False)
@click.option("--since", help="Leave out what the store had by this time, such as 2026-11-22T09:00:00Z.")
@click.option("--keep-authority", is_flag=True, help="Trust the store to say who vouches for each statement.")
@click.option("--every", "every_seconds", type=int, default=60, help="How often to look, in seconds.")
@answering
def pull_add(
    settings: Settings,
    /,
    *,
    since: str | None,
    every_seconds: int,
    keep_authority: bool,
    reason: str,
    **given: Any,
) -> Answer:
    """Take statements from another record store, called NAME, from now on; without filters all of them.

    Example: waymark pull add "Academy" --endpoint https://lrs.example/xapi/ --key abc --secret-file secret.txt
    """
    store = _store(given)

    def add(conn: Connection, ring: KeyRing, now: datetime) -> UUID:
        return add_pull(
            conn,
            ring,
            store,
            filters=dict(pairs_of(given)),
            since=since,
            keeps_authority=keep_authority,
            every_seconds=every_seconds,
            by=None,
            reason=reason,
            now=now,
        )

    added = asyncio.run(_with_ring(settings, add))
    return Answer({"id": added}, (f"Statements of {store.name} are taken from now on: {added}",))


@forward_group.command("list")
@answering
def forward_list(settings: Settings) -> Answer:
    """The stores that get statements, and how it goes.

    Example: waymark forward list --json
    """
    found = read(settings, list_forwardings)
    return Answer(
        found, tuple(map(_forwarding_line, found)) or ("No store gets statements: waymark forward add --help",)
    )


@pull_group.command("list")
@answering
def pull_list(settings: Settings) -> Answer:
    """The stores that statements are taken from, and how it goes.

    Example: waymark pull list --json
    """
    found = read(settings, list_pulls)
    return Answer(found, tuple(map(_pull_line, found)) or ("No store gives statements: waymark pull add --help",))


@forward_group.command("refused")
@click.argument("store_id", metavar="ID", type=click.UUID)
@answering
def forward_refused(settings: Settings, store_id: UUID) -> Answer:
    """The last hundred statements that the store ID refuses, and why.

    Example: waymark forward refused 0b6c8a5e-7d0f-4d43-9d0c-0c7a4d1f6f52
    """
    found = read(settings, forwarding_refusals_of, store_id)
    return Answer(found, tuple(f"{one.statement_id}  {one.error}" for one in found) or ("It refuses none.",))


@pull_group.command("refused")
@click.argument("store_id", metavar="ID", type=click.UUID)
@answering
def pull_refused(settings: Settings, store_id: UUID) -> Answer:
    """The last hundred statements of the store ID that are refused here, and why.

    Example: waymark pull refused 0b6c8a5e-7d0f-4d43-9d0c-0c7a4d1f6f52
    """
    found = read(settings, pull_refusals_of, store_id)
    value = [{"statement": one.raw.decode(errors="replace"), "error": one.error} for one in found]
    return Answer(value, tuple(one.error for one in found) or ("None is refused.",))


def _add_act(group: click.RichGroup, verb: str, told: str, act: Callable[..., None]) -> None:
    """A command that does something to one store of the group."""

    @click.argument("store_id", metavar="ID", type=click.UUID)
    @click.option("--reason", default=_REASON, help="Why, for the audit log.")
    @answering
    def run(settings: Settings, store_id: UUID, reason: str) -> Answer:
        write(settings, act, store_id, by=None, reason=reason, now=clock())
        return Answer({"id": store_id, verb: True}, (f"Done: {verb}.",))

    example = f"Example: waymark {group.name} {verb} 0b6c8a5e-7d0f-4d43-9d0c-0c7a4d1f6f52"
    group.command(verb, help=f"{told}\n\n{example}")(run)


_add_act(forward_group, "pause", "Send nothing to the store ID until it is resumed.", pause_forwarding)
_add_act(forward_group, "resume", "Go on with the store ID where it was paused.", resume_forwarding)
_add_act(forward_group, "retry", "Try the store ID again at once, also with what it refused.", retry_forwarding)
_add_act(forward_group, "remove", "Forget the store ID; what it got stays there.", remove_forwarding)
_add_act(pull_group, "pause", "Take nothing from the store ID until it is resumed.", pause_pull)
_add_act(pull_group, "resume", "Go on with the store ID where it was paused.", resume_pull)
_add_act(pull_group, "retry", "Ask the store ID again at once, and try what was refused.", retry_pull)
_add_act(pull_group, "remove", "Forget the store ID; what came from it stays here.", remove_pull)


def _forwarding_line(one: Forwarding) -> str:
    how = f"{one.accepted} accepted, {one.behind} to look through, {one.refused} refused"
    return f"{one.id}  {_state(one)}  {one.name}  {one.endpoint}  {how}{_trouble(one)}"


def _pull_line(one: Pull) -> str:
    through = "nothing yet" if one.since is None else f"complete to {one.since:%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"{one.id}  {_state(one)}  {one.name}  {one.endpoint}  "
        f"{one.received} received, {one.refused} refused, {through}{_trouble(one)}"
    )


def _state(one: Forwarding | Pull) -> str:
    return "paused " if one.paused_at is not None else "failing" if one.error else "active "


def _trouble(one: Forwarding | Pull) -> str:
    return f"\n    tried {one.attempts} times: {one.error}" if one.error else ""


async def _with_ring(settings: Settings, add: Callable[[Connection, KeyRing, datetime], UUID]) -> UUID:
    """What `add` returns; secrets are sealed by the key that every node has."""
    hands = open_hands(settings)
    db = await Database.open(settings.database_url)
    try:
        await db.read(require_newest_schema)
        await settle_keys(db, hands.keys, now=clock())
        return await db.write(add, hands.keys, clock())
    finally:
        await db.close()
        await hands.close()

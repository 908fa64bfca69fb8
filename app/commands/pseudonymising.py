"""`waymark privacy pseudonymise`: one agent replaced in the whole record store."""

import asyncio
from collections.abc import Sequence

import rich_click as click
from rich.console import Console
from rich.progress import Progress

from app.answers import Answer, answering
from app.main import open_hands, who_hears_what
from app.migrating import require_newest_schema
from app.pseudonymising import Begun, begin, carry_out
from app.settings import Settings
from app.transactions import clock, read
from base import Database, Invalid
from lrs import NOT_REACHED, Agent, Whereabouts, parse_agent, whereabouts


@click.command("pseudonymise")
@click.argument("agents", metavar="AGENT...", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only tell what would change, and what is out of reach.")
@click.option("--reason", default="", help="Why, for the audit log; do not name the agent in it.")
@click.option("--drop-words", is_flag=True, help="Answers, extensions and attachments of their own statements go, too.")
@answering
def privacy_pseudonymise(
    settings: Settings, /, *, agents: Sequence[str], dry_run: bool, reason: str, drop_words: bool
) -> Answer:
    """Replace AGENT, a mail address as mailto:… or an agent as JSON, by a pseudonym in the whole record store.

    Name all identifiers of one agent to get one pseudonym for them; the hash of an address is found by itself. What
    is broken off is gone on with when it is run again, or by the worker.

    Example: waymark privacy pseudonymise mailto:aygun@example.org --dry-run
    """
    named = [parse_agent(each) for each in agents]
    found = read(settings, whereabouts, named)
    if dry_run:
        return Answer({"done": False, "whereabouts": found, "not_reached": NOT_REACHED}, (*_told(found), *_UNREACHED))
    if not reason.strip():
        raise Invalid("--reason is missing; say why, or look first with --dry-run. Nothing was changed.")
    begun, number = asyncio.run(_carry_out(settings, named, found.statements, reason=reason, drops=drop_words))
    value = {"done": True, "pseudonym": begun.work.pseudonym.name, "statements": number, "receipt": begun.receipt}
    told = f"{number} statements name {begun.work.pseudonym.name} now."
    return Answer(value, (told, f"Receipt: {begun.receipt or 'given when it was begun'}"))


async def _carry_out(
    settings: Settings, agents: Sequence[Agent], expected: int, *, reason: str, drops: bool
) -> tuple[Begun, int]:
    hands = open_hands(settings)
    db = await Database.open(settings.database_url, subscriptions=who_hears_what(settings, hands))
    try:
        await db.read(require_newest_schema)
        begun = await db.write(begin, agents, by=None, reason=reason, drops=drops, now=clock())
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("statements", total=expected)
            number = await carry_out(
                db, hands.files, begun.work, clock=clock, told=lambda done: progress.advance(bar, done)
            )
        return begun, number
    finally:
        await db.close()
        await hands.close()


def _told(found: Whereabouts) -> tuple[str, ...]:
    counted = {
        "statements of their own": found.actor,
        "statements about them": found.object,
        "statements that name them otherwise": found.related,
        "statements about those, which stay as they are": found.referring,
        "signatures that are taken away, for they hold the agent": found.signed,
        "files with statements of their own, which go with --drop-words": found.files,
        "documents, which go": found.documents,
    }
    return (
        *(f"{number:>8}  {what}" for what, number in counted.items()),
        *(f"{each.statements:>8}  {each.name}" for each in found.by_verb),
        *(f"{each.statements:>8}  {each.name}" for each in found.by_day),
    )


_UNREACHED = ("Out of reach:", *(f"- {each}" for each in NOT_REACHED), "Nothing was changed.")

"""`waymark explain`: why somebody is as far on a path as they are, now or on any day."""

from collections.abc import Iterator
from uuid import UUID
from zoneinfo import ZoneInfo

import rich_click as click

from app.answers import Answer, answering
from app.lack_words import Reader, told
from app.moments import read_moment
from app.settings import Settings
from app.transactions import clock, read
from base import words_for
from paths import Explained, Explanation, explained


@click.command("explain")
@click.argument("subject", type=click.UUID, metavar="PERSON")
@click.argument("slug", metavar="PATH")
@click.option("--as-of", default="", metavar="DAY", help="By the evidence up to then: a day, or a moment with offset.")
@click.option("--known-at", default="", metavar="DAY", help="By what was known then.")
@answering
def explain_command(settings: Settings, subject: UUID, slug: str, as_of: str, known_at: str) -> Answer:
    """Tell why a person (or an organisation) is as far on a path as they are, requirement by requirement.

    Every verdict names the statements that it rests on, or what is missing.

    Example: waymark explain 6f1c… pathways-for-economic-growth --as-of 2026-03-31 --known-at 2026-04-02
    """
    found = read(
        settings,
        explained,
        subject,
        slug,
        as_of=read_moment("as-of", as_of),
        known_at=read_moment("known-at", known_at),
        now=clock(),
    )
    reader = Reader(words_for("en"), found.titles, ZoneInfo(found.time_zone))
    return Answer(found, (*_head(found), *_lines(found.node, found, reader, ""), *_next(found)))


def _head(found: Explained) -> Iterator[str]:
    yield f"{found.titles[found.node.id]} ({found.path}), version {found.version}, rules {found.rule_hash[:16]}"
    yield f"as of {found.as_of.isoformat()}, as known at {found.known_at.isoformat()}"


def _lines(node: Explanation, found: Explained, reader: Reader, indent: str) -> Iterator[str]:
    """A node and all below it, each a step further in."""
    counted = f", {node.done} of {node.needed}" if node.items else ""
    yield f"{indent}[{node.state}{counted}] {found.titles[node.id]} ({node.id}){_dates(node)}"
    for statement_id in node.evidence if not node.items else ():
        yield f"{indent}    by statement {statement_id}"
    for missing in node.missing:
        yield f"{indent}    missing: {told(missing, reader)}"
    for item in node.items:
        yield from _lines(item, found, reader, f"{indent}  ")


def _next(found: Explained) -> Iterator[str]:
    if found.next_steps:
        yield f"next: {'; '.join(f'{found.titles[each]} ({each})' for each in found.next_steps)}"


def _dates(node: Explanation) -> str:
    named = (("since", node.since), ("until", node.until), ("overdue since" if node.overdue else "due", node.due))
    return "".join(f", {name} {at.isoformat()}" for name, at in named if at is not None)

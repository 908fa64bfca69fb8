"""What the register of people says to completion: who belonged to an organisation, and held what position, when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from lrs import account_of_key
from modules import Fact, FactKind
from paths.judging.completion import Span
from paths.keeping.rules import Rules
from paths.tree.requirements import leaves
from people import Account, Held, member_spans, owners_of, position_spans


def members_of_each(
    conn: Connection, organisation_ids: Collection[UUID], *, known_at: datetime | None
) -> dict[UUID, dict[UUID, tuple[Span, ...]]]:
    """By organisation and person, when they worked for it."""
    return {
        each: {person_id: _spans(held) for person_id, held in member_spans(conn, each, known_at=known_at).items()}
        for each in organisation_ids
    }


def positions_of_each(
    conn: Connection, person_ids: Collection[UUID], *, known_at: datetime | None
) -> dict[UUID, dict[str, tuple[Span, ...]]]:
    """By person and position, when they held it."""
    if not person_ids:
        return {}
    return {
        person_id: {position: _spans(held) for position, held in positions.items()}
        for person_id, positions in position_spans(conn, person_ids, known_at=known_at).items()
    }


def signers_of(
    conn: Connection, rules: Iterable[Rules], facts: Mapping[str, Sequence[Fact]], *, known_at: datetime | None
) -> dict[str, dict[str, tuple[Span, ...]]]:
    """By agent key, the positions of whoever signed something off, where it matters to one of the rules."""
    if not any(_asks_who_signed(each) for each in rules):
        return {}
    signed = {fact.by for own in facts.values() for fact in own if fact.kind == FactKind.SIGNED_OFF and fact.by}
    accounts = {agent: Account(*named) for agent in signed if (named := account_of_key(agent))}
    owners = owners_of(conn, accounts.values())
    positions = positions_of_each(conn, set(owners.values()), known_at=known_at)
    return {
        agent: positions[owners[account]] for agent, account in accounts.items() if owners.get(account) in positions
    }


def _asks_who_signed(rules: Rules) -> bool:
    asked = [each.finishing for each in rules.fulfilments]
    asked += [leaf.asks for leaf in leaves(rules.tree) if leaf.asks is not None]
    return any(finishing.signed_off_by for finishing in asked)


def _spans(held: Iterable[Held]) -> tuple[Span, ...]:
    return tuple(Span(each.start, each.end) for each in held)

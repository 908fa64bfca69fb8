"""Where one agent is named in the record store: what would change if they became pseudonymous, and what would not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection, Row, func, select

from base import msgid
from lrs.browsing.counting import Count
from lrs.log.names import known_numbers
from lrs.log.persons import agents_in
from lrs.pseudonyms.pseudonyms import keys_of_one
from lrs.standard.agents import agent_key, keys_of
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Facet
from lrs.standard.signatures import is_signature
from lrs.standard.statements import Agent, Statement
from lrs.tables.attachments import attachments
from lrs.tables.documents import documents
from lrs.tables.statements import postings, statements

NOT_REACHED: Final = (
    msgid("names in texts: answers, extensions, descriptions, and the inside of attachments"),
    msgid("what was forwarded to other record stores, or was exported"),
    msgid("statements of other record stores that were refused here, and answers of stores that refused some"),
    msgid("deliveries that were set aside, until they are tried again"),
    msgid("backups made before"),
)
"""Where the agent may be named still, in words for people."""

_PAGE: Final = 500
_MOST_VERBS: Final = 20


class Whereabouts(Struct, frozen=True):
    """How many statements name the agent, each in one way: as actor, as object, or in another place (`related`).

    `referring` name them not and are found by them, since they are about statements that do. Of the statements that
    name them, `signed` lose the signature that they came with; `files` came with their own. `names` are what they are
    called there.
    """

    identifiers: tuple[str, ...]
    names: tuple[str, ...]
    actor: int
    object: int
    related: int
    referring: int
    signed: int
    files: int
    documents: int
    by_verb: tuple[Count, ...]
    by_day: tuple[Count, ...]

    @property
    def statements(self) -> int:
        """How many name them in any way."""
        return self.actor + self.object + self.related


def whereabouts(conn: Connection, agents: Sequence[Agent]) -> Whereabouts:
    """Where the one is named who has all these identifiers; it changes nothing. Raises Invalid as `keys_of_one`."""
    keys = keys_of_one(conn, agents)
    numbers = known_numbers(conn, keys)
    ways, verbs, days = Counter[str](), Counter[str](), Counter[str]()
    called: dict[str, None] = {}
    with_files: list[int] = []
    for seq, stored, payload in _found(conn, list(numbers.values())):
        statement = decode_stored(payload)
        way = _way(statement, keys)
        ways[way] += 1
        if way != "referring":
            verbs[statement.verb.id] += 1
            days[stored.date().isoformat()] += 1
            ways["signed"] += any(map(is_signature, statement.attachments or ()))
            called |= dict.fromkeys(each.name for each in agents_in(statement) if each.name and agent_key(each) in keys)
        if way == "actor" and statement.attachments:
            with_files.append(seq)
    return Whereabouts(
        identifiers=tuple(sorted(numbers)),
        names=tuple(called),
        actor=ways["actor"],
        object=ways["object"],
        related=ways["related"],
        referring=ways["referring"],
        signed=ways["signed"],
        files=_count_files(conn, with_files),
        documents=conn.scalar(select(func.count()).where(documents.c.agent.in_(numbers.values()))) or 0,
        by_verb=tuple(Count(*each) for each in verbs.most_common(_MOST_VERBS)),
        by_day=tuple(Count(*each) for each in sorted(days.items())),
    )


def _count_files(conn: Connection, seqs: Sequence[int]) -> int:
    some = (seqs[start : start + _PAGE] for start in range(0, len(seqs), _PAGE))
    return sum(conn.scalar(select(func.count()).where(attachments.c.seq.in_(each))) or 0 for each in some)


def _way(statement: Statement, keys: frozenset[str]) -> str:
    if not keys.isdisjoint(keys_of(statement.actor)):
        return "actor"
    if isinstance(statement.object, Agent) and not keys.isdisjoint(keys_of(statement.object)):
        return "object"
    named = {agent_key(each) for each in agents_in(statement)}
    return "referring" if named.isdisjoint(keys) else "related"


def _found(conn: Connection, numbers: Sequence[int]) -> Iterator[Row[*tuple[int, datetime, bytes]]]:
    """Every statement that is found by one of these names, in the order of storing."""
    after = 0
    while numbers:
        seqs = (
            select(postings.c.seq)
            .where(postings.c.facet == Facet.RELATED_AGENT, postings.c.name.in_(numbers), postings.c.seq > after)
            .distinct()
            .order_by(postings.c.seq)
            .limit(_PAGE)
        )
        page = conn.execute(
            select(statements.c.seq, statements.c.stored, statements.c.payload)
            .where(statements.c.seq.in_(seqs))
            .order_by(statements.c.seq)
        ).all()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].seq

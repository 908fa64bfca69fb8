"""One agent made pseudonymous in the whole record store, a bounded number of statements at a time (decision 15).

The rows by which statements are found are the list of what is left to do, so that the work may break off anywhere:
begun again it goes on with the same pseudonym, and ends in the same state.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from msgspec import Struct, json
from sqlalchemy import ColumnElement, Connection, bindparam, delete, or_, select, update

from base import Invalid, Missing, installation_iri, lock, upsert
from lrs.exchange.exchange_privacy import forget_in_exchange
from lrs.log.names import known_numbers, name_digest, numbers_of
from lrs.pseudonyms.evidence import forget_salts
from lrs.pseudonyms.replacing import Replaced, hashed_key, identifiers_of, replaced
from lrs.standard.agents import account_key, agent_key
from lrs.standard.intake import Facet
from lrs.standard.statements import Account, Agent
from lrs.tables.attachments import attachments
from lrs.tables.credentials import session_tokens
from lrs.tables.documents import documents
from lrs.tables.log import LOG_LOCK
from lrs.tables.pseudonyms import pseudonyms
from lrs.tables.statements import names, postings, statements

REPLACED_AT_ONCE: Final = 200
"""Statements of one transaction, so that whoever stores meanwhile waits a moment only."""

_AGENT_FACETS: Final = (Facet.AGENT, Facet.RELATED_AGENT)


class Replacing(Struct, frozen=True):
    """Work under way: whoever has one of the `keys` becomes the `pseudonym`.

    With `drops` the answers, extensions and attachments of their own statements go, too.
    """

    keys: frozenset[str]
    pseudonym: Account
    drops: bool

    @property
    def pseudonym_key(self) -> str:
        return account_key(self.pseudonym.home_page, self.pseudonym.name)


class Step(Struct, frozen=True):
    """What one transaction did: the statements that say something else now, and files that none needs any more."""

    ids: tuple[UUID, ...] = ()
    files: tuple[str, ...] = ()
    is_last: bool = False


def keys_of_one(conn: Connection, agents: Sequence[Agent]) -> frozenset[str]:
    """Every key under which statements may name the one whom these are.

    Raises Invalid for a group without an identifier, and for an agent that Waymark made up, which tells nothing.
    """
    home = installation_iri(conn)
    for agent in agents:
        if agent.account is not None and agent.account.home_page == home:
            raise Invalid(
                f"{agent.account.name} is an account of this installation: a pseudonym already, or a credential. "
                "Name the agent as other systems do.",
                where="agent",
            )
        if agent_key(agent).startswith("anonymous::"):
            raise Invalid("A group without an identifier is nobody; name an agent.", where="agent")
    keys = frozenset[str]().union(*map(identifiers_of, agents))
    hashed = {each for each in keys if each.startswith("mbox_sha1sum::")}
    return keys | _addresses_of(conn, hashed - _hashed(keys))


def _hashed(keys: Collection[str]) -> set[str]:
    """The keys of the hashes of those addresses that are among the keys."""
    return {hashed_key(each.removeprefix("mbox::")) for each in keys if each.startswith("mbox::")}


def begin_replacing(conn: Connection, agents: Sequence[Agent], *, drops: bool, now: datetime) -> Replacing:
    """The work that replaces the agent, who has all these identifiers; what was begun before is gone on with.

    Raises Missing where no statement and no document names them, and Invalid as `keys_of_one`.
    """
    lock(conn, LOG_LOCK)
    numbers = known_numbers(conn, keys_of_one(conn, agents))
    if not numbers:
        raise Missing("Nothing in the record store names this agent; nothing was changed.")
    begun = conn.execute(select(pseudonyms).where(pseudonyms.c.name.in_(numbers.values()))).first()
    pseudonym, drops = (uuid4(), drops) if begun is None else (begun.pseudonym, begun.drops)
    rows = [{"name": each, "pseudonym": pseudonym, "drops": drops, "begun_at": now} for each in numbers.values()]
    conn.execute(upsert(conn, pseudonyms).on_conflict_do_nothing(), rows)
    return _under_way(conn, pseudonym)


def replacing_under_way(conn: Connection) -> list[Replacing]:
    """What was begun and is not finished."""
    begun = conn.scalars(select(pseudonyms.c.pseudonym).distinct().order_by(pseudonyms.c.pseudonym)).all()
    return [_under_way(conn, each) for each in begun]


def replace_next(
    conn: Connection, work: Replacing, *, keeps: Collection[str] = (), limit: int = REPLACED_AT_ONCE
) -> Step:
    """Replace the agent in the next statements; the last step takes away what else is kept of the agent.

    Ids, order, times of storing and references stay. Extensions whose IRI is in `keeps` are not dropped. The caller
    deletes the files once this is on disk.
    """
    lock(conn, LOG_LOCK)  # nobody stores meanwhile, so that no statement is found by a name that goes
    numbers = list(known_numbers(conn, work.keys).values())
    rows = conn.execute(_NEXT, {"numbers": numbers, "limit": limit}).all()
    if not rows:
        forget_in_exchange(conn, work.keys, work.pseudonym)
        _forget_agent(conn, numbers)
        return Step(is_last=True)
    new = {
        row.seq: (row.id, one)
        for row in rows
        if (one := replaced(row.payload, work.keys, work.pseudonym, drops=work.drops, keeps=keeps)) is not None
    }
    if new:
        _write(conn, new)
    _find_by(conn, [row.seq for row in rows], numbers, numbers_of(conn, {work.pseudonym_key})[work.pseudonym_key])
    for before, after in {pair for _, one in new.values() for pair in one.groups.items()}:
        _rename(conn, before, after)
    return Step(tuple(statement_id for statement_id, _ in new.values()), _take_files(conn, new))


def _under_way(conn: Connection, pseudonym: UUID) -> Replacing:
    rows = conn.execute(
        select(names.c.name, pseudonyms.c.drops)
        .join(names, names.c.id == pseudonyms.c.name)
        .where(pseudonyms.c.pseudonym == pseudonym)
    ).all()
    account = Account(home_page=installation_iri(conn), name=str(pseudonym))
    return Replacing(frozenset(row.name for row in rows), account, any(row.drops for row in rows))


def _addresses_of(conn: Connection, hashed: Collection[str]) -> set[str]:
    """The addresses of which these are the hashes, where statements name them; each is looked at, for hashes hide."""
    if not hashed:
        return set()
    addresses = conn.scalars(select(names.c.name).where(names.c.name.startswith("mbox::", autoescape=True)))
    return {each for each in addresses if hashed_key(each.removeprefix("mbox::")) in hashed}


def _write(conn: Connection, new: Mapping[int, tuple[UUID, Replaced]]) -> None:
    conn.execute(_REWRITE, [{"at_seq": seq, "new_payload": one.payload} for seq, (_, one) in new.items()])
    forget_salts(conn, {statement_id: one.places for statement_id, one in new.values()})


def _find_by(conn: Connection, seqs: Sequence[int], old: Sequence[int], new: int) -> None:
    """These statements are found by the new name in the way in which they were by the old ones."""
    theirs = [postings.c.facet.in_(_AGENT_FACETS), postings.c.name.in_(old), postings.c.seq.in_(seqs)]
    _move(conn, theirs, new)
    own = statements.c.seq.in_(seqs), statements.c.authority.in_(old)
    conn.execute(update(statements).where(*own).values(authority=new))


def _move(conn: Connection, which: Sequence[ColumnElement[bool]], new: int) -> None:
    found = conn.execute(select(postings.c.facet, postings.c.seq).where(*which).distinct()).all()
    rows = [{"facet": facet, "name": new, "seq": seq} for facet, seq in found]
    if rows:
        conn.execute(upsert(conn, postings).on_conflict_do_nothing(), rows)
        conn.execute(delete(postings).where(*which))


def _rename(conn: Connection, before: str, after: str) -> None:
    """A group that is named by its members has another key now, in all statements at once."""
    numbers = known_numbers(conn, {before, after})
    if before not in numbers:
        return
    if after not in numbers:
        renamed = {"name": after, "digest": name_digest(after)}
        conn.execute(update(names).where(names.c.id == numbers[before]).values(renamed))
        return
    _move(conn, [postings.c.facet.in_(_AGENT_FACETS), postings.c.name == numbers[before]], numbers[after])
    vouched = statements.c.authority == numbers[before]
    conn.execute(update(statements).where(vouched).values(authority=numbers[after]))


def _take_files(conn: Connection, new: Mapping[int, tuple[UUID, Replaced]]) -> tuple[str, ...]:
    """The statements have these files no more; those that no other statement has."""
    gone = [
        (attachments.c.seq == seq) & attachments.c.sha2.in_(one.files) for seq, (_, one) in new.items() if one.files
    ]
    if not gone:
        return ()
    taken = set(conn.scalars(delete(attachments).where(or_(*gone)).returning(attachments.c.file)))
    needed = set(conn.scalars(select(attachments.c.file).where(attachments.c.file.in_(taken))))
    return tuple(sorted(taken - needed))


def _forget_agent(conn: Connection, numbers: Sequence[int]) -> None:
    """Documents and session tokens of the agent are gone, and the identifiers themselves.

    The numbers stay, by names that lead nowhere: a number that is given anew would find what a late writer left.
    """
    theirs = set(conn.scalars(select(names.c.name).where(names.c.id.in_(numbers))))
    tokens = conn.execute(select(session_tokens.c.secret_hash, session_tokens.c.actor)).all()
    own_tokens = [one for one, actor in tokens if agent_key(json.decode(actor, type=Agent)) in theirs]
    conn.execute(delete(session_tokens).where(session_tokens.c.secret_hash.in_(own_tokens)))
    for number in numbers:
        nobody = f"erased::{uuid4()}"
        conn.execute(update(names).where(names.c.id == number).values(name=nobody, digest=name_digest(nobody)))
    conn.execute(delete(documents).where(documents.c.agent.in_(numbers)))
    conn.execute(delete(pseudonyms).where(pseudonyms.c.name.in_(numbers)))


_named = (
    select(postings.c.seq)
    .where(
        postings.c.facet == Facet.RELATED_AGENT,
        postings.c.name.in_(bindparam("numbers", expanding=True)),
    )
    .distinct()
    .order_by(postings.c.seq)
    .limit(bindparam("limit"))
)
_NEXT = (
    select(statements.c.seq, statements.c.id, statements.c.payload)
    .where(statements.c.seq.in_(_named))
    .order_by(statements.c.seq)
)
_REWRITE = update(statements).where(statements.c.seq == bindparam("at_seq")).values(payload=bindparam("new_payload"))

"""Statements that come from another store or a file: each is stored unless it is refused, and holds up no other."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct, json
from msgspec.structs import replace
from sqlalchemy import Connection, select

from base import Invalid, WaymarkError
from lrs.log.posts import Post
from lrs.log.store import store_posts
from lrs.standard.intake import Incoming, check_file_urls, parse_statement
from lrs.standard.statements import Agent
from lrs.standard.trust import Trust
from lrs.tables.statements import statements

_CHUNK: Final = 500


class Foreign(Struct, frozen=True):
    """A valid statement with its id, and the authority under which it is to be stored."""

    id: UUID
    incoming: Incoming
    authority: Agent


class Kept(Struct, frozen=True):
    """What became of one: it is stored now (`is_new`), was here already and equal, or is refused for a fault."""

    id: UUID
    is_new: bool
    fault: str | None = None


class _Version(Struct, frozen=True):
    version: str = ""


_versions: Final = json.Decoder(_Version)


def read_foreign(raw: bytes, trust: Trust, *, id_if_none: UUID | None = None) -> Foreign:
    """The statement as it can be stored. Raises Invalid or TooLarge as for a statement that is sent here.

    Whether the files of its attachments can be had is seen to when it is stored.
    """
    try:
        version = _versions.decode(raw).version
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        version = ""  # what is wrong with it the parser tells better
    incoming = parse_statement(raw, is_2_0=version.startswith("2."), files_follow=True)
    statement_id = incoming.statement.id or id_if_none
    if statement_id is None:
        raise Invalid("$.id is missing; a statement of another store has one.", rule="xAPI-Data 2.4.1", where="$.id")
    named = replace(incoming, statement=replace(incoming.statement, id=statement_id))
    return Foreign(statement_id, named, trust.authority(incoming))


def store_foreign(
    conn: Connection, foreign: Sequence[Foreign], *, voids_any: bool = False, now: datetime
) -> list[Kept]:
    """What became of each, in their order; one that is refused leaves nothing and touches no other.

    Files do not come along: a statement whose attachment has no fileUrl is refused, unless it is here already.
    """
    known = _known(conn, [one.id for one in foreign])
    faults = [None if one.id in known else _missing_file(one) for one in foreign]
    whole = [one for one, fault in zip(foreign, faults, strict=True) if fault is None]
    kept = _store(conn, list(_posts(whole, voids_any=voids_any)), known, now)
    return [
        next(kept) if fault is None else Kept(one.id, is_new=False, fault=fault)
        for one, fault in zip(foreign, faults, strict=True)
    ]


def _missing_file(foreign: Foreign) -> str | None:
    try:
        check_file_urls(foreign.incoming.statement)
    except Invalid as refusal:
        return refusal.message
    return None


def _store(conn: Connection, posts: Sequence[Post], known: set[UUID], now: datetime) -> Iterator[Kept]:
    """What became of each statement of the posts; those of a post that was refused are tried one by one."""
    for post, outcome in zip(posts, store_posts(conn, posts, now=now), strict=True):
        alone = [replace(post, incoming=[one]) for one in post.incoming] if isinstance(outcome, WaymarkError) else []
        if len(alone) == 1:
            yield _kept(post.incoming[0], known, outcome)
        elif alone:
            singly = store_posts(conn, alone, now=now)
            for one, each in zip(alone, singly, strict=True):
                yield _kept(one.incoming[0], known, each)
        else:
            for incoming in post.incoming:
                yield _kept(incoming, known, outcome)


def _kept(incoming: Incoming, known: set[UUID], outcome: list[UUID] | WaymarkError) -> Kept:
    statement_id = incoming.statement.id
    assert statement_id is not None
    if isinstance(outcome, WaymarkError):
        return Kept(statement_id, is_new=False, fault=outcome.message)
    is_new = statement_id not in known
    known.add(statement_id)
    return Kept(statement_id, is_new=is_new)


def _posts(foreign: Sequence[Foreign], *, voids_any: bool) -> Iterator[Post]:
    """Runs of one authority in which no id stands twice."""
    run: list[Foreign] = []
    ids: set[UUID] = set()
    for one in foreign:
        if run and (one.authority != run[0].authority or one.id in ids):
            yield Post([each.incoming for each in run], run[0].authority, voids_any=voids_any)
            run, ids = [], set()
        run.append(one)
        ids.add(one.id)
    if run:
        yield Post([each.incoming for each in run], run[0].authority, voids_any=voids_any)


def _known(conn: Connection, ids: Iterable[UUID]) -> set[UUID]:
    wanted = list(dict.fromkeys(ids))
    found: set[UUID] = set()
    for start in range(0, len(wanted), _CHUNK):
        found.update(conn.scalars(select(statements.c.id).where(statements.c.id.in_(wanted[start : start + _CHUNK]))))
    return found

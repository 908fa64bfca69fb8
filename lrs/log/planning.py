"""What a transaction will write to the log, decided before anything is written: pure, from posts to entries."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct, json
from msgspec.structs import replace

from base import Conflict, Forbidden, WaymarkError, new_uuid
from lrs.log.posts import Post
from lrs.standard.agents import agent_key
from lrs.standard.comparing import is_same
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Incoming, Posting, instant_text, payload_of, postings_of
from lrs.standard.statements import Agent, Statement

Outcome = list[UUID] | WaymarkError
"""What becomes of a post: the ids of its statements in their order, or the error for which nothing of it is kept."""


class Taken(Struct, frozen=True, gc=False):
    """What is stored under an id that a post names; `authority` is the key of its authority."""

    authority: str
    payload: bytes


class Entry(Struct, frozen=True, gc=False):
    """A new statement at its place in the log, with all that is written of it."""

    seq: int
    id: UUID
    post: Post
    incoming: Incoming
    authority: str
    payload: bytes
    found_by: AbstractSet[Posting]


class _Vouching(Struct, frozen=True):
    """An authority's key and its JSON: made once for a post, since nearly all of it has the same."""

    key: str
    written: Raw

    @classmethod
    def of(cls, authority: Agent) -> "_Vouching":
        return cls(agent_key(authority), Raw(json.encode(authority)))


class Plan(Struct, frozen=True):
    """The outcome of each post, and the entries of those that are stored."""

    outcomes: list[Outcome]
    entries: list[Entry]


def plan_posts(posts: Sequence[Post], known: Mapping[UUID, Taken], *, last_seq: int, stored: datetime) -> Plan:
    """What becomes of the posts when they are stored one after the other, after `last_seq` and at `stored`.

    `known` has what is stored under the ids that the posts name. A post that is refused leaves no trace in those
    after it, and no gap in the sequence.
    """
    taken, plan = dict(known), Plan([], [])
    for post in posts:
        try:
            ids, new = _plan_post(post, taken, last_seq=last_seq + len(plan.entries), stored=stored)
        except WaymarkError as refusal:
            plan.outcomes.append(refusal)
        else:
            plan.outcomes.append(ids)
            plan.entries.extend(new)
            taken.update({entry.id: Taken(entry.authority, entry.payload) for entry in new})
    return plan


def _plan_post(
    post: Post, taken: Mapping[UUID, Taken], *, last_seq: int, stored: datetime
) -> tuple[list[UUID], list[Entry]]:
    """The ids of all its statements, and an entry for each that is new. Raises Conflict or Forbidden."""
    own = _Vouching.of(post.authority)
    stored_text = instant_text(stored)
    ids: list[UUID] = []
    new: dict[UUID, Entry] = {}
    for one in post.incoming:
        statement_id = one.statement.id or new_uuid()
        ids.append(statement_id)
        there = new.get(statement_id) or taken.get(statement_id)
        if there is not None:
            _check_same(statement_id, one.statement, there.payload)
            continue
        authority = post.authority_of(one)
        vouching = own if authority is post.authority else _Vouching.of(authority)
        if one.voids and not post.voids_any:
            _check_own(one.target, vouching.key, taken)
        new[statement_id] = Entry(
            seq=last_seq + len(new) + 1,
            id=statement_id,
            post=post,
            incoming=one,
            authority=vouching.key,
            payload=payload_of(one, statement_id, stored=stored_text, authority=vouching.written),
            found_by=postings_of(replace(one.statement, authority=authority)),
        )
    return ids, list(new.values())


def _check_same(statement_id: UUID, sent: Statement, payload: bytes) -> None:
    """An id that is taken is taken by the same statement (xAPI-Data 2.3.1, Communication 2.1.1)."""
    if not is_same(sent, decode_stored(payload)):
        raise Conflict(
            f"Statement {statement_id} is stored already and says something else; a statement never changes. "
            "Send yours with another id.",
            rule="xAPI-Data 2.3.1",
        )


def _check_own(target: UUID | None, authority: str, taken: Mapping[UUID, Taken]) -> None:
    """Whoever voids a statement is its authority (xAPI-Data 2.3.2); one that is not stored yet is judged when it is."""
    there = None if target is None else taken.get(target)
    if there is not None and there.authority != authority:
        raise Forbidden(
            f"Statement {target} is of another authority; void it with a credential that stored it, or with one of "
            'scope "all".',
            rule="xAPI-Data 2.3.2",
        )

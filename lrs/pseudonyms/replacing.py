"""A statement without one agent: pure, from payload to payload."""

import hashlib
from collections.abc import Collection, Iterator
from typing import Final

import msgspec
from msgspec import Struct

from lrs.pseudonyms.places import Json, Place, agent_places, read_payload, word_places, written
from lrs.standard.agents import agent_key
from lrs.standard.signatures import SIGNATURE
from lrs.standard.statements import Account, Agent

_IDENTIFIERS: Final = ("mbox", "mbox_sha1sum", "openid", "account")


class Replaced(Struct, frozen=True):
    """The payload without the agent, and what follows from it.

    `places` are those that say something else now. `groups` has the old and the new key of each group that is named
    by its members alone. `files` are the hashes of attachments that do not belong to the statement any more, `signs`
    of those that signed what it was.
    """

    payload: bytes
    places: tuple[str, ...]
    groups: dict[str, str]
    files: frozenset[str]


def identifiers_of(agent: Agent) -> frozenset[str]:
    """The keys under which statements may name the agent: an address stands plainly, in lower case, or as its hash."""
    if agent.mbox is None:
        return frozenset({agent_key(agent)})
    name, at, domain = agent.mbox.rpartition("@")
    forms = {agent.mbox, f"{name}{at}{domain.lower()}", agent.mbox.lower()}
    return frozenset(f"mbox::{each}" for each in forms) | {hashed_key(each) for each in forms}


def hashed_key(mbox: str) -> str:
    """The key of whoever is named by the hash of this address (xAPI-Data 2.4.2.3)."""
    return f"mbox_sha1sum::{hashlib.sha1(mbox.encode(), usedforsecurity=False).hexdigest()}"


def replaced(
    payload: bytes, keys: Collection[str], pseudonym: Account, *, drops: bool, keeps: Collection[str]
) -> Replaced | None:
    """The statement with the pseudonym in the place of whoever has one of the keys; None where nobody has.

    With `drops` a statement of theirs has no answer, attachments and extensions either, but for the extensions in
    `keeps`. Files that sign go in any case, for they hold the statement as it was.
    """
    statement = read_payload(payload)
    is_own = _names(statement["actor"], keys)
    groups: dict[str, str] = {}
    changed = list(_replace_agents(statement, keys, pseudonym, groups))
    if not changed:
        return None
    files = _signing(statement)
    if drops and is_own:
        files |= _attached(statement)
        changed += _drop_words(statement, keeps)
    return Replaced(written(statement), tuple(changed), groups, frozenset(files))


def _replace_agents(
    statement: Json, keys: Collection[str], pseudonym: Account, groups: dict[str, str]
) -> Iterator[str]:
    for place in agent_places(statement):
        if _names(place.value, keys):
            before = place.value
            place.owner[place.member] = _without(before, keys, pseudonym)
            if _is_anonymous(before):
                groups[_key(before)] = _key(place.value)
            yield place.path


def _names(agent: Json, keys: Collection[str]) -> bool:
    """Whether it is whoever has one of the keys, or a group that they are in."""
    return _key(agent) in keys or any(_key(member) in keys for member in agent.get("member", ()))


def _key(agent: Json) -> str:
    return agent_key(msgspec.convert(agent, Agent))


def _is_anonymous(agent: Json) -> bool:
    return not any(name in agent for name in _IDENTIFIERS)


def _without(agent: Json, keys: Collection[str], pseudonym: Account) -> Json:
    kept = dict(agent)
    if "member" in agent:
        kept["member"] = [_without(member, keys, pseudonym) for member in agent["member"]]
    if _is_anonymous(agent) or _key(agent) not in keys:
        return kept
    others = {name: value for name, value in kept.items() if name in ("objectType", "member")}
    return {**others, "account": {"homePage": pseudonym.home_page, "name": pseudonym.name}}


def _drop_words(statement: Json, keeps: Collection[str]) -> Iterator[str]:
    for place in word_places(statement):
        if place.is_taken:
            _drop(place, keeps)
            yield place.path


def _drop(place: Place, keeps: Collection[str]) -> None:
    dropped = place.owner.pop(place.member)
    kept = {iri: value for iri, value in dropped.items() if iri in keeps} if place.member == "extensions" else {}
    if kept:
        place.owner[place.member] = kept


def _attachments(statement: Json) -> Iterator[Json]:
    yield from statement.get("attachments", ())
    yield from statement["object"].get("attachments", ())


def _attached(statement: Json) -> set[str]:
    return {each["sha2"] for each in _attachments(statement)}


def _signing(statement: Json) -> set[str]:
    return {each["sha2"] for each in _attachments(statement) if each["usageType"] == SIGNATURE}

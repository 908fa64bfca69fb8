"""A statement in a few words, for a row of a table or the head of a page."""

from datetime import datetime
from uuid import UUID

import msgspec

from lrs import (
    Activity,
    Agent,
    Result,
    Statement,
    StatementRef,
    SubStatement,
    agent_key,
    in_one_language,
)


class Named(msgspec.Struct, frozen=True):
    """Somebody or something: its name in the reader's language where it has one, and what identifies it."""

    name: str
    id: str

    @property
    def address(self) -> str | None:
        """Where a link to it leads: only where that is an address of the web."""
        return self.id if self.id.startswith(("https://", "http://")) else None


class Told(msgspec.Struct, frozen=True):
    """A statement in words. `agent` is the JSON that finds the actor; `reference` the statement that it is about."""

    id: UUID
    stored: datetime
    timestamp: datetime
    actor: Named
    agent: str
    verb: Named
    object: Named
    reference: UUID | None
    result: Result
    authority: Named


def told_of(statement: Statement, language: str) -> Told:
    """The stored statement in words."""
    assert statement.id is not None
    assert statement.stored is not None
    assert statement.timestamp is not None
    assert statement.authority is not None
    target = statement.object
    return Told(
        id=statement.id,
        stored=statement.stored,
        timestamp=statement.timestamp,
        actor=named_agent(statement.actor),
        agent=_found_by(statement.actor),
        verb=Named(_text(statement.verb.display, language) or _end_of(statement.verb.id), statement.verb.id),
        object=_object(target, language),
        reference=target.id if isinstance(target, StatementRef) else None,
        result=statement.result or Result(),
        authority=named_agent(statement.authority),
    )


def named_agent(agent: Agent) -> Named:
    """An agent by its name, or by the best of what identifies it."""
    key = agent_key(agent)
    if agent.name is not None:
        return Named(agent.name, key)
    if agent.account is not None:
        return Named(agent.account.name, key)
    if agent.mbox is not None:
        return Named(agent.mbox.removeprefix("mailto:"), key)
    members = ", ".join(named_agent(each).name for each in agent.member or ())
    return Named(agent.openid or agent.mbox_sha1sum or members, key)


def _found_by(agent: Agent) -> str:
    """What the filter takes; empty for a group without an identifier."""
    bare = Agent(mbox=agent.mbox, mbox_sha1sum=agent.mbox_sha1sum, openid=agent.openid, account=agent.account)
    return "" if agent_key(bare).startswith("anonymous::") else msgspec.json.encode(bare).decode()


def _object(target: Activity | Agent | StatementRef | SubStatement, language: str) -> Named:
    match target:
        case Activity():
            name = _text(target.definition.name, language) if target.definition else ""
            return Named(name or target.id, target.id)
        case Agent():
            return named_agent(target)
        case StatementRef():
            return Named(str(target.id), str(target.id))
        case SubStatement():
            inner = _object(target.object, language)
            verb = _text(target.verb.display, language) or _end_of(target.verb.id)
            return Named(f"{named_agent(target.actor).name} · {verb} · {inner.name}", inner.id)


def _text(texts: dict[str, str] | None, language: str) -> str:
    return next(iter(in_one_language(texts, [language, "en"]).values()), "") if texts else ""


def _end_of(iri: str) -> str:
    return iri.rstrip("/#").rpartition("/")[2].rpartition("#")[2] or iri

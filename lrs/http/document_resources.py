"""The three resources of documents: where they are, what names a document there, and who may use them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct

from base import Invalid
from lrs.documents.documents import DocumentContext, Kind
from lrs.log.parameters import (
    Reader,
    read_agent,
    read_instant,
    read_iri,
    read_parameters,
    read_single_agent,
    read_text,
    read_uuid,
)
from lrs.senders.credentials import Scope, Sender
from lrs.standard.agents import agent_key
from lrs.standard.statements import Agent

ID_LIMIT_CHARACTERS: Final = 1024


class Resource(Struct, frozen=True):
    """One resource: `context` has the required parameters that name a document's context, `id_name` that of its id.

    Whoever has one of the `scopes` may do everything here.
    """

    kind: Kind
    path: str
    rule: str
    id_name: str
    context: Mapping[str, Reader]
    optional: Mapping[str, Reader]
    scopes: tuple[Scope, ...]


class Asked(Struct, frozen=True):
    """What the parameters ask for: the document called `name`, or without it those of the context, after `since`."""

    context: DocumentContext
    name: str | None = None
    since: datetime | None = None


STATE: Final = Resource(
    kind=Kind.STATE,
    path="/activities/state",
    rule="Communication 2.3",
    id_name="stateId",
    context={"activityId": read_iri, "agent": read_agent},
    optional={"registration": read_uuid},
    scopes=(Scope.ALL, Scope.STATE),
)
ACTIVITY_PROFILE: Final = Resource(
    kind=Kind.ACTIVITY_PROFILE,
    path="/activities/profile",
    rule="Communication 2.7",
    id_name="profileId",
    context={"activityId": read_iri},
    optional={},
    scopes=(Scope.ALL, Scope.PROFILE, Scope.ACTIVITIES_PROFILE),
)
AGENT_PROFILE: Final = Resource(
    kind=Kind.AGENT_PROFILE,
    path="/agents/profile",
    rule="Communication 2.6",
    id_name="profileId",
    context={"agent": read_single_agent},
    optional={},
    scopes=(Scope.ALL, Scope.PROFILE, Scope.AGENTS_PROFILE),
)
RESOURCES: Final = (STATE, ACTIVITY_PROFILE, AGENT_PROFILE)


def parse_one(resource: Resource, pairs: Iterable[tuple[str, str]], sender: Sender) -> tuple[DocumentContext, str]:
    """The context and the id of the document to be changed. Raises Invalid, and Forbidden where it is not theirs."""
    readers = {**resource.context, **resource.optional, resource.id_name: _read_id}
    required = (*resource.context, resource.id_name)
    read = read_parameters(pairs, readers, required=required, rule=resource.rule)
    context = _context(resource, read, sender)
    sender.check_writing(resource.kind, read[resource.id_name])
    return context, read[resource.id_name]


def parse_any(
    resource: Resource, pairs: Iterable[tuple[str, str]], sender: Sender, *, with_since: bool = True
) -> Asked:
    """What is asked for, one document or those of a context. Raises as `parse_one`."""
    readers = {**resource.context, **resource.optional, resource.id_name: _read_id}
    if with_since:
        readers["since"] = read_instant
    read = read_parameters(pairs, readers, required=resource.context, rule=resource.rule)
    if {"since", resource.id_name} <= read.keys():
        raise Invalid(
            f"since stands beside {resource.id_name}; it is for the list of ids.", rule=resource.rule, where="since"
        )
    return Asked(_context(resource, read, sender), read.get(resource.id_name), read.get("since"))


def _context(resource: Resource, read: Mapping[str, Any], sender: Sender) -> DocumentContext:
    agent: Agent | None = read.get("agent")
    activity, registration = read.get("activityId"), read.get("registration")
    sender.check_document(activity=activity, agent=agent, registration=registration)
    return DocumentContext(resource.kind, activity, None if agent is None else agent_key(agent), registration)


def _read_id(value: str, name: str) -> str:
    if len(value) > ID_LIMIT_CHARACTERS:
        raise Invalid(
            f"{name} has {len(value)} characters; it may have {ID_LIMIT_CHARACTERS}.", rule="id limit", where=name
        )
    return read_text(value, name)

"""What is asked for: query parameters, strictly read, and those of GET /statements in full (Communication 2.1.3)."""

import base64
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, NoReturn
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, json

from base import Invalid
from lrs.standard.agent_rules import check_identified
from lrs.standard.agents import agent_key
from lrs.standard.comparing import aware
from lrs.standard.forms import NEGATIVE_ZERO_OFFSET
from lrs.standard.refusals import check_iri
from lrs.standard.statements import Agent

_RULE = "Communication 2.1.3"

Reader = Callable[[str, str], Any]
"""Makes the value of a parameter, and its name for a refusal, into what is used. Raises Invalid."""


def read_parameters(
    pairs: Iterable[tuple[str, str]],
    readers: Mapping[str, Reader],
    *,
    required: Collection[str] = (),
    rule: str = _RULE,
) -> dict[str, Any]:
    """The value of each parameter that was given, read by its reader.

    Raises Invalid for a parameter that is unknown, repeated, malformed or missing: names are case-sensitive, and what
    nobody reads would silently widen what is asked for (Communication 3.2).
    """
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name not in readers:
            known = f"there are {', '.join(readers)}" if readers else "there are none"
            raise Invalid(f"{name} is no parameter here; {known}.", rule=rule, where=name)
        if name in read:
            raise Invalid(f"{name} stands twice; send it once.", rule=rule, where=name)
        read[name] = readers[name](value, name)
    for name in required:
        if name not in read:
            raise Invalid(f"The parameter {name} is missing; it is required here.", rule=rule, where=name)
    return read


def read_text(value: str, name: str) -> str:
    """Any text but an empty one."""
    if not value or "\x00" in value:
        _refuse(name, value, "be a text with no U+0000 in it")
    return value


def read_agent(value: str, name: str) -> Agent:
    """An Agent, or a Group that has an identifier."""
    try:
        agent = json.decode(value, type=Agent)
    except (msgspec.DecodeError, RecursionError):
        _refuse(name, value, "be the JSON of an Agent or of a Group with an identifier")
    check_identified(agent, name)
    return agent


def parse_agent(text: str) -> Agent:
    """The agent that somebody means by a mail address (with or without mailto:), or by JSON. Raises Invalid."""
    written = text.strip()
    if not written.startswith("{"):
        written = json.encode({"mbox": f"mailto:{written.removeprefix('mailto:')}"}).decode()
    return read_agent(written, "agent")


def read_single_agent(value: str, name: str) -> Agent:
    """An Agent, and no Group: whose profile or person it is (Communication 2.4, 2.6)."""
    agent = read_agent(value, name)
    if agent.object_type != "Agent":
        _refuse(name, value, "be an Agent; for a Group send its identifier in an Agent")
    return agent


def read_iri(value: str, name: str) -> str:
    check_iri(value, name, _RULE)
    return value


def read_boolean(value: str, name: str) -> bool:
    if value not in {"true", "false"}:
        _refuse(name, value, "be true or false")
    return value == "true"


def read_instant(value: str, name: str) -> datetime:
    """An aware time; one without a zone is taken as UTC."""
    if NEGATIVE_ZERO_OFFSET.fullmatch(value):
        _refuse(name, value, "name its zone, not -00:00")
    try:
        return aware(msgspec.convert(value, datetime))
    except msgspec.ValidationError:
        return _refuse(name, value, "be an RFC 3339 timestamp, such as 2026-11-22T09:00:00Z (with + written as %2B)")


def read_uuid(value: str, name: str) -> UUID:
    """A UUID in its one form, with four hyphens (RFC 4122)."""
    try:
        parsed = UUID(value)
    except ValueError:
        _refuse(name, value, "be a UUID")
    if str(parsed) != value.lower():
        _refuse(name, value, "be a UUID with its four hyphens")
    return parsed


_LIMIT_DIGITS = 18
"""What a 64-bit number always holds."""


class Format(StrEnum):
    """How much of a statement is given back."""

    IDS = "ids"
    EXACT = "exact"
    CANONICAL = "canonical"


class OneStatement(Struct, frozen=True, kw_only=True):
    """One statement by its id: a voided one only when `voided`, and only then."""

    id: UUID
    voided: bool
    format: Format = Format.EXACT
    attachments: bool = False


Aware = Annotated[datetime, Meta(tz=True)]


class Query(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Filters over all statements. `agent` is an agent's key; `position` is the sequence after which the page begins.

    A `limit` of 0 asks for as many as the store gives.
    """

    agent: str | None = None
    verb: str | None = None
    activity: str | None = None
    registration: UUID | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: Aware | None = None
    until: Aware | None = None
    limit: Annotated[int, Meta(ge=0)] = 0
    format: Format = Format.EXACT
    attachments: bool = False
    ascending: bool = False
    position: Annotated[int, Meta(ge=1, le=2**62)] | None = None


_queries: Final = json.Decoder(Query)


def parse_parameters(pairs: Sequence[tuple[str, str]]) -> OneStatement | Query:
    """What the parameters ask for. Raises Invalid for one that is unknown, repeated, malformed or out of place."""
    if any(name == "more" for name, _ in pairs):
        return _query_of_token(read_parameters(pairs, {"more": read_text})["more"])
    read = read_parameters(pairs, _READERS)
    if "statementId" in read or "voidedStatementId" in read:
        return _one_statement(read)
    return Query(**read)


def token_of_query(query: Query) -> str:
    """The query as one opaque word, so that the link to its next page needs nothing that is kept here."""
    return base64.urlsafe_b64encode(json.encode(query)).rstrip(b"=").decode()


def _query_of_token(token: str) -> Query:
    try:
        return _queries.decode(base64.urlsafe_b64decode(f"{token}=="))
    except (msgspec.DecodeError, ValueError) as error:
        raise Invalid("more is not a link that this store gave; follow it as it came.", rule="xAPI-Data 2.5") from error


def _one_statement(read: Mapping[str, Any]) -> OneStatement:
    others = read.keys() - {"statementId", "voidedStatementId", "format", "attachments"}
    if others or {"statementId", "voidedStatementId"} <= read.keys():
        raise Invalid(
            "statementId or voidedStatementId stands alone or beside attachments and format, not beside "
            f"{', '.join(sorted(others)) or 'each other'}.",
            rule=_RULE,
        )
    name = "statementId" if "statementId" in read else "voidedStatementId"
    shown = {member: read[member] for member in ("format", "attachments") if member in read}
    return OneStatement(id=read[name], voided=name == "voidedStatementId", **shown)


def _refuse(name: str, value: str, must: str) -> NoReturn:
    raise Invalid(f"{name} is {value!r}; it must {must}.", rule=_RULE, where=name)


def _agent_key(value: str, name: str) -> str:
    return agent_key(read_agent(value, name))


def _limit(value: str, name: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > _LIMIT_DIGITS:
        _refuse(name, value, "be a whole number from 0 up; 0 asks for as many as the store gives")
    return int(value)


def _format(value: str, name: str) -> Format:
    if value not in set(Format):
        _refuse(name, value, f"be one of {', '.join(Format)}")
    return Format(value)


_READERS: Final[Mapping[str, Reader]] = {
    "statementId": read_uuid,
    "voidedStatementId": read_uuid,
    "agent": _agent_key,
    "verb": read_iri,
    "activity": read_iri,
    "registration": read_uuid,
    "related_activities": read_boolean,
    "related_agents": read_boolean,
    "since": read_instant,
    "until": read_instant,
    "limit": _limit,
    "format": _format,
    "attachments": read_boolean,
    "ascending": read_boolean,
}
"""How the value of each parameter is read."""

"""What is asked for: the query parameters of GET /statements, strictly read (Communication 2.1.3)."""

import base64
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final, NoReturn
from uuid import UUID

import msgspec
from msgspec import Meta, Struct, json

from base import Invalid
from lrs.agent_rules import check_identified
from lrs.agents import agent_key
from lrs.comparing import aware
from lrs.forms import NEGATIVE_ZERO_OFFSET
from lrs.refusals import check_iri
from lrs.statements import Agent

_RULE = "Communication 2.1.3"


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
    ascending: bool = False
    position: Annotated[int, Meta(ge=1, le=2**62)] | None = None


_queries: Final = json.Decoder(Query)


def parse_parameters(pairs: Sequence[tuple[str, str]]) -> OneStatement | Query:
    """What the parameters ask for. Raises Invalid for one that is unknown, repeated, malformed or out of place."""
    given = _given(pairs)
    if "more" in given:
        return _query_of_token(given["more"])
    read = {name: _READERS[name](value, name) for name, value in given.items()}
    read.pop("attachments", None)
    if "statementId" in read or "voidedStatementId" in read:
        return _one_statement(read)
    return Query(**read)


def token_of_query(query: Query) -> str:
    """The query as one opaque word, so that the link to its next page needs nothing that is kept here."""
    return base64.urlsafe_b64encode(json.encode(query)).rstrip(b"=").decode()


def parse_uuid(value: str, name: str) -> UUID:
    """A UUID in its one form, with four hyphens (RFC 4122)."""
    try:
        parsed = UUID(value)
    except ValueError:
        _refuse(name, value, "be a UUID")
    if str(parsed) != value.lower():
        _refuse(name, value, "be a UUID with its four hyphens")
    return parsed


def _query_of_token(token: str) -> Query:
    try:
        return _queries.decode(base64.urlsafe_b64decode(f"{token}=="))
    except (msgspec.DecodeError, ValueError) as error:
        raise Invalid("more is not a link that this store gave; follow it as it came.", rule="xAPI-Data 2.5") from error


def _given(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    given: dict[str, str] = {}
    for name, value in pairs:
        if name not in _READERS and name != "more":
            known = ", ".join(_READERS)
            raise Invalid(f"{name} is no parameter here; there are {known}.", rule=_RULE, where=name)
        if name in given:
            raise Invalid(f"{name} stands twice; send it once.", rule=_RULE, where=name)
        given[name] = value
    if "more" in given and len(given) > 1:
        raise Invalid("more stands alone; it holds the other parameters already.", rule=_RULE, where="more")
    return given


def _one_statement(read: Mapping[str, Any]) -> OneStatement:
    others = read.keys() - {"statementId", "voidedStatementId", "format"}
    if others or {"statementId", "voidedStatementId"} <= read.keys():
        raise Invalid(
            "statementId or voidedStatementId stands alone or beside attachments and format, not beside "
            f"{', '.join(sorted(others)) or 'each other'}.",
            rule=_RULE,
        )
    name = "statementId" if "statementId" in read else "voidedStatementId"
    return OneStatement(id=read[name], voided=name == "voidedStatementId", format=read.get("format", Format.EXACT))


def _refuse(name: str, value: str, must: str) -> NoReturn:
    raise Invalid(f"{name} is {value!r}; it must {must}.", rule=_RULE, where=name)


def _agent(value: str, name: str) -> str:
    try:
        agent = json.decode(value, type=Agent)
    except (msgspec.DecodeError, RecursionError):
        _refuse(name, value, "be the JSON of an Agent or of a Group with an identifier")
    check_identified(agent, name)
    return agent_key(agent)


def _iri(value: str, name: str) -> str:
    check_iri(value, name, _RULE)
    return value


def _boolean(value: str, name: str) -> bool:
    if value not in {"true", "false"}:
        _refuse(name, value, "be true or false")
    return value == "true"


def _instant(value: str, name: str) -> datetime:
    if NEGATIVE_ZERO_OFFSET.fullmatch(value):
        _refuse(name, value, "name its zone, not -00:00")
    try:
        return aware(msgspec.convert(value, datetime))
    except msgspec.ValidationError:
        return _refuse(name, value, "be an RFC 3339 timestamp, such as 2026-11-22T09:00:00Z (with + written as %2B)")


def _limit(value: str, name: str) -> int:
    if not value.isascii() or not value.isdigit() or len(value) > _LIMIT_DIGITS:
        _refuse(name, value, "be a whole number from 0 up; 0 asks for as many as the store gives")
    return int(value)


def _format(value: str, name: str) -> Format:
    if value not in set(Format):
        _refuse(name, value, f"be one of {', '.join(Format)}")
    return Format(value)


def _attachments(value: str, name: str) -> bool:
    if _boolean(value, name):
        _refuse(name, value, "be false: this store keeps no files of attachments yet, only their fileUrl")
    return False


_READERS: Final[dict[str, Callable[[str, str], Any]]] = {
    "statementId": parse_uuid,
    "voidedStatementId": parse_uuid,
    "agent": _agent,
    "verb": _iri,
    "activity": _iri,
    "registration": parse_uuid,
    "related_activities": _boolean,
    "related_agents": _boolean,
    "since": _instant,
    "until": _instant,
    "limit": _limit,
    "format": _format,
    "attachments": _attachments,
    "ascending": _boolean,
}
"""How the value of each parameter is read."""

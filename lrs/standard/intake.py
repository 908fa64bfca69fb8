"""What came in, made into what is kept: pure, from bytes to rows."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from enum import IntEnum
from typing import Final
from uuid import UUID

from msgspec import Raw, Struct, json

from base import Invalid, TooLarge
from lrs.standard.agents import keys_of
from lrs.standard.decoding import Members, decode_statement, elements_of
from lrs.standard.refusals import refuse
from lrs.standard.rules import check_statement
from lrs.standard.statements import VOIDED, Activity, Agent, Attachment, Context, Statement, StatementRef, SubStatement

BATCH_LIMIT = 1000
"""Statements in one request."""


class AttachedFile(Struct, frozen=True):
    """A file of a statement's attachment: the hash and the type that the statement names, and where its bytes are.

    `file` is its SHA-256, under which the store of files has it before the statement is stored.
    """

    sha2: str
    content_type: str
    file: str


class Incoming(Struct, frozen=True, gc=False):
    """A valid statement on its way in: parsed, its members as the bytes that came, and the files that came with it."""

    statement: Statement
    members: Members
    version: str
    files: tuple[AttachedFile, ...] = ()

    @property
    def target(self) -> UUID | None:
        """The id of the statement that it refers to."""
        return self.statement.object.id if isinstance(self.statement.object, StatementRef) else None

    @property
    def voids(self) -> bool:
        """Whether it voids its target."""
        return self.statement.verb.id == VOIDED


class Facet(IntEnum):
    """By what a statement is found (Communication 2.1.3). A related facet holds what its narrow one holds, and more."""

    AGENT = 1
    RELATED_AGENT = 2
    VERB = 3
    ACTIVITY = 4
    RELATED_ACTIVITY = 5
    REGISTRATION = 6


Posting = tuple[Facet, str]
"""One way to find a statement: the facet, and the name in it."""


def parse_statements(body: bytes, *, is_2_0: bool = False, files_follow: bool = False) -> list[Incoming]:
    """The statements of a request's body, which is one statement or a list of them, all valid.

    A statement without a version is of 2.0.0 when the sender speaks that (`is_2_0`), else of 1.0.0 (xAPI-Data 2.4.10).
    Unless `files_follow`, each attachment must have a fileUrl.
    Raises Invalid with the JSON path, the value and the rule; TooLarge for too many statements or too deep ones.
    """
    elements, is_list = elements_of(body)
    if len(elements) > BATCH_LIMIT:
        raise TooLarge(
            f"The request holds {len(elements)} statements; send at most {BATCH_LIMIT} at a time.", rule="batch limit"
        )
    incoming = [
        _parse(element, f"$[{index}]" if is_list else "$", is_2_0=is_2_0, files_follow=files_follow)
        for index, element in enumerate(elements)
    ]
    _check_distinct(incoming)
    return incoming


def parse_statement(body: bytes, *, is_2_0: bool = False, files_follow: bool = False) -> Incoming:
    """The one statement that a request's body is; otherwise as `parse_statements`."""
    return _parse(body, "$", is_2_0=is_2_0, files_follow=files_follow)


def _parse(raw: bytes, at: str, *, is_2_0: bool, files_follow: bool) -> Incoming:
    statement, members = decode_statement(raw, at)
    check_statement(statement, at, is_2_0=is_2_0)
    if not files_follow:
        check_file_urls(statement, at)
    return Incoming(statement, members, statement.version or ("2.0.0" if is_2_0 else "1.0.0"))


def check_file_urls(statement: Statement, at: str = "$") -> None:
    """Raise Invalid for an attachment whose file is not elsewhere, as it must be in JSON (Communication 1.5.1)."""
    _check_file_urls(statement.attachments or (), f"{at}.attachments")
    if isinstance(statement.object, SubStatement):
        _check_file_urls(statement.object.attachments or (), f"{at}.object.attachments")


def _check_file_urls(attachments: Sequence[Attachment], at: str) -> None:
    for index, attachment in enumerate(attachments):
        if attachment.file_url is None:
            refuse(f"{at}[{index}]", attachment.usage_type, "come with a fileUrl", "xAPI-Data 2.4.11")


def _check_distinct(incoming: Sequence[Incoming]) -> None:
    seen: set[UUID] = set()
    for index, one in enumerate(incoming):
        identifier = one.statement.id
        if identifier in seen:
            raise Invalid(
                f"$[{index}].id is {identifier}, which an earlier statement of the request has; ids are distinct.",
                rule="xAPI-Data 2.4.1",
                where=f"$[{index}].id",
            )
        if identifier is not None:
            seen.add(identifier)


def payload_of(incoming: Incoming, statement_id: UUID, *, stored: str, authority: Agent | Raw) -> bytes:
    """The statement as it is given back: its members as they came, and ours (xAPI-Data 2.4).

    `stored` is the text of an instant, made once for all that are stored together.
    """
    ours = {"id": statement_id, "stored": stored, "authority": authority}
    if incoming.statement.timestamp is None:
        ours["timestamp"] = stored
    if incoming.statement.version is None:
        ours["version"] = incoming.version
    return json.encode({"id": statement_id, **incoming.members, **ours})


def instant_text(instant: datetime) -> str:
    """RFC 3339 in UTC with microseconds, so that texts sort as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def postings_of(statement: Statement) -> AbstractSet[Posting]:
    """Every way in which the statement, with its authority set, is found by its own content."""
    found: set[Posting] = {(Facet.VERB, statement.verb.id)}
    _add_agent(found, statement.actor, *_NARROW_AGENT)
    match statement.object:
        case Agent():
            _add_agent(found, statement.object, *_NARROW_AGENT)
        case Activity():
            found.add((Facet.ACTIVITY, statement.object.id))
            found.add((Facet.RELATED_ACTIVITY, statement.object.id))
        case SubStatement():
            _add_sub_statement(found, statement.object)
        case StatementRef():
            pass
    if statement.authority is not None:
        _add_agent(found, statement.authority, Facet.RELATED_AGENT)
    if statement.context is not None:
        if statement.context.registration is not None:
            found.add((Facet.REGISTRATION, str(statement.context.registration)))
        _add_context(found, statement.context)
    return found


_NARROW_AGENT: Final = (Facet.AGENT, Facet.RELATED_AGENT)


def _add_agent(found: set[Posting], agent: Agent, *facets: Facet) -> None:
    keys = keys_of(agent)
    for facet in facets:
        for key in keys:
            found.add((facet, key))


def _add_sub_statement(found: set[Posting], inner: SubStatement) -> None:
    _add_agent(found, inner.actor, Facet.RELATED_AGENT)
    match inner.object:
        case Agent():
            _add_agent(found, inner.object, Facet.RELATED_AGENT)
        case Activity():
            found.add((Facet.RELATED_ACTIVITY, inner.object.id))
        case StatementRef():
            pass
    if inner.context is not None:
        _add_context(found, inner.context)


def _add_context(found: set[Posting], context: Context) -> None:
    for agent in (context.instructor, context.team):
        if agent is not None:
            _add_agent(found, agent, Facet.RELATED_AGENT)
    for part in context.context_agents or ():
        _add_agent(found, part.agent, Facet.RELATED_AGENT)
    for group in context.context_groups or ():
        _add_agent(found, group.group, Facet.RELATED_AGENT)
    listed = context.context_activities
    if listed is not None:
        for activities in (listed.parent, listed.grouping, listed.category, listed.other):
            for activity in activities or ():
                found.add((Facet.RELATED_ACTIVITY, activity.id))


class _Told(Struct):
    """An activity, a part of it as it came."""

    id: str = ""
    definition: Raw = Raw()


class _Act(Struct):
    """A statement or SubStatement, parts of it as they came."""

    object: Raw = Raw()
    context: Raw = Raw()


class _ContextTold(Struct, rename="camel"):
    context_activities: dict[str, list[_Told]]


_told: Final = json.Decoder(_Told)
_act: Final = json.Decoder(_Act)
_context_told: Final = json.Decoder(_ContextTold)


def definitions_of(incoming: Incoming) -> Iterator[tuple[str, bytes]]:
    """What the statement says activities are: an IRI and a definition, as it came, for each that has one."""
    whole = incoming.members.get("object", Raw()), incoming.members.get("context", Raw())
    yield from _definitions(incoming.statement, *whole)
    if isinstance(incoming.statement.object, SubStatement):
        inner = _act.decode(whole[0])
        yield from _definitions(incoming.statement.object, inner.object, inner.context)


def _definitions(act: Statement | SubStatement, target: Raw, context: Raw) -> Iterator[tuple[str, bytes]]:
    if isinstance(act.object, Activity) and act.object.definition is not None:
        told = _told.decode(target)
        yield told.id, bytes(told.definition)
    if act.context is not None and act.context.context_activities is not None and b"definition" in bytes(context):
        for activities in _context_told.decode(context).context_activities.values():
            for told in activities:
                if bytes(told.definition):
                    yield told.id, bytes(told.definition)

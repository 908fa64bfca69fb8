"""Documents that are left here: states, activity profiles and agent profiles (Communication 2.2)."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, and_, delete, select

from base import Conflict, Invalid, Missing, lock, upsert
from lrs.documents.document_content import Content, merged_content
from lrs.log.names import known_numbers, numbers_of
from lrs.standard.preconditions import RULE, Preconditions, etag_of
from lrs.tables.documents import documents
from lrs.tables.statements import names


class Kind(IntEnum):
    """The three resources of documents."""

    STATE = 1
    ACTIVITY_PROFILE = 2
    AGENT_PROFILE = 3


class DocumentContext(Struct, frozen=True):
    """Among which documents an id is unique: those of an activity, of an agent, or of both and a registration.

    `agent` is an agent's key. No registration is a context of its own, beside that of each registration: the standard
    leaves open whether it stands for all of them, and this way every id that is listed is found by the same
    parameters, and nothing is deleted that was not named.
    """

    kind: Kind
    activity: str | None = None
    agent: str | None = None
    registration: UUID | None = None


class Document(Struct, frozen=True):
    """A document as it came, or as it was merged; `etag` is the SHA-1 of its content, in hex."""

    content: Content
    etag: str
    updated: datetime


class DocumentIds(Struct, frozen=True):
    """The ids of a context, sorted; `updated` is when the latest of those documents was, None without any."""

    ids: tuple[str, ...]
    updated: datetime | None


def find_document(conn: Connection, context: DocumentContext, name: str) -> Document:
    """The document called `name`. Raises Missing."""
    key = _key(context, name, known_numbers(conn, _names_of(context, name)))
    row = conn.execute(select(documents).where(_is(key))).first()
    if row is None:
        raise Missing(f"There is no document {name!r} in this context.", rule="Communication 2.2")
    return _document(row)


def find_document_ids(conn: Connection, context: DocumentContext, *, since: datetime | None = None) -> DocumentIds:
    """The ids of the context's documents, or of those that changed after `since`."""
    key = _key(context, None, known_numbers(conn, _names_of(context)))
    rows = conn.execute(
        select(names.c.name, documents.c.updated)
        .join(names, names.c.id == documents.c.name)
        .where(_is(key), *([] if since is None else [documents.c.updated > since]))
    ).all()
    return DocumentIds(tuple(sorted(row.name for row in rows)), max((row.updated for row in rows), default=None))


def put_document(
    conn: Connection,
    context: DocumentContext,
    name: str,
    content: Content,
    *,
    preconditions: Preconditions,
    is_2_0: bool,
    now: datetime,
) -> str:
    """The ETag of the document, which is `content` now, whatever it was.

    Raises PreconditionFailed; Conflict where the sender has to say which document it replaces and does not; Invalid
    where 1.0.3 wants a precondition for a new one too.
    """
    key = _key(context, name, numbers_of(conn, _names_of(context, name)))
    present = _locked(conn, key, preconditions)
    if preconditions.is_empty:
        _check_blind(context, exists=present is not None, is_2_0=is_2_0)
    return _write(conn, key, content, now=now)


def post_document(
    conn: Connection,
    context: DocumentContext,
    name: str,
    content: Content,
    *,
    preconditions: Preconditions,
    limit_bytes: int,
    now: datetime,
) -> str:
    """The ETag of the document, into which `content` is merged; a new one is `content`.

    Raises PreconditionFailed, Invalid unless both are JSON objects and say so, TooLarge when the whole becomes that.
    """
    key = _key(context, name, numbers_of(conn, _names_of(context, name)))
    present = _locked(conn, key, preconditions)
    whole = content if present is None else merged_content(present.content, content, limit_bytes=limit_bytes)
    return _write(conn, key, whole, now=now)


def delete_document(conn: Connection, context: DocumentContext, name: str, *, preconditions: Preconditions) -> None:
    """Have no document called `name`; one that is not there is deleted already. Raises PreconditionFailed."""
    key = _key(context, name, known_numbers(conn, _names_of(context, name)))
    _locked(conn, key, preconditions)
    conn.execute(delete(documents).where(_is(key)))


def delete_documents(conn: Connection, context: DocumentContext) -> None:
    """Have no document in this context."""
    key = _key(context, None, known_numbers(conn, _names_of(context)))
    conn.execute(delete(documents).where(_is(key)))


def _check_blind(context: DocumentContext, *, exists: bool, is_2_0: bool) -> None:
    """A PUT without preconditions is for states in 1.0.3, and in 2.0 for whatever is new.

    1.0.3 asks senders of profiles for one of the headers always (3.1, Client Requirements), and the public suite wants
    a new profile without either refused; 2.0 (IEEE 9274.1.1, 4.1.4) refuses where something is there, and states too.
    """
    if not is_2_0 and context.kind is Kind.STATE:
        return
    if exists:
        raise Conflict(
            "There is such a document already. Check what it is now (GET), and send its ETag as If-Match to replace "
            "it; If-None-Match: * stores a document only where there is none.",
            rule=RULE,
        )
    if not is_2_0:
        raise Invalid(
            "A profile is put with If-None-Match: * where it is new, or with the ETag of the one that it replaces as "
            "If-Match; this request has neither.",
            rule=RULE,
            where="If-None-Match",
        )


_ABSENT: Final = 0
_UNKNOWN: Final = -1

Key = Mapping[str, int]
"""The columns that find one document, or without "name" all those of a context."""


def _names_of(context: DocumentContext, *ids: str) -> set[str]:
    registration = [] if context.registration is None else [str(context.registration)]
    return {name for name in (context.activity, context.agent, *registration, *ids) if name is not None}


def _key(context: DocumentContext, name: str | None, numbers: Mapping[str, int]) -> Key:
    """The key of the document, or of the context; a name that has no number finds nothing."""

    def number(named: object) -> int:
        return _ABSENT if named is None else numbers.get(str(named), _UNKNOWN)

    key = {
        "kind": int(context.kind),
        "activity": number(context.activity),
        "agent": number(context.agent),
        "registration": number(context.registration),
    }
    return key if name is None else key | {"name": number(name)}


def _is(key: Key) -> ColumnElement[bool]:
    return and_(*(documents.c[column] == number for column, number in key.items()))


def _locked(conn: Connection, key: Key, preconditions: Preconditions) -> Document | None:
    """The document, as the preconditions have it; nobody else makes, changes or deletes it in this transaction's time.

    On PostgreSQL the lock keeps off those who would make it meanwhile, and FOR UPDATE whoever deletes all of a context.
    """
    lock(conn, f"lrs document {' '.join(map(str, key.values()))}")
    row = conn.execute(select(documents).where(_is(key)).with_for_update()).first()
    present = None if row is None else _document(row)
    preconditions.check(None if present is None else present.etag)
    return present


def _write(conn: Connection, key: Key, content: Content, *, now: datetime) -> str:
    etag = etag_of(content.body)
    values = {"content_type": content.type, "etag": etag, "updated": now, "content": content.body}
    insert = upsert(conn, documents).values(**key, **values)
    conn.execute(insert.on_conflict_do_update(index_elements=list(key), set_=values))
    return etag


def _document(row: Row[Any]) -> Document:
    return Document(Content(row.content_type, row.content), row.etag, row.updated)

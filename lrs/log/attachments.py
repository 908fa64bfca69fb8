"""Files that came with statements: which statement has which (xAPI-Data 2.4.11)."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Connection, select

from base import upsert
from lrs.standard.intake import AttachedFile
from lrs.tables.attachments import attachments
from lrs.tables.statements import statements

_CHUNK = 500


def attach(conn: Connection, rows: Iterable[tuple[int, AttachedFile]]) -> None:
    """Keep which files the statements of these sequences have; doing it again changes nothing."""
    new = [{"seq": seq, "sha2": one.sha2, "content_type": one.content_type, "file": one.file} for seq, one in rows]
    if new:
        conn.execute(upsert(conn, attachments).on_conflict_do_nothing(index_elements=["seq", "sha2"]), new)


def files_of(conn: Connection, ids: Collection[UUID]) -> list[AttachedFile]:
    """The files that came with these statements, each hash once, in the order of storing."""
    wanted = list(ids)
    found: dict[str, AttachedFile] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = conn.execute(
            select(attachments.c.sha2, attachments.c.content_type, attachments.c.file)
            .join_from(statements, attachments, attachments.c.seq == statements.c.seq)
            .where(statements.c.id.in_(wanted[start : start + _CHUNK]))
            .order_by(attachments.c.seq, attachments.c.sha2)
        )
        for sha2, content_type, file in rows:
            found.setdefault(sha2, AttachedFile(sha2, content_type, file))
    return list(found.values())


def attached_files(conn: Connection) -> set[str]:
    """The hashes of all files that statements need."""
    return set(conn.scalars(select(attachments.c.file).distinct()))

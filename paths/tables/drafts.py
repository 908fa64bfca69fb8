"""What is kept of paths that are being written."""

from uuid import UUID

from sqlalchemy import Column, ForeignKey, Integer, Named, String, Table, Text, TypedColumns, Uuid

from base import Instant, metadata


class PathDraftColumns(TypedColumns):
    """One row is what the next version of a path may become: the text of its file, sound or not.

    `base` is the SHA-256 of the file that was published when the draft was begun; NULL for a path that is new.
    `revision` counts the changes, so that nobody writes over a change that they have not seen. The keys keep that a
    path has one draft, and a slug too.
    """

    path_id = Column(Uuid, primary_key=True)
    slug = Column(String, nullable=False, unique=True)
    text: Named[str] = Column(Text)
    base: Named[str | None] = Column(String(64))
    revision = Column(Integer, nullable=False)
    changed_at = Column(Instant, nullable=False)
    changed_by: Named[UUID | None] = Column(ForeignKey("persons.id"))


path_drafts = Table("path_drafts", metadata, PathDraftColumns)

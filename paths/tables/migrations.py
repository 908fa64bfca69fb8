"""What is kept of moving learners between versions of a path; rows are only added, and undoing adds some too."""

from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, Named, Table, TypedColumns, UniqueConstraint, Uuid

from base import Instant, Serial, metadata
from paths.tables.paths import enrolments, path_versions, paths


class PathMigrationColumns(TypedColumns):
    """One row is one decision to move learners of a path to `version_id`; what it moved stands in `enrolment_pins`.

    `whom` says whom it was for, and `among` (JSON) in which group. `current_before` and `current_after` are the
    versions that new enrolments were pinned to, where it changed that too. `undoes` names the migration that it takes
    back: once, the constraint keeps; an undoing may be undone itself. `by` is NULL where the operator did so at the
    command line.
    """

    id = Column(Uuid, primary_key=True)
    path_id = Column(Uuid, ForeignKey(paths.c.id), nullable=False)
    version_id = Column(Uuid, ForeignKey(path_versions.c.id), nullable=False)
    whom: Named[str]
    among: Named[bytes]
    current_before: Named[int | None] = Column(Integer, nullable=True)
    current_after: Named[int | None] = Column(Integer, nullable=True)
    undoes: Named[UUID | None] = Column(Uuid, ForeignKey("path_migrations.id"), unique=True)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey("persons.id"))
    reason: Named[str]


path_migrations = Table("path_migrations", metadata, PathMigrationColumns)
Index("ix_path_migrations_path", path_migrations.c.path_id, path_migrations.c.at)


class EnrolmentPinColumns(TypedColumns):
    """One row moves an enrolment from one version of its path to another, `at` when; one migration moves it once.

    Most enrolments never move and have none: they are pinned to what `enrolments` names, which is always the newest.
    """

    seq = Column(Serial, primary_key=True)
    enrolment_id = Column(Uuid, ForeignKey(enrolments.c.id), nullable=False)
    migration_id = Column(Uuid, ForeignKey(path_migrations.c.id), nullable=False)
    before_id = Column(Uuid, ForeignKey(path_versions.c.id), nullable=False)
    version_id = Column(Uuid, ForeignKey(path_versions.c.id), nullable=False)
    at = Column(Instant, nullable=False)


enrolment_pins = Table(
    "enrolment_pins", metadata, EnrolmentPinColumns, UniqueConstraint("migration_id", "enrolment_id")
)
Index("ix_enrolment_pins_enrolment", enrolment_pins.c.enrolment_id, enrolment_pins.c.seq)

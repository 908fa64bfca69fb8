"""What is kept of imports: a job for each file that was sent, and what became of each of its rows."""

from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, Named, Table, TypedColumns, Uuid

from base import Instant, metadata


class ImportColumns(TypedColumns):
    """One row is one file that was read, and how far it has come: a job, not a part of the register.

    `file` is the SHA-256 under which its bytes are kept, NULL once they are needed no more; `done` counts the rows that
    were applied, or undone while that goes on. `report` is the JSON of what the dry run found.
    `made_by` sent it and `decided_by` said the last word about it; NULL is the operator at the command line.
    """

    id = Column(Uuid, primary_key=True)
    kind: Named[str]
    file_name: Named[str]
    file: Named[str | None]
    encoding: Named[str | None]
    delimiter: Named[str | None]
    state: Named[str]
    total = Column(Integer, nullable=False)
    done = Column(Integer, nullable=False)
    report = Column(LargeBinary, nullable=False)
    made_at = Column(Instant, nullable=False)
    made_by: Named[UUID | None] = Column(ForeignKey("persons.id"))
    decided_by: Named[UUID | None] = Column(ForeignKey("persons.id"))
    ended_at = Column(Instant, nullable=True)


imports = Table("imports", metadata, ImportColumns)
Index("ix_imports_made_at", imports.c.made_at)


class ImportRowColumns(TypedColumns):
    """One row is one row of a file. `content` is what it says (JSON), until it is applied or the import discarded.

    `outcome` is what the dry run found, and later what came of it; `done` (JSON, without personal values) says what
    was added to the register, so that it can be undone.
    """

    import_id = Column(Uuid, ForeignKey(imports.c.id), primary_key=True)
    number = Column(Integer, primary_key=True)
    outcome: Named[str]
    content: Named[bytes | None]
    done: Named[bytes | None]


import_rows = Table("import_rows", metadata, ImportRowColumns)
Index("ix_import_rows_outcome", import_rows.c.import_id, import_rows.c.outcome, import_rows.c.number)


class WithdrawalColumns(TypedColumns):
    """One row says that a person or an organisation was registered by mistake: neither listed nor found from `at` on.

    What else is kept of them stays as it is.
    """

    subject_id = Column(Uuid, primary_key=True)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey("persons.id"))
    reason: Named[str]


withdrawals = Table("withdrawals", metadata, WithdrawalColumns)

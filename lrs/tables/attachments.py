"""Where it is kept which files came with statements."""

from sqlalchemy import BigInteger, Column, ForeignKey, Named, String, Table, TypedColumns

from base import metadata


class AttachmentColumns(TypedColumns):
    """One row says that a statement came with the file of one of its attachments; several of them may share it.

    `sha2` is the hash as the statement writes it, `content_type` what the statement says of the file, and `file` the
    SHA-256 under which the store of files has it.
    """

    seq = Column(BigInteger, ForeignKey("lrs_statements.seq"), primary_key=True, autoincrement=False)
    sha2 = Column(String(128), primary_key=True)
    content_type: Named[str]
    file = Column(String(64), nullable=False)


attachments = Table("lrs_attachments", metadata, AttachmentColumns)

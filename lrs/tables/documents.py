"""Where documents are kept: states, activity profiles and agent profiles."""

from sqlalchemy import BigInteger, Column, Named, SmallInteger, String, Table, TypedColumns

from base import Instant, metadata


class DocumentColumns(TypedColumns):
    """One row is one document as it came, under its key (Communication 2.2); it is replaced whole.

    The key is made of small numbers, so that the documents of one context are one range of it: `kind` is one of
    documents.py's Kind, the others stand in lrs_names, and 0 stands for what a document of the kind does not have
    (which is why they are no foreign keys). `etag` is the SHA-1 of the content, as the standard has it.
    """

    kind = Column(SmallInteger, primary_key=True, autoincrement=False)
    activity = Column(BigInteger, primary_key=True, autoincrement=False)
    agent = Column(BigInteger, primary_key=True, autoincrement=False, index=True)
    registration = Column(BigInteger, primary_key=True, autoincrement=False)
    name = Column(BigInteger, primary_key=True, autoincrement=False)
    content_type: Named[str]
    etag = Column(String(40), nullable=False)
    updated = Column(Instant, nullable=False)
    content: Named[bytes]


documents = Table("lrs_documents", metadata, DocumentColumns)

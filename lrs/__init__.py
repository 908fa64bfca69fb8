"""The record store: xAPI statements are validated, kept as they came, and found again."""

from lrs import activity_tables as _activity_tables  # noqa: F401 (likewise)
from lrs import attachment_tables as _attachment_tables  # noqa: F401 (likewise)
from lrs import credential_tables as _credential_tables  # noqa: F401 (likewise)
from lrs import document_tables as _document_tables  # noqa: F401 (likewise)
from lrs import exchange_tables as _exchange_tables  # noqa: F401 (likewise)
from lrs import log_tables as _log_tables  # noqa: F401 (likewise)
from lrs import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from lrs.agents import account_key, agent_key
from lrs.attachments import attached_files
from lrs.credentials import Credential, Scope, Sender, add_credential, revoke_credential, sender_of
from lrs.events import StatementsStored
from lrs.intake import Incoming, parse_statements
from lrs.reading import statements_of_agents, statements_with_ids
from lrs.statements import (
    VOIDED,
    Account,
    Activity,
    ActivityDefinition,
    Agent,
    Attachment,
    Context,
    ContextActivities,
    ContextAgent,
    ContextGroup,
    InteractionComponent,
    Result,
    Score,
    Statement,
    StatementRef,
    Stored,
    SubStatement,
    Verb,
)
from lrs.store import record_statement, record_statements, store_statements, waymark_authority

__all__ = [
    "VOIDED",
    "Account",
    "Activity",
    "ActivityDefinition",
    "Agent",
    "Attachment",
    "Context",
    "ContextActivities",
    "ContextAgent",
    "ContextGroup",
    "Credential",
    "Incoming",
    "InteractionComponent",
    "Result",
    "Scope",
    "Score",
    "Sender",
    "Statement",
    "StatementRef",
    "StatementsStored",
    "Stored",
    "SubStatement",
    "Verb",
    "account_key",
    "add_credential",
    "agent_key",
    "attached_files",
    "parse_statements",
    "record_statement",
    "record_statements",
    "revoke_credential",
    "sender_of",
    "statements_of_agents",
    "statements_with_ids",
    "store_statements",
    "waymark_authority",
]

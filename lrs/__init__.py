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
from lrs.bearer_tokens import BearerTokens
from lrs.credentials import (
    Credential,
    KnownCredential,
    Limits,
    Scope,
    Sender,
    Terms,
    add_credential,
    change_credential,
    find_credential,
    list_credentials,
    revoke_credential,
    sender_of,
)
from lrs.events import StatementsStored
from lrs.gate import Gate
from lrs.intake import Incoming, parse_statements
from lrs.issuers import Issuer, add_issuer, list_issuers, remove_issuer
from lrs.reading import statements_of_agents, statements_with_ids
from lrs.session_tokens import forget_session_tokens, make_session_token, revoke_session_tokens
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
    "BearerTokens",
    "Context",
    "ContextActivities",
    "ContextAgent",
    "ContextGroup",
    "Credential",
    "Gate",
    "Incoming",
    "InteractionComponent",
    "Issuer",
    "KnownCredential",
    "Limits",
    "Result",
    "Scope",
    "Score",
    "Sender",
    "Statement",
    "StatementRef",
    "StatementsStored",
    "Stored",
    "SubStatement",
    "Terms",
    "Verb",
    "account_key",
    "add_credential",
    "add_issuer",
    "agent_key",
    "attached_files",
    "change_credential",
    "find_credential",
    "forget_session_tokens",
    "list_credentials",
    "list_issuers",
    "make_session_token",
    "parse_statements",
    "record_statement",
    "record_statements",
    "remove_issuer",
    "revoke_credential",
    "revoke_session_tokens",
    "sender_of",
    "statements_of_agents",
    "statements_with_ids",
    "store_statements",
    "waymark_authority",
]

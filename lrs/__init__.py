"""The record store: xAPI statements are validated, kept as they came, and found again."""

from lrs import activity_tables as _activity_tables  # noqa: F401 (likewise)
from lrs import attachment_tables as _attachment_tables  # noqa: F401 (likewise)
from lrs import credential_tables as _credential_tables  # noqa: F401 (likewise)
from lrs import document_tables as _document_tables  # noqa: F401 (likewise)
from lrs import exchange_tables as _exchange_tables  # noqa: F401 (likewise)
from lrs import log_tables as _log_tables  # noqa: F401 (likewise)
from lrs import pseudonym_tables as _pseudonym_tables  # noqa: F401 (likewise)
from lrs import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from lrs.agent_documents import AgentDocument, delete_documents_of_agent, documents_of_agent
from lrs.agents import account_key, agent_key
from lrs.arrivals import Fetch, ForeignPage, claim_fetch, has_due_fetch, record_fetch_trouble, record_page
from lrs.attachments import attached_files
from lrs.bearer_tokens import BearerTokens
from lrs.body_limits import BodyLimits
from lrs.cors import Cors
from lrs.counting import Count, CountedBy, count_statements
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
from lrs.decoding import decode_stored
from lrs.delivering import Settled
from lrs.documents import Document, DocumentContext, find_document
from lrs.events import PseudonymBegun, StatementsStored
from lrs.evidence import commit_to_evidence, evidence_digests
from lrs.exporting import as_csv, as_json_lines, csv_head, next_exported
from lrs.fetching import fetch_page
from lrs.formats import in_one_language
from lrs.forwarding import (
    Forwarding,
    ForwardingRefusal,
    add_forwarding,
    forwarding_refusals_of,
    list_forwardings,
    pause_forwarding,
    remove_forwarding,
    resume_forwarding,
    retry_forwarding,
)
from lrs.gate import Gate
from lrs.importing import LONGEST_LINE_BYTES, Imported, Line, LineFault, import_lines
from lrs.inspecting import Inspected, find_voided, inspect_statement
from lrs.intake import Incoming, parse_statements
from lrs.issuers import Issuer, add_issuer, list_issuers, remove_issuer
from lrs.json_paths import DEFAULT_COLUMNS, JsonPath, parse_paths
from lrs.lenient import Mended, Mending, forget_mendings, latest_mendings
from lrs.other_stores import NewStore, Trouble, XapiVersion
from lrs.outgoing import Delivery, claim_delivery, has_due_delivery, record_delivery
from lrs.parameters import Query, parse_agent
from lrs.pseudonyms import Replacing, Step, begin_replacing, replace_next, replacing_under_way
from lrs.pulling import (
    Pull,
    PullRefusal,
    add_pull,
    list_pulls,
    pause_pull,
    pull_refusals_of,
    remove_pull,
    resume_pull,
    retry_pull,
)
from lrs.query import Page, find_statements
from lrs.reading import statements_of_agents, statements_with_ids
from lrs.selection import Chosen, Selection, last_seq, parse_selection
from lrs.sending import carry_out
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
from lrs.whereabouts import NOT_REACHED, Whereabouts, whereabouts

__all__ = [
    "DEFAULT_COLUMNS",
    "LONGEST_LINE_BYTES",
    "NOT_REACHED",
    "VOIDED",
    "Account",
    "Activity",
    "ActivityDefinition",
    "Agent",
    "AgentDocument",
    "Attachment",
    "BearerTokens",
    "BodyLimits",
    "Chosen",
    "Context",
    "ContextActivities",
    "ContextAgent",
    "ContextGroup",
    "Cors",
    "Count",
    "CountedBy",
    "Credential",
    "Delivery",
    "Document",
    "DocumentContext",
    "Fetch",
    "ForeignPage",
    "Forwarding",
    "ForwardingRefusal",
    "Gate",
    "Imported",
    "Incoming",
    "Inspected",
    "InteractionComponent",
    "Issuer",
    "JsonPath",
    "KnownCredential",
    "Limits",
    "Line",
    "LineFault",
    "Mended",
    "Mending",
    "NewStore",
    "Page",
    "PseudonymBegun",
    "Pull",
    "PullRefusal",
    "Query",
    "Replacing",
    "Result",
    "Scope",
    "Score",
    "Selection",
    "Sender",
    "Settled",
    "Statement",
    "StatementRef",
    "StatementsStored",
    "Step",
    "Stored",
    "SubStatement",
    "Terms",
    "Trouble",
    "Verb",
    "Whereabouts",
    "XapiVersion",
    "account_key",
    "add_credential",
    "add_forwarding",
    "add_issuer",
    "add_pull",
    "agent_key",
    "as_csv",
    "as_json_lines",
    "attached_files",
    "begin_replacing",
    "carry_out",
    "change_credential",
    "claim_delivery",
    "claim_fetch",
    "commit_to_evidence",
    "count_statements",
    "csv_head",
    "decode_stored",
    "delete_documents_of_agent",
    "documents_of_agent",
    "evidence_digests",
    "fetch_page",
    "find_credential",
    "find_document",
    "find_statements",
    "find_voided",
    "forget_mendings",
    "forget_session_tokens",
    "forwarding_refusals_of",
    "has_due_delivery",
    "has_due_fetch",
    "import_lines",
    "in_one_language",
    "inspect_statement",
    "last_seq",
    "latest_mendings",
    "list_credentials",
    "list_forwardings",
    "list_issuers",
    "list_pulls",
    "make_session_token",
    "next_exported",
    "parse_agent",
    "parse_paths",
    "parse_selection",
    "parse_statements",
    "pause_forwarding",
    "pause_pull",
    "pull_refusals_of",
    "record_delivery",
    "record_fetch_trouble",
    "record_page",
    "record_statement",
    "record_statements",
    "remove_forwarding",
    "remove_issuer",
    "remove_pull",
    "replace_next",
    "replacing_under_way",
    "resume_forwarding",
    "resume_pull",
    "retry_forwarding",
    "retry_pull",
    "revoke_credential",
    "revoke_session_tokens",
    "sender_of",
    "statements_of_agents",
    "statements_with_ids",
    "store_statements",
    "waymark_authority",
    "whereabouts",
]

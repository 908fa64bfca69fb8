"""The record store: xAPI statements are validated, kept as they came, and found again."""

from lrs import tables as _tables  # noqa: F401 (tables belong to the metadata as soon as they are known)
from lrs.browsing.counting import Count, CountedBy, count_statements
from lrs.browsing.exporting import as_csv, as_json_lines, csv_head, next_exported
from lrs.browsing.inspecting import Inspected, find_voided, inspect_statement
from lrs.browsing.json_paths import DEFAULT_COLUMNS, JsonPath, parse_paths
from lrs.browsing.selection import Chosen, Selection, last_seq, parse_selection
from lrs.documents.agent_documents import AgentDocument, delete_documents_of_agent, documents_of_agent
from lrs.documents.documents import Document, DocumentContext, find_document
from lrs.exchange.arrivals import Fetch, ForeignPage, claim_fetch, has_due_fetch, record_fetch_trouble, record_page
from lrs.exchange.delivering import Settled
from lrs.exchange.fetching import fetch_page
from lrs.exchange.forwarding import (
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
from lrs.exchange.importing import LONGEST_LINE_BYTES, Imported, Line, LineFault, import_lines
from lrs.exchange.other_stores import NewStore, Trouble, XapiVersion
from lrs.exchange.outgoing import Delivery, claim_delivery, has_due_delivery, record_delivery
from lrs.exchange.pulling import (
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
from lrs.exchange.sending import carry_out
from lrs.http.body_limits import BodyLimits
from lrs.log.attachments import attached_files
from lrs.log.events import PseudonymBegun, StatementsStored
from lrs.log.lenient import Mended, Mending, forget_mendings, latest_mendings
from lrs.log.parameters import Query, parse_agent
from lrs.log.query import Page, find_statements
from lrs.log.reading import statements_of_agents, statements_with_ids
from lrs.log.store import record_statement, record_statements, store_statements, waymark_authority
from lrs.pseudonyms.evidence import commit_to_evidence, evidence_digests
from lrs.pseudonyms.pseudonyms import Replacing, Step, begin_replacing, replace_next, replacing_under_way
from lrs.pseudonyms.whereabouts import NOT_REACHED, Whereabouts, whereabouts
from lrs.senders.bearer_tokens import BearerTokens
from lrs.senders.cors import Cors
from lrs.senders.credentials import (
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
from lrs.senders.gate import Gate
from lrs.senders.issuers import Issuer, add_issuer, list_issuers, remove_issuer
from lrs.senders.session_tokens import forget_session_tokens, make_session_token, revoke_session_tokens
from lrs.standard.agents import account_key, account_of_key, agent_key
from lrs.standard.decoding import decode_stored
from lrs.standard.formats import in_one_language
from lrs.standard.intake import Incoming, parse_statements
from lrs.standard.statements import (
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
    "account_of_key",
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

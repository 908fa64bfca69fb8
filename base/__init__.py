"""What every domain stands on and itself knows none: database, events, errors, files, keys, audit, words, HTTP out."""

from base.audit import record_decision
from base.columns import Instant, Serial, lock, metadata, upsert
from base.database import Database, parse_url
from base.delivery import Failure, RetryLater, apply_effects, failures, has_due_effects, retry, waiting
from base.errors import (
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    PreconditionFailed,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    WaymarkError,
)
from base.events import Effect, Errand, Event, Subscription, publish
from base.files import FileStore
from base.ids import new_token, new_uuid, token_hash
from base.installation import installation_iri, settle_installation
from base.jobs import work
from base.keys import DocumentKey, KeyRing
from base.outward import FailureKind, Outward, OutwardFailure, Response
from base.words import LANGUAGES, Words, best_language, load_words, msgid, words_for

__all__ = [
    "LANGUAGES",
    "Conflict",
    "Database",
    "DocumentKey",
    "Effect",
    "Errand",
    "Event",
    "Failure",
    "FailureKind",
    "FileStore",
    "Forbidden",
    "Instant",
    "Invalid",
    "KeyRing",
    "Missing",
    "Outward",
    "OutwardFailure",
    "PreconditionFailed",
    "Response",
    "RetryLater",
    "Serial",
    "Subscription",
    "TooLarge",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "WaymarkError",
    "Words",
    "apply_effects",
    "best_language",
    "failures",
    "has_due_effects",
    "installation_iri",
    "load_words",
    "lock",
    "metadata",
    "msgid",
    "new_token",
    "new_uuid",
    "parse_url",
    "publish",
    "record_decision",
    "retry",
    "settle_installation",
    "token_hash",
    "upsert",
    "waiting",
    "words_for",
    "work",
]

"""What every domain stands on and itself knows none: database, events, errors, files, keys, audit, words, HTTP out."""

from base.audit import SALT_BYTES, commit, forget_personal_values, personal, personal_values, record_decision
from base.audit_search import Asked, Decision, decisions
from base.columns import Instant, Serial, lock, metadata, to_microseconds, upsert
from base.database import Database, parse_url
from base.delivery import (
    ATTEMPTS_BEFORE_SET_ASIDE,
    DeliverySetAside,
    Failure,
    NotNow,
    RetryLater,
    apply_effects,
    failures,
    has_due_effects,
    retry,
)
from base.encodings import ENCODINGS
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
from base.events import Effect, Errand, Event, Subscription, publish, publish_again, publish_all
from base.files import Draft, FileStore, full_disk_named
from base.ids import new_token, new_uuid, token_hash
from base.installation import installation_iri, settle_installation
from base.jobs import work
from base.key_schedule import (
    POLICIES,
    KeyPurpose,
    KeyState,
    PublicKey,
    Standing,
    due_rotations,
    key_in_use,
    standings,
    waiting_key,
)
from base.key_sets import KeySets, life_of, parse_key_set
from base.keys import DocumentKey, KeyRing
from base.openness import BY_PROOF, PUBLIC
from base.ordering import in_order
from base.origins import host_of, origin_of, without_default_port
from base.outward import FailureKind, Outward, OutwardFailure, Response
from base.public_keys import declare_compromised, list_public_keys, publish_keys, rotate_key, sound_key
from base.rows import RowInsert, RowsIn
from base.sealing import seal, unseal
from base.seals import Seal, newest_seal, seal_rows
from base.sheet_writing import Cell, csv_lines, write_csv, write_xlsx
from base.sheets import LARGEST_SHEET_BYTES, Line, Sheet, read_sheet
from base.tampering import Fault, Verification, verify_audit
from base.tokens import TokenRefused, read_header, verified_payload
from base.waiting import MOST_COUNTED, waiting
from base.words import LANGUAGES, Period, Said, Words, best_language, load_words, msgid, spoken_language, words_for

__all__ = [
    "ATTEMPTS_BEFORE_SET_ASIDE",
    "BY_PROOF",
    "ENCODINGS",
    "LANGUAGES",
    "LARGEST_SHEET_BYTES",
    "MOST_COUNTED",
    "POLICIES",
    "PUBLIC",
    "SALT_BYTES",
    "Asked",
    "Cell",
    "Conflict",
    "Database",
    "Decision",
    "DeliverySetAside",
    "DocumentKey",
    "Draft",
    "Effect",
    "Errand",
    "Event",
    "Failure",
    "FailureKind",
    "Fault",
    "FileStore",
    "Forbidden",
    "Instant",
    "Invalid",
    "KeyPurpose",
    "KeyRing",
    "KeySets",
    "KeyState",
    "Line",
    "Missing",
    "NotNow",
    "Outward",
    "OutwardFailure",
    "Period",
    "PreconditionFailed",
    "PublicKey",
    "Response",
    "RetryLater",
    "RowInsert",
    "RowsIn",
    "Said",
    "Seal",
    "Serial",
    "Sheet",
    "Standing",
    "Subscription",
    "TokenRefused",
    "TooLarge",
    "TooMany",
    "Unauthenticated",
    "Unavailable",
    "Verification",
    "WaymarkError",
    "Words",
    "apply_effects",
    "best_language",
    "commit",
    "csv_lines",
    "decisions",
    "declare_compromised",
    "due_rotations",
    "failures",
    "forget_personal_values",
    "full_disk_named",
    "has_due_effects",
    "host_of",
    "in_order",
    "installation_iri",
    "key_in_use",
    "life_of",
    "list_public_keys",
    "load_words",
    "lock",
    "metadata",
    "msgid",
    "new_token",
    "new_uuid",
    "newest_seal",
    "origin_of",
    "parse_key_set",
    "parse_url",
    "personal",
    "personal_values",
    "publish",
    "publish_again",
    "publish_all",
    "publish_keys",
    "read_header",
    "read_sheet",
    "record_decision",
    "retry",
    "rotate_key",
    "seal",
    "seal_rows",
    "settle_installation",
    "sound_key",
    "spoken_language",
    "standings",
    "to_microseconds",
    "token_hash",
    "unseal",
    "upsert",
    "verified_payload",
    "verify_audit",
    "waiting",
    "waiting_key",
    "without_default_port",
    "words_for",
    "work",
    "write_csv",
    "write_xlsx",
]

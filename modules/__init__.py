"""What a learner opens: published modules, attempts, sessions by the rules of cmi5, marking, and facts."""

from modules import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from modules.activities import module_activities
from modules.attempts import Attempt, attempts_at
from modules.cmi5 import LaunchMode
from modules.decisions import (
    DECIDED_KINDS,
    RECOGNISED,
    Decided,
    WaiverReason,
    recognise,
    record_attendance,
    record_contribution,
    record_review,
    record_submission,
    sign_off,
    void_decision,
    waive,
)
from modules.facts import FACT_EXTENSIONS, FACT_VERBS, Fact, facts_of
from modules.forms import Fault, Fields
from modules.kinds import KINDS, FactKind, Kind, Says, Value, VerbIri
from modules.launching import SESSION_LIFETIME, open_module
from modules.marking import Answer
from modules.player import answer, begin, finish, hand_in, leave, player_page, try_again
from modules.player_page import Option, PlayerPage, PlayerState, QuestionView, QuizResult
from modules.privacy import erase_from_modules, forget_return_addresses, known_to_modules
from modules.publishing import Module, module, modules, publish_module, source_of
from modules.session_rules import Refusal, refusal
from modules.session_state import SessionState

__all__ = [
    "DECIDED_KINDS",
    "FACT_EXTENSIONS",
    "FACT_VERBS",
    "KINDS",
    "RECOGNISED",
    "SESSION_LIFETIME",
    "Answer",
    "Attempt",
    "Decided",
    "Fact",
    "FactKind",
    "Fault",
    "Fields",
    "Kind",
    "LaunchMode",
    "Module",
    "Option",
    "PlayerPage",
    "PlayerState",
    "QuestionView",
    "QuizResult",
    "Refusal",
    "Says",
    "SessionState",
    "Value",
    "VerbIri",
    "WaiverReason",
    "answer",
    "attempts_at",
    "begin",
    "erase_from_modules",
    "facts_of",
    "finish",
    "forget_return_addresses",
    "hand_in",
    "known_to_modules",
    "leave",
    "module",
    "module_activities",
    "modules",
    "open_module",
    "player_page",
    "publish_module",
    "recognise",
    "record_attendance",
    "record_contribution",
    "record_review",
    "record_submission",
    "refusal",
    "sign_off",
    "source_of",
    "try_again",
    "void_decision",
    "waive",
]

"""What a learner opens: published modules, attempts, sessions by the rules of cmi5, marking, and facts."""

from modules import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from modules.cmi5 import LaunchMode
from modules.facts import Fact, facts_of
from modules.forms import Fault
from modules.kinds import KINDS, FactKind, Kind, Says, Value, VerbIri, counts
from modules.publishing import Module, module, modules, publish_module
from modules.session_rules import Refusal, SessionState, refusal

__all__ = [
    "KINDS",
    "Fact",
    "FactKind",
    "Fault",
    "Kind",
    "LaunchMode",
    "Module",
    "Refusal",
    "Says",
    "SessionState",
    "Value",
    "VerbIri",
    "counts",
    "facts_of",
    "module",
    "modules",
    "publish_module",
    "refusal",
]

"""What a learner opens: published modules, attempts, sessions by the rules of cmi5, marking, and facts."""

from modules import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from modules.kinds import KINDS, FactKind, Kind, Says, Value, Verb, counts

__all__ = ["KINDS", "FactKind", "Kind", "Says", "Value", "Verb", "counts"]

"""The table of kinds: what a statement must be to count as a fact, and whose word is needed for it.

Everything that can count towards completion is one row here, whoever records it and wherever: a quiz passed in
our player, a list of attendance typed in by a facilitator, a module done in another LMS.

Three rules hold for every row:
- **The learner is the actor.** A person who decided (a mentor, a reviewer, an administrator) stands in
  `context.instructor`, and the platform that vouches for it in `authority`.
- **The object is the module's activity**, one IRI in all languages. What it happened in (a meeting, a piece of
  work) stands in `context.contextActivities.parent`.
- A fact is dated by the statement's `timestamp`, and known since its `stored`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

import msgspec


class FactKind(StrEnum):
    """What a rule can ask for."""

    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"
    SCORED = "scored"
    PROGRESSED = "progressed"
    ATTENDED = "attended"
    SUBMITTED = "submitted"
    REVIEWED = "reviewed"
    SIGNED_OFF = "signed off"
    CONTRIBUTED = "contributed"
    WAIVED = "waived"


class VerbIri(StrEnum):
    """Verb IRIs, each with the vocabulary that defines it."""

    # cmi5 9.3.1 to 9.3.9; the same IRIs as ADL's vocabulary where it has them
    LAUNCHED = "http://adlnet.gov/expapi/verbs/launched"
    INITIALIZED = "http://adlnet.gov/expapi/verbs/initialized"
    COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
    PASSED = "http://adlnet.gov/expapi/verbs/passed"
    FAILED = "http://adlnet.gov/expapi/verbs/failed"
    TERMINATED = "http://adlnet.gov/expapi/verbs/terminated"
    ABANDONED = "https://w3id.org/xapi/adl/verbs/abandoned"
    WAIVED = "https://w3id.org/xapi/adl/verbs/waived"
    # ADL vocabulary
    ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
    PROGRESSED = "http://adlnet.gov/expapi/verbs/progressed"
    ATTENDED = "http://adlnet.gov/expapi/verbs/attended"
    # Total Learning Architecture, Master Object Model 0.16
    SCORED = "https://w3id.org/xapi/tla/verbs/scored"
    TLA_ATTENDED = "https://w3id.org/xapi/tla/verbs/attended"
    ASSERTED = "https://w3id.org/xapi/tla/verbs/asserted"
    # Activity Streams 1.0 and the Tin Can registry, where ADL and TLA have no word
    SUBMITTED = "http://activitystrea.ms/schema/1.0/submit"
    REVIEWED = "http://id.tincanapi.com/verb/reviewed"
    SHARED = "http://adlnet.gov/expapi/verbs/shared"

    @property
    def word(self) -> str:
        """The verb's last word: how it is displayed, and how the session rules name it."""
        return self.rsplit("/", 1)[-1]


class Says(StrEnum):
    """Whose authority is needed; what anyone else says is kept, and counts for nothing."""

    TRUSTED = "an authority that the module trusts: Waymark's own, and those that it lists"
    WAYMARK = "Waymark's own authority, and another only where the module lists it for this very kind"


class Value(StrEnum):
    """Where a fact's number stands in the statement, and its unit."""

    NONE = "none"
    SCALED = "result.score.scaled, from -1 to 1"
    PERCENT = "result.extensions[cmi5 progress], from 0 to 100"
    MINUTES = "result.duration, in minutes"


class Kind(msgspec.Struct, frozen=True):
    """One row of the table. `needs` is what the statement must hold besides, or it is no such fact."""

    verbs: tuple[VerbIri, ...]
    object: str
    context: str
    value: Value
    needs: str
    authority: Says


_MODULE = "the module's activity"

KINDS: Mapping[FactKind, Kind] = MappingProxyType(
    {
        FactKind.COMPLETED: Kind(
            verbs=(VerbIri.COMPLETED,),
            object=_MODULE,
            context="registration; in a cmi5 session also its session id and publisher id",
            value=Value.NONE,
            needs="result.completion is not false",
            authority=Says.TRUSTED,
        ),
        FactKind.PASSED: Kind(
            verbs=(VerbIri.PASSED,),
            object=_MODULE,
            context="as completed, with masteryscore where it was judged by one",
            value=Value.SCALED,
            needs="result.success is not false",
            authority=Says.TRUSTED,
        ),
        FactKind.FAILED: Kind(
            verbs=(VerbIri.FAILED,),
            object=_MODULE,
            context="as passed",
            value=Value.SCALED,
            needs="result.success is not true",
            authority=Says.TRUSTED,
        ),
        FactKind.SCORED: Kind(
            verbs=(VerbIri.PASSED, VerbIri.FAILED, VerbIri.SCORED),
            object=_MODULE,
            context="as passed",
            value=Value.SCALED,
            needs="result.score.scaled",
            authority=Says.TRUSTED,
        ),
        FactKind.PROGRESSED: Kind(
            verbs=(VerbIri.PROGRESSED,),
            object=_MODULE,
            context="registration",
            value=Value.PERCENT,
            needs="the progress extension, a whole number from 0 to 100 (cmi5 9.5.5.1)",
            authority=Says.TRUSTED,
        ),
        FactKind.ATTENDED: Kind(
            verbs=(VerbIri.ATTENDED, VerbIri.TLA_ATTENDED),
            object=_MODULE,
            context="parent: the meeting; instructor: who took the attendance",
            value=Value.MINUTES,
            needs="nothing more; a duration where minutes count",
            authority=Says.WAYMARK,
        ),
        FactKind.SUBMITTED: Kind(
            verbs=(VerbIri.SUBMITTED,),
            object=_MODULE,
            context="parent: the piece of work",
            value=Value.NONE,
            needs="nothing more",
            authority=Says.TRUSTED,
        ),
        FactKind.REVIEWED: Kind(
            verbs=(VerbIri.REVIEWED,),
            object=_MODULE,
            context="parent: the peer's piece of work that the learner reviewed",
            value=Value.NONE,
            needs="nothing more",
            authority=Says.WAYMARK,
        ),
        FactKind.SIGNED_OFF: Kind(
            verbs=(VerbIri.ASSERTED,),
            object=_MODULE,
            context="instructor: the mentor, facilitator or coordinator who signed",
            value=Value.NONE,
            needs="context.instructor, for a sign-off is somebody's",
            authority=Says.WAYMARK,
        ),
        FactKind.CONTRIBUTED: Kind(
            verbs=(VerbIri.SHARED,),
            object=_MODULE,
            context="parent: what was contributed; instructor: who confirms it",
            value=Value.NONE,
            needs="context.instructor, for a contribution is confirmed by somebody",
            authority=Says.WAYMARK,
        ),
        FactKind.WAIVED: Kind(
            verbs=(VerbIri.WAIVED,),
            object=_MODULE,
            context="a session id of its own (cmi5 9.3.7); instructor: who decided",
            value=Value.NONE,
            needs="result.extensions[cmi5 reason], one of the reasons of cmi5 9.5.5.2 or another in words",
            authority=Says.WAYMARK,
        ),
    }
)

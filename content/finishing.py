"""What finishes a module in one way of taking it: as its file says it, and as the register keeps it."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from base import msgid
from content.vocabulary import Iri, MoveOn, Slug

Share = Annotated[float, Meta(gt=0, le=1, description=msgid("a number above 0 and up to 1"))]
Times = Annotated[int, Meta(ge=1, le=1000, description=msgid("a whole number, 1 to 1000"))]
AttendedMinutes = Annotated[int, Meta(ge=1, le=100_000, description=msgid("whole minutes, 1 to 100000"))]


class DeliveryMode(StrEnum):
    """In what way a module can be taken; any one fulfils it."""

    ONLINE = "online"
    LIVE_SESSION = "live-session"
    WORKSHOP = "workshop"
    MENTORING = "mentoring"
    ASSIGNMENT = "assignment"
    PEER_REVIEW = "peer-review"
    EXTERNAL = "external"
    CONTRIBUTION = "contribution"


class Finishing(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything that is named must be shown; what is left out is not asked.

    `move_on` is cmi5's word for what finishes an assignable unit (13.1.4); `min_score` (0 to 1) the least score.
    `sessions` are different meetings attended, `minutes` the minutes attended in all of them together. `reviews` are
    pieces of peers' work that the learner reviewed. `signed_off` asks for somebody's sign-off, `signed_off_by` for that
    of one who held one of these positions when signing. `submitted` asks for work handed in, `contributed` for a
    contribution that somebody confirmed.
    """

    move_on: MoveOn | None = None
    min_score: Share | None = None
    sessions: Times | None = None
    minutes: AttendedMinutes | None = None
    reviews: Times | None = None
    signed_off: bool = False
    signed_off_by: tuple[Slug, ...] = ()
    submitted: bool = False
    contributed: bool = False

    @property
    def asks_something(self) -> bool:
        """Whether anything must be shown; `signed_off_by` alone only says by whom."""
        return self != Finishing(signed_off_by=self.signed_off_by)


class Delivery(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way of taking a module, and what finishes it there.

    `url` is where a learner goes for it. `activity` is the IRI by which another system's statements name it, where they
    do not name the module's own.
    """

    mode: DeliveryMode
    finishing: Finishing
    url: Iri | None = None
    activity: Iri | None = None

"""Fillings for the auditor's page: every state and every lack, long names, evidence that counts no more."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from app.lack_words import Reader, told
from app.pages.explanations import Asked, EvidenceView
from app.visit import Visit
from base import Invalid, words_for
from content import DeliveryMode, Finishing, MoveOn
from modules import Fact, FactKind
from paths import Explained, Explanation, Lack, Missing, Option, State
from people import Account, Person, Role
from tests.app.visits import ID, visit
from tests.times import NOW

_LEARNER = Person(ID, "Zümrüdxanım Qırxlarova-Məmmədzadə", "az", Account("http://127.0.0.1:8000", "x"))
_STATEMENT = UUID("0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0002")
_ACTIVITY = "https://ulc.waymark.example/modules/strategic-planning-for-local-economic-development"
_MISSING = tuple(
    Missing(
        lack,
        nodes=("b", "c"),
        needed=0.8 if lack == Lack.SCORE else 3,
        best=None if lack == Lack.SIGNED_OFF else 0.5,
        positions=() if lack == Lack.SIGNED_OFF else ("mayor", "planner"),
        at=NOW,
        statements=(_STATEMENT,),
    )
    for lack in Lack
)


def _node(id_: str, state: State, **changed: Any) -> Explanation:
    values: dict[str, Any] = {"since": None, "evidence": (), "score": None, "done": 0, "needed": 1, "missing": ()}
    return Explanation(id=id_, state=state, **(values | changed))


_OPTION = Option(
    _ACTIVITY,
    DeliveryMode.WORKSHOP,
    Finishing(move_on=MoveOn.PASSED, min_score=0.8, sessions=3, minutes=90, signed_off_by=("mayor",), submitted=True),
    (_STATEMENT,),
    _MISSING[:2],
)
_LEAVES = (
    _node(
        "a", State.SATISFIED, since=NOW, until=NOW + timedelta(days=30), evidence=(_STATEMENT, ID), score=0.9, done=1
    ),
    _node("b", State.EXPIRED, since=NOW, due=NOW, overdue=True, missing=_MISSING, options=(_OPTION,)),
    _node("c", State.LOST, evidence=(_STATEMENT,), missing=_MISSING[-2:]),
    *(_node(f"d-{state}", state, due=NOW, options=(_OPTION,)) for state in (State.OPEN, State.IN_PROGRESS)),
)
_ROOT = _node(
    "path",
    State.IN_PROGRESS,
    since=NOW,
    done=1,
    needed=5,
    missing=_MISSING[-1:],
    items=(_node("g", State.LOCKED, needed=5, done=1, items=_LEAVES),),
)
_FACTS = tuple(
    Fact(
        agent="account::https://waymark.example::x",
        activity=_ACTIVITY,
        kind=kind,
        value=0.9,
        at=NOW,
        known_at=NOW + timedelta(days=3),
        statement_id=_STATEMENT,
        authority="account::https://lms.academy-of-public-administration.example::plugin",
        voided_at=NOW if kind == FactKind.PASSED else None,
        by="account::https://waymark.example::y",
    )
    for kind in FactKind
)
_TITLES = {
    "path": "Pathways for Economic Growth",
    "g": "Finding out what is the matter",
    "a": "Listening to your community",
    "b": "Ընդլայնված ռազմավարական պլանավորում տեղական տնտեսական զարգացման համար",
    "c": "The local economy in data",
    "d-open": "From problem to portfolio",
    "d-in-progress": "Partners and the private sector",
}
_FOUND = Explained(
    path="pathways-for-economic-growth",
    enrolment_id=ID,
    person_id=ID,
    organisation_id=None,
    enrolled_at=NOW,
    time_zone="Asia/Baku",
    version=3,
    rule_hash="0123456789abcdef" * 4,
    as_of=NOW,
    known_at=NOW,
    node=_ROOT,
    facts=_FACTS,
    titles=_TITLES,
    asked={"path": {"kind": "all"}, "g": {"kind": "n-of", "n": 3}},
    next_steps=("b", "d-open", "d-in-progress"),
)
_BEFORE = EvidenceView(
    Person(ID, None, "az", _LEARNER.opaque),
    Explained(**{each: getattr(_FOUND, each) for each in Explained.__struct_fields__} | {"facts": ()}),
    Asked("yesterday", "2026-11-01"),
    Invalid("as_of is 'yesterday'; it must be a day.", where="as_of"),
)


def explanation_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    auditor = visit(language, Role.LEARNER, Role.AUDITOR)
    reader = Reader(words_for(language), _TITLES, ZoneInfo("Asia/Baku"))
    said = {"told": lambda missing: told(missing, reader)}
    return {
        "evidence": ("evidence.html", auditor, {"view": EvidenceView(_LEARNER, _FOUND, Asked(), None), **said}),
        "evidence-fault": ("evidence.html", auditor, {"view": _BEFORE, **said}),
    }

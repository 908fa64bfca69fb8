"""Fillings for the pages on which staff see a learner's progress, decide, and find what is unmatched."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from app.pages.attendance import AttendanceForm, AttendanceList
from app.pages.progress import DecisionForm, ModuleProgress, ProgressView
from app.pages.teams import TeamView
from app.pages.unmatched import UnmatchedList
from app.visit import Visit
from content import Delivery, DeliveryMode, Finishing, MoveOn, Status
from modules import RECOGNISED, Attempt, Fact, FactKind, Module, WaiverReason
from paths import EnrolmentStatus, Explanation, Heard, Lack, Missing, State, TeamProgress, Unknown, Unmatched
from paths.judging.team_needs import PositionNeed
from people import Account, Action, Entry, Organisation, OrganisationKind, Person, Role
from tests.app.path_samples import COMPLETE, PATH
from tests.app.visits import ID, visit
from tests.times import NOW

_LEARNER = Person(ID, "Aygün Əliyeva", "az", Account("http://127.0.0.1:8000", "x"))
_NAMELESS = msgspec.structs.replace(_LEARNER, full_name=None)
_UNION = Organisation(
    ID,
    "Akhalkalaki-Ninotsminda-Javakheti Intermunicipal Waste Management Union",
    OrganisationKind.DISTRICT,
    "GE",
    None,
    (),
    (),
    NOW,
)
_LMS = "account::https://lms.academy-of-public-administration.example::lms"
_MODULE = Module(
    id=ID,
    slug="who-decides-what",
    activity="https://ulc.waymark.example/modules/who-decides-what",
    status=Status.LIVE,
    title={"en": "Who decides what: roles in a municipal project"},
    summary={"en": "Roles"},
    minutes=7,
    mastery=0.8,
    move_on=MoveOn.COMPLETED_AND_PASSED,
    languages=("en",),
    version=3,
    version_hash="0" * 64,
    ways=(
        Delivery(DeliveryMode.ONLINE, Finishing(move_on=MoveOn.COMPLETED_AND_PASSED)),
        Delivery(DeliveryMode.WORKSHOP, Finishing(sessions=3, minutes=240, signed_off_by=("mayor", "planner"))),
        Delivery(DeliveryMode.PEER_REVIEW, Finishing(reviews=2, submitted=True, min_score=0.75, contributed=True)),
        Delivery(DeliveryMode.MENTORING, Finishing(signed_off=True)),
    ),
)
_MEETING = "https://ulc.waymark.example/modules/who-decides-what/meetings/2026-11-22"


def _heard(kind: FactKind, *, decided: bool = False, **rest: Any) -> Heard:
    values: dict[str, Any] = {
        "agent": "account::http://127.0.0.1:8000::x",
        "activity": _MODULE.activity,
        "kind": kind,
        "value": None,
        "at": NOW - timedelta(days=3),
        "known_at": NOW,
        "statement_id": ID,
        "authority": _LMS,
        "by": "account::http://127.0.0.1:8000::y" if decided else None,
    }
    return Heard(Fact(**(values | rest)), believed=decided, revocable=decided, by=ID if decided else None)


_HEARD = [
    _heard(FactKind.ATTENDED, decided=True, value=90.0, place=_MEETING),
    _heard(FactKind.WAIVED, detail=RECOGNISED, voided_at=NOW, by="mbox::mailto:reviewer@academy.example"),
    *(_heard(kind, value=0.5) for kind in (FactKind.PASSED, FactKind.FAILED, FactKind.SCORED)),
    _heard(FactKind.PROGRESSED, value=40.0),
    *(_heard(kind) for kind in (FactKind.COMPLETED, FactKind.SUBMITTED, FactKind.REVIEWED, FactKind.SIGNED_OFF)),
    _heard(FactKind.CONTRIBUTED),
    *(_heard(FactKind.WAIVED, detail=reason.value) for reason in WaiverReason),
]
_FAULTS = dict.fromkeys(
    (
        *(
            f"{form}-{field}"
            for form in ("attendance", "work", "sign-off", "recognise", "waive")
            for field in ("on", "reason")
        ),
        "attendance-meeting",
        "attendance-minutes",
        "work-what",
        "work-work",
        "recognise-work",
        "waive-why",
        f"void-{ID}",
    ),
    "wrong",
)
_UNMATCHED = [
    Unmatched(Unknown.AGENT, _LMS, ID, NOW, Account("https://lms.academy-of-public-administration.example", "4711")),
    Unmatched(Unknown.AGENT, "mbox::mailto:a.very.long.name@academy-of-public-administration.example", ID, NOW),
]
_UNPUBLISHED = Unmatched(Unknown.ACTIVITY, "https://lms.academy-of-public-administration.example/course/7", ID, NOW)


def _team(status: EnrolmentStatus = EnrolmentStatus.ACTIVE) -> TeamProgress:
    def node(id_: str, state: State, *items: Explanation, missing: tuple[Missing, ...] = ()) -> Explanation:
        return Explanation(id_, state, NOW, (), 0.8, 1, 2, missing, items, due=NOW, overdue=state is State.OPEN)

    lacks = (Missing(Lack.MEMBERS, needed=3, best=1), Missing(Lack.POSITIONS, positions=("mayor",)))
    team = node("n-team", State.IN_PROGRESS, *(node(f"r-{state}", state) for state in State), missing=lacks)
    needs = (
        PositionNeed("n-team", "mayor", covered=False, holders=0),
        PositionNeed("n-team", "planner", covered=True, holders=2),
        PositionNeed("n-team", "waste-officer", covered=False, holders=1, missing=("r-open", "r-locked")),
    )
    titles = {f"r-{state}": _MODULE.title["en"] for state in State} | {"path": PATH.title, "n-team": "Together"}
    root = node("path", State.IN_PROGRESS, team)
    alone = {"r-open": "module.who-decides-what"}
    return TeamProgress("growth", ID, ID, NOW, status, "Asia/Baku", root, needs, titles, alone)


def progress_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/people")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/people")
    lost = tuple(
        msgspec.structs.replace(item, state=state, evidence=(ID,))
        for item, state in zip(PATH.items, (State.EXPIRED, State.LOST), strict=False)
    )
    shown = msgspec.structs.replace(PATH, items=(*PATH.items, *lost))
    modules = {item.id: [_MODULE] for item in PATH.items}
    return {
        "learner-paths": ("learner_paths.html", administrator, {"learner": _LEARNER, "views": [PATH, COMPLETE]}),
        "learner-paths-none": ("learner_paths.html", auditor, {"learner": _NAMELESS, "views": []}),
        "learner-progress": (
            "learner_progress.html",
            administrator,
            {"view": ProgressView(_LEARNER, shown, modules), "told": _told},
        ),
        "learner-progress-done": (
            "learner_progress.html",
            auditor,
            {"view": ProgressView(_LEARNER, COMPLETE, {}), "told": _told},
        ),
        "team": ("team.html", administrator, {"view": TeamView(_UNION, _team(), is_member=False), "told": _told}),
        "team-member": (
            "team.html",
            visit(language, Role.LEARNER),
            {"view": TeamView(_UNION, _team(EnrolmentStatus.PAUSED), is_member=True), "told": _told},
        ),
        "learner-module": ("learner_module.html", administrator, _module({})),
        "learner-module-faults": ("learner_module.html", administrator, _module(_FAULTS)),
        "learner-module-none": (
            "learner_module.html",
            auditor,
            _module({}) | {"view": ModuleProgress(_NAMELESS, _MODULE, [], {}, [], frozenset())},
        ),
        "attendance": ("attendance.html", administrator, _attendance({})),
        "attendance-faults": (
            "attendance.html",
            administrator,
            _attendance(dict.fromkeys(("module", "on", "minutes", "meeting", "reason", "person"), "wrong")),
        ),
        "attendance-none": (
            "attendance.html",
            auditor,
            {"view": AttendanceList(_UNION, [], []), "form": AttendanceForm(), "faults": {}},
        ),
        "unmatched": (
            "unmatched.html",
            administrator,
            {"listed": UnmatchedList(Unknown.AGENT, _UNMATCHED, "x_y"), "before": "x_y"},
        ),
        "unmatched-modules": (
            "unmatched.html",
            auditor,
            {"listed": UnmatchedList(Unknown.ACTIVITY, [_UNPUBLISHED], None), "before": ""},
        ),
        "unmatched-none": ("unmatched.html", auditor, {"listed": UnmatchedList(Unknown.AGENT, [], None), "before": ""}),
    }


def _told(missing: Missing) -> str:
    return f"This is missing: {missing.lack}."


def _module(faults: dict[str, str]) -> dict[str, Any]:
    attempts = [Attempt(ID, n, "0" * 64, NOW, opened=True) for n in (1, 2)]
    view = ModuleProgress(_LEARNER, _MODULE, _HEARD, {ID: "Nino Beridze"}, attempts, frozenset(Action))
    return {
        "view": view,
        "form": DecisionForm(reason="seen at work", minutes="two hours", meeting="the town hall"),
        "faults": faults,
        "waiver_reasons": list(WaiverReason),
        "today": "2026-11-22",
    }


def _attendance(faults: dict[str, str]) -> dict[str, Any]:
    people = [Entry(ID, _LEARNER.full_name, "az", ()), Entry(UUID(int=7), None, "ka", ())]
    form = AttendanceForm(module=_MODULE.slug, minutes="two hours", person=str(ID))
    return {
        "view": AttendanceList(_UNION, people, [_MODULE], entered=0 if faults else 2),
        "form": form,
        "faults": faults,
    }

"""Fillings for the pages of enrolments and of the first minutes, with what needs room."""

from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

from app.pages.enrolling import MOST_ROWS, Candidates, CheckedTable, EnrolForm, StaffOrigin
from app.pages.enrolment import EnrolmentView
from app.pages.enrolments import OVERDUE, Filters, RosterView
from app.pages.listing import Listing
from app.pages.start import MINUTES, StartView
from app.visit import Visit
from content import Status
from paths import (
    Because,
    Enrolment,
    EnrolmentRow,
    EnrolmentStatus,
    Extended,
    Listed,
    Manner,
    Path,
    Proposal,
    Reason,
    RowOutcome,
    Standing,
    State,
    Wish,
)
from paths.enrolling.enrolment_tables import UNKNOWN
from paths.learning.recommendation import ProposedStep
from paths.register.catalogue import PathTexts
from people import Entry, Membership, Organisation, OrganisationKind, Role, Tier, imports, positions
from tests.app.visits import ID, visit
from tests.times import NOW

_TITLE = "Pathways for Economic Growth in Intermunicipal Waste Management"
_UNION = "Akhalkalaki-Ninotsminda-Javakheti Intermunicipal Waste Management Union"
_TEXTS = PathTexts({"en": _TITLE}, {"en": "From an idea to a funded project."}, {})
_PATH = Path(ID, "growth", "https://ulc.example/growth", Status.LIVE, "planner", "Asia/Baku", _TEXTS, 1)
_TEAM = UUID("0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0003")
_ORIGINS = ("self", "self-paced", "cohort", "call", "invitation", "import", "audience", "lti", "of-old")
_NAMES: dict[UUID, str | None] = {ID: None, _TEAM: _UNION}


def _standing(status: EnrolmentStatus, origin: str) -> Standing:
    return Standing(status, origin, NOW, None if origin == "audience" else ID, "won the call of 2026")


def _listed(number: int, origin: str) -> Listed:
    person_id, team = (None, _TEAM) if number % 3 == 0 else (ID, None)
    enrolled = Enrolment(UUID(int=number), person_id, ID, ID, 1, ID, NOW, team)
    states = list(State)
    statuses = list(EnrolmentStatus)
    due = NOW + timedelta(days=number - 3)
    standing = _standing(statuses[number % len(statuses)], origin)
    return Listed(enrolled, standing, states[number % len(states)], NOW, due if number % 2 else None)


def _roster(found: list[Listed]) -> dict[str, Any]:
    shown = RosterView(
        path=_PATH,
        title=_TITLE,
        listing=Listing("/paths/growth/enrolments", "-enrolled"),
        filters=Filters("gyumri", "overdue", "open"),
        found=found,
        names=_NAMES,
        total=1_234,
        next_page="/paths/growth/enrolments?after=x" if found else None,
        overdue=frozenset(each.enrolment.id for each in found if each.due and each.due <= NOW),
    )
    return {"shown": shown, "statuses": [*EnrolmentStatus, OVERDUE], "states": list(State)}


def _one(*, team: bool, may_manage: bool, faults: dict[str, str]) -> dict[str, Any]:
    enrolled = Enrolment(ID, None if team else ID, ID, ID, 2, ID, NOW, _TEAM if team else None)
    view = EnrolmentView(
        enrolment=enrolled,
        path=_PATH,
        title=_TITLE,
        name=_UNION if team else None,
        state=State.IN_PROGRESS,
        due=NOW if team else None,
        history=[_standing(EnrolmentStatus.ACTIVE, origin) for origin in _ORIGINS],
        extensions=[Extended("path", NOW, NOW, ID, "was ill"), Extended("path", NOW, NOW, None, "x")] if team else [],
        names=_NAMES,
        nodes={"path": _TITLE, "a": "Reading a grant agreement"},
        may_manage=may_manage,
    )
    now_is = EnrolmentStatus.ACTIVE
    offered = [each for each in EnrolmentStatus if each is not now_is]
    return {"view": view, "faults": faults, "now_is": now_is, "offered": offered}


def _candidates(*, found: bool, faults: dict[str, str]) -> dict[str, Any]:
    union = Organisation(_TEAM, _UNION, OrganisationKind.TECHNICAL_PARTNER, "GE", None, (), (), NOW)
    entry = Entry(ID, "Aygün Əliyeva", "az", (Membership(ID, _TEAM, Tier.MEMBER, NOW),))
    people = [entry, Entry(_TEAM, None, "en", ())] if found else []
    shown = Candidates(_PATH, _TITLE, "javakheti", people, [union] if found else [], {_TEAM: union})
    form = EnrolForm(f"person:{ID}", "call", "won the call", "javakheti")
    return {"found": shown, "form": form, "faults": faults, "origins": get_args(StaffOrigin)}


def _table(refused: str) -> dict[str, Any]:
    kinds = list(imports.ImportKind)
    return {"path": _PATH, "title": _TITLE, "kinds": kinds, "refused": refused, "most": MOST_ROWS}


def _checked(*, faulty: bool) -> dict[str, Any]:
    wrong = imports.Fault(70_012, "Account home page", UNKNOWN)
    rows = [EnrolmentRow(n, _UNION, RowOutcome.ENROL, ID) for n in range(2, 5)]
    rows += [EnrolmentRow(9, _UNION, RowOutcome.FAULT, fault=wrong)]
    kept = rows if faulty else [EnrolmentRow(2, _UNION, RowOutcome.UNCHANGED, ID)]
    return {"checked": CheckedTable(_PATH, _TITLE, imports.ImportKind.PEOPLE, kept), "sha": "ab" * 32}


def _start(*, said: bool, proposals: bool, faults: dict[str, str]) -> dict[str, Any]:
    words = ("municipal finance", "alternative finance")
    reasons = tuple(Reason(each, words if each is Because.TOPIC else ("planner",)) for each in Because)
    steps = (ProposedStep("a", _TITLE, 30, reasons), ProposedStep("b", "Reading a grant agreement", 0, reasons[:1]))
    one = Proposal("growth", _TITLE, "From an idea.", False, reasons[:3], steps, ("A budget that lasts",), 30, 2)
    begun = Proposal("begun", _TITLE, "From an idea.", True, reasons[:1], steps[:1], (), 30, None)
    wish = Wish(frozenset({"planner"}), frozenset(words[:1]), 30, Manner.TOGETHER) if said else Wish()
    view = StartView(
        offered_positions=[*positions.POSITIONS, "waste-officer"],
        offered_topics=[*words, "monitoring, evaluation and learning in portfolios of projects"],
        wish=wish,
        calling="planner" if said else "",
        proposals=[one, begun] if proposals else [],
    )
    return {"view": view, "faults": faults, "minutes": MINUTES, "manners": list(Manner)}


def enrolment_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    staff = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/paths")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/paths")
    learner = visit(language, Role.LEARNER, path="/start")
    wrong = dict.fromkeys(("status", "reason", "node", "due", "extension-reason"), "wrong")
    missing = dict.fromkeys(("subject", "origin", "reason"), "missing")
    found = [_listed(number, origin) for number, origin in enumerate(_ORIGINS)]
    unsaid = dict.fromkeys(("position", "topics"), "wrong")
    return {
        "enrolments": ("enrolments.html", staff, _roster(found)),
        "enrolments-none": ("enrolments.html", auditor, _roster([])),
        "enrolment": ("enrolment.html", auditor, _one(team=False, may_manage=False, faults={})),
        "enrolment-faults": ("enrolment.html", staff, _one(team=True, may_manage=True, faults=wrong)),
        "enrol": ("enrol.html", staff, _candidates(found=True, faults=missing)),
        "enrol-none": ("enrol.html", staff, _candidates(found=False, faults={})),
        "enrolment-table": ("enrolment_table.html", staff, _table("The sheet is empty.")),
        "enrolment-table-checked": ("enrolment_table_checked.html", staff, _checked(faulty=True)),
        "enrolment-table-nobody": ("enrolment_table_checked.html", staff, _checked(faulty=False)),
        "start": ("start.html", learner, _start(said=False, proposals=False, faults={})),
        "start-proposed": ("start.html", learner, _start(said=True, proposals=True, faults={})),
        "start-nothing": ("start.html", learner, _start(said=True, proposals=False, faults=unsaid)),
    }

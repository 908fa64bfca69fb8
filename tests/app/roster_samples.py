"""Fillings of the pages of courses that fill paths, with what needs room."""

from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from app.pages.roster_view import RosterView
from app.pages.rosters import Choices, Listed, RosterForm
from app.visit import Visit
from content import Status
from lti import ROSTER_ROLES, Course, CourseRoster, Foreseen, MemberState, Outcome, Platform, PlatformStatus, Seat
from paths import Enrolment, Path
from paths.register.catalogue import PathTexts
from people import Role
from tests.app.visits import ID, visit
from tests.times import NOW

_TITLE = "Pathways for Economic Growth in Intermunicipal Waste Management"
_PATH = Path(
    ID,
    "growth",
    "https://ulc.example/growth",
    Status.LIVE,
    "planner",
    "Asia/Baku",
    PathTexts({"en": _TITLE}, {"en": ""}, {}),
    1,
)
_PLATFORM = Platform(
    id=ID,
    issuer="https://lms.academy-of-public-administration.example",
    client_id="a8f2c4",
    name="Academy of Public Administration",
    auth_login_url="https://lms.example/auth",
    token_url="https://lms.example/token",
    jwks_url="https://lms.example/jwks",
)
_COURSE = Course(
    ID,
    ID,
    "1",
    "ctx-1",
    "Local economic development for municipalities of Samtskhe-Javakheti, autumn",
    "https://x/m",
    None,
    frozenset(),
    NOW,
)
_UNNAMED = replace(_COURSE, title=None, context_id="0f8b2c7a6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a")
_ROSTER = CourseRoster(
    id=ID,
    course_id=ID,
    path_id=ID,
    roles=frozenset(ROSTER_ROLES),
    language="ka",
    added_at=NOW,
    started_at=NOW,
    next_read_at=NOW + timedelta(hours=6),
    read_at=NOW,
    complete_at=NOW,
    differences_url=None,
    passed_over=3,
    failures=0,
    error=None,
)
_TRIED = replace(_ROSTER, started_at=None, next_read_at=None)
_UNREAD = replace(_TRIED, read_at=None, complete_at=None, passed_over=0)
_FAILED = replace(
    _ROSTER,
    failures=3,
    error="Academy of Public Administration does not let Waymark use https://purl.imsglobal.org/spec/lti-nrps/scope/"
    "contextmembership.readonly. Allow it in the LMS, in the settings of this tool, then try again.",
)
_NAMES = ("ნინო ბერიძე", "Олена Константинопольська-Коваленко", "Aygün Məmmədova", None)


def _foreseen(state: MemberState, *outcomes: Outcome) -> list[Foreseen]:
    """Every other one who is enrolled is new here."""
    known = Enrolment(ID, ID, ID, ID, 1, ID, NOW)
    found = []
    for number, each in enumerate(outcomes):
        seat = Seat(f"{state}-{number}", state)
        is_new = each is Outcome.ENROL and number % 2 == 1
        found.append(Foreseen(seat, None if is_new else ID, None if is_new else known, None, each))
    return found


def _view(roster: CourseRoster, platform: Platform = _PLATFORM, **changed: Any) -> RosterView:
    coming = _foreseen(MemberState.COMING, Outcome.ENROL, Outcome.ENROL, Outcome.RETURN)
    conflicts = _foreseen(MemberState.TAKEN, Outcome.DECIDED, Outcome.OTHERWISE, Outcome.SAME)
    held = _foreseen(MemberState.HELD, Outcome.LEAVE, Outcome.ELSEWHERE, Outcome.FINISHED, Outcome.OFF)
    shown: dict[str, Any] = {"coming": coming, "conflicts": conflicts, "held": []} | (
        {"held": held} if changed.pop("is_held", False) else {}
    )
    everybody = [*coming, *conflicts, *held]
    view = RosterView(
        roster=roster,
        course=_COURSE,
        platform=platform,
        path=_PATH,
        title=_TITLE,
        counts={MemberState.TAKEN: 1204, MemberState.HELD: len(shown["held"])},
        foreseen=dict.fromkeys(Outcome, 0) | {Outcome.ENROL: 1204, Outcome.RETURN: 1, Outcome.DECIDED: 1},
        names={each.seat.user_id: _NAMES[number % 4] for number, each in enumerate(everybody)},
        **shown,
    )
    return replace(view, **changed)


def _listed(roster: CourseRoster, course: Course = _COURSE, **counts: int) -> Listed:
    return Listed(roster, course, _PLATFORM, _TITLE, {MemberState(name): number for name, number in counts.items()})


def roster_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/rosters")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/rosters")
    listed = [_listed(_ROSTER, taken=1204), _listed(_TRIED, _UNNAMED), _listed(_ROSTER, held=4), _listed(_FAILED)]
    closed = replace(_PLATFORM, status=PlatformStatus.DISABLED)
    nobody: dict[str, Any] = {"coming": [], "conflicts": [], "foreseen": dict.fromkeys(Outcome, 0)}
    form = RosterForm(learner="yes", language=language)
    choices = Choices([(_COURSE, _PLATFORM), (_UNNAMED, _PLATFORM)], [(_PATH, _TITLE)])
    blank = {"choices": choices, "form": form, "faults": {}}
    wrong = dict.fromkeys(("path", "roles", "language", "reason"), "missing") | {"course": "Too late."}
    filling = {MemberState.COMING: 150, MemberState.TAKEN: 50}

    def shown(view: RosterView, *, fault: str = "", waits: bool = False) -> dict[str, Any]:
        return {"view": view, "fault": fault, "waits": waits}

    return {
        "rosters": ("rosters.html", administrator, {"found": listed}),
        "rosters-none": ("rosters.html", auditor, {"found": []}),
        "roster-new": ("roster_form.html", administrator, blank),
        "roster-new-faults": ("roster_form.html", administrator, blank | {"faults": wrong, "form": RosterForm()}),
        "roster-new-no-course": ("roster_form.html", administrator, blank | {"choices": Choices([], [])}),
        "roster-new-no-path": ("roster_form.html", administrator, blank | {"choices": Choices(choices.courses, [])}),
        "roster-waits": ("roster.html", administrator, shown(_view(_UNREAD), waits=True)),
        "roster-tried": ("roster.html", administrator, shown(_view(_TRIED))),
        "roster-tried-nobody": ("roster.html", administrator, shown(_view(_TRIED, **nobody), fault="stop")),
        "roster-fills": ("roster.html", administrator, shown(_view(_ROSTER, counts=filling))),
        "roster-held": ("roster.html", administrator, shown(_view(_ROSTER, is_held=True), fault="let-go")),
        "roster-held-seen": ("roster.html", auditor, shown(_view(_ROSTER, is_held=True))),
        "roster-failed": ("roster.html", administrator, shown(_view(_FAILED, **nobody))),
        "roster-closed": ("roster.html", administrator, shown(_view(_ROSTER, closed, **nobody))),
        "roster-path-closed": (
            "roster.html",
            administrator,
            shown(_view(_ROSTER, path=replace(_PATH, status=Status.RETIRED), **nobody)),
        ),
    }

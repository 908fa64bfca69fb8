"""Fillings for the page of grades: some that did not arrive in every way, and none."""

from datetime import timedelta
from typing import Any

import msgspec

from app.pages.grades import Grades
from app.visit import Visit
from lti import FailedColumn, FailedGrade, Outage, Reported
from people import Role
from tests.app.visits import ID, visit
from tests.times import NOW

_FAILED = FailedGrade(
    id=ID,
    platform="Academy of Public Administration",
    person_id=ID,
    learner="Aygün Məmmədova",
    path="Pathways for economic growth",
    requirement="Local economic development in one hour",
    score_scaled=0.95,
    trouble='answered 422: {"errors":["The maximum number of allowed attempts has been reached for this submission"]}',
    at=NOW,
    tried=0,
    given_up=False,
    closed=False,
)
_TRIED = msgspec.structs.replace(_FAILED, learner=None, requirement=None, trouble="lms.example did not answer", tried=3)
_GRADES = Grades(
    [Reported(ID, "Academy of Public Administration", 1234, 5), Reported(ID, "School of Mayors", 1, 0)],
    [Outage(ID, "School of Mayors", 7, "mayors.example cannot be reached", NOW, NOW + timedelta(minutes=2))],
    [
        _FAILED,
        _TRIED,
        msgspec.structs.replace(_TRIED, tried=10, given_up=True),
        msgspec.structs.replace(_FAILED, trouble="the line item was deleted", closed=True, score_scaled=None),
    ],
    [FailedColumn("School of Mayors", "Pathways for economic growth", "Budgets", "answered 403: not allowed", NOW)],
)


def grade_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/grades")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/grades")
    return {
        "grades": ("grades.html", administrator, {"grades": _GRADES}),
        "grades-seen": ("grades.html", auditor, {"grades": _GRADES}),
        "grades-none": ("grades.html", administrator, {"grades": Grades([], [], [], [])}),
    }

"""Fillings for the pages of imports, with what needs room."""

from typing import Any

from app.pages.imports import ImportList
from app.pages.listing import Listing
from app.visit import Visit
from base import ENCODINGS
from people import Role, imports
from people.import_plans import Namesake, Outcome, Report
from people.import_rows import EMPTY, ONE_OF, Fault
from tests.app.visits import ID, visit
from tests.times import NOW

_FAULTS = (
    Fault(3, "Account home page", EMPTY),
    Fault(70_012, "Language", ONE_OF, {"choices": "en, az, hy, ka, ro, ru, uk"}),
)
_COUNTS = {Outcome.ADD: 9_870, Outcome.CHANGE: 12, Outcome.UNCHANGED: 100, Outcome.PERHAPS: 1, Outcome.FAULT: 1_234}
_REPORT = Report(_COUNTS, _FAULTS, 1_234, (Namesake(17, "Aygün Əliyeva", ID),), ("Shoe size", "Position"))


def _job(state: imports.ImportState, kind: imports.ImportKind = imports.ImportKind.PEOPLE) -> imports.Import:
    return imports.Import(
        id=ID,
        kind=kind,
        file_name="Akhalkalaki-Ninotsminda-Javakheti staff, autumn.csv",
        file=None,
        encoding="windows-1251",
        delimiter="\t",
        state=state,
        total=9_882,
        done=4_500,
        report=_REPORT,
        made_at=NOW,
        made_by=ID,
        decided_by=ID,
        ended_at=None,
    )


def import_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/imports")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/imports")
    jobs = [_job(state, kind) for state in imports.ImportState for kind in imports.ImportKind]
    some = {
        "shown": ImportList(Listing("/imports", "-sent"), jobs, 212, "/imports?after=x"),
        "kinds": list(imports.ImportKind),
    }
    return {
        "imports": ("imports.html", administrator, {**some, "refused": ""}),
        "imports-refused": ("imports.html", administrator, {**some, "refused": "The sheet is empty."}),
        "imports-none": (
            "imports.html",
            auditor,
            {**some, "shown": ImportList(Listing("/imports", "-sent"), [], 0, None), "refused": ""},
        ),
        **{
            f"import-{state}": ("import.html", administrator, {"job": _job(state), "encodings": ENCODINGS})
            for state in imports.ImportState
        },
    }

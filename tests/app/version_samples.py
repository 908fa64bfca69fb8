"""Fillings for the pages of versions: every kind of change, every outlook, long names, refusals."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from app.change_words import told_change
from app.pages.fulfilments import AcceptForm, CountsView
from app.pages.versions import DifferenceView, VersionsView
from app.pages.whatif import TOLD_AT_ONCE, ForWhom, WhatIfAnswer, WhatIfView
from app.visit import Visit
from base import words_for
from content import Finishing, MoveOn, Status
from paths import (
    CHANGING,
    ROOT,
    Affected,
    All,
    Among,
    Counts,
    Enrolment,
    Leaf,
    Migration,
    NOf,
    Outlook,
    Path,
    PathVersion,
    Published,
    State,
    Verdict,
    WhatIf,
    Whom,
    difference,
)
from paths.register.catalogue import PathTexts
from paths.tree.requirements import Credits, SignPost, Team, When
from people import Role
from tests.app.visits import ID, visit
from tests.paths.makers import in_all_languages
from tests.times import NOW

_OTHER = UUID("0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0003")
_LONG = "Ընդլայնված ռազմավարական պլանավորում տեղական տնտեսական զարգացման համար"
_PATH = Path(
    id=ID,
    slug="pathways-for-economic-growth",
    activity="https://ulc.waymark.example/paths/pathways-for-economic-growth",
    status=Status.LIVE,
    role="project-manager",
    time_zone="Asia/Baku",
    texts=PathTexts(in_all_languages("Pathways for Economic Growth"), in_all_languages("x"), {}),
    version=2,
)
_BEFORE = All(
    ROOT,
    (
        Leaf("listening", optional=True, min_score=0.5),
        NOf("choice", 1, (Leaf("data"), Leaf("budget"), Leaf("partners"))),
        Leaf("going"),
        SignPost("sign", "https://before.example"),
    ),
)
_AFTER = All(
    ROOT,
    (
        NOf("choice", 2, (Leaf("budget"), Leaf("data"), Leaf("partners"))),
        Leaf(
            "listening",
            after=("choice", "data"),
            min_score=0.8,
            credits=1.5,
            when=When(due=date(2026, 12, 31), valid_for="P2Y", recency="P1Y"),
            asks=Finishing(move_on=MoveOn.PASSED, sessions=3, signed_off_by=("mayor", "planner"), submitted=True),
        ),
        Credits("more", 3.0, (Leaf("data-two", credits=3.0),)),
        Team("team", 3, (Leaf("together"),), ("mayor",)),
        SignPost("sign", "https://after.example/with-a-rather-long-address-that-has-no-place-to-break"),
    ),
)
_VERSIONS = [PathVersion(UUID(int=number), ID, number, "0" * 64, tree) for number, tree in ((2, _AFTER), (1, _BEFORE))]
_TITLES = {"listening": _LONG, "choice": "Wähle zwei", "data": "The local economy in data", "budget": "Budgets"}
_MIGRATION = Migration(
    id=ID,
    path_id=ID,
    version=2,
    whom=Whom.EVERYBODY,
    among=Among(),
    current=(1, 2),
    undoes=None,
    undone_by=_OTHER,
    moved=1234,
    at=NOW,
    by=ID,
    reason="The law of May asks every municipality for a plan of its own",
)


def _migration(**changed: Any) -> Migration:
    values = {name: getattr(_MIGRATION, name) for name in Migration.__struct_fields__}
    return Migration(**(values | changed))


_MIGRATIONS = [
    _migration(id=UUID(int=7), undone_by=None, whom=Whom.UNFINISHED, among=Among(organisation_id=ID), current=None),
    _migration(id=_OTHER, undoes=ID, undone_by=None, by=None, whom=Whom.NEW),
    _MIGRATION,
]
_AFFECTED = tuple(
    Affected(
        Enrolment(
            id=_OTHER,
            person_id=ID,
            path_id=ID,
            version_id=ID,
            version=1,
            registration=ID,
            enrolled_at=NOW,
        ),
        outlook,
        Verdict(State.SATISFIED, since=NOW) if outlook == Outlook.LOSES else Verdict(State.IN_PROGRESS),
        Verdict(State.SATISFIED, since=NOW + timedelta(days=1)) if outlook == Outlook.GAINS else Verdict(State.OPEN),
        ("listening", "data-two") if outlook == Outlook.BLOCKED else (),
    )
    for outlook in CHANGING
)
_FOUND = WhatIf(difference(_BEFORE, _AFTER), 5678, dict.fromkeys(Outlook, 1234), _AFFECTED, (_OTHER,))
_ANSWER = WhatIfAnswer(_FOUND, {_OTHER: "WM-7K3D-9QXA-V2MF"})
_WHAT_IF = WhatIfView(
    path=_PATH,
    version=_VERSIONS[0],
    asked=ForWhom(),
    answer=_ANSWER,
    names={ID: "Zümrüdxanım Qırxlarova-Məmmədzadə"},
    titles=_TITLES,
    organisations=[(str(ID), "Gədəbəy rayonunun bələdiyyələri")],
)
_REFUSED = WhatIfView(
    path=_PATH,
    version=_VERSIONS[0],
    asked=ForWhom("new", str(ID), "somebody"),
    answer=None,
    names={},
    titles=_TITLES,
    organisations=_WHAT_IF.organisations,
)


def version_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    admin, auditor = visit(language, Role.ADMINISTRATOR), visit(language, Role.AUDITOR)
    versions = VersionsView(_PATH, [Published(each, NOW, 1234) for each in _VERSIONS], _MIGRATIONS, {ID: None})
    changes = DifferenceView(_PATH, _VERSIONS[1], _VERSIONS[0], difference(_BEFORE, _AFTER), _TITLES)
    same = DifferenceView(_PATH, _VERSIONS[1], _VERSIONS[1], difference(_BEFORE, _BEFORE), _TITLES)

    def told(change: Any) -> object:
        return told_change(change, _TITLES, words_for(language))

    what_if: dict[str, Any] = {"most": TOLD_AT_ONCE, "faults": {}}
    rows = [
        Counts("a", "https://ulc.waymark.example/modules/listening", "online", ID, None, None, NOW, None, "x", 0),
        Counts("a", f"https://lms.example/{'x' * 60}", "online", ID, NOW, NOW, NOW, ID, "The same in Georgian", -1),
    ]
    counts = CountsView(_PATH, "Pathways for Economic Growth", rows, _TITLES, {ID: "Listening"}, {ID: None})
    faulty = dict.fromkeys(("requirement", "activity", "from", "until", "reason"), "wrong")
    return {
        "fulfilments": ("fulfilments.html", auditor, {"view": counts, "form": AcceptForm(), "faults": {}}),
        "fulfilments-faults": ("fulfilments.html", admin, {"view": counts, "form": AcceptForm(), "faults": faulty}),
        "versions": ("versions.html", admin, {"view": versions, "faults": {}}),
        "versions-refused": ("versions.html", admin, {"view": versions, "faults": {f"undo-{UUID(int=7)}": "reason"}}),
        "versions-none-moved": (
            "versions.html",
            auditor,
            {"view": VersionsView(_PATH, versions.versions, [], {}), "faults": {}},
        ),
        "version": ("version.html", auditor, {"view": changes, "told": told}),
        "version-first": ("version.html", auditor, {"view": same, "told": told}),
        "what-if": ("what_if.html", admin, {**what_if, "view": _WHAT_IF}),
        "what-if-no-reason": ("what_if.html", admin, {**what_if, "view": _WHAT_IF, "faults": {"reason": "wrong"}}),
        "what-if-refused": (
            "what_if.html",
            admin,
            {**what_if, "view": _REFUSED, "faults": {"whom": "wrong", "people": "wrong", "moves": "wrong"}},
        ),
    }

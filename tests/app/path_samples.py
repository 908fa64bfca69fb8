"""What the pages of paths and certificates are filled with."""

from typing import Any

import msgspec

from app.visit import Visit
from base import LANGUAGES
from certificates import HeldCertificate, VerificationView
from certificates import State as Standing
from content import Status
from paths import Enrolment, Path, PathView, Step
from paths import State as Completion
from paths.catalogue import PathTexts
from people import Role
from tests.app.visits import FRAME, ID, visit
from tests.times import NOW

_ENROLMENT = Enrolment(ID, ID, ID, ID, 1, ID, NOW)
_TITLES = (
    "From an idea to a one-page project note",
    "Who decides what: roles in a municipal project",
    "A budget that lasts: the cost of building and of keeping",
    "Listening to residents before the tender",
    "Reading a grant agreement",
)


def _step(n: int, state: Completion, **rest: Any) -> Step:
    blank: dict[str, Any] = {"since": None, "score": None, "evidence": (), "missing": (), "done": 0, "needed": 1}
    return Step(**(blank | {"id": f"r-{n}", "title": _TITLES[n], "state": state, "minutes": 7, "module_id": ID} | rest))


_NEXT = _step(1, Completion.IN_PROGRESS)
_STEPS = (
    _step(0, Completion.SATISFIED, since=NOW, score=5 / 6, done=1),
    _NEXT,
    _step(2, Completion.LOCKED, opens_after=(_TITLES[1],)),
    _step(
        3,
        Completion.OPEN,
        id="n-electives",
        title="Two of your own choice",
        choose=1,
        items=(
            _step(3, Completion.OPEN),
            _step(4, Completion.OPEN, coming_soon=True, optional=True),
        ),
    ),
)
PATH = PathView(
    id=ID,
    slug="pathways",
    title="Pathways for Economic Growth: municipal project manager",
    summary="Take a project of your municipality from the first idea to a hand-over that lasts.",
    is_open=True,
    enrolment=_ENROLMENT,
    state=Completion.IN_PROGRESS,
    done=1,
    needed=4,
    score=None,
    completed_at=None,
    next_step=_NEXT,
    items=_STEPS,
)
COMPLETE = msgspec.structs.replace(PATH, state=Completion.SATISFIED, done=4, completed_at=NOW, next_step=None)
_NUMBER = "7K3M9Q2XW4TB"


def _certificate(state: Standing) -> HeldCertificate:
    return HeldCertificate(_NUMBER, ID, PATH.title, state, NOW, NOW)


def _verification(state: Standing, *, name: str | None = "A… Ə…", matches: bool | None = None) -> dict[str, Any]:
    view = VerificationView(
        number="7K3M-9Q2X-W4TB",
        state=state,
        status="This certificate is genuine and stands.",
        path_title=PATH.title,
        issuer="Urban Learning Center, Mayors for Economic Growth",
        language="en",
        learning_time="25 minutes",
        completed_on=NOW.date(),
        issued_on=NOW.date(),
        name=name,
        name_matches=matches,
        audit_seal=f"12:{bytes(range(32)).hex()}",
    )
    return {"view": view, "domain": "waymark.example"}


_TEXTS = PathTexts(dict.fromkeys(LANGUAGES, PATH.title), dict.fromkeys(LANGUAGES, PATH.summary), {})
_PATHS = [Path(ID, "pathways", "https://x.example/", Status.LIVE, "project-manager", "Asia/Baku", _TEXTS, 1)]


def path_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    learner = visit(language, Role.LEARNER)
    nobody = visit(language)
    views = {
        "path": PATH,
        "path-new": msgspec.structs.replace(PATH, enrolment=None, done=0),
        "path-closed": msgspec.structs.replace(PATH, enrolment=None, is_open=False),
        "path-stuck": msgspec.structs.replace(PATH, next_step=None),
    }
    at_path = visit(language, Role.LEARNER, path="/paths/pathways")
    framed = visit(language, Role.LEARNER, frame=FRAME, path="/paths/pathways")
    return {
        "home": ("home.html", learner, {"views": [PATH, COMPLETE]}),
        "home-nobody": ("home.html", nobody, {"views": []}),
        "home-empty": ("home.html", learner, {"views": []}),
        "catalogue": ("catalogue.html", learner, {"paths": _PATHS}),
        "catalogue-empty": ("catalogue.html", learner, {"paths": []}),
        **{
            name: ("path.html", at_path, {"view": view, "certificates": [], "ask_if_invited": name == "path"})
            for name, view in views.items()
        },
        "path-framed": ("path.html", framed, {"view": PATH, "certificates": [], "ask_if_invited": True}),
        **{
            f"path-{each.value}": (
                "path.html",
                at_path,
                {"view": COMPLETE, "certificates": [_certificate(each)], "ask_if_invited": False},
            )
            for each in (Standing.PENDING, Standing.ISSUED, Standing.UNDER_REVIEW, Standing.REVOKED)
        },
        "verify-form": ("verify_form.html", nobody, {}),
        "verify": ("verify.html", nobody, _verification(Standing.ISSUED)),
        "verify-match": ("verify.html", nobody, _verification(Standing.ISSUED, name="Aygün Əliyeva", matches=True)),
        "verify-other": ("verify.html", nobody, _verification(Standing.UNDER_REVIEW, matches=False)),
        "verify-revoked": ("verify.html", nobody, _verification(Standing.REVOKED)),
        "verify-superseded": ("verify.html", nobody, _verification(Standing.SUPERSEDED, name=None)),
    }

"""What the pages of paths and certificates are filled with."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from app.pages.learning import Learning
from app.pages.paths import LENGTHS, Catalogue
from app.visit import Visit
from base import LANGUAGES
from certificates import HeldCertificate, VerificationView
from certificates import State as CertificateState
from content import Delivery, DeliveryMode, Finishing
from paths import (
    Elsewhere,
    Enrolment,
    EnrolmentStatus,
    Lack,
    Missing,
    Offer,
    Offers,
    PathView,
    Standing,
    Step,
    TeamOnPath,
    Wanted,
    days_ahead,
    draw_path,
)
from paths import State as Completion
from people import Role
from tests.app.visits import FRAME, ID, visit
from tests.times import NOW

_UNION = "Akhalkalaki-Ninotsminda-Javakheti Intermunicipal Waste Management Union"
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
    own = {"id": f"r-{n}", "title": _TITLES[n], "state": state, "minutes": 7, "module_id": ID, "can_open": True}
    return Step(**(blank | own | rest))


_SOME: dict[str, Any] = {
    "needed": 4,
    "best": 1.5,
    "positions": ("mayor", "planner"),
    "at": NOW,
    "nodes": ("r-0", "r-1", "r-2"),
}
_LACKS = tuple(Missing(lack, **(_SOME | ({"needed": 1} if lack is Lack.SCORE else {}))) for lack in Lack)
_DAY = NOW.date()
_NEXT = _step(1, Completion.IN_PROGRESS, due=_DAY, brings=1.5, missing=(Missing(Lack.SCORE, needed=0.8, best=0.6),))
_WAYS = tuple(Delivery(mode, Finishing(sessions=1), url="https://ulc.example/meet") for mode in DeliveryMode)
_STEPS = (
    _step(0, Completion.SATISFIED, since=NOW, score=5 / 6, done=1, until=_DAY, renews=True, evidence=(ID,)),
    _NEXT,
    _step(2, Completion.LOCKED, opens_after=(_TITLES[1],), after=("r-1",), can_open=False, missing=_LACKS),
    Elsewhere("s-law", "The law on local self-government, as it is in force", "https://law.example/"),
    _step(
        3,
        Completion.OPEN,
        id="n-electives",
        title="Two of your own choice",
        choose=1,
        can_open=False,
        items=(
            _step(3, Completion.EXPIRED, after=("r-2",), since=NOW, missing=_LACKS, language="az", also=_TITLES[:2]),
            _step(4, Completion.OPEN, coming_soon=True, optional=True, can_open=False),
            _step(0, Completion.OPEN, id="r-6", retired=True, can_open=False),
        ),
    ),
    _step(
        4,
        Completion.LOST,
        id="c-more",
        title="What else is of use to you",
        credits=4.5,
        due=_DAY,
        overdue=True,
        can_open=False,
        items=(_step(4, Completion.IN_PROGRESS, id="r-5", can_open=False, ways=_WAYS, missing=_LACKS, brings=2.0),),
    ),
)
_STANDING = Standing(EnrolmentStatus.ACTIVE, "self", NOW, ID, "x")
_GONE = Standing(EnrolmentStatus.WITHDRAWN, "cohort", NOW, UUID(int=7), "Moved to another department")
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
    standing=_STANDING,
    due=_DAY,
    titles={"r-0": _TITLES[0], "r-1": _TITLES[1], "r-2": _TITLES[2]},
    minutes_left=21,
)
COMPLETE = msgspec.structs.replace(
    PATH, state=Completion.SATISFIED, done=4, completed_at=NOW, next_step=None, until=_DAY, minutes_left=0
)
_EXPIRED = msgspec.structs.replace(
    PATH,
    state=Completion.EXPIRED,
    missing=(Missing(Lack.EXPIRED, at=NOW),),
    overdue=True,
    renewed_by=("pathways-again", "Pathways, once more"),
)
_PAUSED = msgspec.structs.replace(PATH, standing=Standing(EnrolmentStatus.PAUSED, "self", NOW, ID, "x"))
_LONG = msgspec.structs.replace(
    PATH,
    needed=100,
    items=tuple(
        _step(n % 5, state, id=f"r-{n}", since=NOW, evidence=(ID, ID), can_open=n % 2 == 0)
        for n, state in enumerate([Completion.SATISFIED, Completion.LOCKED] * 50)
    ),
)
_NEW: dict[str, Any] = {"enrolment": None, "standing": None, "done": 0}
_NUMBER = "7K3M9Q2XW4TB"


def _certificate(state: CertificateState) -> HeldCertificate:
    return HeldCertificate(_NUMBER, ID, PATH.title, state, NOW, NOW)


def _verification(
    state: CertificateState, *, name: str | None = "A… Ə…", matches: bool | None = None
) -> dict[str, Any]:
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


_OFFER = Offer(
    slug="pathways",
    title=PATH.title,
    summary=PATH.summary,
    alone=False,
    positions=("project-manager", "mayor"),
    topics=("Local economy", "Listening to residents before decisions are taken about them"),
    languages=tuple(LANGUAGES),
    minutes=140,
    modules=9,
)
_OFFERS = (_OFFER, msgspec.structs.replace(_OFFER, slug="module.listening", alone=True, modules=1, minutes=7))
_FOUND = Offers(_OFFERS, _OFFER.positions, _OFFER.topics, _OFFER.languages)


def _catalogue(found: Offers, **wanted: Any) -> dict[str, Any]:
    next_page = "/paths?after=pathways" if found.offers else None
    return {"catalogue": Catalogue(Wanted(**wanted), found, found.offers, next_page), "lengths": LENGTHS}


def _learning(*views: PathView, since: datetime | None = None) -> dict[str, Any]:
    done = [view for view in views if view.completed_at]
    held = [_certificate(each) for each in CertificateState]
    under_way = [view for view in views if not view.completed_at]
    teams = (
        [TeamOnPath(ID, "growth", PATH.title, EnrolmentStatus.PAUSED, state) for state in Completion] if views else []
    )
    return {"learning": Learning(under_way, done, days_ahead(views), held, since, teams, {ID: _UNION})}


def path_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    learner = visit(language, Role.LEARNER)
    nobody = visit(language)
    views = {
        "path": PATH,
        "path-new": msgspec.structs.replace(PATH, **_NEW),
        "path-closed": msgspec.structs.replace(PATH, is_open=False, **_NEW),
        "path-stuck": msgspec.structs.replace(PATH, next_step=None),
        "path-expired": _EXPIRED,
        "path-paused": _PAUSED,
        "path-withdrawn": msgspec.structs.replace(PATH, standing=_GONE),
        "path-elsewhere": msgspec.structs.replace(PATH, next_step=_STEPS[-1].items[0]),
        "module-new": msgspec.structs.replace(PATH, alone=True, items=_STEPS[1:2], **_NEW),
    }
    at_path = visit(language, Role.LEARNER, path="/paths/pathways")
    framed = visit(language, Role.LEARNER, frame=FRAME, path="/paths/pathways")
    drawn = {"drawn": draw_path(_STEPS), "has_map": True}
    not_drawn = {"drawn": None, "has_map": True, "ask_if_invited": False}
    return {
        "home-nobody": ("home.html", nobody, {}),
        "learning": ("learning.html", learner, _learning(PATH, COMPLETE, _EXPIRED, _PAUSED, since=NOW)),
        "learning-none": ("learning.html", learner, _learning()),
        "learning-done": ("learning.html", learner, _learning(COMPLETE)),
        "calendar-link": (
            "calendar_link.html",
            learner,
            {"address": f"https://waymark.example/calendar/{'x' * 32}.ics"},
        ),
        "catalogue": ("catalogue.html", learner, _catalogue(_FOUND, position="mayor", minutes=240)),
        "catalogue-none": ("catalogue.html", learner, _catalogue(msgspec.structs.replace(_FOUND, offers=()), text="x")),
        "catalogue-empty": ("catalogue.html", learner, _catalogue(Offers((), (), (), ()))),
        **{
            name: (
                "path.html",
                at_path,
                (not_drawn if view.alone else drawn)
                | {"view": view, "certificates": [], "ask_if_invited": name == "path"},
            )
            for name, view in views.items()
        },
        "path-framed": ("path.html", framed, not_drawn | {"view": PATH, "certificates": []}),
        "path-long": ("path.html", at_path, not_drawn | {"view": _LONG, "certificates": []}),
        "path-map": ("path_map.html", at_path, {"view": PATH, "drawn": draw_path(_STEPS)}),
        **{
            f"path-{each.value}": (
                "path.html",
                at_path,
                not_drawn | {"view": COMPLETE, "certificates": [_certificate(each)]},
            )
            for each in CertificateState
            if each is not CertificateState.SUPERSEDED
        },
        "verify-form": ("verify_form.html", nobody, {}),
        "verify": ("verify.html", nobody, _verification(CertificateState.ISSUED)),
        "verify-match": (
            "verify.html",
            nobody,
            _verification(CertificateState.ISSUED, name="Aygün Əliyeva", matches=True),
        ),
        "verify-other": ("verify.html", nobody, _verification(CertificateState.UNDER_REVIEW, matches=False)),
        "verify-revoked": ("verify.html", nobody, _verification(CertificateState.REVOKED)),
        "verify-superseded": ("verify.html", nobody, _verification(CertificateState.SUPERSEDED, name=None)),
    }

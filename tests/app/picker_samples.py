"""What the pages of the picker are filled with."""

from typing import Any

import msgspec

from app.pages.paths import LENGTHS
from app.pages.picker import page_of
from app.pages.picker_forms import Entry, Found, Looking, faults_in
from app.visit import Visit
from lti import Acceptance, Answer, Picking, Platform
from lti.standard.claims import DeepLinkingSettings
from paths import Linkable, Offer
from people import Role
from tests.app.path_samples import PATH
from tests.app.visits import FRAME, ID, visit

_SETTINGS = DeepLinkingSettings("https://lms.example/return", ("ltiResourceLink",), ("iframe", "window"))
_PLATFORM = Platform(
    ID, "https://lms.example", "x", "LMS", "https://lms.example/auth", "https://lms.example/token", "y"
)
_COURSE = Picking(ID, _PLATFORM, "1", "Local economic development for municipal project managers", _SETTINGS, None)
_LINK = Picking(ID, _PLATFORM, "1", "Growth", None, "link-7")
_ALL = Acceptance(links=True, several=True, grades=True, frame=True, tab=True)
_ONE = Acceptance(links=True, several=False, grades=False, frame=False, tab=True)
_OFFERS = (
    Offer(
        "pathways",
        "Pathways for Economic Growth: municipal project manager",
        "Take a project of your municipality from the first idea to a hand-over that lasts.",
        alone=False,
        positions=("municipal-project-manager",),
        topics=("Budgets", "Procurement and the rules that hold for it"),
        languages=("en", "az", "hy", "ka", "ro", "ru", "uk"),
        minutes=95,
        modules=8,
    ),
    Offer("module.listening", "Listening", "Whom to ask, and how.", True, (), (), ("en",), 7, 1),
)
_FOUND = Found(_OFFERS, 30, "module.listening", ("Budgets",), ("en", "ka"))
_LOOKING = Looking(ID, text="growth", kind="path", topic="Budgets", minutes="60", chosen=("pathways", "other/r-1"))
_NEW = msgspec.structs.replace(PATH, enrolment=None, standing=None)
_CHOSEN = {
    "pathways": Linkable(ID, "pathways", None, PATH.title, PATH.summary),
    "pathways/r-1": Linkable(ID, "pathways", "r-1", "Who decides what: roles in a municipal project", "x"),
    "module.listening": Linkable(ID, "module.listening", None, "Listening", "x", alone=True),
}
_ENTRIES = [Entry(value, each.title) for value, each in _CHOSEN.items()]
_WRONG = [Entry("pathways", "", points="none"), *_ENTRIES[1:]]
_ANSWER = Answer('https://lms.example/return?course="><script>alert(1)</script>', "x.y.z")


def picker_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    teacher = visit(language, Role.LEARNER, frame=FRAME, path=f"/pick/{ID}")
    picker: dict[str, Any] = {
        "picking": _COURSE,
        "taken": _ALL,
        "looking": _LOOKING,
        "found": _FOUND,
        "lengths": LENGTHS,
        "leads_to": None,
        "page_of": page_of,
    }
    of_link: dict[str, Any] = {"picking": _LINK, "taken": _ONE, "looking": Looking(ID, chosen=("pathways",))}
    chosen: dict[str, Any] = {
        "picking": _COURSE,
        "taken": _ALL,
        "looking": _LOOKING,
        "chosen": _CHOSEN,
        "entries": _ENTRIES,
        "faults": {},
        "gone": 2,
    }
    wrong = {"entries": _WRONG, "faults": faults_in(_WRONG), "gone": 0}
    preview: dict[str, Any] = {"taken": _ALL, "looking": _LOOKING, "view": _NEW}
    alone = {"taken": _ONE, "view": msgspec.structs.replace(_NEW, alone=True, items=_NEW.items[:1])}
    return {
        "picker": ("picker.html", teacher, picker),
        "picker-empty": ("picker.html", teacher, picker | {"found": Found((), 0, None, (), ())}),
        "picker-link": ("picker.html", teacher, picker | of_link),
        "picker-link-again": ("picker.html", teacher, picker | of_link | {"leads_to": _CHOSEN["pathways/r-1"]}),
        "picker-preview": ("picker_preview.html", teacher, preview),
        "picker-preview-module": ("picker_preview.html", teacher, preview | alone),
        "picker-chosen": ("picker_chosen.html", teacher, chosen),
        "picker-chosen-wrong": ("picker_chosen.html", teacher, chosen | wrong),
        "picker-chosen-link": ("picker_chosen.html", teacher, chosen | of_link | {"entries": _ENTRIES[:1], "gone": 0}),
        "picker-chosen-none": ("picker_chosen.html", teacher, chosen | {"entries": [], "chosen": {}, "gone": 0}),
        "picker-none": ("picker_none.html", teacher, {"picking": _COURSE}),
        "picker-answer": ("picker_answer.html", teacher, {"answer": _ANSWER, "count": 3}),
        "picker-answer-none": ("picker_answer.html", teacher, {"answer": _ANSWER, "count": 0}),
    }

"""Fillings for the pages by which people see and erase what is known of them."""

from typing import Any

from app.pages.privacy import OwnData
from app.privacy import Erasure
from app.visit import Visit
from people import Account, Consent, Person, Purpose, Role
from tests.app.visits import ID, visit
from tests.times import NOW

_ERASED = {
    "grade_lines": 2,
    "course_members": 1,
    "mails": 14,
    "return_addresses": 9,
    "names": 1,
    "accounts": 2,
    "mail_addresses": 1,
    "sign_ins": 3,
    "messages": 0,
    "audit_values": 1,
    "certificates": 1,
    "foreign_statements": 12,
}
_KEPT = {"enrolments": 1, "statements": 12345, "foreign_statements": 0, "decisions": 4}
_ASKED = Person(ID, "Aygün Əliyeva", "az", Account("https://waymark.example", str(ID)))
_SHOWN = {"asked": _ASKED, "erasure": Erasure(ID, _ERASED, _KEPT, ()), "own": True, "wrong": False, "done": False}
_CONSENTS = [
    Consent(Purpose.NAME, given=True, wording=1, at=NOW),
    Consent(Purpose.NAME, given=False, wording=None, at=NOW),
]


def privacy_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    learner = visit(language, Role.LEARNER, path="/privacy")
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path=f"/people/{ID}/privacy")
    return {
        "privacy": ("privacy.html", learner, {"shown": OwnData(_CONSENTS, told_name=True)}),
        "privacy-none": ("privacy.html", learner, {"shown": OwnData([], told_name=False)}),
        "erasure": ("erasure.html", learner, _SHOWN),
        "erasure-wrong": ("erasure.html", learner, _SHOWN | {"wrong": True}),
        "erasure-of-another": ("erasure.html", administrator, _SHOWN | {"own": False}),
        "erased": ("erasure.html", visit(language), _SHOWN | {"done": True}),
        "erased-another": ("erasure.html", administrator, _SHOWN | {"own": False, "done": True}),
    }

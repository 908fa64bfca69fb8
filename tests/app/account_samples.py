"""What the pages of accounts and claims are filled with."""

from typing import Any

from app.pages.accounts import HeldByOne
from app.visit import Visit
from people import Account, Claim, CodeState, CodeUse, HeldAccount, MailAddress, Person, Role, Way
from tests.app.visits import FRAME, ID, visit
from tests.times import NOW

_LMS = HeldAccount(Account("https://lms.academy-of-public-administration.example", "42"), NOW, None, None)
_LINKED = HeldAccount(Account("https://school.example", "aygun.aliyeva"), NOW, Way.CODE, ID)
_ADDRESSES = [
    MailAddress(ID, ID, "aygun@town.example", NOW, NOW, None),
    MailAddress(ID, ID, "aygun@home.example", NOW, None, None),
    MailAddress(ID, ID, "aygun@old.example", NOW, NOW, NOW),
]
_CLAIM = Claim(ID, ID, "Aygün Əliyeva", "I was at the workshop in Gədəbəy in May.", NOW)
_OTHER = Person(ID, None, "az", Account("http://127.0.0.1:8000", "y"))


def account_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    learner = visit(language, Role.LEARNER, path="/accounts")
    framed = visit(language, Role.LEARNER, frame=FRAME, path="/accounts")
    coordinator = visit(language, Role.LEARNER, Role.COORDINATOR, path="/claims")
    held = {"held": HeldByOne([_LMS, _LINKED], _ADDRESSES, _CLAIM), "misfilled": {}}
    claims = {"claims": [_CLAIM], "candidates": [_OTHER, learner.somebody], "name": "ay"}
    return {
        "accounts": ("accounts.html", learner, held),
        "accounts-none": ("accounts.html", framed, {"held": HeldByOne([], [], None), "misfilled": {}}),
        "accounts-address": ("accounts.html", learner, held | {"misfilled": {"address": "aygun"}}),
        "accounts-words": ("accounts.html", learner, held | {"misfilled": {"words": ""}}),
        "account-code": ("account_code.html", learner, {"use": None, "awaited": True}),
        "account-code-none": ("account_code.html", learner, {"use": None, "awaited": False}),
        "account-code-wrong": ("account_code.html", learner, {"use": CodeUse(CodeState.WRONG, 3), "awaited": True}),
        "account-code-ended": ("account_code.html", learner, {"use": CodeUse(CodeState.ENDED), "awaited": False}),
        "account-offer": ("account_offer.html", framed, {"token": "x"}),
        "account-join": (
            "account_join.html",
            learner,
            {"token": "x", "other": _OTHER, "mine": [_LMS], "theirs": [_LINKED]},
        ),
        "account-claim": ("account_claim.html", learner, {"claimed": learner.somebody}),
        "account-unlink": ("account_unlink.html", learner, {"accounts": [_LINKED], "act": ID}),
        "claims": ("claims.html", coordinator, claims),
        "claims-unknown": ("claims.html", coordinator, claims | {"candidates": []}),
        "claims-none": ("claims.html", coordinator, claims | {"claims": []}),
        "claim-link": (
            "claim_link.html",
            coordinator,
            {"address": "http://127.0.0.1:8000/accounts/claim/x", "claimed": learner.somebody},
        ),
    }

"""Fillings for the pages of credentials: a new secret, long names, faults, and nothing at all."""

from datetime import timedelta
from typing import Any

from app.pages.credentials import IssuerForm, OneCredential, Overview, TermsForm, form_of
from app.visit import Visit
from lrs import Credential, Issuer, KnownCredential, Limits, Mended, Mending, Scope, Terms
from people import Role
from tests.app.visits import ID, visit
from tests.times import NOW

_TERMS = Terms(
    name="Portal of the Academy of Public Administration",
    scopes=(Scope.STATEMENTS_WRITE, Scope.STATEMENTS_READ_MINE, Scope.DEFINE),
    lenient=True,
    sets_authority=True,
    limits=Limits(6000, 64),
)
_KEY = "Yv3mKQ0xw9bQ7tLr"
_USED = KnownCredential(_KEY, _TERMS, NOW - timedelta(days=9), NOW, None)
_REVOKED = KnownCredential("nD7yWkqTz1Xc4hPs", _TERMS, NOW - timedelta(days=9), None, NOW)
_ISSUER = Issuer("https://id.academy-of-public-administration.example/realms/staff", "waymark", "Academy")
_MENDED = Mended("$[3].context.contextActivities.parent", "an activity without id", "left out")
_MENDINGS = [Mending(_MENDED, ID, NOW), Mending(Mended("Content-Type", "no JSON", "kept as text"), None, NOW)]
_LIST = {
    "form": TermsForm(),
    "issuer_form": IssuerForm(),
    "faults": frozenset(),
    "added": None,
    "endpoint": "https://learn.example/xapi/",
    "scopes": list(Scope),
}
_ONE = {"form": form_of(_TERMS), "faults": set(), "scopes": list(Scope)}


def credential_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/credentials")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/credentials")
    full = _LIST | {"shown": Overview([_USED, _REVOKED], [_ISSUER]), "added": Credential(_KEY, "s" * 43)}
    wrong = ["name", "scopes", "per_minute", "at_once", "issuer", "audience", "issuer_name", "scope_claim"]
    misfilled = _LIST | {"shown": Overview([], []), "faults": wrong}
    return {
        "credentials": ("credentials.html", administrator, full),
        "credentials-faults": ("credentials.html", administrator, misfilled),
        "credentials-none": ("credentials.html", auditor, _LIST | {"shown": Overview([], [])}),
        "credential": ("credential.html", administrator, _ONE | {"shown": OneCredential(_USED, _MENDINGS)}),
        "credential-revoked": ("credential.html", auditor, _ONE | {"shown": OneCredential(_REVOKED, [])}),
    }

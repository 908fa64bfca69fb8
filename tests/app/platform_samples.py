"""Fillings for the pages of learning platforms: every state of one, and of its registration."""

from datetime import timedelta
from typing import Any

import msgspec

from app.pages.platform import PlatformDecision, PlatformView
from app.pages.platforms import Listed, PlatformForm
from app.pages.registration import OfferForm
from app.visit import Visit
from base import KeyPurpose, KeyState, PublicKey, Standing
from lti import (
    Course,
    Deployment,
    Fault,
    Finding,
    InvitationRefused,
    Platform,
    PlatformHoldings,
    PlatformInvitation,
    PlatformStatus,
    RegistrationRefused,
    Step,
    addresses_of,
)
from lti.registering.dynamic import REFUSED
from lti.registering.invitations import INVITATION_USED
from lti.standard.claims import LINE_ITEM_SCOPE, MEMBERS_SCOPE, RESULT_SCOPE, SCORE_SCOPE
from people import Role
from tests.app.visits import ID, visit
from tests.times import NOW

_URL = "https://waymark.example"
_ISSUER = "https://lms.academy-of-public-administration.example"
_PLATFORM = Platform(
    id=ID,
    issuer=_ISSUER,
    client_id="a8f2c4e0-6d51-4b7e-9c3f-2f1d5a7b9e10",
    name="Academy of Public Administration",
    auth_login_url=f"{_ISSUER}/mod/lti/auth.php",
    token_url=f"{_ISSUER}/mod/lti/token.php",
    jwks_url=f"{_ISSUER}/mod/lti/certs.php",
    product="moodle",
    product_version="4.5.6 (Build: 20250811)",
)
_DEPLOYMENTS = [
    Deployment(ID, "1", approved=True, first_seen_at=NOW),
    Deployment(ID, "07940580-b309-415e-a37c-914d387c1150:a6b3f1e2", approved=False, first_seen_at=NOW),
]
_COURSE = Course(ID, ID, "1", "ctx-1", "Local economic development", None, None, frozenset(), NOW)
_HOLDINGS = PlatformHoldings(1234, 1, 2, 17, 3, 40, 800, 15_000)
_INVITATION = PlatformInvitation(ID, "Academy of Public Administration", NOW, NOW + timedelta(days=7), None, None, None)
_PENDING = msgspec.structs.replace(_PLATFORM, status=PlatformStatus.PENDING)
_LISTED = Listed([(_PLATFORM, _DEPLOYMENTS), (_PENDING, [])], [_INVITATION])
_LIST = {"listed": _LISTED, "name": "", "fault": "", "made": None, "address": ""}
_FORM = {"form": PlatformForm(), "faults": {}, "addresses": addresses_of(_URL), "waymark_url": _URL}
_FAULTS = {"issuer": "address", "client_id": "missing", "token_url": "long", "jwks_url": "taken", "name": "unreadable"}
_MISFILLED = {"form": PlatformForm(name="LMS", issuer="lms", token_url="x"), "faults": _FAULTS}
_KEYS = [
    Standing(PublicKey(f"lti-2026-11-2{n}-0a1b2c3d", KeyPurpose.LTI, NOW, NOW, None, b"{}", None), state, None, None)
    for n, state in enumerate((KeyState.IN_USE, KeyState.PUBLISHED))
]
_FINDINGS = [
    Finding(Step.ISSUER),
    *(Finding(Step.KEYS, fault, "lms.example did not answer in time.") for fault in Fault if fault != "fewer scopes"),
    Finding(Step.SERVICES, Fault.FEWER_SCOPES, f"{SCORE_SCOPE} {LINE_ITEM_SCOPE} {RESULT_SCOPE} {MEMBERS_SCOPE}"),
]
_DECISION = PlatformDecision("move", "", _PLATFORM.name, "lms", "", _PLATFORM.jwks_url)
_MISDECIDED = {
    "form": _DECISION,
    "faults": {"auth_login_url": "address", "token_url": "missing", "reason": "missing"},
}
_ASKED = {"invitation": _INVITATION, "offer": OfferForm("x", _ISSUER, "y"), "host": _ISSUER.removeprefix("https://")}
_DETAIL = "HTTP 422 field: messages.0.placements; message: is not included in the list of placements of this account"
_FAILED = {"state": "failed", "refused": RegistrationRefused(REFUSED), "detail": _DETAIL}
_REQUEST = f"{_URL}/lti/register?invitation=Zx3vQp9sLk2mNb7tYc5wRd8eFg1hJa4u"


def platform_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/platforms")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/platforms")
    nobody = visit(language, path="/lti/register")
    return {
        "platforms": ("platforms.html", administrator, _LIST),
        "platforms-none": ("platforms.html", auditor, _LIST | {"listed": Listed([], [])}),
        "platforms-made": ("platforms.html", administrator, _LIST | {"made": _INVITATION, "address": _REQUEST}),
        "platforms-fault": ("platforms.html", administrator, _LIST | {"fault": "missing"}),
        "platform-form": ("platform_form.html", administrator, _FORM),
        "platform-form-faults": ("platform_form.html", administrator, _FORM | _MISFILLED),
        "platform": ("platform.html", administrator, _one(PlatformStatus.APPROVED)),
        "platform-pending": ("platform.html", administrator, _one(PlatformStatus.PENDING, siblings=False)),
        "platform-disabled": ("platform.html", administrator, _one(PlatformStatus.DISABLED)),
        "platform-read": ("platform.html", auditor, _one(PlatformStatus.APPROVED)),
        "platform-tested": ("platform.html", administrator, _one(PlatformStatus.APPROVED, findings=_FINDINGS)),
        "platform-faults": ("platform.html", administrator, _one(PlatformStatus.APPROVED) | _MISDECIDED),
        "platform-changed": ("platform.html", administrator, _one(PlatformStatus.APPROVED) | {"fault": "changed"}),
        "platform-remove": ("platform_remove.html", administrator, _removing("")),
        "platform-remove-fault": ("platform_remove.html", administrator, _removing("missing")),
        "platform-remove-changed": ("platform_remove.html", administrator, _removing("changed")),
        "registration-ask": ("registration.html", nobody, {"state": "ask", **_ASKED}),
        "registration-paste": ("registration.html", nobody, {"state": "paste", "invitation": _INVITATION}),
        "registration-done": ("registration.html", nobody, {"state": "done", "added": _PENDING}),
        "registration-used": (
            "registration.html",
            nobody,
            {"state": "refused", "refused": InvitationRefused(INVITATION_USED)},
        ),
        "registration-failed": ("registration.html", nobody, _FAILED),
        "registration-unreadable": ("registration.html", nobody, {"state": "unreadable"}),
    }


def _view(status: PlatformStatus, *, siblings: bool) -> PlatformView:
    shown = msgspec.structs.replace(_PLATFORM, status=status)
    return PlatformView(shown, _DEPLOYMENTS, [_COURSE], [_PENDING] if siblings else [], 1234, _KEYS)


def _one(status: PlatformStatus, *, siblings: bool = True, findings: list[Finding] | None = None) -> dict[str, Any]:
    form = PlatformDecision("", "", _PLATFORM.name, _PLATFORM.auth_login_url, _PLATFORM.token_url, _PLATFORM.jwks_url)
    shown: dict[str, Any] = {
        "findings": findings,
        "form": form,
        "faults": {},
        "fault": "",
        "addresses": addresses_of(_URL),
    }
    return {"view": _view(status, siblings=siblings), **shown}


def _removing(fault: str) -> dict[str, Any]:
    held = _HOLDINGS if fault else msgspec.structs.replace(_HOLDINGS, siblings=0)
    return {"platform": _PLATFORM, "held": held, "seen": "{}", "fault": fault}

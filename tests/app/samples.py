"""One filling for every template: what the domains would hand over, with names that need room."""

from datetime import timedelta
from typing import Any

from app.errors import Problem
from app.pages.audit import Entered
from app.pages.listing import Listing
from app.visit import Visit
from base import Decision, Failure, Seal
from messages import Kind, Message, StopLink
from messages import State as MailState
from people import Role
from tests.app.account_samples import account_samples
from tests.app.credential_samples import credential_samples
from tests.app.editor_samples import editor_samples
from tests.app.enrolment_samples import enrolment_samples
from tests.app.exchange_samples import exchange_samples
from tests.app.explanation_samples import explanation_samples
from tests.app.grade_samples import grade_samples
from tests.app.import_samples import import_samples
from tests.app.key_samples import key_samples
from tests.app.launch_samples import launch_samples
from tests.app.path_samples import path_samples
from tests.app.people_samples import people_samples
from tests.app.picker_samples import picker_samples
from tests.app.platform_samples import platform_samples
from tests.app.player_samples import player_samples
from tests.app.privacy_samples import privacy_samples
from tests.app.progress_samples import progress_samples
from tests.app.roster_samples import roster_samples
from tests.app.sign_in_samples import sign_in_samples
from tests.app.statement_samples import statement_samples
from tests.app.storage_samples import storage_samples
from tests.app.version_samples import version_samples
from tests.app.visits import FRAME, ID, visit
from tests.times import NOW

_URL = "http://127.0.0.1:8000"
_FAILURE = Failure(
    id=12,
    subscriber="lti.report_grade",
    subject=str(ID),
    error="ConnectTimeout: lms.example did not answer within 5 s",
    attempts=10,
    set_aside_at=NOW - timedelta(hours=2),
)
_DECISION = Decision(
    id=ID,
    at=NOW,
    by=ID,
    act="role.grant",
    subject=f"person {ID}",
    reason="Appointed by order 17 of the Municipality of Gədəbəy",
    before=["learner"],
    after={"roles": ["learner", "mentor"], "full_name": "Aygün Əliyeva"},
    position=1,
    leaf="0" * 64,
)
_OPERATORS = Decision(ID, NOW, None, "platform.add", "platform https://lms.example", "x", None, None, None, None)
_DECISIONS = {
    "entered": Entered(act="role.grant"),
    "decisions": [_DECISION, _OPERATORS],
    "names": {ID: "Aygün Əliyeva"},
    "seal": Seal(12, 1, 9, bytes(32), NOW, NOW, bytes(range(32))),
    "after": "x",
    "further": "x",
}
_NO_DECISIONS = {"entered": Entered(), "decisions": [], "names": {}, "seal": None, "after": "", "further": ""}
_MAILS = [
    Message(
        ID,
        Kind.CERTIFICATE,
        ID,
        essential=False,
        state=state,
        created_at=NOW,
        not_before=NOW,
        settled_at=NOW,
        answer="550 5.1.1",
    )
    for state in MailState
]
_OUTBOX = {
    "states": list(MailState),
    "names": {Kind.CERTIFICATE: "Certificates that are ready"},
    "state": None,
    "listing": Listing("/admin/mail", "-written"),
}
_STOP = {"names": ["Certificates that are ready"]}
_REFUSAL = "We could not check this sign-in. Go back to your learning platform and open the link again."


def samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    learner = visit(language, Role.LEARNER)
    framed = visit(language, Role.LEARNER, frame=FRAME, path="/paths/pathways")
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/platforms")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR)
    nobody = visit(language)
    framed_nobody = visit(language, frame=FRAME)
    return {
        **credential_samples(language),
        **enrolment_samples(language),
        **editor_samples(language),
        **exchange_samples(language),
        **explanation_samples(language),
        **version_samples(language),
        **grade_samples(language),
        **import_samples(language),
        **key_samples(language),
        **launch_samples(language),
        **path_samples(language),
        **account_samples(language),
        **people_samples(language),
        **picker_samples(language),
        **platform_samples(language),
        **player_samples(language),
        **privacy_samples(language),
        **progress_samples(language),
        **roster_samples(language),
        **sign_in_samples(language),
        **statement_samples(language),
        **storage_samples(language),
        "sign-in": ("sign_in.html", nobody, {}),
        "new-tab": ("new_tab.html", framed, {"address": f"{_URL}/sign-in/x"}),
        "refused": ("refused.html", nobody, {"message": _REFUSAL, "way_back": None}),
        "error-401-framed": ("error.html", framed_nobody, _problem(401)),
        **{
            f"error-{status}": ("error.html", learner, _problem(status))
            for status in (400, 401, 403, 404, 409, 413, 429, 500, 503)
        },
        "audit": ("audit.html", administrator, _DECISIONS),
        "audit-none": ("audit.html", auditor, _NO_DECISIONS),
        "deliveries": (
            "deliveries.html",
            administrator,
            {"failures": [_FAILURE], "waiting": {"x.issue": 3, "x.fold": 10_000}, "most": 10_000},
        ),
        "mail": (
            "mail.html",
            administrator,
            _OUTBOX | {"messages": _MAILS, "total": 1200, "next_page": "/admin/mail", "counts": {MailState.SENT: 1200}},
        ),
        "mail-none": ("mail.html", auditor, _OUTBOX | {"messages": [], "total": 0, "next_page": None, "counts": {}}),
        "stop-mail": ("stop_mail.html", nobody, _STOP | {"link": StopLink(ID, (Kind.CERTIFICATE,), wanted=True)}),
        "mail-stopped": ("stop_mail.html", nobody, _STOP | {"link": StopLink(ID, (Kind.CERTIFICATE,), wanted=False)}),
        "deliveries-none": ("deliveries.html", auditor, {"failures": [], "waiting": {}, "most": 10_000}),
    }


def _problem(status: int) -> dict[str, Any]:
    return {"problem": Problem("Title", status, "path is 'x'; it must be a slug.", rule="a rule")}

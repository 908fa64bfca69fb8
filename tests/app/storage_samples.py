"""What launches without cookies show, and who may frame our pages."""

from typing import Any

from app.pages.framers import FramersView
from app.visit import Visit
from lti import Framer, Keep, Platform, Prove, Store
from people import Role
from tests.app.visits import FRAME, ID, visit
from tests.times import NOW

_STORE = Store("https://lms.example", "_parent", "waymark-x")
_URL = "http://127.0.0.1:8000"
_PLATFORM = Platform(
    id=ID,
    issuer="https://lms.academy-of-public-administration.example",
    client_id="a8f2c4",
    name="Academy of Public Administration",
    auth_login_url="https://lms.example/auth",
    token_url="https://lms.example/token",
    jwks_url="https://lms.example/jwks",
)
_FURTHER = [
    Framer("https://school-of-local-government.lms.example", learned=True, since=NOW),
    Framer("https://short.example", learned=False, since=NOW),
]


def storage_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    nobody, framed = visit(language), visit(language, frame=FRAME)
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/platforms")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR)
    keep = Keep(_STORE, "x", f"{_URL}/", f"{_URL}/lti/login?x=1")
    view = FramersView(_PLATFORM, ["https://lms.example"], _FURTHER)
    return {
        "storage-keep": ("storage.html", nobody, _asked(keep=keep)),
        "storage-prove": ("storage.html", nobody, _asked(prove=Prove(_STORE, "s", "t"))),
        "storage-resume": ("storage.html", framed, _asked(resumes=True)),
        "framers": ("framers.html", administrator, {"view": view, "entered": "", "wrong": False}),
        "framers-wrong": ("framers.html", administrator, {"view": view, "entered": "lms", "wrong": True}),
        "framers-seen": ("framers.html", auditor, {"view": view, "entered": "", "wrong": False}),
    }


def _asked(*, keep: Keep | None = None, prove: Prove | None = None, resumes: bool = False) -> dict[str, Any]:
    return {"store": _STORE, "keep": keep, "prove": prove, "resumes": resumes}

"""One filling for every template of signing in, sessions and one's own name."""

from datetime import timedelta
from typing import Any

import msgspec

from app.visit import Visit
from people import Provider, Role, Session
from tests.app.visits import FRAME, ID, visit
from tests.times import NOW

_PROVIDERS = (
    Provider("ministry", "the Ministry of Territorial Administration and Infrastructure", "https://id.example", "x"),
    Provider("city", "the City", "https://city.example", "x"),
)
_HERE = Session("a" * 64, ID, None, "Firefox, Android", NOW - timedelta(hours=1), NOW)
_SESSIONS = [
    _HERE,
    Session("b" * 64, ID, FRAME, None, NOW - timedelta(hours=3), NOW - timedelta(hours=2)),
    Session("c" * 64, ID, None, None, NOW - timedelta(hours=3), NOW - timedelta(hours=3)),
]
_WAYS = {"providers": _PROVIDERS, "to": "/paths/growth", "address": "", "wrong": False}
_NAME = {"to": "/paths/growth", "full_name": "", "wrong": False}
_REFUSAL = "We could not check this sign-in. Go to the sign-in page and begin again."


def sign_in_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    nobody = visit(language)
    signed_in = msgspec.structs.replace(visit(language, Role.LEARNER), session=_HERE)
    framed = visit(language, Role.LEARNER, frame=FRAME, path="/name")
    return {
        "ways-in": ("ways_in.html", nobody, _WAYS),
        "ways-in-mail-only": ("ways_in.html", nobody, _WAYS | {"providers": ()}),
        "ways-in-wrong": ("ways_in.html", nobody, _WAYS | {"address": "aygün at town", "wrong": True}),
        "link-sent": ("link_sent.html", nobody, {}),
        "sign-in-refused": ("sign_in_refused.html", nobody, {"message": _REFUSAL}),
        "sessions": ("sessions.html", signed_in, {"sessions": _SESSIONS}),
        "sessions-one": ("sessions.html", signed_in, {"sessions": [_HERE]}),
        "name": ("name.html", framed, _NAME),
        "name-wrong": ("name.html", framed, _NAME | {"wrong": True}),
    }

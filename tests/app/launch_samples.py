"""The fillings of the pages about launches: a path shown to nobody in particular, and what was refused."""

from datetime import timedelta
from typing import Any

from app.pages.paths import map_below
from app.visit import Visit
from lti import LaunchFault, RefusedLaunch
from people import Role
from tests.app.path_samples import path_samples
from tests.app.visits import FRAME, ID, visit
from tests.times import NOW

_REASONS = {
    LaunchFault.CLOCK: "the token expired at 2026-11-22T08:00:00+00:00; our clock says 2026-11-22T08:04:00+00:00",
    LaunchFault.TARGET: "target_link_uri 'https://waymark.example/<script>alert(1)</script>' is not an address of ours",
}


def launch_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    nobody = visit(language, frame=FRAME, path="/preview/x")
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/platforms/refused")
    _, _, values = path_samples(language)["path-new"]
    view = values["view"]
    shown = {"view": view, "certificates": [], "ask_if_invited": False, "drawn": map_below(view)}
    shown["has_map"] = shown["drawn"] is not None
    return {
        "preview": ("preview.html", nobody, {**shown, "why": "anonymous"}),
        "preview-test-student": ("preview.html", nobody, {**shown, "why": "test-student"}),
        "refused-launches": ("refused_launches.html", administrator, {"refused": _refused()}),
        "refused-launches-none": ("refused_launches.html", administrator, {"refused": []}),
        "refused-back": (
            "refused.html",
            nobody,
            {
                "message": "This link leads to a page that is not here. Tell whoever put it into the course.",
                "way_back": "https://lms.example/return?lti_errormsg=x",
            },
        ),
    }


def _refused() -> list[RefusedLaunch]:
    """One of every kind, of a platform, of a stranger, and of nobody."""
    senders = [(ID, "Academy of Public Administration"), (None, "https://stranger.example"), (None, None)]
    return [
        RefusedLaunch(
            platform_id=sender[0],
            platform=sender[1] if sender[0] else None,
            issuer=sender[1],
            step="launch",
            fault=fault,
            reason=_REASONS.get(fault, "the login was started in another browser"),
            times=number * 700 + 1,
            first_at=NOW - timedelta(days=number),
            last_at=NOW,
        )
        for number, (fault, sender) in enumerate(zip(LaunchFault, senders * 6, strict=False))
    ]

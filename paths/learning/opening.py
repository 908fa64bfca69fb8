"""The gate of a module: it opens for those on one of whose paths it is open."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Forbidden
from modules import open_module
from paths.learning.path_view import path_views
from paths.learning.renewal import module_anew_from
from paths.learning.step_view import Step, flat
from people import Person


def open_for(
    conn: Connection, person: Person, module_id: UUID, *, language: str, return_url: str, now: datetime
) -> str:
    """The token of the module's content path, as `modules.open_module` gives it.

    Raises Forbidden, naming what is to be finished first, unless one of the person's paths lets them open it. Asking
    for the module's address directly leads through here too, so no gate is bypassed. Where it expired, or may be shown
    anew by now, another try begins.
    """
    views = path_views(conn, person, language=language, now=now)
    steps = [step for view in views for step in flat(view.items) if step.module_id == module_id]
    if not any(step.can_open for step in steps):
        raise Forbidden(f"Module {module_id} {_refusal(steps)}", rule="prerequisites")
    anew_from = module_anew_from(conn, person.id, module_id, now=now)
    return open_module(conn, person, module_id, language=language, return_url=return_url, anew_from=anew_from, now=now)


def _refusal(steps: Sequence[Step]) -> str:
    """Why it does not open, and what would open it."""
    if before := sorted({title for step in steps for title in step.opens_after}):
        return f"is locked; finish first: {', '.join(before)}."
    if steps:
        return "cannot be opened now; its step on your path says what it waits for."
    return "is on none of your paths; begin a path that has it."

"""What a service needs before it can serve: a schema, a name, a catalogue, and somebody who may administer it."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from app.loading import Loaded, load_library
from app.migrating import migrate
from app.settings import Settings
from app.transactions import clock, write
from base import msgid, settle_installation
from people import FIRST_LINK_LIFETIME, Role, add_person, grant_role, make_sign_in_link, persons_with

_REASON = msgid("first administrator of the installation")


def prepare(settings: Settings, library: Path) -> Iterator[str]:
    """Migrate, load the library and, while nobody administers, make a sign-in link; yields a line for each step.

    Doing it again changes nothing but what has changed in the library.
    """
    applied = migrate(settings.database_url)
    yield f"Database: {', '.join(applied) or 'up to date'}"
    loaded, token = write(settings, _settle, settings, library, now=clock())
    yield f"Catalogue: {loaded.modules} modules, {loaded.paths} paths"
    if token is None:
        yield "Administrators get a new sign-in link with: waymark admin-link"
    else:
        yield f"First administrator, sign in once within a day: {settings.url}/sign-in/{token}"


def administrator_link(conn: Connection, *, now: datetime) -> str:
    """The token of a link that signs in an administrator, one being made when there is none."""
    administrator = next(iter(persons_with(conn, Role.ADMINISTRATOR)), None)
    if administrator is None:
        administrator = add_person(conn, full_name=None, language="en", now=now)
        grant_role(conn, administrator.id, Role.ADMINISTRATOR, by=None, reason=_REASON, now=now)
    return make_sign_in_link(conn, administrator.id, now=now, lifetime=FIRST_LINK_LIFETIME)


def _settle(conn: Connection, settings: Settings, library: Path, *, now: datetime) -> tuple[Loaded, str | None]:
    settle_installation(conn, settings.url, now=now)
    loaded = load_library(conn, library, now=now)
    known = persons_with(conn, Role.ADMINISTRATOR)
    return loaded, administrator_link(conn, now=now) if not known else None

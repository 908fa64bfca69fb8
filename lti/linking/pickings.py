"""Somebody is sent here to choose: what goes into a course, or where a link leads that does not say it."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, insert, select

from base import Missing, msgid, new_uuid
from lti.launching.launch import Launch
from lti.refusals import NOBODY, NOT_CHOSEN, LaunchRefused
from lti.registering.platforms import Platform, platform
from lti.standard.claims import DeepLinkingSettings, Message
from lti.standard.parsing import shown
from lti.standard.roles import CourseRole
from lti.tables import pickings
from people import admit, held_by

LONGEST_TITLE = 255
PICKING_LIFE = timedelta(hours=12)  # as long as a session lasts

_OVER = msgid("This choice is over, or it was begun by somebody else. Begin it again in your learning platform.")


class Picking(msgspec.Struct, frozen=True):
    """One choice under way. `settings` are what the platform takes back; without them it is for `resource_link_id`."""

    id: UUID
    platform: Platform
    deployment_id: str
    title: str | None
    settings: DeepLinkingSettings | None
    resource_link_id: str | None


def begin_picking(conn: Connection, launch: Launch, *, frame: str, now: datetime) -> str:
    """The page, behind the frame's prefix, on which whoever launched chooses until their session ends.

    A deep linking launch chooses for its course, any other for its resource link, which those who teach alone may: for
    them it may lead elsewhere than before. Raises LaunchRefused for anybody else, and where nothing could be returned.
    """
    if launch.account is None:
        raise LaunchRefused("nobody in particular was sent to choose", NOBODY)
    chooser = admit(conn, launch.account, full_name=launch.full_name, language=launch.language, now=now)
    for_course = launch.message is Message.DEEP_LINKING
    about = _of_course(launch) if for_course else _of_link(launch)
    id_ = new_uuid()
    sent_by = {"platform_id": launch.platform.id, "deployment_id": launch.deployment_id}
    row = {"id": id_, "person_id": chooser.id, "frame": frame, "expires_at": now + PICKING_LIFE}
    conn.execute(insert(pickings).values(**row, **sent_by, **about))
    return f"/pick/{id_}"


def picking(conn: Connection, picking_id: UUID, person_id: UUID, *, frame: str | None, now: datetime) -> Picking:
    """The choice under way, for whoever began it and in the frame where they did. Raises Missing for others."""
    row = conn.execute(select(pickings).where(pickings.c.id == picking_id)).one_or_none()
    if (
        row is None
        or row.expires_at <= now
        or row.frame != frame
        or row.person_id not in {person_id, *held_by(conn, person_id)}
    ):
        raise Missing(_OVER)
    settings = None if row.settings is None else msgspec.json.decode(row.settings, type=DeepLinkingSettings)
    sender = platform(conn, row.platform_id)
    return Picking(row.id, sender, row.deployment_id, row.title, settings, row.resource_link_id)


def forget_pickings(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` choices that were over by `before`; how many went."""
    over = select(pickings.c.id).where(pickings.c.expires_at <= before).limit(limit)
    return conn.execute(delete(pickings).where(pickings.c.id.in_(over))).rowcount


def forget_pickings_of(conn: Connection, person_id: UUID) -> None:
    """End all that the person, and those joined to them, were choosing."""
    theirs = {person_id, *held_by(conn, person_id)}
    conn.execute(delete(pickings).where(pickings.c.person_id.in_(theirs)))


def _of_course(launch: Launch) -> dict[str, str | None]:
    settings = launch.deep_linking
    if settings is None:
        raise LaunchRefused("the deep linking request has no settings")
    if not _is_web_address(settings.deep_link_return_url):
        raise LaunchRefused("deep_link_return_url is no http or https address")
    return {
        "title": shown(launch.context.title, LONGEST_TITLE) if launch.context else None,
        "settings": msgspec.json.encode(settings).decode(),
        "resource_link_id": None,
    }


def _of_link(launch: Launch) -> dict[str, str | None]:
    if launch.standing.role is not CourseRole.INSTRUCTOR or launch.resource_link is None:
        raise LaunchRefused("the link has no target yet, and whoever opened it does not teach the course", NOT_CHOSEN)
    title = shown(launch.resource_link.title, LONGEST_TITLE)
    return {"title": title, "settings": None, "resource_link_id": launch.resource_link.id}


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)

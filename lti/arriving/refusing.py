"""Somebody is turned away: the page says what to do, the log and the administrators' page say why."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import structlog

from base import Database, words_for
from lti.launching.launch import Launch
from lti.launching.refused import note_refusal
from lti.refusals import DeploymentPending, KeysOutOfReach, LaunchRefused
from lti.registering.platforms import Platform
from lti.standard.claims import LONGEST_URL

log = structlog.get_logger(__name__)


@dataclass
class Sender:
    """Who sent the person, as far as it is known: who somebody says they are, the platform, the verified launch."""

    issuer: str | None = None
    platform: Platform | None = None
    launch: Launch | None = None


@asynccontextmanager
async def told_why(db: Database, step: str, *, now: datetime) -> AsyncIterator[Sender]:
    """Tells administrators why somebody was turned away in this block, which the page does not."""
    sender = Sender()
    try:
        yield sender
    except (LaunchRefused, DeploymentPending, KeysOutOfReach) as refusal:
        log.warning("lti refused", step=step, reason=refusal.reason)
        await db.write(note_refusal, refusal, step, sender.platform, sender.issuer, now=now)
        if sender.launch is not None:
            refusal.language = sender.launch.locale
            refusal.way_back = way_back(sender.launch, refusal.message)
        raise


def way_back(launch: Launch, message: str) -> str | None:
    """The address at the platform to which the person may return, where it learns what they were told.

    LTI 1.3 core §5.4.4 (launch presentation). None for a window of its own, which is closed, and for what is no web
    address. It may hold a secret of the person (Moodle's sesskey): it is for their page alone and is never logged.
    """
    if launch.return_url is None or launch.document_target == "window" or len(launch.return_url) > LONGEST_URL:
        return None
    try:
        parts = urlsplit(launch.return_url)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    if not launch.return_url.isprintable() or "\\" in launch.return_url:
        return None
    said = words_for(launch.language).text(message)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("lti_errormsg", said)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))

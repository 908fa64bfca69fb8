"""What is chosen, as a platform puts it into its course (Deep Linking 2.0 §3, "ltiResourceLink")."""

from datetime import datetime

import msgspec

from lti.launching.launch import UNGRADED
from lti.linking.acceptance import LINK, Acceptance
from lti.standard.resources import resource_of
from paths import Linkable

LONGEST_TITLE = 255
"""Moodle and others keep no more of the name of an activity."""


class Placement(msgspec.Struct, frozen=True):
    """One choice as it is to stand in the course: graded up to `points`, or not at all; where None the LMS decides
    whether it opens in a new tab.
    """

    what: Linkable
    title: str
    points: float | None = None
    new_tab: bool | None = None


class LineItem(msgspec.Struct, frozen=True, rename="camel"):
    score_maximum: float
    label: str
    resource_id: str
    tag: str


class Window(msgspec.Struct, frozen=True, rename="camel"):
    target_name: str = "_blank"


class Frame(msgspec.Struct, frozen=True):
    """Without a size of ours: the LMS knows how much room there is."""


class Period(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    start_date_time: datetime | None = None
    end_date_time: datetime | None = None


class ContentItem(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, tag_field="type", tag=LINK):
    title: str
    text: str
    url: str
    custom: dict[str, str]
    line_item: LineItem | None = None
    window: Window | None = None
    iframe: Frame | None = None
    available: Period | None = None
    submission: Period | None = None


def content_item(placed: Placement, accepted: Acceptance, waymark_url: str) -> ContentItem:
    """The link to what is chosen. It names the path by its id, so that it lasts, whatever the path is called later.

    What the platform does not take is left out, whatever is asked. The custom parameters say the same as the address,
    since some platforms keep only the one, and course copies only the other.
    """
    what = placed.what
    title = placed.title[:LONGEST_TITLE]
    named = {"path": str(what.path_id)} | ({"requirement": what.requirement} if what.requirement else {})
    # Who could have had it graded and did not wish it is given no column later, either.
    ungraded = {UNGRADED[0]: UNGRADED[1]} if placed.points is None and accepted.grades else {}
    return ContentItem(
        title=title,
        text=what.text,
        url="/".join((f"{waymark_url}/paths", *named.values())),
        custom=named | ungraded,
        line_item=_line_item(placed, title) if accepted.grades else None,
        window=Window() if placed.new_tab is True and accepted.tab else None,
        iframe=Frame() if placed.new_tab is False and accepted.frame else None,
        available=_period(what.opens, what.closes),
        submission=_period(None, what.due),
    )


def _line_item(placed: Placement, title: str) -> LineItem | None:
    if placed.points is None:
        return None
    resource = resource_of(placed.what.path_id, placed.what.requirement)
    return LineItem(placed.points, title, resource.id, resource.tag)


def _period(start: datetime | None, end: datetime | None) -> Period | None:
    return Period(start, end) if start or end else None

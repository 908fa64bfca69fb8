"""Where a launch wants to go: the addresses that an LMS may link to."""

import re
from collections.abc import Mapping

import msgspec

from lti.refusals import NOT_OURS, LaunchRefused

# With dots between parts: a module taken by itself, and what belongs to a path within the path.
_SLUG = r"[a-z0-9][a-z0-9-]{0,99}(?:\.[a-z0-9][a-z0-9-]{0,99}){0,9}"
_OUR_PATHS = re.compile(rf"/lti/launch|/paths/(?P<path>{_SLUG})(?:/(?P<requirement>{_SLUG}))?")


class Target(msgspec.Struct, frozen=True):
    """A path, or one requirement of it; or, if that was asked for, the learner's own first page; or nothing yet."""

    path: str | None = None
    requirement: str | None = None
    is_home: bool = False

    @property
    def location(self) -> str:
        """Its address behind the frame prefix."""
        page = "/" if self.path is None else f"/paths/{self.path}"
        return page if self.requirement is None else f"{page}#{self.requirement}"


def target_of(target_link_uri: str, waymark_url: str, custom: Mapping[str, object] | None = None) -> Target:
    """The target of a link: of its address, or for the plain launch address of its custom parameters.

    Raises LaunchRefused for any address that is not one of ours, so that a launch is no open redirect.
    """
    ours = _OUR_PATHS.fullmatch(target_link_uri.removeprefix(waymark_url))
    if ours is None or not target_link_uri.startswith(waymark_url):
        raise LaunchRefused(f"target_link_uri {target_link_uri!r} is not an address of ours", NOT_OURS)
    if ours["path"] is not None:
        return Target(ours["path"], ours["requirement"])
    path = _slug(custom or {}, "path")
    if path is None and (custom or {}).get("page") == "home":
        return Target(is_home=True)
    return Target(path, _slug(custom or {}, "requirement") if path else None)


def _slug(custom: Mapping[str, object], name: str) -> str | None:
    value = custom.get(name)
    # A platform that does not know a substitution variable sends it as it stands (LTI 1.3 core §4.6.1): "$Name".
    if value is None or value == "" or str(value).startswith("$"):
        return None
    if not isinstance(value, str) or re.fullmatch(_SLUG, value) is None:
        raise LaunchRefused(f"the custom parameter {name} is {value!r}, which names nothing of ours", NOT_OURS)
    return value

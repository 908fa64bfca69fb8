"""Members of a course as platforms list them (NRPS 2.0, "Membership container"), each read as far as it goes."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from lti.standard.claims import LONGEST_ID
from lti.standard.parsing import UNREADABLE, shown
from lti.standard.roles import Standing, standing_of

MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
LONGEST_NAME = 255
_MOST_ROLES = 50
_LONGEST_ROLE = 200
_NOT_HERE = frozenset({"inactive", "deleted"})


class MembersUnreadable(Exception):
    """What came is no list of members; the text says what it is instead."""


class Member(msgspec.Struct, frozen=True):
    """Somebody in a course: the subject of their launches, and their name where the platform tells it.

    `is_active` is False for whoever may not take part at present, or is a member no more ("Membership status").
    """

    user_id: str
    full_name: str | None
    roles: frozenset[str]
    is_active: bool

    @property
    def standing(self) -> Standing:
        return standing_of(self.roles)


class MemberPage(msgspec.Struct, frozen=True):
    """One page of a list; `unreadable` entries named nobody who could be known."""

    members: tuple[Member, ...]
    unreadable: int


def read_page(body: bytes) -> MemberPage:
    """The members of one page. Raises MembersUnreadable for what is no membership container."""
    try:
        container = msgspec.json.decode(body)
    except UNREADABLE as error:
        raise MembersUnreadable(f"not JSON ({error})") from None
    entries = container.get("members") if isinstance(container, dict) else None
    if not isinstance(entries, list):
        raise MembersUnreadable("JSON without a list of members")
    members = [_member(each) for each in entries]
    return MemberPage(tuple(each for each in members if each is not None), members.count(None))


def members_url(url: str, *, limit: int, role: str | None = None, link: str | None = None) -> str:
    """The address of a list in pages of about `limit`, of one role or of those with access to one link alone.

    Platforms may pass over what they do not know ("Limit", "Role" and "Resource link" query parameters).
    """
    parts = urlsplit(url)
    asked = {"limit": str(limit), "role": role, "rlid": link}
    given = parse_qsl(parts.query, keep_blank_values=True)
    names = {name for name, _ in given}
    added = [(name, value) for name, value in asked.items() if value and name not in names]
    # What stands there is kept as it is written: addresses may be signed.
    query = "&".join(filter(None, (parts.query, urlencode(added))))
    return urlunsplit(parts._replace(query=query))


def merged(members: Iterable[Member]) -> dict[str, Member]:
    """By user id. Who is listed twice, on two pages or once for each role, has all the roles and is active in one."""
    found: dict[str, Member] = {}
    for each in members:
        known = found.get(each.user_id)
        found[each.user_id] = each if known is None else _joined(known, each)
    return found


def _joined(known: Member, other: Member) -> Member:
    # Roles of a membership that is over say nothing: who taught and now learns is a learner.
    of_both = [each for each in (known, other) if each.is_active] or [known, other]
    return Member(
        known.user_id,
        known.full_name or other.full_name,
        frozenset().union(*(each.roles for each in of_both)),
        is_active=known.is_active or other.is_active,
    )


def _member(entry: Any) -> Member | None:
    if not isinstance(entry, dict) or (user_id := _user_id(entry.get("user_id"))) is None:
        return None
    # Left out, it means Active. Older platforms write a URI, or a prefix before the word.
    status = re.split(r"[#:/]", _text(entry.get("status")))[-1].strip().lower()
    return Member(user_id, _name(entry), _roles(entry.get("roles")), is_active=status not in _NOT_HERE)


def _user_id(value: Any) -> str | None:
    """A text; some platforms send the number of their database."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    fits = isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable()
    return value if fits else None


def _roles(value: Any) -> frozenset[str]:
    listed = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each for each in listed[:_MOST_ROLES] if isinstance(each, str) and len(each) <= _LONGEST_ROLE)


def _name(entry: dict[str, Any]) -> str | None:
    whole, given, family = (_text(entry.get(field)) for field in ("name", "given_name", "family_name"))
    return shown(whole, LONGEST_NAME) or shown(f"{given} {family}", LONGEST_NAME)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""

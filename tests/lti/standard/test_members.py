"""Members as platforms mangle them (NRPS 2.0); the traps are those that products are known for."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.standard.members import Member, MembersUnreadable, members_url, merged, read_page
from lti.standard.roles import CourseRole

MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
URL = "https://lms.example/mod/lti/services.php/CourseSection/3/bindings/2/memberships"


def page(*entries: Any) -> bytes:
    return msgspec.json.encode({"id": URL, "context": {"id": "3"}, "members": entries})


def one(**entry: Any) -> Member:
    (member,) = read_page(page({"user_id": "7", "roles": ["Learner"], **entry})).members
    return member


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Learner", CourseRole.LEARNER),  # Moodle's lists are short, its launches are not
        (f"{MEMBERSHIP}#Learner", CourseRole.LEARNER),
        (f"{MEMBERSHIP}/Instructor#TeachingAssistant", CourseRole.INSTRUCTOR),
        ("Instructor", CourseRole.INSTRUCTOR),
        ("Mentor", CourseRole.MENTOR),
        ("http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator", CourseRole.VISITOR),
    ],
)
def test_roles_are_read_short_and_as_uris(role: str, expected: CourseRole) -> None:
    assert one(roles=[role]).standing.role is expected


@pytest.mark.parametrize(("sent", "kept"), [(7, "7"), ("7", "7"), ("a b-Ж", "a b-Ж")])
def test_user_id_may_be_a_number(sent: object, kept: str) -> None:
    assert one(user_id=sent).user_id == kept


@pytest.mark.parametrize("sent", [None, "", True, 1.5, ["7"], "x" * 256, "a\x00b", "a\nb"])
def test_entry_without_a_user_id_that_can_be_kept_is_counted_and_passed_over(sent: object) -> None:
    read = read_page(page({"user_id": sent, "roles": ["Learner"]}, {"user_id": "8", "roles": ["Learner"]}))
    assert [member.user_id for member in read.members] == ["8"]
    assert read.unreadable == 1


@pytest.mark.parametrize(
    ("status", "is_active"),
    [
        ("Active", True),
        ("Inactive", False),
        ("Deleted", False),
        ("deleted", False),
        ("http://purl.imsglobal.org/vocab/lis/v2/status#Inactive", False),
        ("liss:Active", True),
        ("Concluded", True),  # of another vocabulary: the member is listed, so they are one
        (None, True),
        (7, True),
    ],
)
def test_status_says_who_may_take_part(status: object, *, is_active: bool) -> None:
    assert one(status=status).is_active is is_active


def test_status_that_is_left_out_means_active() -> None:
    assert one().is_active


@pytest.mark.parametrize(
    ("names", "full_name"),
    [
        ({}, None),
        ({"name": None, "given_name": None}, None),
        ({"name": "Aygün Məmmədova"}, "Aygün Məmmədova"),
        ({"name": "  ", "given_name": "Aygün", "family_name": "Məmmədova"}, "Aygün Məmmədova"),
        ({"given_name": "Aygün"}, "Aygün"),
        ({"name": "A\x00y\ngün"}, "A y gün"),
        ({"name": ["Aygün"]}, None),
    ],
)
def test_name_may_be_missing_or_in_parts(names: dict[str, Any], full_name: str | None) -> None:
    assert one(**names).full_name == full_name


def test_mail_address_is_not_taken() -> None:
    assert "aygun@lms.example" not in repr(one(email="aygun@lms.example"))


def test_very_long_name_is_cut_to_what_can_be_kept() -> None:
    assert one(name="я" * 10_000).full_name == "я" * 255


def test_roles_may_be_one_word_or_none() -> None:
    assert one(roles="Instructor").standing.role is CourseRole.INSTRUCTOR
    assert one(roles=None).standing.role is CourseRole.LEARNER
    assert one(roles=[None, 7, "Instructor"]).standing.role is CourseRole.INSTRUCTOR


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b"null", b'{"members": {}}', b'{"error": "denied"}', b"[" * 100_000, b"\xff"]
)
def test_what_is_no_list_of_members_is_refused(body: bytes) -> None:
    with pytest.raises(MembersUnreadable):
        read_page(body)


def test_who_is_listed_twice_has_all_roles_and_is_active_in_one() -> None:
    both = merged([one(roles=["Learner"], name=None), one(roles=["Mentor"], name="Aygün")])
    assert both == {"7": Member("7", "Aygün", frozenset({"Learner", "Mentor"}), is_active=True)}


def test_role_of_a_membership_that_is_over_counts_no_more() -> None:
    both = merged([one(roles=["Instructor"], status="Inactive"), one(roles=["Learner"])])
    assert both["7"].standing.role is CourseRole.LEARNER
    assert both["7"].is_active


def test_list_is_asked_for_by_limit_role_and_link() -> None:
    assert members_url(URL, limit=50) == f"{URL}?limit=50"
    asked = members_url(URL, limit=50, role=f"{MEMBERSHIP}#Learner", link="l 1")
    assert asked == (
        f"{URL}?limit=50&role=http%3A%2F%2Fpurl.imsglobal.org%2Fvocab%2Flis%2Fv2%2Fmembership%23Learner&rlid=l+1"
    )


def test_what_an_address_asks_already_stays_as_it_is_written() -> None:
    assert members_url(f"{URL}?sig=A%2Fb&limit=9", limit=50) == f"{URL}?sig=A%2Fb&limit=9"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["user_id", "roles", "status", "name"]), inner),
        max_leaves=20,
    )
)
def test_no_entry_breaks_the_reading_of_the_others(entry: Any) -> None:
    read = read_page(page(entry, {"user_id": "8"}))
    assert read.members[-1].user_id == "8"
    assert len(read.members) + read.unreadable == 2

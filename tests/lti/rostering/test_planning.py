"""Who comes and who leaves, by values alone."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.rostering.planning import ROSTER_ROLES, Known, MemberState, Moves, Outcome, may_learn, moves, outcome
from lti.standard.members import Member
from lti.standard.roles import CourseRole
from paths import EnrolmentStatus, Standing
from tests.times import NOW

PERSON, STAFF = UUID(int=1), UUID(int=2)
COMING, TAKEN, HELD, GOING, LEFT, ERASED = MemberState
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"


def standing(status: EnrolmentStatus = EnrolmentStatus.ACTIVE, origin: str = "lti", by: UUID | None = None) -> Standing:
    return Standing(status, origin, NOW, by, "a reason")


def taken(*user_ids: str) -> dict[str, MemberState]:
    return dict.fromkeys(user_ids, TAKEN)


def test_members_who_are_new_come() -> None:
    assert moves({}, {"a", "b"}, ()) == Moves(coming=frozenset("ab"))


def test_members_who_are_still_there_change_nothing() -> None:
    assert moves(taken("a", "b"), {"a", "b"}, ()) == Moves()


def test_one_of_five_may_leave_at_once() -> None:
    assert moves(taken(*"abcde"), {*"abcd"}, {"e"}) == Moves(going=frozenset("e"))


def test_more_than_a_fifth_at_once_are_held() -> None:
    assert moves(taken(*"abcd"), {*"abc"}, {"d"}) == Moves(held=frozenset("d"))
    assert moves(taken(*"abcdefghij"), {*"abcdefg"}, {*"hij"}) == Moves(held=frozenset("hij"))
    assert moves(taken(*"abcdefghij"), {*"abcdefgh"}, {*"ij"}) == Moves(going=frozenset("ij"))


def test_empty_course_lets_nobody_go() -> None:
    assert moves(taken(*"abcde"), (), {*"abcde"}) == Moves(held=frozenset("abcde"))


def test_those_held_count_with_the_next_who_leave() -> None:
    stored = taken(*"abcdefgh") | {"i": HELD, "j": HELD}
    assert moves(stored, {*"abcdefg"}, {"h", "i", "j"}) == Moves(held=frozenset("h"))


def test_who_is_held_goes_once_the_others_are_back() -> None:
    stored = taken(*"abcdef") | {"g": HELD, "h": HELD, "i": HELD}
    assert moves(stored, {*"abcdefgh"}, {"i"}) == Moves(taken=frozenset("gh"), going=frozenset("i"))


def test_nobody_leaves_by_a_list_that_is_not_whole() -> None:
    stored = taken(*"abcdefgh") | {"i": HELD, "x": COMING}
    assert moves(stored, {"a", "new"}, {*"bcdefghx"}, may_leave=False) == Moves(coming=frozenset({"new"}))


def test_who_left_and_is_back_comes_again() -> None:
    assert moves({"a": LEFT}, {"a"}, ()) == Moves(coming=frozenset("a"))


def test_who_is_back_before_being_let_go_stays() -> None:
    assert moves({"a": GOING}, {"a"}, ()) == Moves(taken=frozenset("a"))


def test_who_went_before_being_enrolled_is_forgotten() -> None:
    assert moves({"a": COMING}, (), {"a"}) == Moves(dropped=frozenset("a"))


def test_who_was_erased_or_has_left_is_let_be() -> None:
    assert moves({"a": LEFT, "erased:x": ERASED}, (), {"a", "erased:x"}) == Moves()


@given(
    st.dictionaries(st.sampled_from("abcdefghij"), st.sampled_from(list(MemberState))),
    st.sets(st.sampled_from("abcdefghijkl")),
)
def test_each_member_moves_once_and_nobody_who_is_there_leaves(stored: dict[str, MemberState], here: set[str]) -> None:
    moved = moves(stored, here, set(stored) - here)
    sets = [moved.coming, moved.taken, moved.held, moved.going, moved.dropped]
    assert sum(map(len, sets)) == len(frozenset().union(*sets))
    assert not here & (moved.held | moved.going | moved.dropped)
    on = sum(state in {TAKEN, HELD} for state in stored.values())
    assert len(moved.going) * 5 <= on


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(), Outcome.ENROL),
        (Known(PERSON), Outcome.ENROL),
        (Known(PERSON, standing()), Outcome.STAYS),
        (Known(PERSON, standing(origin="cohort", by=STAFF)), Outcome.OTHERWISE),
        (Known(PERSON, standing(origin="self", by=PERSON)), Outcome.OTHERWISE),
        (Known(PERSON, standing(EnrolmentStatus.PAUSED, by=STAFF)), Outcome.OTHERWISE),
        (Known(PERSON, standing(EnrolmentStatus.WITHDRAWN)), Outcome.RETURN),
        (Known(PERSON, standing(EnrolmentStatus.WITHDRAWN, origin="audience")), Outcome.RETURN),
        (Known(PERSON, standing(EnrolmentStatus.WITHDRAWN, by=STAFF)), Outcome.DECIDED),
        (Known(PERSON, standing(EnrolmentStatus.WITHDRAWN, by=PERSON)), Outcome.DECIDED),
        (Known(PERSON, standing(), is_same=True), Outcome.SAME),
    ],
)
def test_who_comes_is_enrolled_unless_somebody_decided_otherwise(known: Known, expected: Outcome) -> None:
    assert outcome(COMING, known) is expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (Known(PERSON, standing()), Outcome.LEAVE),
        (Known(PERSON, standing(EnrolmentStatus.PAUSED)), Outcome.LEAVE),
        (Known(PERSON, standing(), is_elsewhere=True), Outcome.ELSEWHERE),
        (Known(PERSON, standing(), has_finished=True), Outcome.FINISHED),
        (Known(PERSON, standing(), is_same=True), Outcome.SAME),
        (Known(PERSON, standing(origin="self", by=PERSON)), Outcome.OTHERWISE),
        (Known(PERSON, standing(EnrolmentStatus.PAUSED, by=STAFF)), Outcome.OTHERWISE),
        (Known(PERSON, standing(EnrolmentStatus.WITHDRAWN, by=STAFF)), Outcome.OFF),
        (Known(PERSON), Outcome.OFF),
        (Known(), Outcome.OFF),
    ],
)
def test_who_leaves_is_let_go_unless_something_else_keeps_them(known: Known, expected: Outcome) -> None:
    assert outcome(GOING, known) is expected
    assert outcome(HELD, known) is expected


@pytest.mark.parametrize(
    ("roles", "is_active", "expected"),
    [
        ({"Learner"}, True, True),
        (set(), True, True),  # a learner at most
        ({"Learner"}, False, False),
        ({"Instructor"}, True, False),
        ({"Learner", "Instructor"}, True, False),
        ({"Mentor"}, True, False),
        ({"Learner", TEST_USER}, True, False),
    ],
)
def test_only_active_members_of_the_chosen_roles_are_taken(roles: set[str], *, is_active: bool, expected: bool) -> None:
    member = Member("7", None, frozenset(roles), is_active=is_active)
    assert may_learn(member, {CourseRole.LEARNER}) is expected


def test_roster_may_take_mentors_and_teachers_too() -> None:
    everybody = set(ROSTER_ROLES)
    assert may_learn(Member("7", None, frozenset({"Mentor"}), is_active=True), everybody)
    assert may_learn(Member("7", None, frozenset({"Instructor"}), is_active=True), everybody)

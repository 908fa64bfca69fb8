import pytest

from content import EVERY_KIND, Trusted
from modules import Fact
from paths.completion import State
from paths.requirements import ROOT, All, Leaf
from tests.paths.facts import day, evaluated, fulfilment, passed, waived

LMS = "account::https://lms.example::lms"
OTHER = "account::https://other.example::other"


def state(heard: Fact, *trusted: Trusted) -> State:
    tree = All(ROOT, (Leaf("a"),))
    return evaluated(tree, [fulfilment("a", trusted=trusted)], [heard], enrolled_at=day(0))["a"].state


@pytest.mark.parametrize(
    ("kinds", "learned", "decided"),
    [
        ((EVERY_KIND,), State.SATISFIED, State.OPEN),
        (("passed",), State.SATISFIED, State.OPEN),
        (("completed",), State.OPEN, State.OPEN),
        (("waived",), State.OPEN, State.SATISFIED),
        (("waived", EVERY_KIND), State.SATISFIED, State.SATISFIED),
    ],
)
def test_an_authority_is_believed_about_the_kinds_that_the_module_says(
    kinds: tuple[str, ...], learned: State, decided: State
) -> None:
    trusted = Trusted(LMS, kinds)
    assert state(passed(4, authority=LMS), trusted) == learned
    assert state(waived(4, authority=LMS), trusted) == decided


def test_trust_in_one_authority_is_none_in_another() -> None:
    trusted = Trusted(LMS, (EVERY_KIND, "waived"))
    assert state(passed(4, authority=OTHER), trusted) == State.OPEN
    assert state(waived(4, authority=OTHER), trusted) == State.OPEN


def test_waymarks_own_word_is_enough_for_what_people_decide() -> None:
    assert state(waived(4)) == State.SATISFIED

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from base import Asked, Invalid, apply_effects, decisions
from paths import EnrolmentStatus, change_status, enrolments_of, history_of, invite_onto, invited_onto, standing_of
from people import (
    OrganisationKind,
    Person,
    Tier,
    accept_invitation,
    add_organisation,
    add_person,
    invite_by_mail,
    join,
    make_invitation,
    withdraw_invitation,
)
from people.invitations import MadeInvitation
from tests.paths.makers import in_all_languages, leaf
from tests.paths.world import later, make_learner, publish, publish_modules
from tests.times import NOW

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"))


@pytest.fixture
def coordinator(write: Do) -> Person:
    made: Person = write(add_person, full_name="Anahit", language="hy", now=NOW)
    return made


@pytest.fixture
def invite(write: Do, coordinator: Person) -> Callable[..., MadeInvitation]:
    """An invitation of a town onto the path; a new town's unless it is said whose."""

    def make(conn: Connection, organisation_id: Any, tier: Tier, uses: int, slug: str) -> MadeInvitation:
        said: dict[str, Any] = {"by": coordinator.id, "reason": "spring intake", "now": NOW}
        if organisation_id is None:
            town = add_organisation(conn, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **said)
            organisation_id = town.id
        made = make_invitation(conn, organisation_id, tier=tier, uses=uses, **said)
        invite_onto(conn, made.invitation.id, slug, **said)
        return made

    def call(town: Any = None, tier: Tier = Tier.MEMBER, uses: int = 1, slug: str = "growth") -> MadeInvitation:
        made: MadeInvitation = write(make, town, tier, uses, slug)
        return made

    return call


def accept(write: Do, made: MadeInvitation, learner: Person, minutes: int = 5) -> None:
    """The learner accepts, and it is heard."""
    write(accept_invitation, made.token, learner.id, now=later(minutes))
    write(apply_effects, now=later(minutes))


def test_who_accepts_is_enrolled_by_whoever_invited_them(
    write: Do, read: Do, invite: Callable[..., MadeInvitation], coordinator: Person
) -> None:
    learner, made = write(make_learner), invite()
    accept(write, made, learner)
    (enrolled,) = read(enrolments_of, learner.id)
    standing = read(standing_of, enrolled.id)
    assert (standing.status, standing.origin, standing.by) == (EnrolmentStatus.ACTIVE, "invitation", coordinator.id)
    assert (standing.at, enrolled.enrolled_at, standing.reason) == (later(5), later(5), "accepted an invitation")
    kept = read(decisions, Asked(subject=f"enrolment {enrolled.id}"), limit=9)
    assert [(each.act, each.by) for each in kept] == [("path.enrol", coordinator.id)]


def test_the_decision_to_invite_onto_a_path_is_kept(
    read: Do, invite: Callable[..., MadeInvitation], coordinator: Person
) -> None:
    made = invite()
    kept = read(decisions, Asked(subject=f"invitation {made.invitation.id}"), limit=9)
    assert {(each.act, each.by) for each in kept} == {
        ("invitation.make", coordinator.id),
        ("invitation.path", coordinator.id),
    }


def test_accepting_again_enrols_once(write: Do, read: Do, invite: Callable[..., MadeInvitation]) -> None:
    learner, made = write(make_learner), invite(uses=3)
    accept(write, made, learner)
    accept(write, made, learner, 6)
    (enrolled,) = read(enrolments_of, learner.id)
    assert len(read(history_of, enrolled.id)) == 1


def test_an_invitation_without_a_path_enrols_nobody(write: Do, read: Do, coordinator: Person) -> None:
    said: dict[str, Any] = {"by": coordinator.id, "reason": "a test", "now": NOW}
    town = write(add_organisation, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **said)
    learner = write(make_learner)
    accept(write, write(make_invitation, town.id, **said), learner)
    assert read(enrolments_of, learner.id) == []


def test_a_supporters_invitation_enrols_a_member_too_while_it_is_good(
    write: Do, read: Do, invite: Callable[..., MadeInvitation], coordinator: Person
) -> None:
    learner, made = write(make_learner), invite(tier=Tier.SUPPORTER)
    other = invite(town=made.invitation.organisation_id, tier=Tier.SUPPORTER)
    said: dict[str, Any] = {"by": coordinator.id, "reason": "a test", "now": NOW}
    write(join, learner.id, made.invitation.organisation_id, **said)
    write(withdraw_invitation, made.invitation.organisation_id, other.invitation.id, **said)
    accept(write, other, learner)
    assert read(enrolments_of, learner.id) == []
    accept(write, made, learner)
    assert len(read(enrolments_of, learner.id)) == 1


@pytest.mark.parametrize(
    ("by_themselves", "status"), [(True, EnrolmentStatus.ACTIVE), (False, EnrolmentStatus.WITHDRAWN)]
)
def test_whoever_left_returns_by_the_link_and_whom_staff_withdrew_does_not(
    write: Do,
    read: Do,
    invite: Callable[..., MadeInvitation],
    coordinator: Person,
    *,
    by_themselves: bool,
    status: EnrolmentStatus,
) -> None:
    learner, made = write(make_learner), invite(uses=2)
    accept(write, made, learner)
    (enrolled,) = read(enrolments_of, learner.id)
    by = learner.id if by_themselves else coordinator.id
    write(change_status, enrolled.id, EnrolmentStatus.WITHDRAWN, by=by, reason="a test", now=later(6))
    accept(write, made, learner, 7)
    assert read(standing_of, enrolled.id).status is status


def test_a_path_that_takes_nobody_any_more_lets_them_in_all_the_same(
    write: Do, read: Do, invite: Callable[..., MadeInvitation]
) -> None:
    learner, made = write(make_learner), invite()
    assert [each.slug for each in read(invited_onto, [made.invitation.id]).values()] == ["growth"]
    write(publish, leaf("a", "intro"), status="retired")
    assert read(invited_onto, [made.invitation.id]) == {}
    accept(write, made, learner)
    assert read(enrolments_of, learner.id) == []


def test_nobody_is_invited_onto_a_path_for_teams(write: Do, invite: Callable[..., MadeInvitation]) -> None:
    team = {"id": "n-team", "kind": "team", "at_least": 2, "title": in_all_languages("team")}
    write(publish, team | {"items": [leaf("a", "intro")]})
    with pytest.raises(Invalid, match="for organisations as teams"):
        invite()


@pytest.mark.parametrize("slug", ["nowhere", "growth"])
def test_nobody_is_invited_onto_what_takes_no_learners(
    slug: str, write: Do, invite: Callable[..., MadeInvitation]
) -> None:
    write(publish, leaf("a", "intro"), status="retired")
    with pytest.raises(Invalid) as refused:
        invite(slug=slug)
    assert refused.value.where == "path"


def test_an_invitation_by_mail_leads_onto_a_path_too(write: Do, read: Do, coordinator: Person) -> None:
    said: dict[str, Any] = {"by": coordinator.id, "reason": "a test", "now": NOW}
    town = write(add_organisation, name="Gyumri", kind=OrganisationKind.CITY, country="AM", **said)
    mailed = write(invite_by_mail, town.id, "new@town.example", language="hy", lifetime=timedelta(days=2), **said)
    write(invite_onto, mailed.id, "growth", **said)
    assert [each.slug for each in read(invited_onto, [mailed.id]).values()] == ["growth"]

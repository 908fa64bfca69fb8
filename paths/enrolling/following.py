"""What follows when people change: rules enrol and let go, and teams and what was signed are judged anew.

A rule decides by what is true when it is heard, so that to hear of a change twice, or late, ends in the same register.
What people decided stays: a rule lets go only those whom a rule enrolled, and nobody who has completed the path.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Effect, Subscription, lock, msgid, publish
from paths.enrolling.enrolment import EnrolmentStatus, change_status, enrol, enrolled_by_rule, standings_of
from paths.judging.completion import State
from paths.keeping.verdicts import judge, verdict
from paths.register.audience import Audience, is_for
from paths.register.catalogue import Path, path, paths
from paths.register.events import AudienceChanged
from paths.register.locks import judgement_key
from paths.register.register import Enrolment, enrolments_of, enrolments_touched
from paths.register.signers import signed_by
from paths.register.teams import team_enrolments_of
from people import AccountLinked, OrganisationChanged, ProfileChanged, holders_of, member_spans, person, profiles

AT_ONCE = 200

_BELONGS = msgid("the path is for people like this")
_LEFT = msgid("the path is no more for people like this")


def follow(conn: Connection, person_ids: Collection[UUID], *, now: datetime) -> None:
    """The persons are on the paths that are for them; their teams, and whom they signed off, are judged by now."""
    holders = set(holders_of(conn, person_ids).values())
    teams = team_enrolments_of(conn, holders)
    signed = {each: activities for each, activities in signed_by(conn, holders).items() if each not in holders}
    subjects = {*holders, *signed, *(each.subject_id for each in teams)}
    lock(conn, *map(judgement_key, subjects))
    ruled = [each for each in paths(conn) if each.is_open and each.audience]
    if ruled:
        found = profiles.profiles_of(conn, holders)
        for person_id in sorted(holders):
            _follow_one(conn, person_id, found[person_id], ruled, now=now)
    judge(conn, [*teams, *enrolments_touched(conn, signed)], now=now)


def _follow_one(
    conn: Connection, person_id: UUID, profile: profiles.Profile, ruled: Sequence[Path], *, now: datetime
) -> None:
    theirs = {each.path_id: each for each in reversed(enrolments_of(conn, person_id))}
    standings = standings_of(conn, [each.id for each in theirs.values()])
    for each in ruled:
        known = theirs.get(each.id)
        if is_for(each.audience, profile):
            if known is None or standings[known.id].status is EnrolmentStatus.WITHDRAWN:
                enrol(conn, person(conn, person_id), each.id, origin="audience", by=None, reason=_BELONGS, now=now)
        elif known is not None:
            _let_go(conn, known, now=now)


def _let_go(conn: Connection, known: Enrolment, *, now: datetime) -> None:
    standing = standings_of(conn, [known.id])[known.id]
    is_by_rule = standing.status is EnrolmentStatus.ACTIVE and standing.origin == "audience" and standing.by is None
    found = verdict(conn, known.id)
    if is_by_rule and (found is None or found.state is not State.SATISFIED):
        change_status(conn, known.id, EnrolmentStatus.WITHDRAWN, by=None, reason=_LEFT, now=now)


def _follow_profiles(conn: Connection, events: Sequence[ProfileChanged], now: datetime) -> None:
    follow(conn, {event.person_id for event in events}, now=now)


def _follow_organisation(conn: Connection, event: OrganisationChanged, now: datetime) -> None:
    follow(conn, set(member_spans(conn, event.organisation_id)), now=now)


def _follow_account(conn: Connection, event: AccountLinked, now: datetime) -> None:
    follow(conn, {event.person_id, event.before_person_id or event.person_id}, now=now)


def _follow_audience(conn: Connection, event: AudienceChanged, now: datetime) -> None:
    """Go through everybody whom the path's rules are about now, or were, a few at a time."""
    asked = path(conn, event.path_id)
    if not asked.is_open:
        return
    let_in = holders_of(conn, enrolled_by_rule(conn, asked.id)).values()
    about = {each for rule in asked.audience for each in _people_of(conn, rule)}
    concerned = sorted(each for each in {*let_in, *about} if _is_behind(each, event.after))
    some = concerned[:AT_ONCE]
    lock(conn, *map(judgement_key, some))
    found: Mapping[UUID, profiles.Profile] = profiles.profiles_of(conn, some)
    for person_id in some:
        _follow_one(conn, person_id, found[person_id], [asked], now=now)
    if len(concerned) > AT_ONCE:
        publish(conn, AudienceChanged(event.subject, asked.id, after=some[-1]), now=now)


def _people_of(conn: Connection, rule: Audience) -> list[UUID]:
    if rule.is_everybody:
        return []
    return profiles.persons_like(
        conn, position=rule.position, need=rule.need, kind=rule.organisation_kind, country=rule.country
    )


def _is_behind(person_id: UUID, after: UUID | None) -> bool:
    return after is None or person_id > after


FOLLOWING_SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Effect(
        "paths.follow-profile",
        ProfileChanged,
        lambda _: True,
        lambda conn, event, now: _follow_profiles(conn, [event], now),
        _follow_profiles,
    ),
    Effect("paths.follow-organisation", OrganisationChanged, lambda _: True, _follow_organisation),
    Effect("paths.follow-account", AccountLinked, lambda _: True, _follow_account),
    Effect("paths.follow-audience", AudienceChanged, lambda _: True, _follow_audience),
)

"""Keeping verdicts current: what a statement touches is judged anew, and nothing else."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Effect, Subscription, lock
from lrs import StatementsStored, account_key, agent_key, statements_with_ids
from modules import FACT_VERBS, facts_of
from paths.enrolling.following import FOLLOWING_SUBSCRIPTIONS
from paths.enrolling.invited import INVITED_SUBSCRIPTIONS
from paths.keeping.facts import agents_of, keep_facts
from paths.keeping.unmatched import Unknown, forget_known, note_unmatched
from paths.keeping.verdicts import judge
from paths.register.events import RulesChanged
from paths.register.locks import judgement_key
from paths.register.register import enrolments_of, enrolments_touched, enrolments_with_ids
from paths.register.teams import team_enrolments_of, team_enrolments_touched, teams_touched
from people import Account, AccountLinked, held_by, holders_of, owners_of

_STATEMENTS_AT_ONCE = 500


def fold(conn: Connection, events: Sequence[StatementsStored], now: datetime) -> None:
    """Keep what the statements say, and judge anew what they touch of the persons whose accounts they name.

    Facts of an agent whom nobody owns are kept all the same: they count as soon as somebody does. Folding an event
    again, late or out of order ends in the same rows.
    """
    ids = list(dict.fromkeys(statement_id for event in events for statement_id in event.statement_ids))
    named: dict[Account, set[str]] = defaultdict(set)
    for start in range(0, len(ids), _STATEMENTS_AT_ONCE):
        for account, activities in _keep(conn, ids[start : start + _STATEMENTS_AT_ONCE]).items():
            named[account] |= activities
    touched: dict[UUID, set[str]] = defaultdict(set)
    for account, person_id in owners_of(conn, named).items():
        touched[person_id] |= named[account]
    teams = teams_touched(conn, touched)
    lock(conn, *map(judgement_key, {*touched, *teams}))
    judge(conn, [*enrolments_touched(conn, touched), *team_enrolments_touched(conn, teams)], now=now)


def rejudge(conn: Connection, events: Sequence[RulesChanged], now: datetime) -> None:
    """Judge enrolments by the rules as they are now."""
    judge_again(conn, {event.enrolment_id for event in events}, now=now)


def judge_again(conn: Connection, enrolment_ids: Collection[UUID], *, now: datetime) -> None:
    """Judge those of the enrolments that there are; what has not changed is not written."""
    changed = enrolments_with_ids(conn, enrolment_ids)
    persons = {each.person_id for each in changed if each.person_id}
    organisations = {each.organisation_id for each in changed if each.organisation_id}
    lock(conn, *map(judgement_key, {*holders_of(conn, persons).values(), *organisations}))
    judge(conn, changed, now=now)


def refold(conn: Connection, event: AccountLinked, now: datetime) -> None:
    """Judge all enrolments of both persons anew, since the facts of an account count for another now.

    The facts stay as they are: they are kept by agent. To hear it again, or late, ends in the same verdicts.
    """
    forget_known(conn, Unknown.AGENT, [account_key(event.account.home_page, event.account.name)])
    persons = {event.person_id, event.before_person_id or event.person_id}
    teams = team_enrolments_of(conn, persons)
    lock(conn, *map(judgement_key, {*persons, *(each.subject_id for each in teams)}))
    theirs = [each for person_id in sorted(persons) for each in enrolments_of(conn, person_id)]
    judge(conn, [*theirs, *teams], now=now)


def subjects_of(conn: Connection, person_id: UUID) -> frozenset[str]:
    """The subjects of all events that concern the person: what a page folds before it shows their path."""
    return frozenset({*map(str, held_by(conn, person_id)), *agents_of(conn, person_id)})


def _may_hold_a_fact(event: StatementsStored) -> bool:
    """Most statements cannot: where their verbs are known, none of these waits to be heard."""
    return bool(event.activities) and (not event.verbs or not FACT_VERBS.isdisjoint(event.verbs))


PATH_SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Effect(
        "paths.fold",
        StatementsStored,
        _may_hold_a_fact,
        lambda conn, event, now: fold(conn, [event], now),
        fold,
    ),
    Effect(
        "paths.rejudge",
        RulesChanged,
        lambda _: True,
        lambda conn, event, now: rejudge(conn, [event], now),
        rejudge,
    ),
    Effect("paths.refold", AccountLinked, lambda _: True, refold),
    *FOLLOWING_SUBSCRIPTIONS,
    *INVITED_SUBSCRIPTIONS,
)


def _keep(conn: Connection, ids: Sequence[UUID]) -> dict[Account, set[str]]:
    """Keep the facts that these statements say; by account that they name, the activities that they are about."""
    stored = statements_with_ids(conn, ids)
    facts = [fact for each in stored for fact in facts_of(each)]
    keep_facts(conn, facts)
    note_unmatched(conn, facts)
    accounts = {agent_key(each.statement.actor): each.statement.actor.account for each in stored}
    named: dict[Account, set[str]] = defaultdict(set)
    for fact in facts:
        if account := accounts[fact.agent]:
            named[Account(account.home_page, account.name)].add(fact.activity)
    return named

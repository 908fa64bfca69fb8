"""Keeping verdicts current: what a statement touches is judged anew, and nothing else."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Effect, Subscription, lock
from lrs import StatementsStored, agent_key, statements_with_ids
from modules import facts_of
from paths.enrolment import person_key
from paths.events import RulesChanged
from paths.facts import agents_of, keep_facts
from paths.register import enrolment, enrolments_of, enrolments_touched
from paths.verdicts import judge
from people import Account, AccountLinked, held_by, holder_of, person_of_account


def fold(conn: Connection, event: StatementsStored, now: datetime) -> None:
    """Keep what the statements say, and judge anew what it touches of the person whose account they name.

    Facts of an agent whom nobody owns are kept all the same: they count as soon as somebody does. Folding an event
    again, late or out of order ends in the same rows.
    """
    stored = statements_with_ids(conn, event.statement_ids)
    facts = [fact for each in stored for fact in facts_of(each)]
    keep_facts(conn, facts)
    accounts = {agent_key(each.statement.actor): each.statement.actor.account for each in stored}
    touched: dict[UUID, set[str]] = defaultdict(set)
    for fact in facts:
        account = accounts[fact.agent]
        person = account and person_of_account(conn, Account(account.home_page, account.name))
        if person:
            touched[person.id].add(fact.activity)
    for person_id, activities in sorted(touched.items()):
        lock(conn, person_key(person_id))
        for each in enrolments_touched(conn, person_id, activities):
            judge(conn, each, now=now)


def rejudge(conn: Connection, event: RulesChanged, now: datetime) -> None:
    """Judge an enrolment by the rules as they are now."""
    changed = enrolment(conn, event.enrolment_id)
    lock(conn, person_key(holder_of(conn, changed.person_id)))
    judge(conn, changed, now=now)


def refold(conn: Connection, event: AccountLinked, now: datetime) -> None:
    """Judge all enrolments of both persons anew, since the facts of an account count for another now.

    The facts stay as they are: they are kept by agent. To hear it again, or late, ends in the same verdicts.
    """
    persons = sorted({event.person_id, event.before_person_id or event.person_id})
    for person_id in persons:
        lock(conn, person_key(person_id))
    for person_id in persons:
        for each in enrolments_of(conn, person_id):
            judge(conn, each, now=now)


def subjects_of(conn: Connection, person_id: UUID) -> frozenset[str]:
    """The subjects of all events that concern the person: what a page folds before it shows their path."""
    return frozenset({*map(str, held_by(conn, person_id)), *agents_of(conn, person_id)})


PATH_SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Effect("paths.fold", StatementsStored, lambda event: bool(event.activities), fold),
    Effect("paths.rejudge", RulesChanged, lambda _: True, rejudge),
    Effect("paths.refold", AccountLinked, lambda _: True, refold),
)

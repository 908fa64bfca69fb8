"""All that an enrolment is judged by: its rules, the register and the facts, as they are or as they were known."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from modules import Fact
from paths.judging.completion import LATEST, Extension, Member, Register, Span, evaluate
from paths.keeping.facts import facts_of_agents
from paths.keeping.judgements import Judgement
from paths.keeping.register_spans import members_of_each, positions_of_each, signers_of
from paths.keeping.rules import Rules, rules_of
from paths.register.extensions import extensions_of
from paths.register.pins import pinned_at, pins_of
from paths.register.register import Enrolment
from paths.register.whose import NOTHING, Accounts, Heard, accounts_of_persons, by_agent, heard_of

Reader: TypeAlias = Callable[[Connection, Collection[str], Collection[str]], Iterable[Fact]]
"""Where facts come from: those of these agents about these activities."""


class Case(msgspec.Struct, frozen=True):
    """An enrolment, and what answers the question how far it was `as_of`, by what was known at `known_at`."""

    enrolment: Enrolment
    rules: Rules
    register: Register
    facts: Sequence[Fact]
    as_of: datetime
    known_at: datetime = LATEST


def judged(case: Case) -> Judgement:
    """The answer."""
    found = evaluate(case.rules.tree, case.register, case.facts, as_of=case.as_of, known_at=case.known_at)
    return Judgement(case.rules.hash, found.verdicts, found.changes_at)


def cases_now(
    conn: Connection,
    enrolments: Collection[Enrolment],
    *,
    now: datetime,
    read: Reader = facts_of_agents,
    by: Rules | None = None,
) -> list[Case]:
    """How the enrolments stand now by all that is known, in their order; or would stand, if judged `by` other rules.

    The work is done for all of them at once. What came from a clock that is ahead of ours counts: then now is when it
    came.
    """
    rules = rules_of(conn, enrolments)
    if by is not None:
        rules = {each: msgspec.structs.replace(by, time_zone=own.time_zone) for each, own in rules.items()}
    return [
        msgspec.structs.replace(case, as_of=max([now, *(fact.known_at for fact in _all_facts(case))]))
        for case in _cases(conn, enrolments, rules, read, as_of=now, known_at=None)
    ]


def case_then(conn: Connection, enrolment: Enrolment, *, as_of: datetime, known_at: datetime) -> Case:
    """How the enrolment stood `as_of` by what was known at `known_at`, under the version that it was pinned to then."""
    version_id = pinned_at(pins_of(conn, [enrolment])[enrolment.id], min(as_of, known_at))
    then = msgspec.structs.replace(enrolment, version_id=version_id)
    rules = rules_of(conn, [then], known_at=known_at)
    (case,) = _cases(conn, [then], rules, facts_of_agents, as_of=as_of, known_at=known_at)
    return case


def newest_known(case: Case) -> datetime:
    """When the newest of its facts was heard; the enrolment's date where there is none."""
    return max((fact.known_at for fact in _all_facts(case)), default=case.enrolment.enrolled_at)


def _all_facts(case: Case) -> Iterable[Fact]:
    yield from case.facts
    for member in case.register.members:
        yield from member.facts


class _Found(msgspec.Struct, frozen=True):
    """What was looked up for many enrolments at once."""

    rules: Mapping[UUID, Rules]
    accounts: Accounts
    facts: Mapping[str, Sequence[Fact]]
    extensions: Mapping[UUID, tuple[Extension, ...]]
    signers: dict[str, dict[str, tuple[Span, ...]]]
    teams: Mapping[UUID, Mapping[UUID, tuple[Span, ...]]]
    positions: Mapping[UUID, dict[str, tuple[Span, ...]]]


def _cases(
    conn: Connection,
    enrolments: Collection[Enrolment],
    rules: Mapping[UUID, Rules],
    read: Reader,
    *,
    as_of: datetime,
    known_at: datetime | None,
) -> list[Case]:
    activities = {version_id: each.activities for version_id, each in rules.items()}
    organisations = {each.organisation_id for each in enrolments if each.organisation_id is not None}
    teams = members_of_each(conn, organisations, known_at=known_at)
    members = {person_id for team in teams.values() for person_id in team}
    persons = {each.person_id for each in enrolments if each.person_id is not None} | members
    accounts = accounts_of_persons(conn, persons, known_at=known_at)
    facts = by_agent(read(conn, accounts.agents, set().union(*activities.values())))
    found = _Found(
        rules,
        accounts,
        facts,
        extensions_of(conn, {each.id for each in enrolments}),
        signers_of(conn, rules.values(), facts, known_at=known_at),
        teams,
        positions_of_each(conn, members, known_at=known_at),
    )
    return [_case(found, each, activities[each.version_id], as_of, known_at or LATEST) for each in enrolments]


def _case(
    found: _Found, enrolment: Enrolment, activities: Collection[str], as_of: datetime, known_at: datetime
) -> Case:
    rules = found.rules[enrolment.version_id]
    heard = NOTHING if enrolment.person_id is None else _heard(found, enrolment.person_id, activities)
    team = {} if enrolment.organisation_id is None else found.teams[enrolment.organisation_id]
    register = Register(
        enrolment.enrolled_at,
        tuple(rules.fulfilments),
        rules.time_zone,
        extensions=found.extensions.get(enrolment.id, ()),
        signers=found.signers,
        parted=heard.parted,
        members=tuple(_member(found, each, belongs, activities) for each, belongs in sorted(team.items())),
    )
    return Case(enrolment, rules, register, heard.own, as_of, known_at)


def _member(found: _Found, person_id: UUID, belongs: tuple[Span, ...], activities: Collection[str]) -> Member:
    heard = _heard(found, person_id, activities)
    return Member((*heard.own, *heard.parted), belongs, found.positions.get(person_id, {}))


def _heard(found: _Found, person_id: UUID, activities: Collection[str]) -> Heard:
    return heard_of(found.accounts.of[person_id], found.facts, activities)

"""A path as a learner has it before them: every requirement in order, how far they are, and the one next step."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from modules import Module, modules
from paths.enrolling.enrolment import EnrolmentStatus, Standing, standings_of
from paths.judging.completion import State
from paths.judging.explanation import Missing, explain
from paths.judging.steps import cheapest, next_steps
from paths.keeping.cases import Case, cases_now
from paths.learning.step_view import Step, Steps, Wording, flat, in_language, local_missing, steps
from paths.register.catalogue import Path, current_version, path
from paths.register.fulfilling import fulfilling_modules
from paths.register.register import Enrolment, enrolment_of, enrolments_of
from paths.tree.requirements import Team, nodes
from people import Person


class PathView(msgspec.Struct, frozen=True):
    """One person's path; its dates are in the path's time zone. Without `enrolment`, what it would be if they enrolled.

    `done` of `needed` counts requirements, and those of a choice only as far as the choice needs them. `alone` says
    that it is one module taken by itself. `due` and `until` are the last days in time, and on which it is valid.
    `titles` are those of all nodes by id. `renewed_by` is the slug and the title of the path by which what ran out is
    shown anew. `minutes_left` is how long the rest takes at the least. Organisations are on it, if `for_teams`.
    """

    id: UUID
    slug: str
    title: str
    summary: str
    is_open: bool
    enrolment: Enrolment | None
    state: State
    done: int
    needed: int
    score: float | None
    completed_at: datetime | None
    next_step: Step | None
    items: Steps
    standing: Standing | None = None
    missing: tuple[Missing, ...] = ()
    due: date | None = None
    overdue: bool = False
    until: date | None = None
    alone: bool = False
    titles: Mapping[str, str] = {}
    renewed_by: tuple[str, str] | None = None
    minutes_left: int = 0
    for_teams: bool = False

    @property
    def enrolled(self) -> bool:
        """Whether they are on it, paused or not; whoever was withdrawn is not."""
        return self.standing is not None and self.standing.status is not EnrolmentStatus.WITHDRAWN

    @property
    def paused(self) -> bool:
        return self.standing is not None and self.standing.status is EnrolmentStatus.PAUSED

    @property
    def may_begin(self) -> bool:
        """Whether they may enrol themselves; whom somebody else withdrew, somebody else must let back."""
        if self.standing is None or self.enrolment is None:
            return self.is_open and not self.for_teams
        return not self.enrolled and self.standing.by in {None, self.enrolment.person_id}


def path_view(conn: Connection, person: Person, slug: str, *, language: str, now: datetime) -> PathView:
    """The person's path by the facts that are folded, titles in `language`. Raises Missing for an unknown path."""
    asked = path(conn, slug)
    enrolled = enrolment_of(conn, person.id, asked.id)
    (view,) = _views(conn, [asked], [enrolled or _as_if(conn, person, asked, now)], language, now)
    return view


def path_views(conn: Connection, person: Person, *, language: str, now: datetime) -> list[PathView]:
    """All paths that the person is on, the oldest enrolment first, each once; none that they were withdrawn from."""
    oldest: dict[UUID, Enrolment] = {}
    for enrolled in enrolments_of(conn, person.id):
        oldest.setdefault(enrolled.path_id, enrolled)
    views = _views(conn, [path(conn, path_id) for path_id in oldest], list(oldest.values()), language, now)
    return [view for view in views if view.enrolled]


def _as_if(conn: Connection, person: Person, asked: Path, now: datetime) -> Enrolment:
    """What their enrolment would be if they enrolled now; nothing in the register has its id."""
    current = current_version(conn, asked.id)
    return Enrolment(
        id=asked.id,
        person_id=person.id,
        path_id=asked.id,
        version_id=current.id,
        version=current.number,
        registration=asked.id,
        enrolled_at=now,
    )


def _views(
    conn: Connection, asked: Iterable[Path], enrolments: Collection[Enrolment], language: str, now: datetime
) -> list[PathView]:
    standings = standings_of(conn, [each.id for each in enrolments])
    return [
        _view(conn, each, case, standings.get(case.enrolment.id), language)
        for each, case in zip(asked, cases_now(conn, enrolments, now=now), strict=True)
    ]


def _view(conn: Connection, asked: Path, case: Case, standing: Standing | None, language: str) -> PathView:
    tree = case.rules.tree
    why = explain(tree, case.register, case.facts, as_of=case.as_of)
    wording = Wording(asked, language, ZoneInfo(asked.time_zone), _fulfilling(conn, asked.id))
    shown = steps(tree, why, wording, now=case.as_of)
    by_id = {step.id: step for step in flat(shown)}
    rest = cheapest(tree, why, {step.id: float(step.minutes) for step in by_id.values()}) or ()
    anew = path(conn, asked.recertification) if asked.recertification else None
    return PathView(
        id=asked.id,
        slug=asked.slug,
        title=in_language(asked.texts.title, language),
        summary=in_language(asked.texts.summary, language),
        is_open=asked.is_open,
        enrolment=case.enrolment if standing else None,
        state=why.state,
        done=why.done,
        needed=why.needed,
        score=why.score,
        completed_at=wording.local(why.since) if why.state == State.SATISFIED else None,
        next_step=_next_step((next_steps(tree, why), rest), by_id),
        items=shown,
        standing=standing,
        missing=tuple(local_missing(each, wording) for each in why.missing),
        due=wording.last_day(why.due),
        overdue=why.overdue,
        until=wording.last_day(why.until),
        alone=asked.alone is not None,
        titles={step.id: step.title for step in by_id.values()},
        renewed_by=(anew.slug, in_language(anew.texts.title, language)) if anew else None,
        minutes_left=sum(by_id[id_].minutes for id_ in rest),
        for_teams=any(isinstance(node, Team) for node in nodes(tree)),
    )


def _next_step(wanted: Iterable[Iterable[str]], shown: Mapping[str, Step]) -> Step | None:
    """The first of the first of `wanted` that has any: best one that opens here, else one that is taken elsewhere.

    The nearest come first; where all such wait for something optional, that stands in what is cheapest.
    """
    for ids in wanted:
        open_now = [shown[id_] for id_ in ids if shown[id_].state not in {State.LOCKED, State.SATISFIED}]
        ready = [step for step in open_now if step.can_open] or [step for step in open_now if step.ways]
        if ready:
            return ready[0]
    return None


def _fulfilling(conn: Connection, path_id: UUID) -> dict[str, list[Module]]:
    """By requirement, the modules that fulfil it."""
    named = fulfilling_modules(conn, path_id)
    known = {each.id: each for each in modules(conn, {id_ for ids in named.values() for id_ in ids})}
    return {requirement: [known[id_] for id_ in ids] for requirement, ids in named.items()}

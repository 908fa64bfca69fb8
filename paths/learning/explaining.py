"""One enrolment explained: each node with its evidence or what it lacks, as of one day, as it was known on another."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import Missing
from modules import Fact, modules
from paths.judging.explanation import Explanation, explain
from paths.judging.steps import next_steps
from paths.keeping.cases import Case, case_then, cases_now
from paths.register.catalogue import Path, path, version
from paths.register.register import Enrolment, enrolment_of, opened_modules, organisation_enrolment
from paths.tree.requirements import Node, nodes


class Explained(msgspec.Struct, frozen=True):
    """How far somebody was `as_of` by what was known at `known_at`, under version `version` and the rules of that hash.

    `node` is the root and holds the others. `facts` are all that was heard of them by then about what the path can use,
    the oldest first, also what counts for nothing; one with a `voided_at` counts no more from then on. `titles` are
    those of the nodes, in the language that was asked for. `asked` is what each node asks, as its version says it and
    without what is in it. `next_steps` are the requirements that may be opened now and bring the path nearer its end.
    """

    path: str
    enrolment_id: UUID
    person_id: UUID | None
    organisation_id: UUID | None
    enrolled_at: datetime
    time_zone: str
    version: int
    rule_hash: str
    as_of: datetime
    known_at: datetime
    node: Explanation
    facts: tuple[Fact, ...]
    titles: dict[str, str]
    asked: dict[str, dict[str, Any]]
    next_steps: tuple[str, ...]


def explained(
    conn: Connection,
    subject_id: UUID,
    slug: str,
    *,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    language: str = "en",
    now: datetime,
) -> Explained:
    """The enrolment of the person or the organisation on the path: now, or `as_of` by what was known at `known_at`.

    Raises Missing for an unknown path, and for one that they are not on.
    """
    asked = path(conn, slug)
    enrolled = enrolment_of(conn, subject_id, asked.id) or organisation_enrolment(conn, subject_id, asked.id)
    if enrolled is None:
        raise Missing(f"Nobody with the id {subject_id} is on the path {asked.slug}.")
    case = _case(conn, enrolled, as_of=as_of, known_at=known_at, now=now)
    node = explain(case.rules.tree, case.register, case.facts, as_of=case.as_of, known_at=case.known_at)
    heard = {(fact.statement_id, fact.kind): fact for fact in _all_facts(case) if _is_heard(fact, case)}
    return Explained(
        path=asked.slug,
        enrolment_id=enrolled.id,
        person_id=enrolled.person_id,
        organisation_id=enrolled.organisation_id,
        enrolled_at=enrolled.enrolled_at,
        time_zone=asked.time_zone,
        version=version(conn, case.enrolment.version_id).number,
        rule_hash=case.rules.hash,
        as_of=case.as_of,
        known_at=min(case.known_at, max(now, case.as_of)),
        node=node,
        facts=tuple(sorted(heard.values(), key=lambda fact: (fact.at, fact.statement_id, fact.kind))),
        titles=_titles(conn, asked, node, language),
        asked={each.id: _without_items(each) for each in nodes(case.rules.tree)},
        next_steps=next_steps(case.rules.tree, node),
    )


def _case(
    conn: Connection, enrolled: Enrolment, *, as_of: datetime | None, known_at: datetime | None, now: datetime
) -> Case:
    if as_of is None and known_at is None:
        return cases_now(conn, [enrolled], now=now)[0]
    return case_then(conn, enrolled, as_of=as_of or known_at or now, known_at=known_at or now)


def _without_items(node: Node) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(node)
    return {name: value for name, value in plain.items() if name != "items"}


def _all_facts(case: Case) -> Iterator[Fact]:
    yield from case.facts
    yield from case.register.parted
    for member in case.register.members:
        yield from member.facts


def _is_heard(fact: Fact, case: Case) -> bool:
    return fact.at <= case.as_of and fact.known_at <= case.known_at


def _titles(conn: Connection, asked: Path, node: Explanation, language: str) -> dict[str, str]:
    """By node, what it is called; its id where nothing of that name is in the catalogue any more."""
    opened = opened_modules(conn, asked.id)
    known = {each.id: each.title for each in modules(conn, set(opened.values()))}
    texts = {node.id: asked.texts.title, **asked.texts.groups, **{id_: known[each] for id_, each in opened.items()}}
    return {id_: _in(texts[id_], language) if id_ in texts else id_ for id_ in _ids(node)}


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts["en"]


def _ids(node: Explanation) -> Iterator[str]:
    yield node.id
    for item in node.items:
        yield from _ids(item)

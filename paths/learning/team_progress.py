"""How far an organisation is on a path as a team: each part, and what the positions that it asks for still lack.

What single members have shown is not told here: members see it, and what their colleagues learn is not theirs to see.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from base import Missing
from paths.enrolling.enrolment import EnrolmentStatus, standings_of
from paths.judging.explanation import Explanation, explain
from paths.judging.states import State
from paths.judging.team_needs import PositionNeed, position_needs
from paths.keeping.cases import cases_now
from paths.keeping.verdicts import verdict
from paths.register.catalogue import path, path_alone
from paths.register.register import enrolments_of_organisations, opened_modules, organisation_enrolment
from paths.register.titles import titles_of
from paths.tree.requirements import ROOT


class TeamOnPath(msgspec.Struct, frozen=True):
    """An organisation that is on a path as a team, and how far it is."""

    organisation_id: UUID
    slug: str
    title: str
    status: EnrolmentStatus
    state: State


class TeamProgress(msgspec.Struct, frozen=True):
    """The whole of a team's path without anybody's evidence; dates are in the path's time zone.

    `titles` are those of the nodes; what is in the catalogue no more is called by its id. `alone` are, by requirement,
    the slugs of the paths by which its module is taken by itself, as members take it.
    """

    slug: str
    enrolment_id: UUID
    organisation_id: UUID
    enrolled_at: datetime
    status: EnrolmentStatus
    time_zone: str
    node: Explanation
    needs: tuple[PositionNeed, ...]
    titles: dict[str, str]
    alone: dict[str, str]


def teams_on_paths(conn: Connection, organisation_ids: Collection[UUID], *, language: str) -> list[TeamOnPath]:
    """The paths on which these organisations are as teams, by title; not those from which they were withdrawn."""
    enrolled = enrolments_of_organisations(conn, organisation_ids)
    standings = standings_of(conn, [each.id for each in enrolled])
    found = []
    for each in enrolled:
        status, judged, named = standings[each.id].status, verdict(conn, each.id), path(conn, each.path_id)
        if status is not EnrolmentStatus.WITHDRAWN:
            title = named.texts.title.get(language) or named.texts.title["en"]
            state = State.OPEN if judged is None else judged.state
            found.append(TeamOnPath(each.subject_id, named.slug, title, status, state))
    return sorted(found, key=lambda each: (each.title, each.organisation_id))


def team_progress(conn: Connection, organisation_id: UUID, slug: str, *, language: str, now: datetime) -> TeamProgress:
    """How far the organisation is on the path. Raises Missing for an unknown path, and for one that it is not on."""
    asked = path(conn, slug)
    enrolled = organisation_enrolment(conn, organisation_id, asked.id)
    if enrolled is None:
        raise Missing(f"The organisation {organisation_id} is not on the path {asked.slug} as a team.")
    (case,) = cases_now(conn, [enrolled], now=now)
    tree, register = case.rules.tree, case.register
    node = explain(tree, register, case.facts, as_of=case.as_of, known_at=case.known_at)
    titles = titles_of(conn, asked, language)
    return TeamProgress(
        slug=asked.slug,
        enrolment_id=enrolled.id,
        organisation_id=organisation_id,
        enrolled_at=enrolled.enrolled_at,
        status=standings_of(conn, [enrolled.id])[enrolled.id].status,
        time_zone=asked.time_zone,
        node=_told(node, ZoneInfo(asked.time_zone)),
        needs=position_needs(tree, register, case.facts, as_of=case.as_of, known_at=case.known_at),
        titles={each: titles.get(each, each) for each in (ROOT, *_ids(node))},
        alone=_alone(conn, asked.id),
    )


def _alone(conn: Connection, path_id: UUID) -> dict[str, str]:
    found = {id_: path_alone(conn, each) for id_, each in opened_modules(conn, path_id).items()}
    return {id_: each.slug for id_, each in found.items() if each is not None and each.is_open}


def _told(node: Explanation, zone: ZoneInfo) -> Explanation:
    """The node without evidence, and with dates in the zone."""

    def there(at: datetime | None) -> datetime | None:
        return None if at is None else at.astimezone(zone)

    return msgspec.structs.replace(
        node,
        evidence=(),
        options=(),
        since=there(node.since),
        until=there(node.until),
        due=there(node.due),
        missing=tuple(msgspec.structs.replace(each, statements=()) for each in node.missing),
        items=tuple(_told(item, zone) for item in node.items),
    )


def _ids(node: Explanation) -> list[str]:
    return [node.id, *(id_ for item in node.items for id_ in _ids(item))]

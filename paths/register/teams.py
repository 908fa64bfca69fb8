"""Organisations on paths: which of them what their members do concerns."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Connection

from paths.register.register import Enrolment, enrolled_organisations, enrolments_of_organisations, paths_with
from people import organisations_ever


def teams_touched(conn: Connection, touched: Mapping[UUID, Collection[str]]) -> dict[UUID, set[str]]:
    """By person, activities: by enrolled organisation, what its members, or who once were, did of these."""
    enrolled = set(enrolled_organisations(conn))
    if not enrolled or not touched:
        return {}
    found: dict[UUID, set[str]] = defaultdict(set)
    for organisation_id, persons in organisations_ever(conn, touched).items():
        if organisation_id in enrolled:
            found[organisation_id] = set().union(*(touched[each] for each in persons))
    return dict(found)


def team_enrolments_touched(conn: Connection, teams: Mapping[UUID, Collection[str]]) -> list[Enrolment]:
    """Those enrolments of the organisations on whose paths one of their activities fulfils something."""
    if not teams:
        return []
    paths = paths_with(conn, set().union(*teams.values()))
    return [
        each
        for each in enrolments_of_organisations(conn, teams)
        if any(each.path_id in paths[activity] for activity in teams[each.subject_id])
    ]


def team_enrolments_of(conn: Connection, person_ids: Collection[UUID]) -> list[Enrolment]:
    """The enrolments of all organisations to which one of the persons belongs or once did."""
    enrolled = set(enrolled_organisations(conn))
    concerned = enrolled & organisations_ever(conn, person_ids).keys() if enrolled else set()
    return enrolments_of_organisations(conn, concerned) if concerned else []

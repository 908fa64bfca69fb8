"""Whom a change of a path concerns: everybody on it, some of them, or only those who come later."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from paths.completion import State
from paths.register import Enrolment, enrolments_on
from paths.requirements import ROOT
from paths.tables import enrolments, verdicts
from people import held_by_each, members_of


class Whom(StrEnum):
    """Whom on a path something is for. Of those who enrol later it holds in any case, unless it is for a group.

    EVERYBODY: all who are enrolled. UNFINISHED: those of them who have not completed the path. NEW: nobody of them.
    """

    EVERYBODY = "everybody"
    UNFINISHED = "unfinished"
    NEW = "new"


class Among(msgspec.Struct, frozen=True):
    """A group of learners: who belongs to an organisation, or is one of some persons; of neither, all of them."""

    organisation_id: UUID | None = None
    persons: frozenset[UUID] | None = None

    @property
    def everyone(self) -> bool:
        """Whether no group is named."""
        return self.organisation_id is None and self.persons is None


EVERYONE = Among()


def concerned(conn: Connection, path_id: UUID, whom: Whom, among: Among, *, now: datetime) -> list[Enrolment]:
    """The enrolments on the path that it is for, by their ids; who is complete is what the stored verdicts say."""
    if whom == Whom.NEW:
        return []
    found = enrolments_on(conn, path_id)
    if (persons := _persons(conn, among, now=now)) is not None:
        found = [each for each in found if each.person_id in persons]
    if whom == Whom.UNFINISHED:
        done = _complete(conn, path_id)
        found = [each for each in found if each.id not in done]
    return found


def _persons(conn: Connection, among: Among, *, now: datetime) -> Collection[UUID] | None:
    """Everybody in the group and all who were joined to them; None for no group."""
    if among.everyone:
        return None
    named = set(among.persons or ())
    if among.organisation_id is not None:
        members = {row.person_id for row in members_of(conn, among.organisation_id, as_of=now)}
        named = members if among.persons is None else members & named
    return held_by_each(conn, named)


def _complete(conn: Connection, path_id: UUID) -> set[UUID]:
    """The enrolments on the path whose newest verdict is that it is satisfied."""
    satisfied = verdicts.c.node == ROOT, verdicts.c.state == State.SATISFIED.value
    judged = select(verdicts.c.enrolment_id).join(enrolments, enrolments.c.id == verdicts.c.enrolment_id)
    return set(conn.scalars(judged.where(enrolments.c.path_id == path_id, *satisfied)))

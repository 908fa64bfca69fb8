"""Whom a change of a path concerns: everybody on it, some of them, or only those who come later."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import Connection, exists, select

from paths.enrolling.enrolment import EnrolmentStatus
from paths.judging.completion import State
from paths.register.register import Enrolment, enrolments_on
from paths.tables.paths import enrolment_statuses, enrolments, verdicts
from paths.tree.requirements import ROOT
from people import held_by_each, members_of


class Whom(StrEnum):
    """Whom on a path something is for. Of those who enrol later it holds in any case, unless it is for a group.

    EVERYBODY: all who are enrolled. UNFINISHED: those of them who have not completed the path. NEW: nobody of them.
    """

    EVERYBODY = "everybody"
    UNFINISHED = "unfinished"
    NEW = "new"


class Among(msgspec.Struct, frozen=True):
    """A group of learners: an organisation with who belongs to it, or some persons, or who is both; of neither, all."""

    organisation_id: UUID | None = None
    persons: frozenset[UUID] | None = None

    @property
    def everyone(self) -> bool:
        """Whether no group is named."""
        return self.organisation_id is None and self.persons is None


EVERYONE = Among()


def concerned(conn: Connection, path_id: UUID, whom: Whom, among: Among, *, now: datetime) -> list[Enrolment]:
    """The enrolments on the path that it is for, in the order of their ids; of those who were withdrawn none.

    Who is complete is what the stored verdicts say.
    """
    if whom == Whom.NEW:
        return []
    left = _withdrawn(conn, path_id)
    found = [each for each in enrolments_on(conn, path_id) if each.id not in left]
    if (subjects := _subjects(conn, among, now=now)) is not None:
        found = [each for each in found if each.subject_id in subjects]
    if whom == Whom.UNFINISHED:
        done = _complete(conn, path_id)
        found = [each for each in found if each.id not in done]
    return found


def _subjects(conn: Connection, among: Among, *, now: datetime) -> set[UUID] | None:
    """Everybody in the group, all who were joined to them, and the organisation as a team; None for no group."""
    if among.everyone:
        return None
    named = set(among.persons or ())
    if among.organisation_id is None:
        return set(held_by_each(conn, named))
    members = {row.person_id for row in members_of(conn, among.organisation_id, as_of=now)}
    if among.persons is not None:
        return set(held_by_each(conn, members & named))
    return {*held_by_each(conn, members), among.organisation_id}


def _withdrawn(conn: Connection, path_id: UUID) -> set[UUID]:
    """The enrolments on the path whose newest status says that they were withdrawn."""
    later = enrolment_statuses.alias("later")
    is_newest = ~exists().where(
        later.c.enrolment_id == enrolment_statuses.c.enrolment_id, later.c.seq > enrolment_statuses.c.seq
    )
    left = select(enrolment_statuses.c.enrolment_id).join(enrolments).where(enrolments.c.path_id == path_id, is_newest)
    return set(conn.scalars(left.where(enrolment_statuses.c.status == EnrolmentStatus.WITHDRAWN.value)))


def _complete(conn: Connection, path_id: UUID) -> set[UUID]:
    """The enrolments on the path whose newest verdict is that it is satisfied."""
    satisfied = verdicts.c.node == ROOT, verdicts.c.state == State.SATISFIED.value
    judged = select(verdicts.c.enrolment_id).join(enrolments, enrolments.c.id == verdicts.c.enrolment_id)
    return set(conn.scalars(judged.where(enrolments.c.path_id == path_id, *satisfied)))

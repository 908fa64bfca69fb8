"""Grades that went to learning platforms and did not arrive, for administrators."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from app.page import page, see_other
from app.visit import Visit, acts
from base import Database, msgid
from lti import (
    FailedColumn,
    FailedGrade,
    Outage,
    Reported,
    failed_columns,
    failed_grades,
    grades_reported,
    list_outages,
    resend_grade,
    resync,
)
from people import Action

_REASON = msgid("asked for on the page of grades")


class Grades(msgspec.Struct, frozen=True):
    """What the page shows: per platform how many there are, which platforms are silent, and what did not arrive."""

    reported: list[Reported]
    outages: list[Outage]
    failed: list[FailedGrade]
    columns: list[FailedColumn]


@get("/admin/grades", opt=acts(Action.VIEW_DELIVERIES))
async def grades_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page("grades.html", visit, grades=await db.read(_grades, visit.language))


@post("/admin/grades/{line:uuid}/resend", opt=acts(Action.RETRY_DELIVERIES))
async def send_again(line: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await db.write(resend_grade, line, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, "/admin/grades")


@post("/admin/platforms/{platform_id:uuid}/resync", opt=acts(Action.RETRY_DELIVERIES))
async def send_missing(
    platform_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(resync, platform_id=platform_id, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, "/admin/grades")


GRADE_PAGES = (grades_page, send_again, send_missing)


def _grades(conn: Connection, language: str) -> Grades:
    return Grades(
        grades_reported(conn),
        list_outages(conn),
        failed_grades(conn, language=language),
        failed_columns(conn, language=language),
    )

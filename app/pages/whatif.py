"""What another version would make of those on a path, for whom, and by name; then moving them to it."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.enrolments import names_of
from app.pages.versions import required_reason
from app.visit import Visit, acts
from base import Conflict, Database, Invalid
from certificates import standing_numbers
from paths import (
    Among,
    Migration,
    Path,
    PathVersion,
    WhatIf,
    Whom,
    migrate_learners,
    path,
    titles_of,
    version_numbered,
    what_if,
)
from people import NETWORK, Action, organisations

TOLD_AT_ONCE = 50
"""How many of each outlook the page names; the JSON names all."""

Entry = Annotated[str, msgspec.Meta(max_length=60_000)]


class ForWhom(msgspec.Struct, frozen=True):
    """For whom a version is meant, as entered: an organisation by its id, people by theirs with spaces between."""

    whom: Entry = Whom.UNFINISHED.value
    organisation: Entry = ""
    people: Entry = ""
    reason: Entry = ""


class WhatIfAnswer(msgspec.Struct, frozen=True):
    """What was found; `certificates` are the numbers of those that would go under review, by enrolment."""

    found: WhatIf
    certificates: dict[UUID, str]


class WhatIfView(msgspec.Struct, frozen=True):
    """All that the page shows; `names` are of the people and organisations that are told of."""

    path: Path
    version: PathVersion
    asked: ForWhom
    answer: WhatIfAnswer | None
    names: dict[UUID, str | None]
    titles: dict[str, str]
    organisations: list[tuple[str, str]]


async def provide_for_whom(
    whom: FromQuery[str] = Whom.UNFINISHED.value,
    organisation: FromQuery[str] = "",
    people: FromQuery[str] = "",
) -> ForWhom:
    return ForWhom(whom, organisation, people)


_FOR_WHOM = {"for_whom": Provide(provide_for_whom)}


@get("/paths/{slug:str}/versions/{number:int}/what-if", opt=acts(Action.VIEW_VERSIONS), dependencies=_FOR_WHOM)
async def what_if_page(
    slug: FromPath[str],
    number: FromPath[int],
    for_whom: NamedDependency[ForWhom],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str]:
    try:
        return _show(visit, await db.read(_view, slug, number, for_whom, visit), {})
    except Invalid as fault:
        return _show(visit, await db.read(_empty, slug, number, for_whom, visit), {fault.where or "whom": "wrong"})


@get(
    "/api/paths/{slug:str}/versions/{number:int}/what-if",
    opt=acts(Action.VIEW_VERSIONS),
    dependencies=_FOR_WHOM,
    include_in_schema=True,
)
async def what_if_as_json(
    slug: FromPath[str],
    number: FromPath[int],
    for_whom: NamedDependency[ForWhom],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> WhatIfAnswer:
    """What the version would make of those whom it is for: how many, everybody for whom something would change.

    `whom` is everybody, unfinished or new; `organisation` an id, `people` ids of people with spaces between them.
    """
    return await db.read(_answer, slug, number, for_whom, visit, None)


@post("/paths/{slug:str}/versions/{number:int}/migrate", opt=acts(Action.MIGRATE_LEARNERS))
async def migrate(
    slug: FromPath[str],
    number: FromPath[int],
    data: URLEncodedBody[ForWhom],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        done = await db.write(_migrate, slug, number, data, visit)
    except (Invalid, Conflict) as fault:
        where = "moves" if isinstance(fault, Conflict) else fault.where or "whom"
        view = await db.read(
            _empty if where in {"whom", "organisation", "people"} else _view, slug, number, data, visit
        )
        return _show(visit, view, {where: "wrong"})
    return see_other(visit, f"/paths/{slug}/versions#migration-{done.id}")


WHAT_IF_PAGES = (what_if_page, what_if_as_json, migrate)


def answer_with_certificates(conn: Connection, found: WhatIf) -> WhatIfAnswer:
    """Whose certificates would go under review."""
    return WhatIfAnswer(found, standing_numbers(conn, found.losing))


def _show(visit: Visit, view: WhatIfView, faults: dict[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    return page("what_if.html", visit, status=status, view=view, faults=faults, most=TOLD_AT_ONCE)


def _view(conn: Connection, slug: str, number: int, asked: ForWhom, visit: Visit) -> WhatIfView:
    answer = _answer(conn, slug, number, asked, visit, TOLD_AT_ONCE)
    names = names_of(conn, [each.enrolment for each in answer.found.affected])
    return msgspec.structs.replace(_empty(conn, slug, number, asked, visit), answer=answer, names=names)


def _empty(conn: Connection, slug: str, number: int, asked: ForWhom, visit: Visit) -> WhatIfView:
    known = path(conn, slug)
    return WhatIfView(
        path=known,
        version=version_numbered(conn, known.id, number),
        asked=asked,
        answer=None,
        names={},
        titles=titles_of(conn, known, visit.language),
        organisations=[(str(each.id), each.name) for each in organisations(conn, within={NETWORK}, limit=None)],
    )


def _answer(conn: Connection, slug: str, number: int, asked: ForWhom, visit: Visit, limit: int | None) -> WhatIfAnswer:
    known = path(conn, slug)
    tree = version_numbered(conn, known.id, number).tree
    whom, among = _whom(asked), _among(asked)
    found = what_if(conn, known.id, tree, whom=whom, among=among, limit=limit, now=visit.now)
    return answer_with_certificates(conn, found)


def _migrate(conn: Connection, slug: str, number: int, asked: ForWhom, visit: Visit) -> Migration:
    return migrate_learners(
        conn,
        path(conn, slug).id,
        number,
        whom=_whom(asked),
        among=_among(asked),
        by=visit.person_id,
        reason=required_reason(asked.reason),
        now=visit.now,
    )


def _whom(asked: ForWhom) -> Whom:
    try:
        return Whom(asked.whom)
    except ValueError:
        raise Invalid(f"whom must be one of {', '.join(Whom)}.", where="whom") from None


def _among(asked: ForWhom) -> Among:
    named = _ids(asked.people.split(), "people")
    organisation = next(iter(_ids([asked.organisation] if asked.organisation else [], "organisation")), None)
    return Among(organisation, frozenset(named) or None)


def _ids(entered: Collection[str], where: str) -> list[UUID]:
    try:
        return [UUID(each) for each in entered]
    except ValueError:
        raise Invalid(f"{where} must be ids, as they stand in the addresses of their pages.", where=where) from None

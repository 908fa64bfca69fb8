"""The editor's page for whom a path is: rules, each of which enrols whoever is all that it names."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST

from app.page import page, see_other
from app.pages.editor_forms import Fields, faults_by_field, fields_sent, one, revision_sent
from app.pages.editor_view import readable, view_draft
from app.pages.organisations import choices
from app.visit import Visit, acts
from base import Database, Missing, words_for
from content import parsed
from paths import Audience, PathSource, drafts
from people import Action


@get("/paths/{slug:str}/draft/audience", opt=acts(Action.EDIT_PATHS))
async def audience_page(
    slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return await _show(db, slug, visit, {}, {})


@post("/paths/{slug:str}/draft/audience", opt=acts(Action.EDIT_PATHS))
async def add_rule(
    slug: FromPath[str], request: Request[Any, Any, Any], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    fields = fields_sent(await request.form())
    said = {name: one(fields, name) for name in Audience.__struct_fields__ if one(fields, name)}
    rule, problems = parsed(Audience, said, slug)
    if rule is None or rule.is_everybody:
        faults = faults_by_field(problems, words_for(visit.language))
        return await _show(db, slug, visit, fields, faults or {"position": "empty"})
    added = rule

    def widened(source: PathSource) -> PathSource:
        return msgspec.structs.replace(source, audience=(*source.audience, added))

    revision = revision_sent(fields)
    await db.write(drafts.change_draft, slug, widened, revision=revision, by=visit.person_id, now=visit.now)
    return see_other(visit, f"/paths/{slug}/draft/audience")


@post("/paths/{slug:str}/draft/audience/{place:int}/remove", opt=acts(Action.EDIT_PATHS))
async def remove_rule(
    slug: FromPath[str],
    place: FromPath[int],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    revision = revision_sent(fields_sent(await request.form()))

    def narrowed(source: PathSource) -> PathSource:
        if not 0 <= place < len(source.audience):
            raise Missing(f"There is no rule number {place}. Open the page again.")
        return msgspec.structs.replace(source, audience=(*source.audience[:place], *source.audience[place + 1 :]))

    await db.write(drafts.change_draft, slug, narrowed, revision=revision, by=visit.person_id, now=visit.now)
    return see_other(visit, f"/paths/{slug}/draft/audience")


AUDIENCE_PAGES = (audience_page, add_rule, remove_rule)


async def _show(db: Database, slug: str, visit: Visit, fields: Fields, faults: dict[str, str]) -> Response[str]:
    view = await db.read(view_draft, slug, visit.language)
    return page(
        "editor_audience.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else HTTP_200_OK,
        view=view,
        rules=readable(view).audience,
        entered={name: one(fields, name) for name in Audience.__struct_fields__},
        faults=faults,
        **choices(visit),
    )

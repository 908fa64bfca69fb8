"""Opening a module: from the app to the content origin."""

from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from app.page import own_path
from app.pages.hearing import hear
from app.pages.sign_in import Back
from app.settings import Settings
from app.visit import Visit, acts
from base import Database
from paths import open_for
from people import Action


@post("/modules/{module_id:uuid}/open", opt=acts(Action.OPEN_MODULES))
async def open_on_content_origin(
    module_id: FromPath[UUID],
    data: URLEncodedBody[Back],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Redirect:
    await hear(db, visit)
    return_url = f"{settings.url}{visit.url(own_path(data.back))}"
    token = await db.write(
        open_for, visit.somebody, module_id, language=visit.language, return_url=return_url, now=visit.now
    )
    player = settings.content_url.replace("{package}", "player")
    return Redirect(f"{player}/s/{token}/", status_code=HTTP_303_SEE_OTHER)

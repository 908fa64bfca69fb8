"""Certificates for those who hold them, and for anyone who wants to know whether one stands."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.middleware.rate_limit import RateLimitConfig
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK

from app.page import page, see_other
from app.settings import Settings
from app.visit import PUBLIC, Visit, acts
from base import Database, FileStore, words_for
from certificates import VerificationView, file_of, verify
from people import Action

# Names on certificates are masked; whoever tries names until one fits must not get far.
_SLOWED = RateLimitConfig(rate_limit=("minute", 10))


class NameOnPaper(msgspec.Struct, frozen=True):
    """The name that somebody reads on a paper and wants compared."""

    name: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@get("/verify", opt=PUBLIC)
async def verify_form(visit: NamedDependency[Visit], number: FromQuery[str | None] = None) -> Response[str] | Redirect:
    asked = "".join(character for character in number or "" if character.isalnum())
    return see_other(visit, f"/verify/{asked}") if asked else page("verify_form.html", visit)


@get("/verify/{number:str}", opt=PUBLIC)
async def verify_page(
    number: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    return _shown(visit, settings, await db.read(verify, number, words_for(visit.language)))


@post("/verify/{number:str}", opt=PUBLIC, status_code=HTTP_200_OK, middleware=[_SLOWED.middleware])
async def compare_name(
    number: FromPath[str],
    data: URLEncodedBody[NameOnPaper],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    return _shown(visit, settings, await db.read(verify, number, words_for(visit.language), name_on_paper=data.name))


@get("/certificates/{file:str}", opt=acts(Action.VIEW_OWN_CERTIFICATES))
async def certificate_file(
    file: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> Response[bytes]:
    """The holder's signed PDF, to be kept: in a frame it could not be shown everywhere."""
    number = file.removesuffix(".pdf")
    pdf = files.get(await db.read(file_of, visit.person_id, number))
    headers = {"content-disposition": 'attachment; filename="waymark-certificate.pdf"', "cache-control": "no-store"}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _shown(visit: Visit, settings: Settings, view: VerificationView) -> Response[str]:
    return page("verify.html", visit, view=view, domain=settings.url.partition("://")[2])

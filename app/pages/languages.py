"""The language switcher below every page."""

from typing import Annotated

import msgspec
from litestar import post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from app.languages import LANGUAGE_COOKIE
from app.page import own_path, see_other
from app.visit import PUBLIC, Visit
from base import LANGUAGES, Database, Invalid
from people import choose_language

_A_YEAR_SECONDS = 365 * 24 * 3600


class Choice(msgspec.Struct, frozen=True):
    """What the switcher sends."""

    language: Annotated[str, msgspec.Meta(max_length=20)]
    back: Annotated[str, msgspec.Meta(max_length=500)] = "/"


@post("/language", opt=PUBLIC)
async def change_language(
    data: URLEncodedBody[Choice], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    """A person's choice goes with them everywhere; somebody unknown has it kept by their browser."""
    if data.language not in LANGUAGES:
        raise Invalid(f"language must be one of {', '.join(LANGUAGES)}.", where="language")
    if visit.person is not None:
        await db.write(choose_language, visit.person_id, data.language)
    kept = Cookie(key=LANGUAGE_COOKIE, value=data.language, max_age=_A_YEAR_SECONDS, httponly=True, samesite="lax")
    return see_other(visit, own_path(data.back), cookies=[kept])

"""The about resource of xAPI over HTTP (Communication 2.8)."""

from litestar import MediaType, Response, route
from litestar.enums import HttpMethod
from msgspec import json

from base import PUBLIC
from lrs.about import VERSION_2_0, About
from lrs.versions import VERSION_HEADER


@route("/about", http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=PUBLIC)
async def about() -> Response[bytes]:
    """The versions of xAPI that are spoken here; it needs no credential and no version header."""
    return Response(json.encode(About()), media_type=MediaType.JSON, headers={VERSION_HEADER: VERSION_2_0})


ABOUT_HANDLERS = (about,)

"""The about resource of xAPI over HTTP (Communication 2.8)."""

from http import HTTPStatus

from litestar import MediaType, Response, route
from litestar.enums import HttpMethod
from msgspec import json

from base import PUBLIC
from lrs.http.caller import Asking
from lrs.http.openapi import with_refusals
from lrs.log.parameters import read_parameters
from lrs.standard.about import VERSION_2_0, VERSION_HEADER, About


@route(
    "/about",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    opt=PUBLIC,
    operation_class=with_refusals(HTTPStatus.BAD_REQUEST),
)
async def about(request: Asking) -> Response[bytes]:
    """The versions of xAPI that are spoken here; it needs no credential and no version header."""
    read_parameters(request.query_params.multi_items(), {}, rule="Communication 2.8")
    spoken = {} if VERSION_HEADER in request.headers else {VERSION_HEADER: VERSION_2_0}
    return Response(json.encode(About()), media_type=MediaType.JSON, headers=spoken)


ABOUT_HANDLERS = (about,)

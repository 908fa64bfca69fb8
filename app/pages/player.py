"""The player: pages of the content origin, where whoever holds the address reads and answers."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER, HTTP_422_UNPROCESSABLE_ENTITY
from sqlalchemy import Connection

from app.page import page
from app.visit import PUBLIC, Visit
from base import Database, words_for
from modules import (
    Fault,
    Fields,
    PlayerPage,
    PlayerState,
    begin,
    finish,
    hand_in,
    leave,
    player_page,
    try_again,
)


@get("/s/{token:str}", opt=PUBLIC)
async def reading_page(
    token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    view = await db.write(_open, token, visit)
    return _page("reading.html", token, visit, view)


@get("/s/{token:str}/quiz", opt=PUBLIC)
async def quiz_page(
    token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    view = await db.read(player_page, token, now=visit.now)
    if view.state is not PlayerState.OPEN:
        return _go(f"/s/{token}/result")
    return _page("quiz.html", token, visit, view, faults={}, fields={})


@post("/s/{token:str}/quiz", opt=PUBLIC, status_code=HTTP_200_OK)
async def hand_in_quiz(
    token: FromPath[str], request: Request[Any, Any, Any], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    fields = _fields(await request.form())
    faults = await db.write(hand_in, token, fields, now=visit.now)
    if not faults:
        return _go(f"/s/{token}/result")
    view = await db.read(player_page, token, now=visit.now)
    return _page("quiz.html", token, visit, view, status=HTTP_422_UNPROCESSABLE_ENTITY, faults=faults, fields=fields)


@post("/s/{token:str}/finish", opt=PUBLIC)
async def finish_reading(
    token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(finish, token, now=visit.now)
    return _go(f"/s/{token}/result")


@get("/s/{token:str}/result", opt=PUBLIC)
async def result_page(
    token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    view = await db.read(player_page, token, now=visit.now)
    if view.state is PlayerState.FINISHED:
        return _page("result.html", token, visit, view)
    return _go(f"/s/{token}/" if view.state is PlayerState.OPEN else view.return_url)


@post("/s/{token:str}/again", opt=PUBLIC)
async def open_again(token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    return _go(f"/s/{await db.write(try_again, token, now=visit.now)}/")


@post("/s/{token:str}/leave", opt=PUBLIC)
async def leave_module(token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    return _go(await db.write(leave, token, now=visit.now))


def _open(conn: Connection, token: str, visit: Visit) -> PlayerPage:
    begin(conn, token, now=visit.now)
    return player_page(conn, token, now=visit.now)


def _fields(form: FormMultiDict) -> Fields:
    return {name: [value for value in form.getall(name) if isinstance(value, str)] for name in form}


def _page(
    template: str, token: str, visit: Visit, view: PlayerPage, *, status: int = HTTP_200_OK, **values: object
) -> Response[str]:
    """The page in the learner's own language, whatever the browser asks for."""
    return page(
        template,
        msgspec.structs.replace(visit, language=view.language),
        status=status,
        token=token,
        view=view,
        text_language=words_for(view.text_language).name,
        Fault=Fault,
        **values,
    )


def _go(address: str) -> Redirect:
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)

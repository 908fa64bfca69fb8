"""The grade book for tools: its columns, scores and results (AGS 2.0)."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, FromQuery

from tests.demo_lms.grade_book import LineItem
from tests.demo_lms.lms import AGS, DemoLms
from tests.demo_lms.services import SCORE_TYPE, refusal

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
CHANGING = f"{AGS}scope/lineitem"
READING = (CHANGING, f"{AGS}scope/lineitem.readonly")

Asking = Request[Any, Any, Any]


class SentItem(msgspec.Struct, frozen=True, rename="camel"):
    """A line item as a tool sends it."""

    label: str
    score_maximum: float
    resource_id: str | None = None
    tag: str | None = None
    resource_link_id: str | None = None


@get("/lineitems")
async def line_items(
    request: Asking,
    lms: NamedDependency[DemoLms],
    resource_id: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    start: FromQuery[int] = 0,
) -> Response[Any]:
    if refused := refusal(request, lms, *READING) or _other_type(request, LINE_ITEMS_TYPE):
        return refused
    found = [
        _line_item(lms, column)
        for column in lms.grade_book.columns.values()
        if not lms.filters_columns or (resource_id in {"", column.resource_id} and tag in {"", column.tag})
    ]
    return _page(lms, f"{lms.url}/lineitems?resource_id={resource_id}&tag={tag}", found, start, LINE_ITEMS_TYPE)


@post("/lineitems", status_code=201)
async def create_line_item(request: Asking, lms: NamedDependency[DemoLms]) -> Response[Any]:
    if refused := refusal(request, lms, CHANGING):
        return refused
    sent = _sent(request, await request.body())
    if sent is None:
        return Response({"errors": ["no line item"]}, status_code=400)
    return Response(_line_item(lms, lms.grade_book.add(**msgspec.structs.asdict(sent))), media_type=LINE_ITEM_TYPE)


@get("/lineitems/{link_id:str}")
async def line_item(request: Asking, link_id: FromPath[str], lms: NamedDependency[DemoLms]) -> Response[Any]:
    if refused := refusal(request, lms, *READING):
        return refused
    column = lms.grade_book.columns.get(link_id)
    if column is None:
        return Response(None, status_code=404)
    return Response(_line_item(lms, column), media_type=LINE_ITEM_TYPE)


@put("/lineitems/{link_id:str}")
async def change_line_item(request: Asking, link_id: FromPath[str], lms: NamedDependency[DemoLms]) -> Response[Any]:
    if refused := refusal(request, lms, CHANGING):
        return refused
    sent, column = _sent(request, await request.body()), lms.grade_book.columns.get(link_id)
    if sent is None or column is None:
        return Response(None, status_code=400 if column else 404)
    lms.grade_book.columns[link_id] = LineItem(link_id, **msgspec.structs.asdict(sent))
    return Response(_line_item(lms, lms.grade_book.columns[link_id]), media_type=LINE_ITEM_TYPE)


@delete("/lineitems/{link_id:str}", status_code=200)
async def delete_line_item(request: Asking, link_id: FromPath[str], lms: NamedDependency[DemoLms]) -> Response[Any]:
    if refused := refusal(request, lms, CHANGING):
        return refused
    return Response(None, status_code=204 if lms.grade_book.columns.pop(link_id, None) else 404)


@post("/lineitems/{link_id:str}/scores", status_code=200)
async def scores(request: Asking, link_id: FromPath[str], lms: NamedDependency[DemoLms]) -> Response[Any]:
    if refused := refusal(request, lms, f"{AGS}scope/score"):
        return refused
    if request.headers.get("content-type") != SCORE_TYPE:
        return Response([], status_code=415)
    return Response([], status_code=lms.grade_book.post(link_id, await request.body()))


@get("/lineitems/{link_id:str}/results")
async def results(
    request: Asking,
    link_id: FromPath[str],
    lms: NamedDependency[DemoLms],
    user_id: FromQuery[str] = "",
    start: FromQuery[int] = 0,
) -> Response[Any]:
    if refused := refusal(request, lms, f"{AGS}scope/result.readonly") or _other_type(request, RESULTS_TYPE):
        return refused
    found = [
        {
            "id": f"{lms.url}/lineitems/{link_id}/results/{user}",
            "scoreOf": f"{lms.url}/lineitems/{link_id}",
            "userId": user,
            "resultScore": entry.score,
            "resultMaximum": lms.grade_book.columns[link_id].score_maximum,
        }
        for (link, user), entry in lms.grade_book.cells.items()
        if link == link_id and entry.score is not None and user_id in {"", user}
    ]
    return _page(lms, f"{lms.url}/lineitems/{link_id}/results?user_id={user_id}", found, start, RESULTS_TYPE)


HANDLERS: list[BaseRouteHandler | Router] = [
    line_items, create_line_item, line_item, change_line_item, delete_line_item, scores, results,
]  # fmt: skip


def _other_type(request: Asking, media_type: str) -> Response[Any] | None:
    """The answer to whoever asks for something else than what is here."""
    return None if request.headers.get("accept") in {"*/*", media_type} else Response([], status_code=406)


def _sent(request: Asking, body: bytes) -> SentItem | None:
    if request.headers.get("content-type") != LINE_ITEM_TYPE:
        return None
    try:
        return msgspec.json.decode(body, type=SentItem)
    except msgspec.MsgspecError:
        return None


def _page(lms: DemoLms, url: str, found: list[dict[str, Any]], start: int, media_type: str) -> Response[Any]:
    """All at once, or in pages whose links are as Moodle writes them: curly quotes, and `&amp;` in the address."""
    size = lms.page_size or max(len(found), 1)
    headers = {}
    if start + size < len(found):
        following = f"{url}&start={start + size}".replace("&", "&amp;")
        headers["Link"] = f"<{following}>; rel=\u201cnext\u201d".encode().decode("latin-1")
    return Response(found[start : start + size], media_type=media_type, headers=headers)


def _line_item(lms: DemoLms, column: LineItem) -> dict[str, Any]:
    optional = {"resourceLinkId": column.resource_link_id, "resourceId": column.resource_id, "tag": column.tag}
    return {
        "id": f"{lms.url}/lineitems/{column.id}?course=1",
        "label": column.label,
        "scoreMaximum": column.score_maximum,
        **{name: value for name, value in optional.items() if value is not None},
    }

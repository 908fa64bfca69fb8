"""What could not be delivered, for administrators."""

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from app.page import page, see_other
from app.visit import Visit, acts
from base import MOST_COUNTED, Database, Failure, failures, retry, waiting
from people import Action


@get("/admin/deliveries", opt=acts(Action.VIEW_DELIVERIES))
async def deliveries_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    set_aside, still_waiting = await db.read(_deliveries)
    return page("deliveries.html", visit, failures=set_aside, waiting=still_waiting, most=MOST_COUNTED)


@post("/admin/deliveries/{delivery:int}/retry", opt=acts(Action.RETRY_DELIVERIES))
async def retry_delivery(
    delivery: FromPath[int], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(retry, delivery, now=visit.now)
    return see_other(visit, "/admin/deliveries")


def _deliveries(conn: Connection) -> tuple[list[Failure], dict[str, int]]:
    return failures(conn), waiting(conn)

"""The platform keeps values for tools whose browser keeps none (1EdTech LTI postMessage Storage 0.1), well or badly."""

from enum import StrEnum
from pathlib import Path

from litestar import MediaType, Response, Router, get
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromQuery

_HERE = Path(__file__).parent


class Storage(StrEnum):
    """How an activity's page keeps values, chosen by its address: `/links/1?storage=frame`.

    NONE: not at all, as Moodle. PARENT: the page does. FRAME: a frame beside the tool's does. SILENT: it says that the
    page does, which never answers. FULL: it answers that it keeps no more. MISSING: it names a frame that is not there.
    IMPOSTOR: the page hands what it is asked to a frame of another site, which answers in its place.
    """

    NONE = ""
    PARENT = "parent"
    FRAME = "frame"
    SILENT = "silent"
    FULL = "full"
    MISSING = "missing"
    IMPOSTOR = "impostor"

    @property
    def target(self) -> str | None:
        """What logins say (LTI OIDC Login with Client Side postMessages 0.1, "lti_storage_target")."""
        named = {Storage.NONE: None, Storage.FRAME: "lms-storage", Storage.MISSING: "nowhere"}
        return named.get(self, "_parent")


def storage_of(asked: str) -> Storage:
    return Storage(asked) if asked in list(Storage) else Storage.NONE


@get("/storage.js", media_type="text/javascript")
async def script() -> bytes:
    return (_HERE / "storage.js").read_bytes()


@get("/storage")
async def frame(kind: FromQuery[str] = "") -> Response[str]:
    """What the storage frame holds; of an impostor too, when it is asked for under another host."""
    page = f'<!doctype html><title>Storage</title><script src="/storage.js" data-kind="{storage_of(kind)}"></script>'
    return Response(page, media_type=MediaType.HTML)


HANDLERS: list[BaseRouteHandler | Router] = [script, frame]

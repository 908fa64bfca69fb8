"""A place in the store is held until the answer was sent, however long it takes (attachments=true)."""

import asyncio
from base64 import b64encode
from typing import Any

from base import Database
from lrs import Credential, Gate, Limits
from lrs.routes import xapi_edge
from lrs.senders.limits import Bulkheads
from tests.lrs.attachments import MIXED, file_part, make_attachment, mixed
from tests.lrs.makers import FIRST, make_statement
from tests.lrs.service import Xapi, make_service

FILE = bytes(range(256)) * 1024


class Reader:
    """Asks for a statement with its file, and takes the answer no further than its head until it is told to."""

    def __init__(self, xapi: Xapi, gate: Gate, credential: Credential) -> None:
        self._app = xapi_edge(make_service(xapi.db, xapi.clock, gate, xapi.files))
        self._proof = b64encode(f"{credential.key}:{credential.secret}".encode())
        self.begun = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.ended = asyncio.Event()
        self.is_gone = asyncio.Event()
        self.body = b""

    async def read(self) -> None:
        headers = [(b"x-experience-api-version", b"1.0.3"), (b"authorization", b"Basic " + self._proof)]
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": "/xapi/statements",
            "raw_path": b"/xapi/statements",
            "root_path": "",
            "query_string": f"statementId={FIRST}&attachments=true".encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        await self._app(scope, self._receive, self._send)  # type: ignore[arg-type]  # a scope of the plainest kind

    async def _receive(self) -> Any:
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.body":
            self.begun.set()
            await self.goes_on.wait()
            self.body += message["body"]
            if not message["more_body"]:
                self.ended.set()


async def _reading(xapi: Xapi, db: Database) -> tuple[Xapi, Reader, asyncio.Task[None]]:
    """Another client of the same credential, which may have one request under way, and a reader who is at it."""
    gate = Gate(bulkheads=Bulkheads(wait_seconds=0.02))
    statement = make_statement(id=FIRST, attachments=[make_attachment(FILE)])
    stored = await xapi.request("POST", content=mixed(statement, file_part(FILE)), headers=MIXED)
    assert stored.status_code == 200, stored.text
    client = Xapi(db, gate)
    credential = await client.sign_on("all", limits=Limits(at_once=1))
    reader = Reader(xapi, gate, credential)
    reading = asyncio.create_task(reader.read())
    begun = asyncio.create_task(reader.begun.wait())
    await asyncio.wait([begun, reading], return_when=asyncio.FIRST_COMPLETED)
    assert not reading.done(), reading
    return client, reader, reading


async def test_a_streamed_answer_keeps_its_place_until_its_end(xapi: Xapi, db: Database) -> None:
    client, reader, reading = await _reading(xapi, db)
    assert (await client.get(statementId=FIRST)).status_code == 429
    reader.goes_on.set()
    await reader.ended.wait()
    assert FILE in reader.body
    assert (await client.get(statementId=FIRST)).status_code == 200
    reader.is_gone.set()  # the connection was kept open until now
    await reading


async def test_a_reader_who_goes_away_gives_the_place_back(xapi: Xapi, db: Database) -> None:
    client, reader, reading = await _reading(xapi, db)
    assert (await client.get(statementId=FIRST)).status_code == 429
    reader.is_gone.set()
    await reading
    assert FILE not in reader.body
    assert (await client.get(statementId=FIRST)).status_code == 200

"""xAPI-Communication 1.1: HEAD."""

from tests.lrs.makers import (
    FIRST,
    make_statement,
)
from tests.lrs.service import Xapi


class TestHead:
    """1.1."""

    async def test_head_answers_as_get_without_a_body(self, xapi: Xapi) -> None:
        await xapi.post(make_statement(id=FIRST))
        got, head = [await xapi.request(method, params={"statementId": FIRST}) for method in ("GET", "HEAD")]
        assert (head.status_code, head.content) == (200, b"")
        same = ("Content-Type", "Content-Length", "Last-Modified", "X-Experience-API-Version")
        assert [head.headers[name] for name in same] == [got.headers[name] for name in same]

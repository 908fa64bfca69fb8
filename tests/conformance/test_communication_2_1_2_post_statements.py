"""xAPI-Communication 2.1.2: POST statements."""

from tests.lrs.makers import (
    FIRST,
    SECOND,
    body,
    make_statement,
)
from tests.lrs.service import Xapi


class TestPost:
    """2.1.2."""

    async def test_one_statement_is_answered_with_its_id_in_a_list(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(id=FIRST))
        assert (answer.status_code, answer.json()) == (200, [FIRST])

    async def test_a_list_is_answered_with_the_ids_in_its_order(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(id=SECOND), make_statement(id=FIRST))
        assert answer.json() == [SECOND, FIRST]

    async def test_a_batch_with_one_bad_statement_stores_nothing(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(), make_statement(verb={"id": "no iri"}))
        assert (answer.status_code, answer.json()["where"]) == (400, "$[1].verb.id")
        assert await xapi.ids() == []

    async def test_two_statements_with_one_id_are_refused(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(id=FIRST), make_statement(id=FIRST))
        assert answer.status_code == 400
        assert await xapi.ids() == []

    async def test_a_parameter_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(), params={"statementId": FIRST})
        assert answer.status_code == 400

    async def test_another_content_type_is_refused(self, xapi: Xapi) -> None:
        for kind in ("text/plain", "multipart/form-data; boundary=x", "multipart/mixed; boundary=x", None):
            answer = await xapi.post(make_statement(), headers={"Content-Type": kind})
            assert answer.status_code == 400, kind

    async def test_json_with_a_charset_is_taken(self, xapi: Xapi) -> None:
        answer = await xapi.post(make_statement(), headers={"Content-Type": "application/json; charset=utf-8"})
        assert answer.status_code == 200

    async def test_what_is_no_json_is_refused(self, xapi: Xapi) -> None:
        for content in (b"", b"{", b'"', b"\xff", b'{"actor": "\xff"}', b"null", b"3", b"[3]", b"[null]"):
            answer = await xapi.request("POST", content=content)
            assert answer.status_code == 400, content

    async def test_a_body_above_the_limit_is_too_large(self, xapi: Xapi) -> None:
        answer = await xapi.request("POST", content=b" " * (4 * 1024 * 1024 + 1))
        assert answer.status_code == 413

    async def test_more_statements_than_the_limit_are_too_many(self, xapi: Xapi) -> None:
        answer = await xapi.request("POST", content=b"[%b]" % b",".join([b"{}"] * 1001))
        assert answer.status_code == 413
        assert "1000" in answer.json()["detail"]

    async def test_nesting_beyond_the_limit_is_too_deep(self, xapi: Xapi) -> None:
        for depth in (40, 100_000):
            deep = b"[" * depth + b"]" * depth
            sent = body(make_statement(result={"extensions": {"http://x.example/e": 0}})).replace(b":0", b":" + deep)
            assert (await xapi.request("POST", content=sent)).status_code == 413, depth

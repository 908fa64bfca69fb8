"""xAPI-Communication 2.1.1: PUT statements."""

from tests.lrs.makers import (
    DAVIT,
    FIRST,
    SECOND,
    body,
    make_statement,
)
from tests.lrs.service import Xapi


class TestPut:
    """2.1.1."""

    async def test_a_statement_is_stored_under_the_parameters_id(self, xapi: Xapi) -> None:
        answer = await xapi.put(FIRST, make_statement())
        assert (answer.status_code, answer.content) == (204, b"")
        assert await xapi.ids() == [FIRST]

    async def test_without_the_parameter_it_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.request("PUT", content=body(make_statement()))
        assert answer.status_code == 400

    async def test_another_id_in_the_statement_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.put(FIRST, make_statement(id=SECOND))
        assert (answer.status_code, answer.json()["where"]) == (400, "$.id")

    async def test_the_id_is_compared_without_case(self, xapi: Xapi) -> None:
        assert (await xapi.put(FIRST.upper(), make_statement(id=FIRST))).status_code == 204
        assert await xapi.ids() == [FIRST]

    async def test_a_list_is_refused(self, xapi: Xapi) -> None:
        answer = await xapi.request("PUT", content=b"[%b]" % body(make_statement()), params={"statementId": FIRST})
        assert answer.status_code == 400

    async def test_an_equal_statement_changes_nothing(self, xapi: Xapi) -> None:
        await xapi.put(FIRST, make_statement())
        assert (await xapi.put(FIRST, make_statement())).status_code == 204
        assert await xapi.ids() == [FIRST]

    async def test_a_different_statement_is_a_conflict(self, xapi: Xapi) -> None:
        await xapi.put(FIRST, make_statement())
        answer = await xapi.put(FIRST, make_statement(actor=DAVIT))
        assert answer.status_code == 409
        assert FIRST in answer.json()["detail"]

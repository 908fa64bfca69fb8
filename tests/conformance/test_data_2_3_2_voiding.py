"""xAPI-Data 2.3.2 and xAPI-Communication 2.1.4: a statement is voided by another, and what is still told of it."""

from datetime import timedelta

from tests.lrs.makers import AYGUN, DAVIT, FIRST, INTRO, SECOND, THIRD, VOIDED, make_reference, make_statement
from tests.lrs.service import Xapi, agent_parameter


class TestVoiding:
    """2.3.2."""

    async def test_a_voiding_statement_has_a_reference_as_its_object(self, xapi: Xapi) -> None:
        for target in ({"id": INTRO}, DAVIT, {"objectType": "SubStatement", **make_statement()}, {"id": FIRST}):
            assert (await xapi.post(make_statement(verb={"id": VOIDED}, object=target))).status_code == 400, target

    async def test_the_verb_is_this_one_to_the_letter(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        await xapi.stored(make_reference(FIRST, verb=VOIDED.replace("voided", "Voided")), make_reference(FIRST))
        assert (await xapi.get(statementId=FIRST)).status_code == 200

    async def test_it_is_not_refused_for_a_target_that_is_not_there(self, xapi: Xapi) -> None:
        assert (await xapi.post(make_reference(FIRST, verb=VOIDED))).status_code == 200

    async def test_a_target_that_comes_later_is_voided_as_it_comes(self, xapi: Xapi) -> None:
        await xapi.stored(make_reference(FIRST, verb=VOIDED, id=SECOND))
        await xapi.stored(make_statement(id=FIRST))
        assert (await xapi.get(statementId=FIRST)).status_code == 404
        assert (await xapi.get(voidedStatementId=FIRST)).status_code == 200

    async def test_target_and_voiding_may_come_in_one_batch_in_either_order(self, xapi: Xapi) -> None:
        await xapi.stored(make_reference(FIRST, verb=VOIDED), make_statement(id=FIRST))
        await xapi.stored(make_statement(id=SECOND), make_reference(SECOND, verb=VOIDED))
        for voided in (FIRST, SECOND):
            assert (await xapi.get(statementId=voided)).status_code == 404

    async def test_a_voiding_statement_is_never_voided(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST), make_reference(FIRST, verb=VOIDED, id=SECOND))
        assert (await xapi.post(make_reference(SECOND, verb=VOIDED, id=THIRD))).status_code in {200, 400}
        assert (await xapi.get(statementId=SECOND)).status_code == 200
        assert (await xapi.get(voidedStatementId=SECOND)).status_code == 404
        assert (await xapi.get(statementId=FIRST)).status_code == 404, "it stays voided"

    async def test_two_that_void_each_other_are_both_valid(self, xapi: Xapi) -> None:
        await xapi.stored(make_reference(SECOND, verb=VOIDED, id=FIRST), make_reference(FIRST, verb=VOIDED, id=SECOND))
        for each in (FIRST, SECOND):
            assert (await xapi.get(statementId=each)).status_code == 200

    async def test_voiding_twice_is_as_voiding_once(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        ids = await xapi.stored(make_reference(FIRST, verb=VOIDED), make_reference(FIRST, verb=VOIDED))
        assert (await xapi.get(voidedStatementId=FIRST)).status_code == 200
        assert await xapi.ids() == ids[::-1]

    async def test_voided_in_a_sub_statement_voids_nothing(self, xapi: Xapi) -> None:
        pointer = {"objectType": "StatementRef", "id": FIRST}
        inner = {"objectType": "SubStatement", **make_statement(verb={"id": VOIDED}, object=pointer)}
        await xapi.stored(make_statement(id=FIRST), make_statement(object=inner))
        assert (await xapi.get(statementId=FIRST)).status_code == 200


class TestVoided:
    """Communication 2.1.4."""

    async def test_it_is_on_no_list(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST), make_reference(FIRST, verb=VOIDED, id=SECOND))
        for filters in ({}, {"agent": agent_parameter(AYGUN)}, {"activity": INTRO}, {"ascending": "true"}):
            assert await xapi.ids(**filters) == [SECOND], filters

    async def test_it_is_given_back_whole_by_its_own_parameter(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST, result={"response": "öyrəndi"}))
        whole = (await xapi.get(statementId=FIRST)).json()
        xapi.clock.now += timedelta(seconds=1)
        await xapi.stored(make_reference(FIRST, verb=VOIDED))
        assert (await xapi.get(voidedStatementId=FIRST)).json() == whole

    async def test_whoever_targets_it_is_still_found_by_what_it_says(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        confirmed = await xapi.stored(make_reference(FIRST, id=SECOND))
        await xapi.stored(make_reference(FIRST, verb=VOIDED, id=THIRD))
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == [THIRD, *confirmed]

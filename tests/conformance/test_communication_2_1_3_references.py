"""xAPI-Communication 2.1.3, Filter Conditions for StatementRefs."""

from datetime import timedelta
from itertools import pairwise, permutations
from uuid import uuid4

from tests.lrs.makers import (
    AYGUN,
    COMPLETED,
    DAVIT,
    FIRST,
    INTRO,
    SECOND,
    THIRD,
    VOIDED,
    make_reference,
    make_statement,
)
from tests.lrs.service import Xapi, agent_parameter
from tests.times import NOW

AT_NINE = "2026-11-22T09:00:00Z"


class TestReferences:
    """2.1.4, Filter Conditions for StatementRefs."""

    async def test_a_statement_is_found_by_what_its_target_says(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST, context={"registration": THIRD}))
        await xapi.stored(make_reference(FIRST, id=SECOND))
        both = [SECOND, FIRST]
        for filters in ({"agent": agent_parameter(AYGUN)}, {"activity": INTRO}, {"registration": THIRD}):
            assert await xapi.ids(**filters) == both, filters
        assert await xapi.ids(verb=COMPLETED) == both
        assert await xapi.ids(verb="http://example.org/confirmed") == [SECOND]

    async def test_the_rule_holds_along_a_chain_whichever_comes_first(self, xapi: Xapi) -> None:
        chain = [make_statement(id=FIRST), make_reference(FIRST, id=SECOND), make_reference(SECOND, id=THIRD)]
        for one in reversed(chain):
            await xapi.stored(one)
        assert await xapi.ids(agent=agent_parameter(AYGUN), ascending="true") == [THIRD, SECOND, FIRST]

    async def test_the_statement_that_voids_is_found_by_its_voided_target(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        await xapi.stored(make_reference(FIRST, verb=VOIDED, id=SECOND))
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == [SECOND]

    async def test_time_applies_to_the_statement_that_refers(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        xapi.clock.now = NOW + timedelta(minutes=5)
        await xapi.stored(make_reference(FIRST, id=SECOND))
        assert await xapi.ids(agent=agent_parameter(AYGUN), since=AT_NINE) == [SECOND]
        assert await xapi.ids(agent=agent_parameter(AYGUN), until=AT_NINE) == [FIRST]

    async def test_a_reference_in_context_or_sub_statement_does_not_count(self, xapi: Xapi) -> None:
        pointer = {"objectType": "StatementRef", "id": FIRST}
        inner = {"objectType": "SubStatement", **make_statement(actor=DAVIT, object=pointer)}
        await xapi.stored(make_statement(id=FIRST))
        other = make_statement(actor=DAVIT, object={"id": "http://example.org/x"}, context={"statement": pointer})
        await xapi.stored(make_statement(actor=DAVIT, object=inner), other)
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == [FIRST]


class TestChains:
    """The rule applies recursively; the standard sets no order in which a chain must come."""

    async def test_a_chain_of_four_is_found_whole_in_whatever_order_it_comes(self, xapi: Xapi) -> None:
        agent = agent_parameter(AYGUN)
        for order in permutations(range(4)):
            ids = [str(uuid4()) for _ in range(4)]
            registration = str(uuid4())
            chain = [make_statement(id=ids[0], context={"registration": registration})]
            chain += [make_reference(target, id=own) for target, own in pairwise(ids)]
            for place in order:
                await xapi.stored(chain[place])
            assert set(await xapi.ids(registration=registration, agent=agent, activity=INTRO)) == set(ids), order

    async def test_what_comes_between_two_parts_joins_them(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST), make_reference(SECOND, id=THIRD))
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == [FIRST]
        await xapi.stored(make_reference(FIRST, id=SECOND))
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == [SECOND, THIRD, FIRST]

    async def test_circles_end(self, xapi: Xapi) -> None:
        await xapi.stored(make_reference(FIRST, id=FIRST))
        await xapi.stored(make_reference(THIRD, id=SECOND), make_reference(SECOND, id=THIRD, verb=COMPLETED))
        assert await xapi.ids(verb=COMPLETED) == [THIRD, SECOND]
        assert await xapi.ids(agent=agent_parameter(DAVIT)) == [THIRD, SECOND, FIRST]

    async def test_each_filter_may_be_met_by_another_link_of_the_chain(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST), make_reference(FIRST, id=SECOND))
        assert await xapi.ids(agent=agent_parameter(DAVIT), activity=INTRO) == [SECOND]

    async def test_related_filters_reach_through_references_too(self, xapi: Xapi) -> None:
        group = {"objectType": "Group", "member": [AYGUN]}
        inner = {"objectType": "SubStatement", **make_statement(actor=DAVIT, context={"team": group})}
        await xapi.stored(make_statement(id=FIRST, actor=DAVIT, object=inner), make_reference(FIRST, id=SECOND))
        both = [SECOND, FIRST]
        assert await xapi.ids(agent=agent_parameter(AYGUN), related_agents="true") == both
        assert await xapi.ids(activity=INTRO, related_activities="true") == both
        assert await xapi.ids(agent=agent_parameter(AYGUN)) == await xapi.ids(activity=INTRO) == []

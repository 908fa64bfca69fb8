from uuid import UUID

from lrs import delete_documents_of_agent, documents_of_agent, find_document
from lrs.documents.documents import DocumentContext, Kind
from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, STATE, ask, stored
from tests.lrs.makers import DAVIT, FIRST, INTRO
from tests.lrs.service import Xapi, agent_parameter
from tests.times import NOW

AYGUN_KEY = "mbox::mailto:aygun@example.org"


async def _fill(xapi: Xapi) -> None:
    await stored(xapi, STATE, {"page": 7})
    await stored(xapi, STATE, {"page": 8}, registration=FIRST)
    await stored(xapi, AGENT_PROFILE, {"language": "az"})
    await stored(xapi, ACTIVITY_PROFILE, {"of": "all"})
    await stored(xapi, STATE, {"page": 9}, agent=agent_parameter(DAVIT))


async def test_all_documents_of_an_agent_are_listed_and_found_by_what_names_them(xapi: Xapi) -> None:
    await _fill(xapi)
    found = await xapi.db.read(documents_of_agent, AYGUN_KEY)
    assert {one.context for one in found} == {
        DocumentContext(Kind.STATE, INTRO, AYGUN_KEY),
        DocumentContext(Kind.STATE, INTRO, AYGUN_KEY, UUID(FIRST)),
        DocumentContext(Kind.AGENT_PROFILE, None, AYGUN_KEY),
    }
    assert {(one.name, one.content_type, one.updated) for one in found} == {("bookmark", "application/json", NOW)}
    contents = [await xapi.db.read(find_document, one.context, one.name) for one in found]
    assert {one.content.body for one in contents} == {b'{"page":7}', b'{"page":8}', b'{"language":"az"}'}
    assert [one.size_bytes for one in found] == [len(one.content.body) for one in contents]


async def test_deleting_an_agents_documents_leaves_those_of_others(xapi: Xapi) -> None:
    await _fill(xapi)
    assert await xapi.db.write(delete_documents_of_agent, AYGUN_KEY) == 3
    assert await xapi.db.write(delete_documents_of_agent, AYGUN_KEY) == 0
    assert await xapi.db.read(documents_of_agent, AYGUN_KEY) == []
    assert (await ask(xapi, "GET", ACTIVITY_PROFILE)).json() == {"of": "all"}
    assert (await ask(xapi, "GET", STATE, agent=agent_parameter(DAVIT))).json() == {"page": 9}


async def test_an_agent_whom_nobody_named_has_no_documents(xapi: Xapi) -> None:
    await stored(xapi, ACTIVITY_PROFILE, {})
    assert await xapi.db.read(documents_of_agent, "mbox::mailto:nobody@example.org") == []
    assert await xapi.db.write(delete_documents_of_agent, "mbox::mailto:nobody@example.org") == 0

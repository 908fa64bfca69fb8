"""Columns of the demo LMS's grade book, which is as strict as Moodle's."""

import pytest

from base import Outward
from lti import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.line_items import GradeColumns, LineItem, LineItemRefused
from lti.standard.resources import Resource
from tests.demo_lms import DemoLms
from tests.lti.services.conftest import Scripted

GROWTH, INTRO = Resource("growth", "path"), Resource("growth", "intro")


@pytest.fixture
def columns(lms: DemoLms, outward: Outward, tokens: AccessTokens, sent_to: Platform) -> GradeColumns:
    return GradeColumns(outward, tokens, sent_to, f"{lms.url}/lineitems?course=1")


async def test_column_is_made_once_however_often_it_is_asked_for(lms: DemoLms, columns: GradeColumns) -> None:
    before = set(lms.grade_book.columns)
    first = await columns.found_or_created(GROWTH, "Growth", 100)
    again = await columns.found_or_created(GROWTH, "Growth", 100)
    assert first.id == again.id
    (made,) = set(lms.grade_book.columns) - before
    column = lms.grade_book.columns[made]
    assert (column.label, column.score_maximum, column.resource_id, column.tag) == ("Growth", 100, "growth", "path")


async def test_columns_of_a_path_are_told_apart_by_their_tag(lms: DemoLms, columns: GradeColumns) -> None:
    whole = await columns.found_or_created(GROWTH, "Growth", 100)
    part = await columns.found_or_created(INTRO, "Introduction", 100)
    assert whole.id != part.id


async def test_column_is_found_behind_pages_and_filters_that_the_platform_passes_over(
    lms: DemoLms, columns: GradeColumns
) -> None:
    made = await columns.found_or_created(INTRO, "Introduction", 100)
    lms.filters_columns, lms.page_size = False, 1
    assert [item.id async for item in columns.found(INTRO)] == [made.id]
    assert [item async for item in columns.found(Resource("growth", "other"))] == []


async def test_column_of_a_link_is_found_by_the_link_too(lms: DemoLms, columns: GradeColumns) -> None:
    lms.grade_book.add(label="A", score_maximum=10, resource_id="growth", tag="path", resource_link_id="link-1")
    other = lms.grade_book.add(label="B", score_maximum=10, resource_id="growth", tag="path", resource_link_id="link-2")
    found = [item async for item in columns.found(GROWTH, resource_link_id="link-2")]
    assert [(item.label, item.id) for item in found] == [("B", f"{lms.url}/lineitems/{other.id}?course=1")]


async def test_column_is_changed_and_deleted(lms: DemoLms, columns: GradeColumns) -> None:
    made = await columns.found_or_created(GROWTH, "Growth", 100)
    assert await columns.update(LineItem("Renamed", 50, GROWTH.id, GROWTH.tag, id=made.id))
    assert [item.label async for item in columns.found(GROWTH)] == ["Renamed"]
    for _ in range(2):
        await columns.delete(made.id)
    assert not await columns.update(made)
    assert [item async for item in columns.found(GROWTH)] == []


async def test_column_that_the_platform_will_not_have_is_refused_in_its_words(
    scripted: Scripted, columns: GradeColumns
) -> None:
    scripted.say("/lineitems")
    scripted.say("/lineitems", status=422, body=b'{"errors":["no room"]}')
    with pytest.raises(LineItemRefused, match=r"422: .*no room"):
        await columns.found_or_created(GROWTH, "Growth", 100)


@pytest.mark.parametrize("address", ["", "https://evil.example/lineitems/1", "/lineitems/1"])
async def test_column_at_another_server_is_refused(address: str, scripted: Scripted, columns: GradeColumns) -> None:
    item = f'{{"id":"{address}","label":"Growth","scoreMaximum":100,"resourceId":"growth","tag":"path"}}'
    scripted.say("/lineitems", body=f"[{item}]".encode())
    with pytest.raises(LineItemRefused, match="address"):
        await columns.found_or_created(GROWTH, "Growth", 100)

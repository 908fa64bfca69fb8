"""Content items as platforms read them: JSON by Deep Linking 2.0 §3.2."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from lti import Acceptance, Placement, content_item
from paths import Linkable

PATH_ID = UUID("7b0a3a52-95a8-4c4e-9d38-6f6a4b5f2f11")
URL = "https://waymark.example"
ALL = Acceptance(links=True, several=True, grades=True, frame=True, tab=True)
PATH = Linkable(PATH_ID, "growth", None, "Growth", "From an idea to a project.")
STEP = Linkable(PATH_ID, "growth", "r-intro", "Introduction", "Where to begin.")


def sent(placed: Placement, accepted: Acceptance = ALL) -> dict[str, Any]:
    item: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(content_item(placed, accepted, URL)))
    return item


def test_path_is_named_by_its_id_so_that_the_link_outlives_versions_and_names() -> None:
    assert sent(Placement(PATH, "Growth for us")) == {
        "type": "ltiResourceLink",
        "title": "Growth for us",
        "text": "From an idea to a project.",
        "url": f"{URL}/paths/{PATH_ID}",
        "custom": {"path": str(PATH_ID), "graded": "no"},
    }


def test_single_requirement_is_in_address_and_custom_parameters() -> None:
    item = sent(Placement(STEP, "Introduction", points=10))
    assert item["url"] == f"{URL}/paths/{PATH_ID}/r-intro"
    assert item["custom"] == {"path": str(PATH_ID), "requirement": "r-intro"}


def test_graded_choice_brings_a_line_item_with_maximum_resource_and_tag() -> None:
    whole = sent(Placement(PATH, "Growth", points=60))["lineItem"]
    assert whole == {"scoreMaximum": 60, "label": "Growth", "resourceId": str(PATH_ID), "tag": "path"}
    assert sent(Placement(STEP, "Introduction", points=100))["lineItem"]["tag"] == "r-intro"


def test_ungraded_choice_brings_no_line_item_and_says_that_none_is_wanted() -> None:
    item = sent(Placement(PATH, "Growth"))
    assert ("lineItem" in item, item["custom"]["graded"]) == (False, "no")


def test_choice_that_could_not_be_graded_says_nothing_of_grades() -> None:
    no_grades = Acceptance(links=True, several=False, grades=False, frame=True, tab=True)
    assert sent(Placement(PATH, "Growth"), no_grades)["custom"] == {"path": str(PATH_ID)}


def test_new_tab_is_a_window_with_a_target_name_as_canvas_reads_it() -> None:
    item = sent(Placement(PATH, "Growth", new_tab=True))
    assert (item["window"], "iframe" in item) == ({"targetName": "_blank"}, False)


def test_frame_has_no_size_of_ours() -> None:
    item = sent(Placement(PATH, "Growth", new_tab=False))
    assert (item["iframe"], "window" in item) == ({}, False)


def test_what_the_platform_does_not_take_is_left_out_whatever_is_asked() -> None:
    nothing = Acceptance(links=True, several=False, grades=False, frame=False, tab=False)
    for new_tab in (True, False):
        item = sent(Placement(PATH, "Growth", points=100, new_tab=new_tab), nothing)
        assert item.keys() == {"type", "title", "text", "url", "custom"}


def test_dates_of_the_author_go_along_as_windows() -> None:
    opens, closes, due = (datetime(2027, 3, day, 20, tzinfo=UTC) for day in (1, 30, 20))
    dated = Linkable(PATH_ID, "growth", None, "Growth", "x", opens=opens, closes=closes, due=due)
    item = sent(Placement(dated, "Growth"))
    assert item["available"] == {"startDateTime": "2027-03-01T20:00:00Z", "endDateTime": "2027-03-30T20:00:00Z"}
    assert item["submission"] == {"endDateTime": "2027-03-20T20:00:00Z"}


def test_long_title_is_cut_to_what_platforms_keep() -> None:
    item = sent(Placement(PATH, "x" * 300, points=100))
    assert len(item["title"]) == len(item["lineItem"]["label"]) == 255

"""The ways of taking a module, as its file says them."""

from pathlib import Path

import pytest

from content import Delivery, DeliveryMode, Finishing, MoveOn, canonical_json, read_library
from tests.content.conftest import replace
from tests.content.test_library import broken_places

WORKSHOP = """
[[deliveries]]
mode = "workshop"
finishing = { sessions = 2, minutes = 90 }
"""
FILE = "modules/market/module.toml"


def add(library: Path, text: str) -> None:
    file = library / FILE
    file.write_text(file.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_each_way_of_taking_a_module_has_its_own_rule_and_online_is_the_first(library: Path) -> None:
    add(library, WORKSHOP)
    add(library, '[[deliveries]]\nmode = "external"\nactivity = "https://lms.example/a/7"\n')
    add(library, 'url = "https://lms.example/course/7"\nfinishing = { move_on = "Passed", min_score = 0.5 }\n')
    assert read_library(library).modules[1].ways == (
        Delivery(DeliveryMode.ONLINE, Finishing(move_on=MoveOn.COMPLETED_AND_PASSED)),
        Delivery(DeliveryMode.WORKSHOP, Finishing(sessions=2, minutes=90)),
        Delivery(
            DeliveryMode.EXTERNAL,
            Finishing(move_on=MoveOn.PASSED, min_score=0.5),
            url="https://lms.example/course/7",
            activity="https://lms.example/a/7",
        ),
    )


def test_a_module_may_be_a_workshop_and_nothing_else(library: Path) -> None:
    idea = library / "modules/idea/module.toml"
    replace(idea, 'move_on = "Completed"\n', "")
    replace(idea, "mastery = 1\n", "")
    assert broken_places(library) == [("modules/idea/module.toml", "move_on")]
    idea.write_text(idea.read_text(encoding="utf-8") + WORKSHOP, encoding="utf-8")
    module = read_library(library).modules[0]
    assert [way.mode for way in module.ways] == [DeliveryMode.WORKSHOP]
    assert module.move_on is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (WORKSHOP.replace("workshop", "online"), "deliveries[0].mode"),
        (WORKSHOP.replace("{ sessions = 2, minutes = 90 }", "{}"), "deliveries[0].finishing"),
        (WORKSHOP.replace("sessions = 2, minutes = 90", 'move_on = "NotApplicable"'), "deliveries[0].finishing"),
        (
            WORKSHOP.replace("minutes = 90", 'signed_off_by = ["mayor"]'),
            "deliveries[0].finishing.signed_off_by",
        ),
        (WORKSHOP + WORKSHOP, "deliveries[1]"),
        (WORKSHOP.replace("sessions = 2", "sessions = 0"), "deliveries[0].finishing.sessions"),
        (WORKSHOP.replace("sessions = 2", "session = 2"), "deliveries[0].finishing.session"),
        (WORKSHOP.replace("workshop", "party"), "deliveries[0].mode"),
    ],
)
def test_a_delivery_that_cannot_be_meant_is_refused(library: Path, text: str, key: str) -> None:
    add(library, text)
    assert broken_places(library) == [(FILE, key)]


def test_what_is_taken_online_needs_its_mastery_and_what_is_not_has_neither_text_nor_quiz(library: Path) -> None:
    replace(library / FILE, "mastery = 0.8\n", "")
    assert broken_places(library) == [(FILE, "mastery")]
    replace(library / FILE, 'move_on = "CompletedAndPassed"\n', "")
    add(library, WORKSHOP)
    assert broken_places(library) == [(FILE, "quiz"), (FILE, "texts")]


def test_a_module_that_says_nothing_of_deliveries_keeps_its_hash(library: Path) -> None:
    said = canonical_json(read_library(library).modules[1])
    assert b"deliveries" not in said
    assert b"credits" not in said


def test_two_modules_may_not_be_meant_by_one_name_for_the_record(library: Path) -> None:
    text = WORKSHOP + 'activity = "https://ulc.waymark.example/modules/idea"\n'
    add(library, text)
    assert broken_places(library) == [("modules/idea/module.toml", "activity"), (FILE, "activity")]

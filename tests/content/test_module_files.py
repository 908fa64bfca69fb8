"""A module as the files of its folder, there and back."""

import tomllib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from base import LANGUAGES
from content import (
    Delivery,
    DeliveryMode,
    Finishing,
    ModuleSource,
    MoveOn,
    Skills,
    module_files,
    read_library,
)
from tests.modules.makers import make_source

DELIVERIES = (
    Delivery(DeliveryMode.WORKSHOP, Finishing(sessions=2, minutes=90)),
    Delivery(DeliveryMode.EXTERNAL, Finishing(move_on=MoveOn.PASSED, min_score=0.5), activity="https://lms.example/7"),
    Delivery(DeliveryMode.MENTORING, Finishing(signed_off=True, signed_off_by=("mayor",)), url="https://m.example/"),
)
EVERYTHING = make_source(
    languages=LANGUAGES,
    text="# Strategy\n\nWhy a town plans.\n",
    title=dict.fromkeys(LANGUAGES, "Strategy"),
    summary={language: f'Why "plan" \\ {language}' for language in LANGUAGES},
    skills=Skills(hard=("counting",), soft=("trust", "'quoted'")),
    deliveries=DELIVERIES,
    trusted={"account::https://lms.example::lms": ("passed", "signed off"), "mbox::mailto:a@b.example": ("*",)},
    credits=2.5,
)


def read_back(module: ModuleSource, folder: Path) -> ModuleSource:
    for name, text in module_files(module).items():
        file = folder / "modules" / module.slug / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    library = read_library(folder)
    assert library.stale == ()
    return library.modules[0]


def test_a_module_with_all_there_is_comes_back_the_same(tmp_path: Path) -> None:
    assert read_back(EVERYTHING, tmp_path) == EVERYTHING


@given(title=st.from_regex(r"\A[^\x00-\x20\x7f-\x9f\ufeff\ud800-\udfff]{1,20}\Z"))
@settings(max_examples=30, deadline=None)
def test_no_letter_of_a_title_is_lost_in_its_file(title: str) -> None:
    text = module_files(make_source(title=dict.fromkeys(LANGUAGES, title)))["module.toml"]
    assert tomllib.loads(text)["title"] == dict.fromkeys(LANGUAGES, title)

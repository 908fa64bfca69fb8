"""The Urban Learning Center's own catalogue is sound, complete and fit to be read."""

import re
from pathlib import Path

import pytest

import content
from base import LANGUAGES
from content import DeliveryMode, Library, ModuleSource, Order, Status, read_library

LIBRARY = Path(content.__file__).parent / "library"


@pytest.fixture(scope="module")
def catalogue() -> Library:
    return read_library(LIBRARY)


def live(catalogue: Library) -> list[ModuleSource]:
    return [module for module in catalogue.modules if module.status is Status.LIVE]


def test_no_translation_is_behind_its_source(catalogue: Library) -> None:
    assert catalogue.stale == ()


def test_three_modules_are_live_and_five_are_drafts(catalogue: Library) -> None:
    assert [module.slug for module in live(catalogue)] == [
        "listening-to-your-community",
        "local-economy-in-data",
        "pathway-for-economic-growth",
    ]
    assert [module.status for module in catalogue.modules].count(Status.DRAFT) == 5


def test_every_module_and_path_is_named_in_all_languages(catalogue: Library) -> None:
    for names in [
        *((module.title, module.summary) for module in catalogue.modules),
        *((path.toml["title"], path.toml["summary"]) for path in catalogue.paths),
    ]:
        assert [set(each) for each in names] == [set(LANGUAGES), set(LANGUAGES)]


def test_modules_that_are_not_taken_online_say_how_they_are_taken(catalogue: Library) -> None:
    taken = {module.slug: [way.mode for way in module.ways] for module in catalogue.modules if module.move_on is None}
    assert taken == {
        "a-step-with-a-mentor": [DeliveryMode.MENTORING],
        "city-learning-circle": [DeliveryMode.LIVE_SESSION],
        "share-what-you-learned": [DeliveryMode.CONTRIBUTION],
    }


def test_live_modules_speak_english_and_azerbaijani(catalogue: Library) -> None:
    assert {module.languages for module in live(catalogue)} == {("en", "az")}


def test_a_live_module_takes_five_to_ten_minutes(catalogue: Library) -> None:
    for module in live(catalogue):
        words = len(module.texts["en"].split())
        # A careful reader takes 150 to 200 words a minute.
        assert 5 <= words / 200 <= module.minutes <= words / 100 <= 12, module.slug


def test_every_kind_of_question_is_asked_and_each_quiz_has_four_kinds_or_more(catalogue: Library) -> None:
    kinds = [{type(question) for question in module.quiz.questions} for module in live(catalogue) if module.quiz]
    assert len(set.union(*kinds)) == 6
    assert all(len(each) >= 4 for each in kinds)


def test_no_order_question_is_shown_already_in_order(catalogue: Library) -> None:
    for module in live(catalogue):
        assert module.quiz is not None
        assert all(q.options != q.right for q in module.quiz.questions if isinstance(q, Order))


def test_each_language_uses_its_own_letters(catalogue: Library) -> None:
    letters = {
        "az": r"[əğışçöü]",
        "hy": r"[\u0531-\u0587]",
        "ka": r"[\u10d0-\u10ff]",
        "ro": r"[ășțâî]",
        "ru": r"[а-яё]",
        "uk": r"[а-яіїєґ]",
    }
    for module in catalogue.modules:
        for language, letter in letters.items():
            assert re.search(letter, module.summary[language]), (module.slug, language)
        # Romanian has a comma below; the cedilla is Turkish. Ukrainian has no ы, э, ё or ъ.
        assert not re.search(r"[şţŞŢ]", module.title["ro"] + module.summary["ro"])
        assert not re.search(r"[ыэёъ]", module.title["uk"] + module.summary["uk"])

from pathlib import Path

import pytest

from content import (
    LibraryBroken,
    Match,
    MoveOn,
    PathFile,
    Single,
    Status,
    inspect_library,
    read_library,
    stamp_translations,
)
from tests.content.conftest import replace


def broken_places(library: Path) -> list[tuple[str, str]]:
    return [(problem.file, problem.key) for problem in inspect_library(library).problems]


def test_sound_library_is_read_whole(library: Path) -> None:
    idea, market = read_library(library).modules
    assert (idea.slug, idea.status, idea.texts, idea.quiz) == ("idea", Status.DRAFT, {}, None)
    assert (market.slug, market.status, market.move_on) == ("market", Status.LIVE, MoveOn.COMPLETED_AND_PASSED)
    assert market.languages == ("en", "az")
    assert market.texts["az"] == "# Market\n\nGedin, **sayın**.\n"
    assert market.quiz is not None
    assert market.quiz.questions == (Single("q1", ("a", "b"), ("b",)), Match("q2", {"a": "x", "b": "y"}))
    assert market.quiz_texts["en"].questions["q2"].targets == {"x": "Ten", "y": "Twenty"}


def test_path_files_are_handed_on_unjudged(library: Path) -> None:
    expected = PathFile("paths/trade.toml", {"slug": "trade", "tree": {"items": [{"id": "r-market"}]}})
    assert read_library(library).paths == (expected,)


def test_every_fault_of_a_broken_library_is_reported_at_once(library: Path) -> None:
    market = library / "modules/market"
    replace(market / "module.toml", "minutes = 6", 'minutes = "six"')
    replace(market / "module.toml", "mastery = 0.8", "mastery = 1.8\nmastry = 0.8")
    replace(market / "module.toml", 'licence = "CC-BY-4.0"\n', "")
    replace(market / "module.toml", 'right = ["b"]', 'right = ["c"]')
    replace(market / "module.toml", 'kind = "match"', 'kind = "pairs"')
    replace(market / "en/index.md", "**count**", "<b>count</b>")
    replace(market / "az/quiz.toml", 'feedback = "So."', "")
    (market / "az/quizz.toml").write_text("")
    replace(library / "modules/idea/module.toml", 'az = "Fikir"', 'az = "Fikir')
    (library / "paths/other.toml").write_text("[tree\n")
    (library / "notes.txt").write_text("")
    assert broken_places(library) == [
        ("modules/idea/module.toml", ""),
        ("modules/market/az/quiz.toml", "questions.q2.feedback"),
        ("modules/market/az/quizz.toml", ""),
        ("modules/market/en/index.md", "line 3"),
        ("modules/market/module.toml", "licence"),
        ("modules/market/module.toml", "mastery"),
        ("modules/market/module.toml", "mastry"),
        ("modules/market/module.toml", "minutes"),
        ("modules/market/module.toml", "quiz.questions[q1]"),
        ("modules/market/module.toml", "quiz.questions[q2].kind"),
        ("notes.txt", ""),
        ("paths/other.toml", ""),
    ]


def test_broken_library_is_refused_with_each_file_key_rule_and_cure(library: Path) -> None:
    replace(library / "modules/market/module.toml", "minutes = 6", "minutes = 900")
    replace(library / "modules/market/module.toml", "topics =", "topic =")
    with pytest.raises(LibraryBroken) as refused:
        read_library(library)
    file = "modules/market/module.toml"
    assert str(refused.value).splitlines() == [
        f"{file}: minutes: Expected `int` <= 600, got 900. Give whole minutes, 1 to 600.",
        f"{file}: topic: topic is not a key of the format. Remove or rename it: perhaps topics is meant.",
        f"{file}: topics: topics is missing. Add it: a list of at most 20 short texts.",
    ]


def test_module_that_is_not_a_draft_needs_everything(library: Path) -> None:
    replace(library / "modules/idea/module.toml", '"draft"', '"pilot"')
    file = "modules/idea/module.toml"
    missing = ("en", "hy", "ka", "ro", "ru", "uk")
    assert broken_places(library) == [
        ("modules/idea/az/index.md", ""),
        (file, "quiz"),
        *[(file, f"summary.{language}") for language in missing],
        *[(file, f"title.{language}") for language in missing],
    ]


def test_draft_needs_its_names_in_its_own_language(library: Path) -> None:
    replace(library / "modules/idea/module.toml", 'title = { az = "Fikir" }', 'title = { en = "Idea" }')
    assert broken_places(library) == [("modules/idea/module.toml", "title.az")]


def test_translation_without_its_source_is_reported(library: Path) -> None:
    (library / "modules/idea/ka").mkdir()
    (library / "modules/idea/ka/index.md").write_text("# იდეა\n", encoding="utf-8")
    assert broken_places(library) == [("modules/idea/az/index.md", ""), ("modules/idea/ka/index.md", "line 1")]


def test_translation_has_exactly_the_questions_and_options_of_its_module(library: Path) -> None:
    words = library / "modules/market/az/quiz.toml"
    replace(words, 'options = { a = "One", b = "Two" }\n\n', 'options = { a = "One", c = "Three" }\n\n')
    replace(words, 'targets = { x = "Ten", y = "Twenty" }', '[questions.q9]\ntext = "?"\nfeedback = "!"')
    assert [key for _, key in broken_places(library)] == [
        "questions.q1.options.b",
        "questions.q1.options.c",
        "questions.q2.targets.x",
        "questions.q2.targets.y",
        "questions.q9",
    ]


def test_translation_needs_the_quiz_too(library: Path) -> None:
    (library / "modules/market/az/quiz.toml").unlink()
    assert broken_places(library) == [("modules/market/az/quiz.toml", "")]


def test_quiz_words_without_a_quiz_are_reported(library: Path) -> None:
    (library / "modules/idea/az").mkdir()
    (library / "modules/idea/az/index.md").write_text("# Fikir\n", encoding="utf-8")
    (library / "modules/idea/az/quiz.toml").write_text("[questions]\n", encoding="utf-8")
    assert broken_places(library) == [("modules/idea/az/quiz.toml", "")]


def test_first_line_is_the_title_of_the_language(library: Path) -> None:
    replace(library / "modules/market/az/index.md", "# Market", "# Bazar")
    assert broken_places(library) == [("modules/market/az/index.md", "line 1")]


@pytest.mark.parametrize("key", ["id", "activity"])
def test_two_modules_may_not_share_a_name_for_the_record(library: Path, key: str) -> None:
    own = {"id": "22222222-2222-4222-8222-222222222222", "activity": "https://ulc.waymark.example/modules/idea"}
    theirs = {"id": "11111111-1111-4111-8111-111111111111", "activity": "https://ulc.waymark.example/modules/market"}
    replace(library / "modules/idea/module.toml", own[key], theirs[key])
    assert broken_places(library) == [("modules/idea/module.toml", key), ("modules/market/module.toml", key)]


def test_folder_name_must_be_a_slug(library: Path) -> None:
    (library / "modules/idea").rename(library / "modules/My Idea")
    assert broken_places(library) == [("modules/My Idea", "")]


def test_folder_without_modules_is_no_library(tmp_path: Path) -> None:
    assert broken_places(tmp_path) == [("modules", "")]


def test_broken_module_is_still_known_by_its_slug(library: Path) -> None:
    replace(library / "modules/market/module.toml", "minutes = 6", "minutes = 0")
    inspection = inspect_library(library)
    assert [module.slug for module in inspection.library.modules] == ["idea"]
    assert inspection.slugs == {"idea", "market"}


def test_translation_is_stale_until_stamped_and_again_when_its_source_changes(library: Path) -> None:
    assert [problem.file for problem in read_library(library).stale] == [
        "modules/market/az/index.md",
        "modules/market/az/quiz.toml",
    ]
    assert stamp_translations(library) == ["modules/market/az/meta.toml"]
    assert read_library(library).stale == ()
    assert stamp_translations(library) == []

    replace(library / "modules/market/en/index.md", "Go and", "Please go and")
    assert [problem.file for problem in read_library(library).stale] == ["modules/market/az/index.md"]


def test_stamp_is_the_hash_of_the_source_file(library: Path) -> None:
    # printf '# Market\n\nGo and **count**.\n' | sha256sum
    stamp_translations(library)
    stamped = (library / "modules/market/az/meta.toml").read_text(encoding="utf-8")
    assert 'index_source = "9eea85f92aa295c46f548bc9d2561fc4ff3ef1a73a037abf68c69690f399386e"\n' in stamped


def test_broken_library_is_not_stamped(library: Path) -> None:
    replace(library / "modules/idea/module.toml", "minutes = 5", "minutes = 0")
    with pytest.raises(LibraryBroken):
        stamp_translations(library)
    assert not (library / "modules/market/az/meta.toml").exists()

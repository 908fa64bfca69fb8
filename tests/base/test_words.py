from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from base import LANGUAGES, Invalid, Period, Said, TooLarge, best_language, load_words, words_for

_PO = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

msgid "Next step"
msgstr "{next_step}"

#, fuzzy
msgid "Locked"
msgstr "guessed"

msgid "Hello, %(name)s"
msgstr "%(name)s!"

msgid "At most %(most)s rows in %(place)s"
msgstr "%(place)s: {most}"

msgid "%(n)s minute"
msgid_plural "%(n)s minutes"
{forms}
"""
_UKRAINIAN = _PO.format(
    plurals="nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    next_step="Наступний крок",
    most="не більше %(most)s рядків",
    forms='msgstr[0] "%(n)s хвилина"\nmsgstr[1] "%(n)s хвилини"\nmsgstr[2] "%(n)s хвилин"',
)
_OTHERS = _PO.format(
    plurals="nplurals=1; plural=0;",
    next_step="next step in another language",
    most="%(most)s",
    forms='msgstr[0] "%(n)s min"',
)


@pytest.fixture
def catalogues(tmp_path: Path) -> Iterator[None]:
    for language in LANGUAGES[1:]:
        file = tmp_path / language / "LC_MESSAGES" / "waymark.po"
        file.parent.mkdir(parents=True)
        file.write_text(_UKRAINIAN if language == "uk" else _OTHERS, encoding="utf-8")
    load_words(tmp_path)
    yield
    load_words(Path(__file__).parents[2] / "app" / "locale")


@pytest.mark.usefixtures("catalogues")
def test_a_text_is_in_the_language_and_filled() -> None:
    assert words_for("uk").text("Next step") == "Наступний крок"
    assert words_for("uk").text("Hello, %(name)s", name="Олена") == "Олена!"


@pytest.mark.usefixtures("catalogues")
def test_an_error_is_told_in_the_language_with_numbers_as_it_writes_them() -> None:
    error = TooLarge("At most %(most)s rows in %(place)s", values={"most": 100_000, "place": "XLSX"})
    assert str(error) == error.message == "At most 100,000 rows in XLSX"
    assert words_for("uk").error(error) == "XLSX: не більше 100\u00a0000 рядків"
    assert words_for("en").error(error) == "At most 100,000 rows in XLSX"


@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize(
    ("text", "told"), [("Next step", "Наступний крок"), ("100 %(sure)", "100 %(sure)"), ("", ""), ("Locked", "Locked")]
)
def test_a_text_that_anybody_may_have_written_is_told_in_the_language_only_where_it_is_known(
    text: str, told: str
) -> None:
    assert words_for("uk").known(text) == told


@pytest.mark.usefixtures("catalogues")
def test_an_error_that_nobody_translated_is_told_in_english_whatever_stands_in_it() -> None:
    assert words_for("uk").error(Invalid("score is 140 %(of 1)")) == "score is 140 %(of 1)"


@pytest.mark.usefixtures("catalogues")
def test_english_is_the_source_and_stands_in_for_what_is_not_or_only_perhaps_translated() -> None:
    assert words_for("en").text("Next step") == "Next step"
    assert words_for("uk").text("Nobody translated this") == "Nobody translated this"
    assert words_for("uk").text("Locked") == "Locked"


@pytest.mark.usefixtures("catalogues")
@pytest.mark.parametrize(
    ("n", "said"), [(1, "1 хвилина"), (3, "3 хвилини"), (5, "5 хвилин"), (11, "11 хвилин"), (22, "22 хвилини")]
)
def test_plurals_follow_the_language(n: int, said: str) -> None:
    assert words_for("uk").plural("%(n)s minute", "%(n)s minutes", n) == said


def test_dates_and_numbers_are_as_the_language_writes_them() -> None:
    assert words_for("en").date(date(2026, 11, 22)) == "22 November 2026"
    assert words_for("ka").date(date(2026, 11, 22)) == "22 ნოემბერი, 2026"
    assert words_for("uk").date(date(2026, 11, 22)) == "22 листопада 2026\N{NARROW NO-BREAK SPACE}р."
    assert words_for("ru").instant(datetime(2026, 11, 22, 9, 5, tzinfo=UTC)) == "22 ноября 2026, 09:05 UTC"
    assert words_for("en").number(1234.5) == "1,234.5"
    assert words_for("az").number(1234.5) == "1.234,5"
    assert words_for("en").percent(0.8) == "80%"
    assert words_for("ro").percent(0.8) == "80\N{NO-BREAK SPACE}%"


def test_languages_name_themselves() -> None:
    assert [words_for(language).name for language in LANGUAGES] == [
        "English",
        "Azərbaycan",
        "Հայերեն",
        "ქართული",
        "Română",
        "Русский",
        "Українська",
    ]


@pytest.mark.parametrize(
    ("preferred", "language"),
    [
        (["uk-UA", "en"], "uk"),
        (["de-DE", "ka"], "ka"),
        (["AZ_Latn_AZ"], "az"),
        (["mo"], "ro"),
        (["de", "fr"], "en"),
        (["../../etc"], "en"),
        ([], "en"),
    ],
)
def test_the_best_language_is_the_first_that_we_speak(preferred: list[str], language: str) -> None:
    assert best_language(preferred) == language


@pytest.mark.usefixtures("catalogues")
def test_a_sentence_is_english_everywhere_and_in_any_language_on_pages() -> None:
    said = Said("At most %(most)s rows in %(place)s", most=2.5, place=Said("Next step"))
    assert said == "At most 2.5 rows in Next step"
    assert f"{said}." == "At most 2.5 rows in Next step."
    assert words_for("uk").said(said) == "Наступний крок: не більше 2,5 рядків"
    assert words_for("en").said(said) == said
    assert words_for("uk").said("Next step") == "Наступний крок"
    assert words_for("uk").said("100% unknown") == "100% unknown"


@pytest.mark.usefixtures("catalogues")
def test_a_sentence_may_be_another_one_in_english_where_machines_wrote_it() -> None:
    said = Said("Hello, %(name)s", english="Expected `int`, got `str`", name="Олена")
    assert said == "Expected `int`, got `str`"
    assert words_for("uk").said(said) == "Олена!"


def test_days_and_spans_in_a_sentence_are_told_as_the_language_has_them() -> None:
    said = Said("%(day)s, %(span)s", day=date(2026, 5, 1), span=Period("P2Y"))
    assert said == "2026-05-01, P2Y"
    assert words_for("en").said(said) == "1 May 2026, 2 years"


@pytest.mark.parametrize(
    ("period", "told"),
    [("P1Y", "1 year"), ("P18M", "18 months"), ("P3W", "3 weeks"), ("P1Y6M30D", "1 year, 6 months, 30 days")],
)
def test_a_span_of_time_is_told_in_words(period: str, told: str) -> None:
    assert words_for("en").period(period) == told

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from base import LANGUAGES, load_words, words_for
from base import words as base_words
from certificates import Issuer
from certificates.pdf import draw
from certificates.wording import Earned, day_in, learning_time, put_into_words
from tests.certificates.samples import DATES
from tests.times import NOW

ISSUER = Issuer("Urban Learning Center", "https://waymark.example")


def make_earned(*, completed_at: datetime = NOW, name: str = "Aygün Əliyeva") -> Earned:
    return Earned(
        number="7Q3MZK9V2ABC4DEFGH678JKMNP",
        name=name,
        path_title="Pathways for Economic Growth",
        issuer="Urban Learning Center",
        minutes=24,
        time_zone="Asia/Baku",
        completed_at=completed_at,
    )


def test_it_says_who_did_what_when_and_where_to_check_it() -> None:
    certificate = put_into_words(words_for("en"), make_earned(), issuer=ISSUER, issued_at=NOW)
    assert certificate.title == "Certificate of completion"
    assert certificate.name == "Aygün Əliyeva"
    assert certificate.details == (
        ("Completed on", "22 November 2026"),
        ("Issued on", "22 November 2026"),
        ("Learning time", "24 minutes"),
    )
    assert certificate.number == ("Certificate number", "7Q3MZ K9V2A BC4DE FGH67 8JKMNP")
    assert certificate.verify_url == "https://waymark.example/verify/7Q3MZK9V2ABC4DEFGH678JKMNP"
    assert " waymark.example:" in certificate.check


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_written_as_the_language_writes_them(language: str) -> None:
    certificate = put_into_words(words_for(language), make_earned(), issuer=ISSUER, issued_at=NOW)
    assert certificate.details[0][1] == DATES[language]


def test_the_day_is_the_one_in_the_paths_time_zone() -> None:
    late = datetime(2026, 11, 22, 21, 30, tzinfo=UTC)  # half past one on the 23rd in Baku
    assert day_in("Asia/Baku", late) == date(2026, 11, 23)
    certificate = put_into_words(words_for("en"), make_earned(completed_at=late), issuer=ISSUER, issued_at=late)
    assert certificate.details[0][1] == "23 November 2026"


@pytest.mark.parametrize(
    ("minutes", "expected"), [(1, "1 minute"), (24, "24 minutes"), (179, "179 minutes"), (180, "3 hours")]
)
def test_learning_time_is_in_minutes_then_in_hours(minutes: int, expected: str) -> None:
    assert learning_time(words_for("en"), minutes) == expected


def test_what_cannot_be_seen_is_not_printed() -> None:
    certificate = put_into_words(words_for("en"), make_earned(name="Ay\u202egün"), issuer=ISSUER, issued_at=NOW)
    assert certificate.name == "Aygün"


@pytest.fixture
def translated() -> Iterator[None]:
    """The catalogues that the service speaks from."""
    load_words(Path("app/locale"))
    yield
    base_words._catalogues.clear()
    words_for.cache_clear()


@pytest.mark.usefixtures("translated")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_of_every_language_fit_on_the_paper(language: str) -> None:
    issuer = Issuer("Urban Learning Center", "https://certificates.learning.economic-growth.example.org:8443")
    assert draw(put_into_words(words_for(language), make_earned(), issuer=issuer, issued_at=NOW)).startswith(b"%PDF-")

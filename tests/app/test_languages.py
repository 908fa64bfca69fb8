import pytest

from app.languages import asked_language


@pytest.mark.parametrize(
    ("chosen", "header", "language"),
    [
        (None, "uk", "uk"),
        (None, "de-DE,de;q=0.9,ka;q=0.8,en;q=0.7", "ka"),
        (None, "en;q=0.1, hy-AM", "hy"),
        (None, "ru;q=0, az;q=0.2", "az"),
        (None, "ro ; q=0.5 , en;q=0.4", "ro"),
        (None, "uk;q=high, ka;q=0.1", "ka"),
        (None, "", "en"),
        (None, ";;;=,,q", "en"),
        ("az", "uk", "az"),
        ("xx", "uk", "uk"),
        (None, "de," * 1000 + "uk", "en"),
    ],
)
def test_the_page_speaks_the_chosen_language_or_the_one_that_the_browser_wants_most(
    chosen: str | None, header: str, language: str
) -> None:
    assert asked_language(chosen, header) == language

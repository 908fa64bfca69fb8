import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from base import Invalid
from certificates.fitting import BOLD, fit

TRIES = ((40, 1), (20, 1), (20, 2))


def test_a_short_text_takes_the_first_size() -> None:
    assert fit("Aygün", BOLD, width_pt=300, tries=TRIES) == (BOLD, 40, ("Aygün",))


def test_a_longer_text_shrinks_then_wraps() -> None:
    assert fit("Aygün Əliyeva", BOLD, width_pt=200, tries=TRIES).size_pt == 20
    assert fit("Maria Constantinescu-Bodnariuc", BOLD, width_pt=300, tries=TRIES).lines == (
        "Maria",
        "Constantinescu-Bodnariuc",
    )


def test_lines_stay_within_the_width() -> None:
    fitted = fit("Maria Alexandra Constantinescu", BOLD, width_pt=200, tries=TRIES)
    assert all(stringWidth(line, BOLD, fitted.size_pt) <= 200 for line in fitted.lines)


@pytest.mark.parametrize("text", ["word " * 100, "Unbreakable" * 20])
def test_what_does_not_fit_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="does not fit"):
        fit(text, BOLD, width_pt=300, tries=TRIES)


def test_a_letter_without_a_shape_is_named_and_not_left_out() -> None:
    with pytest.raises(Invalid, match=r"李 \(U\+674E\)"):
        fit("李雷 abc", BOLD, width_pt=300, tries=TRIES)

"""How a text finds its size: smaller if it must, then on more lines, and refused rather than spoilt."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from base import Invalid

REGULAR = "WaymarkSans-Regular"
BOLD = "WaymarkSans-Bold"
_FONTS = Path(__file__).parent / "fonts"


class Fitted(NamedTuple):
    font: str
    size_pt: float
    lines: tuple[str, ...]


@cache
def load_fonts() -> frozenset[str]:
    """Make both weights known to reportlab, once a process; the characters that both can draw."""
    drawable: list[set[str]] = []
    for name in (REGULAR, BOLD):
        font = TTFont(name, _FONTS / f"{name}.ttf")
        registerFont(font)
        drawable.append({chr(code) for code in font.face.charToGlyph})
    return frozenset(drawable[0] & drawable[1])


def fit(text: str, font: str, *, width_pt: float, tries: Iterable[tuple[float, int]]) -> Fitted:
    """`text` at the first of `tries` (size, greatest number of lines) that holds it.

    Raises Invalid where none does, or where the font lacks a character: reportlab would leave it out in silence.
    """
    lacking = sorted({c for c in text if c not in load_fonts()})
    if lacking:
        raise Invalid(
            f"{text!r} has {', '.join(f'{c} (U+{ord(c):04X})' for c in lacking)}, which the certificate's font lacks; "
            "Latin, Greek, Cyrillic, Armenian and Georgian letters can be printed",
            rule="certificate.letters",
        )
    for size_pt, most_lines in tries:
        lines = tuple(simpleSplit(text, font, size_pt, width_pt))
        if len(lines) <= most_lines and all(stringWidth(line, font, size_pt) <= width_pt for line in lines):
            return Fitted(font, size_pt, lines)
    raise Invalid(f"{text!r} does not fit on the certificate; shorten it", rule="certificate.length")

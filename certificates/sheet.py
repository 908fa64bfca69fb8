"""A page being drawn: text, rules, codes and our mark, each with its tag for whoever has it read out."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from math import cos, pi, sin
from typing import NamedTuple

import segno
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from certificates.fitting import REGULAR, Fitted, load_fonts

Colour = tuple[float, float, float]
WIDTH_PT, HEIGHT_PT = landscape(A4)
LEADING = 1.24
STEPS = 90


class Tag(NamedTuple):
    """One element of the structure tree; its place in the list is its number on the page."""

    role: str
    alt: str


class Sheet:
    """An A4 page on its side, and the tags of what stands on it in the order of reading."""

    def __init__(self) -> None:
        load_fonts()
        self.file = BytesIO()
        self.tags: list[Tag] = []
        self.canvas = Canvas(self.file, pagesize=(WIDTH_PT, HEIGHT_PT), invariant=1, initialFontName=REGULAR)

    def finish(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self.file.getvalue()

    @contextmanager
    def tagged(self, role: str, alt: str = "") -> Iterator[None]:
        """What is drawn within is one element of the structure tree (ISO 32000-1, 14.7.4.2)."""
        # reportlab has no interface for marked content: the operators go straight into the page.
        self.canvas._code.append(f"/{role} <</MCID {len(self.tags)}>> BDC")  # noqa: SLF001
        self.tags.append(Tag(role, alt))
        yield
        self.canvas._code.append("EMC")  # noqa: SLF001

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn within says nothing and is passed over in reading (ISO 32000-1, 14.8.2.2)."""
        self.canvas._code.append("/Artifact BMC")  # noqa: SLF001
        yield
        self.canvas._code.append("EMC")  # noqa: SLF001

    def text(self, role: str, fitted: Fitted, colour: Colour, *, x_pt: float, y_pt: float) -> float:
        """Write the lines from `y_pt`, the first one's baseline, downwards; the last one's baseline."""
        step_pt = fitted.size_pt * LEADING
        with self.tagged(role):
            self.canvas.setFillColorRGB(*colour)
            self.canvas.setFont(fitted.font, fitted.size_pt)
            for n, line in enumerate(fitted.lines):
                self.canvas.drawString(x_pt, y_pt - n * step_pt, line)
        return y_pt - (len(fitted.lines) - 1) * step_pt

    def line(self, colour: Colour, *, x_pt: float, y_pt: float, length_pt: float, thickness_pt: float) -> None:
        with self.decoration():
            self.canvas.setFillColorRGB(*colour)
            self.canvas.rect(x_pt, y_pt, length_pt, thickness_pt, stroke=0, fill=1)

    def qr_code(self, content: str, alt: str, colour: Colour, *, x_pt: float, y_pt: float, side_pt: float) -> None:
        """`content` as a QR code whose lower left corner is at x, y, drawn as one shape without seams."""
        rows = [bytes(row) for row in segno.make(content, error="m", micro=False).matrix]
        module_pt = side_pt / len(rows)
        with self.tagged("Figure", alt):
            self.canvas.setFillColorRGB(*colour)
            path = self.canvas.beginPath()
            for n, row in enumerate(rows):
                for start, end in _runs(row):
                    bottom_pt = y_pt + side_pt - (n + 1) * module_pt
                    path.rect(x_pt + start * module_pt, bottom_pt, (end - start) * module_pt, module_pt)
            self.canvas.drawPath(path, stroke=0, fill=1)

    def contours(self, colour: Colour, *, x_pt: float, y_pt: float, above_pt: float) -> None:
        """Fine lines around x, y, like those of a hill on a walker's map, clipped below `above_pt`."""
        with self.decoration():
            self.canvas.saveState()
            clip = self.canvas.beginPath()
            clip.rect(0, above_pt, WIDTH_PT, HEIGHT_PT - above_pt)
            self.canvas.clipPath(clip, stroke=0, fill=0)
            self.canvas.setStrokeColorRGB(*colour)
            self.canvas.setLineWidth(0.45)
            self.canvas._code.append(_contours(x_pt, y_pt))  # noqa: SLF001
            self.canvas.restoreState()

    def mark(self, colour: Colour, *, x_pt: float, y_pt: float, side_pt: float) -> None:
        """Our mark: a way of four legs, drawn like a W, and the place where it arrives."""
        ways = ((0.20, 0.70), (0.355, 0.30), (0.50, 0.58), (0.645, 0.30), (0.765, 0.61))
        with self.decoration():
            self.canvas.setFillColorRGB(*colour)
            self.canvas.roundRect(x_pt, y_pt, side_pt, side_pt, side_pt * 0.22, stroke=0, fill=1)
            self.canvas.setStrokeColorRGB(1, 1, 1)
            self.canvas.setLineWidth(side_pt * 0.085)
            self.canvas.setLineCap(1)
            self.canvas.setLineJoin(1)
            path = self.canvas.beginPath()
            path.moveTo(x_pt + ways[0][0] * side_pt, y_pt + ways[0][1] * side_pt)
            for x, y in ways[1:]:
                path.lineTo(x_pt + x * side_pt, y_pt + y * side_pt)
            self.canvas.drawPath(path, stroke=1, fill=0)
            self.canvas.setFillColorRGB(1, 1, 1)
            self.canvas.circle(x_pt + 0.80 * side_pt, y_pt + 0.70 * side_pt, side_pt * 0.085, stroke=0, fill=1)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Where dark modules stand side by side: from, and up to."""
    start = None
    for n, dark in enumerate((*row, 0)):
        if dark and start is None:
            start = n
        elif not dark and start is not None:
            yield start, n
            start = None


@cache
def _contours(x_pt: float, y_pt: float) -> str:
    """The operators of eighteen closed lines around x, y; each wider one leans a little further than the one within."""
    lines = []
    for height in range(1, 19):
        points = [_contour_point(height, 2 * pi * n / STEPS) for n in range(STEPS)]
        first, *others = (f"{x_pt + x:.1f} {y_pt + y:.1f}" for x, y in points)
        lines.append(f"{first} m " + " ".join(f"{point} l" for point in others) + " s")
    return "\n".join(lines)


def _contour_point(height: int, angle: float) -> tuple[float, float]:
    bend = 0.16 * sin(2 * angle + 0.11 * height) + 0.09 * sin(3 * angle - 0.17 * height) + 0.04 * sin(5 * angle + 1)
    radius_pt = 13.0 * height**1.12 * (1 + bend)
    return 1.25 * radius_pt * cos(angle), radius_pt * sin(angle)

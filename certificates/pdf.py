"""A certificate as an unsigned PDF: A4 on its side, tagged, PDF/A-3b. Pure: equal words give equal bytes."""

from certificates.archiving import archive
from certificates.fitting import BOLD, REGULAR, fit
from certificates.paper import Certificate
from certificates.sheet import HEIGHT_PT, WIDTH_PT, Sheet

MARGIN_PT = 68.0
INNER_PT = WIDTH_PT - 2 * MARGIN_PT

INK = (0.09, 0.13, 0.18)
GREY = (0.34, 0.39, 0.44)
HAIR = (0.76, 0.80, 0.82)
ACCENT = (0.03, 0.35, 0.40)
LAND = (0.85, 0.91, 0.91)

NAME_TRIES = ((42, 1), (38, 1), (34, 1), (30, 1), (27, 1), (27, 2), (23, 2), (20, 2))
PATH_TRIES = ((22, 1), (20, 1), (20, 2), (17, 2), (15, 3))
ISSUER_TRIES = ((12, 1), (11, 2), (9, 3))
LINE_TRIES = ((12, 1), (10.5, 2))
TITLE_TRIES = ((15, 1), (13, 2))
LABEL_TRIES = ((8.5, 1), (7.5, 1), (6.5, 1))
AUDITED_TRIES = ((7, 1), (6.5, 2), (6, 3))
VALUE_TRIES = ((11, 1), (10, 1), (9, 1), (8, 1))

QR_SIDE_PT = 104.0
QR_GAP_PT = 17.0
FOOT_PT = 192.0
"""How high above the lower edge the fine rule parts what is certified from how to check it."""


def draw(certificate: Certificate) -> bytes:
    """The unsigned PDF.

    Raises Invalid where a text has a letter that the font lacks, or is too long to be set well.
    """
    sheet = Sheet()
    _head(sheet, certificate)
    _body(sheet, certificate)
    _foot(sheet, certificate)
    return archive(sheet.finish(), sheet.tags, certificate)


def _head(sheet: Sheet, certificate: Certificate) -> None:
    """The land through which the way leads, and the issuer beside our mark."""
    sheet.contours(LAND, x_pt=WIDTH_PT - 150, y_pt=HEIGHT_PT - 150, above_pt=FOOT_PT)
    top_pt = HEIGHT_PT - MARGIN_PT
    side_pt = 30.0
    sheet.mark(ACCENT, x_pt=MARGIN_PT, y_pt=top_pt - side_pt + 4, side_pt=side_pt)
    issuer = fit(certificate.issuer, BOLD, width_pt=INNER_PT / 2, tries=ISSUER_TRIES)
    sheet.text("P", issuer, INK, x_pt=MARGIN_PT + side_pt + 12, y_pt=top_pt - 15)


def _body(sheet: Sheet, certificate: Certificate) -> None:
    """What is certified: the strong line, the title, the name, the path."""
    y_pt = HEIGHT_PT - 168
    sheet.line(ACCENT, x_pt=MARGIN_PT, y_pt=y_pt + 24, length_pt=54, thickness_pt=3.2)
    title = fit(certificate.title, BOLD, width_pt=INNER_PT, tries=TITLE_TRIES)
    y_pt = sheet.text("H1", title, ACCENT, x_pt=MARGIN_PT, y_pt=y_pt)
    opening = fit(certificate.opening, REGULAR, width_pt=INNER_PT, tries=LINE_TRIES)
    y_pt = sheet.text("P", opening, GREY, x_pt=MARGIN_PT, y_pt=y_pt - 42)
    name = fit(certificate.name, BOLD, width_pt=INNER_PT, tries=NAME_TRIES)
    y_pt = sheet.text("P", name, INK, x_pt=MARGIN_PT, y_pt=y_pt - name.size_pt * 0.8 - 16)
    deed = fit(certificate.deed, REGULAR, width_pt=INNER_PT, tries=LINE_TRIES)
    y_pt = sheet.text("P", deed, GREY, x_pt=MARGIN_PT, y_pt=y_pt - 34)
    path_title = fit(certificate.path_title, REGULAR, width_pt=INNER_PT, tries=PATH_TRIES)
    sheet.text("P", path_title, INK, x_pt=MARGIN_PT, y_pt=y_pt - path_title.size_pt * 0.8 - 13)


def _foot(sheet: Sheet, certificate: Certificate) -> None:
    """Dates and number, and how anyone can check them."""
    sheet.line(HAIR, x_pt=MARGIN_PT, y_pt=FOOT_PT, length_pt=INNER_PT, thickness_pt=0.6)
    width_pt = INNER_PT - QR_SIDE_PT - 36
    column_pt = width_pt / len(certificate.details)
    for n, detail in enumerate(certificate.details):
        _labelled(sheet, detail, x_pt=MARGIN_PT + n * column_pt, y_pt=FOOT_PT - 24, width_pt=column_pt - 14)
    _labelled(sheet, certificate.number, x_pt=MARGIN_PT, y_pt=FOOT_PT - 65, width_pt=width_pt)
    check = fit(certificate.check, REGULAR, width_pt=width_pt, tries=((8.5, 1), (8, 2), (7, 3)))
    y_pt = sheet.text("P", check, INK, x_pt=MARGIN_PT, y_pt=FOOT_PT - 106)
    signed = fit(certificate.signed, REGULAR, width_pt=width_pt, tries=((8.5, 1), (8, 2), (7, 3)))
    y_pt = sheet.text("P", signed, GREY, x_pt=MARGIN_PT, y_pt=y_pt - 13)
    if certificate.audited_words:
        audited = fit(certificate.audited_words, REGULAR, width_pt=width_pt, tries=AUDITED_TRIES)
        sheet.text("P", audited, GREY, x_pt=MARGIN_PT, y_pt=y_pt - 13)
    sheet.qr_code(
        certificate.verify_url,
        certificate.code,
        INK,
        x_pt=WIDTH_PT - MARGIN_PT - QR_SIDE_PT,
        y_pt=FOOT_PT - QR_GAP_PT - QR_SIDE_PT,
        side_pt=QR_SIDE_PT,
    )


def _labelled(sheet: Sheet, detail: tuple[str, str], *, x_pt: float, y_pt: float, width_pt: float) -> None:
    label, value = detail
    sheet.text("P", fit(label, REGULAR, width_pt=width_pt, tries=LABEL_TRIES), GREY, x_pt=x_pt, y_pt=y_pt)
    sheet.text("P", fit(value, BOLD, width_pt=width_pt, tries=VALUE_TRIES), INK, x_pt=x_pt, y_pt=y_pt - 15)

import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import segno
from pikepdf import pdfa
from PIL import Image

from base import Invalid
from certificates import Certificate
from certificates.paper import Audited, plain
from certificates.pdf import FOOT_PT, MARGIN_PT, QR_GAP_PT, QR_SIDE_PT, draw
from certificates.sheet import HEIGHT_PT, WIDTH_PT
from tests.certificates.poppler import run_tool
from tests.certificates.samples import DATES, NAMES, PATHS, ROOT, TITLES, VERIFY_URL, make_certificate

DOTS_PER_INCH = 288


def written(tmp_path: Path, certificate: Certificate) -> Path:
    file = tmp_path / "certificate.pdf"
    file.write_bytes(draw(certificate))
    return file


@pytest.mark.parametrize("language", NAMES)
def test_the_text_is_read_back_by_another_reader(tmp_path: Path, language: str) -> None:
    text = run_tool("pdftotext", "-layout", written(tmp_path, make_certificate(language)), "-")
    for expected in (NAMES[language], TITLES[language], PATHS[language], DATES[language]):
        assert plain(expected) in plain(text)


@pytest.mark.parametrize("language", NAMES)
def test_it_is_pdf_a_3b(language: str) -> None:
    report = pdfa.validate_written(BytesIO(draw(make_certificate(language))), "3b")
    assert report.findings == []
    assert report.verdict == "pass"


@pytest.mark.parametrize("language", NAMES)
def test_the_seal_over_the_decisions_is_read_back_whole_above_the_edge(tmp_path: Path, language: str) -> None:
    file = written(tmp_path, make_certificate(language, audited=Audited(1234567, ROOT)))
    assert f"1234567:{ROOT}" in plain(run_tool("pdftotext", "-layout", file, "-"))
    boxes = run_tool("pdftotext", "-bbox", file, "-")
    (root,) = (line for line in boxes.splitlines() if f"1234567:{ROOT}" in line)
    assert float(root.split('xMax="')[1].split('"')[0]) < WIDTH_PT - MARGIN_PT - QR_SIDE_PT
    assert float(root.split('yMax="')[1].split('"')[0]) < HEIGHT_PT - 36


def test_before_the_first_seal_nothing_is_said_of_one(tmp_path: Path) -> None:
    assert "seal" not in run_tool("pdftotext", "-layout", written(tmp_path, make_certificate()), "-")


@pytest.mark.parametrize("language", NAMES)
def test_it_is_pdf_a_3b_with_a_seal(language: str) -> None:
    report = pdfa.validate_written(BytesIO(draw(make_certificate(language, audited=Audited(7, ROOT)))), "3b")
    assert report.findings == []


def test_qpdf_finds_no_fault(tmp_path: Path) -> None:
    assert "No syntax or stream encoding errors found" in run_tool(
        "qpdf", "--check", written(tmp_path, make_certificate())
    )


def test_equal_words_give_equal_bytes() -> None:
    assert draw(make_certificate("hy")) == draw(make_certificate("hy"))


def test_it_says_its_language_title_and_issuer() -> None:
    with pikepdf.open(BytesIO(draw(make_certificate("ka")))) as pdf:
        assert pdf.Root.Lang == "ka"
        assert pdf.docinfo["/Title"] == f"{TITLES['ka']} – {PATHS['ka']}"
        assert pdf.docinfo["/Author"] == "Urban Learning Center"
        assert pdf.docinfo["/CreationDate"] == "D:20261122090000+00'00"


def test_the_name_stands_on_the_page_and_nowhere_in_the_metadata() -> None:
    with pikepdf.open(BytesIO(draw(make_certificate("en", name="Aygün Əliyeva")))) as pdf:
        assert "Aygün" not in bytes(pdf.Root.Metadata.read_bytes()).decode()
        assert not any("Aygün" in str(value) for value in pdf.docinfo.values())


def test_what_is_read_out_comes_in_order_and_the_code_has_words() -> None:
    with pikepdf.open(BytesIO(draw(make_certificate()))) as pdf:
        elements = list(pdf.Root.StructTreeRoot.K.K)
        roles = [str(element.S) for element in elements]
        assert roles[:2] == ["/P", "/H1"]
        assert roles[-1] == "/Figure"
        assert str(elements[-1].Alt) == "QR code: the address at which this certificate is checked"
        assert [int(element.K) for element in elements] == list(range(len(elements)))
        content = pdf.pages[0].Contents.read_bytes()
    assert content.count(b" BDC") == len(roles)
    assert content.count(b"BDC") + content.count(b"BMC") == content.count(b"EMC")


def test_the_drawn_code_is_the_verify_address(tmp_path: Path) -> None:
    """Each module is sampled at its middle in the rendered page and compared with the standard's matrix."""
    picture = _rendered(tmp_path, make_certificate())
    matrix = segno.make(VERIFY_URL, error="m", micro=False).matrix
    module_pt = QR_SIDE_PT / len(matrix)
    left_pt = WIDTH_PT - MARGIN_PT - QR_SIDE_PT
    top_pt = HEIGHT_PT - FOOT_PT + QR_GAP_PT
    seen = [
        [_dark(picture, left_pt + (x + 0.5) * module_pt, top_pt + (y + 0.5) * module_pt) for x in range(len(matrix))]
        for y in range(len(matrix))
    ]
    assert seen == [[bool(module) for module in row] for row in matrix]


@pytest.mark.skipif(shutil.which("zbarimg") is None, reason="zbarimg is not installed")
def test_a_scanner_reads_the_verify_address(tmp_path: Path) -> None:
    _rendered(tmp_path, make_certificate())
    scanned = subprocess.run(
        ["zbarimg", "-q", "--raw", str(tmp_path / "page.png")], capture_output=True, text=True, timeout=60, check=True
    )
    assert scanned.stdout.strip() == VERIFY_URL


def test_a_long_name_and_a_long_title_stay_above_the_rule(tmp_path: Path) -> None:
    certificate = make_certificate(
        name="Dr. Maria-Alexandra Constantinescu-Bodnariuc de la Hohenzollern-Sigmaringen und von Habsburg-Lothringen",
        path_title="Planning, financing and building sustainable local economic development in small cities, "
        "for project managers of municipalities and their partners in the regions of the Eastern Partnership",
    )
    boxes = run_tool("pdftotext", "-bbox", written(tmp_path, certificate), "-")
    lowest = next(line for line in boxes.splitlines() if ">Partnership<" in line)
    assert float(lowest.split('yMax="')[1].split('"')[0]) < HEIGHT_PT - FOOT_PT


def test_a_name_that_cannot_be_set_is_refused() -> None:
    with pytest.raises(Invalid, match="does not fit"):
        draw(make_certificate(name="Maria " * 60))
    with pytest.raises(Invalid, match="U\\+674E"):
        draw(make_certificate(name="李雷"))


def test_markup_in_a_name_is_only_text(tmp_path: Path) -> None:
    name = r"<b>A</b> (B) \ ) Tj ET &amp;"
    assert name in plain(run_tool("pdftotext", "-layout", written(tmp_path, make_certificate(name=name)), "-"))


def _rendered(tmp_path: Path, certificate: Certificate) -> Image.Image:
    page = tmp_path / "page"
    run_tool("pdftoppm", "-r", str(DOTS_PER_INCH), "-png", "-singlefile", written(tmp_path, certificate), page)
    with Image.open(page.with_suffix(".png")) as picture:
        return picture.convert("L")


def _dark(picture: Image.Image, x_pt: float, y_pt: float) -> bool:
    shade = picture.getpixel((int(x_pt * DOTS_PER_INCH / 72), int(y_pt * DOTS_PER_INCH / 72)))
    assert isinstance(shade, int)
    return shade < 128

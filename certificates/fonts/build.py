"""Build WaymarkSans-{Regular,Bold}.ttf beside this file from a folder that holds six Noto Sans files.

    python certificates/fonts/build.py FOLDER

The folder holds NotoSans, NotoSansArmenian and NotoSansGeorgian, each as -Regular.ttf and -Bold.ttf. One file a weight
is what reportlab can draw with: it knows no fallback from font to font. Kerning and hinting are left out, since nothing
that draws a certificate reads them. The result is committed; this runs only when the letters are to change.
"""  # noqa: INP001 (a folder of data: nothing imports it)

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools import merge, subset
from fontTools.misc.timeTools import timestampFromString
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent
FAMILY = "Waymark Sans"
WEIGHTS = ("Regular", "Bold")

LATIN_GREEK_CYRILLIC = (
    *range(0x20, 0x7F),  # ASCII
    *range(0xA0, 0x250),  # Latin-1, Latin Extended-A and -B (ə, ș, ț)
    0x259,  # the Azerbaijani schwa
    *range(0x2B9, 0x2BD),  # the apostrophes of transliteration
    *range(0x370, 0x400),  # Greek
    *range(0x400, 0x530),  # Cyrillic
    *range(0x1E00, 0x1F00),  # Latin Extended Additional
    *range(0x2010, 0x2028),  # dashes and quotation marks
    *(0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x20AC, 0x20B4, 0x20BD, 0x2116, 0x2122, 0x2212),
)
SOURCES = {
    "NotoSans": LATIN_GREEK_CYRILLIC,
    "NotoSansArmenian": (*range(0x531, 0x590), *range(0xFB13, 0xFB18)),
    "NotoSansGeorgian": (*range(0x10A0, 0x1100), *range(0x1C90, 0x1CC0), *range(0x2D00, 0x2D2E), 0x20BE),
}


def cut(source: Path, letters: tuple[int, ...], target: Path) -> None:
    """Write to `target` what of `source` draws `letters`, and no layout tables."""
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "MATH", "gasp"]
    font = TTFont(source)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.save(target)


def name(font: TTFont, weight: str) -> None:
    """Give the font our own name, as the licence asks of what was changed, and keep its copyright line."""
    copyright_line = font["name"].getDebugName(0)
    font["name"].names = []
    texts = {
        0: copyright_line,
        1: FAMILY,
        2: weight,
        3: f"{FAMILY} {weight}; made from Noto Sans, Noto Sans Armenian and Noto Sans Georgian",
        4: f"{FAMILY} {weight}",
        5: "Version 1.000",
        6: f"{FAMILY.replace(' ', '')}-{weight}",
        13: "This Font Software is licensed under the SIL Open Font License, Version 1.1.",
        14: "https://scripts.sil.org/OFL",
    }
    for name_id, text in texts.items():
        font["name"].setName(text, name_id, 3, 1, 0x409)


def build(folder: Path, weight: str) -> None:
    with TemporaryDirectory() as scratch:
        cuts = []
        for family, letters in SOURCES.items():
            cuts.append(f"{scratch}/{family}.ttf")
            cut(folder / f"{family}-{weight}.ttf", letters, Path(cuts[-1]))
        font = merge.Merger().merge(cuts)
    name(font, weight)
    font["head"].created = font["head"].modified = timestampFromString("Sun Nov 22 00:00:00 2026")
    font.recalcTimestamp = False  # the same sources give the same bytes
    font.save(HERE / f"WaymarkSans-{weight}.ttf")


if __name__ == "__main__":
    for each in WEIGHTS:
        build(Path(sys.argv[1]), each)

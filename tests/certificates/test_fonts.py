import pytest
from fontTools.ttLib import TTFont

from certificates import fitting

# Each alphabet as its schools teach it, both cases, and the marks that its writers use.
LETTERS = {
    "en": "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz“”‘’–—",
    "az": "ABCÇDEƏFGĞHXIİJKQLMNOÖPRSŞTUÜVYZabcçdeəfgğhxıijkqlmnoöprsştuüvyz",
    "hy": "ԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆևՙ՚՛՜՝՞՟։֊֏",
    "ka": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰ„“₾",
    "ro": "AĂÂBCDEFGHIÎJKLMNOPQRSȘTȚUVWXYZaăâbcdefghiîjklmnopqrsștțuvwxyz„”ŞşŢţ",
    "ru": "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя«»№₽",
    "uk": "АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯабвгґдеєжзиіїйклмнопрстуфхцчшщьюяʼ’«»₴",
}
SHARED = "0123456789 .,:;!?()[]/\\-+*&%@#'\"…•€\u00a0\u202f"


@pytest.mark.parametrize("weight", [fitting.REGULAR, fitting.BOLD])
@pytest.mark.parametrize("language", LETTERS)
def test_every_letter_of_the_language_has_a_shape(language: str, weight: str) -> None:
    font = TTFont(f"certificates/fonts/{weight}.ttf")
    shapes = font.getBestCmap() or {}
    lacking = [c for c in LETTERS[language] + SHARED if ord(c) not in shapes]
    empty = [c for c in LETTERS[language] if ord(c) in shapes and font["glyf"][shapes[ord(c)]].numberOfContours == 0]
    assert lacking == []
    assert empty == []


def test_what_the_font_can_draw_is_what_the_certificate_accepts() -> None:
    drawable = fitting.load_fonts()
    assert {"Ə", "Հ", "ნ", "Ნ", "ș", "Ї", "֏"} <= drawable
    assert "李" not in drawable

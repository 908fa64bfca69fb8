"""In which encoding a text file is: by its mark, else by which one makes words of the languages that we speak."""

import re
from itertools import islice

from base.errors import Invalid
from base.words import msgid

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "windows-1251", "windows-1252", "windows-1254")
"""What a sheet may be written in. Office programs of our countries save as one of these."""

NO_SHEET = msgid("The file is not a sheet: it is neither XLSX nor text. Save it as XLSX or CSV.")

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))  # Unicode 17.0, 23.8
_ONE_BYTE = ("windows-1251", "windows-1252", "windows-1254")
_TWO_BYTES = ("utf-16-le", "utf-16-be")
_SAMPLE_LINES = 2000
_SAMPLE_BYTES = 64 * 1024

_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_CYRILLIC = frozenset("абвгдежзийклмнопрстуфхцчшщьюя")
_ALPHABETS = (
    _LATIN | frozenset("çəğıi̇öşü"),  # az, and en
    _LATIN | frozenset("ăâîșțşţ"),  # ro, also with the cedillas of old keyboards
    _CYRILLIC | frozenset("ёъыэ"),  # ru
    _CYRILLIC | frozenset("єіїґ"),  # uk
    frozenset(map(chr, range(0x561, 0x588))),  # hy
    frozenset(map(chr, range(0x10D0, 0x10FB))),  # ka
)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text without its mark, and the encoding: the one given, else the most plausible.

    Raises Invalid for an encoding that we lack, and for bytes that it cannot hold.
    """
    if encoding is not None and encoding not in ENCODINGS:
        raise Invalid(
            msgid("The encoding is “%(encoding)s”; it must be one of %(choices)s."),
            where="encoding",
            values={"encoding": encoding[:40], "choices": ", ".join(ENCODINGS)},
        )
    chosen = encoding or _guess(data)
    try:
        return data.decode(chosen).removeprefix("\ufeff"), chosen
    except UnicodeDecodeError as error:
        raise Invalid(
            msgid(
                "The file is not in %(encoding)s: byte %(byte)s does not fit. Choose another encoding, or save the "
                "sheet as XLSX or as CSV in UTF-8."
            ),
            where="encoding",
            values={"encoding": chosen, "byte": error.start + 1},
        ) from error


def _guess(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if b"\0" in data[:_SAMPLE_BYTES]:
        return _most_plausible(data, _TWO_BYTES, sample=data[:_SAMPLE_BYTES])
    if _decodes(data, "utf-8"):
        return "utf-8"
    telling = (line for line in data.splitlines() if not line.isascii())
    return _most_plausible(data, _ONE_BYTE, sample=b"\n".join(islice(telling, _SAMPLE_LINES)))


def _most_plausible(data: bytes, encodings: tuple[str, ...], *, sample: bytes) -> str:
    """Of the encodings that hold all the data, the one that makes the most words of one alphabet each."""
    fitting = [encoding for encoding in encodings if _decodes(data, encoding)]
    if not fitting:
        raise Invalid(NO_SHEET, where="file")
    return max(fitting, key=lambda encoding: _plausible_words(sample.decode(encoding, "replace")))


def _plausible_words(text: str) -> int:
    words = re.findall(r"[^\W\d_]+", text)
    return sum(any(alphabet.issuperset(word.lower()) for alphabet in _ALPHABETS) for word in words)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True

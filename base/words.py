"""Texts in the reader's language from gettext catalogues; dates and numbers as CLDR has them.

The source texts are English and stand in code and templates. A language without a loaded catalogue speaks English.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Self

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

from base.errors import WaymarkError

LANGUAGES = ("en", "az", "hy", "ka", "ro", "ru", "uk")
DOMAIN = "waymark"

_catalogues: dict[str, NullTranslations] = {}


class Said(str):  # noqa: SLOT000 (a str can have none that hold something)
    """A sentence in English, as it is sorted, compared and written at the command line, that pages say in any language.

    `Words.said` puts it from `msgid`, a text of the catalogues, and `values` as the language has them. `english` stands
    for it in English where that is another sentence.
    """

    msgid: str
    values: Mapping[str, object]

    def __new__(cls, msgid: str, *, english: str | None = None, **values: object) -> Self:
        plain = {name: f"{each:g}" if isinstance(each, float) else each for name, each in values.items()}
        made = super().__new__(cls, english or (msgid % plain if plain else msgid))
        made.msgid, made.values = msgid, values
        return made


class Period(str):
    """A span of time in years, months, weeks and days (ISO 8601), which pages say in words."""

    __slots__ = ()


class Words:
    """One language: its texts, its plural forms, its dates and numbers."""

    def __init__(self, language: str, catalogue: NullTranslations) -> None:
        self.language = language
        # The network is European: "22 November 2026", not "November 22, 2026".
        self._locale = Locale.parse("en_GB" if language == "en" else language)
        self._catalogue = catalogue

    @property
    def name(self) -> str:
        """The language's name in itself: "Azərbaycan", "ქართული"."""
        return (self._locale.get_language_name() or self.language).capitalize()

    def text(self, msgid: str, **values: object) -> str:
        """The text for `msgid`, with `%(name)s` filled from `values`."""
        return self._catalogue.gettext(msgid) % values

    def plural(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The form that the language uses for `n`; `%(n)s` in it is the number itself."""
        return self._catalogue.ngettext(singular, plural, n) % {"n": self.number(n), **values}

    def known(self, text: str) -> str:
        """`text`, which anybody may have written, in this language where it is a text of the catalogues."""
        return self._catalogue.gettext(text) if text else text

    def error(self, error: WaymarkError) -> str:
        """What the error says, in this language where its message is a text of the catalogues."""
        said = self._catalogue.gettext(error.text)
        values = {name: each if isinstance(each, str) else self.number(each) for name, each in error.values.items()}
        return said % values if values else said

    def date(self, day: date) -> str:
        """The day in full, such as "22 November 2026"; of an instant, its day in UTC."""
        return format_date(day, format="long", locale=self._locale)

    def instant(self, at: datetime) -> str:
        """The day and the time in UTC, said as such."""
        return format_datetime(at, format="d MMMM y, HH:mm 'UTC'", locale=self._locale)

    def said(self, text: str) -> str:
        """What is said, in this language; a text that is no more than a text is looked up as it is."""
        if not isinstance(text, Said):
            return self.known(text)
        said, values = self._catalogue.gettext(text.msgid), text.values.items()
        return said % {name: self._value(each) for name, each in values} if values else said

    def _value(self, value: object) -> object:
        match value:
            case Said():
                return self.said(value)
            case Period():
                return self.period(value)
            case date():
                return self.date(value)
            case int() | float():
                return self.number(value)
            case _:
                return value

    def period(self, period: str) -> str:
        """A span of time by its ISO 8601 form: "P1Y6M" is "1 year, 6 months"."""
        return ", ".join(_counted(self, int(n), unit) for n, unit in re.findall(r"(\d+)([YMWD])", period))

    def number(self, n: float) -> str:
        return format_decimal(n, locale=self._locale)

    def country(self, code: str) -> str:
        """The name of a country by its code of ISO 3166-1 alpha-2; the code itself where CLDR has no name."""
        return str(self._locale.territories.get(code, code))

    def percent(self, share: float) -> str:
        """`share` as a whole percentage: 0.8 is "80%"."""
        return format_percent(share, locale=self._locale)


def _counted(words: Words, n: int, unit: str) -> str:
    """So many of a unit of time; from our catalogues, since CLDR lacks the units in some of the languages."""
    match unit:
        case "Y":
            return words.plural("%(n)s year", "%(n)s years", n)
        case "M":
            return words.plural("%(n)s month", "%(n)s months", n)
        case "W":
            return words.plural("%(n)s week", "%(n)s weeks", n)
        case _:
            return words.plural("%(n)s day", "%(n)s days", n)


def msgid(text: str) -> str:
    """`text` itself, marked for the catalogues: whoever shows it looks it up by `Words.text`."""
    return text


def load_words(folder: Path) -> None:
    """Every language speaks from `folder`/<language>/LC_MESSAGES/waymark.po from now on; English needs no catalogue.

    A file is read once in a process.
    """
    for language in LANGUAGES[1:]:
        _catalogues[language] = _catalogue(language, folder / language / "LC_MESSAGES" / f"{DOMAIN}.po")
    words_for.cache_clear()


@lru_cache(maxsize=len(LANGUAGES))
def words_for(language: str) -> Words:
    """The words of one of LANGUAGES."""
    return Words(language, _catalogues.get(language, NullTranslations()))


def best_language(preferred: Iterable[str]) -> str:
    """The first of the language tags (RFC 5646, most wanted first) that Waymark speaks, else English."""
    return next((language for tag in preferred if (language := spoken_language(tag))), "en")


def spoken_language(tag: str) -> str | None:
    """The language of Waymark that a language tag (RFC 5646) asks for; None for one that it does not speak."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    # "mo" is the withdrawn tag under which older systems still ask for Romanian in Moldova.
    language = "ro" if primary == "mo" else primary
    return language if language in LANGUAGES else None


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str, file: Path) -> GNUTranslations:
    # Compiled at start, so that no generated file has to be committed or can go stale. Fuzzy entries are left out.
    with file.open("rb") as source:
        catalogue = read_po(source, locale=language, domain=DOMAIN)  # without a locale the plural forms would be lost
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)

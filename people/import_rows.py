"""What the rows of a table say: cells become values, and what is wrong is told with its row and column."""

import re
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from base import LANGUAGES, Invalid, Line, Sheet, msgid
from people.addresses import clean_address
from people.countries import COUNTRIES
from people.mail_domains import parse_domain
from people.names import LONGEST_NAME, readable
from people.organisations import OrganisationKind, parse_themes
from people.permissions import Role
from people.positions import parse_position
from people.registry import LONGEST_HOME_PAGE, Account

T = TypeVar("T")

EMPTY = msgid("This is empty. Fill it in.")
TOO_LONG = msgid("This is too long.")
FORMULA = msgid("This is a formula. Enter its value instead.")
NO_TITLE = msgid("No column has a title here.")
NO_ADDRESS = msgid("This is no mail address.")
NO_COUNTRY = msgid("This is no country code, such as AM.")
NO_DOMAIN = msgid("This is no mail domain of an organisation.")
ONE_OF = msgid("This must be one of: %(choices)s")
NO_POSITION = msgid("This is no position, such as project-manager.")
NO_PLACE = msgid("Roles are held in an organisation. Name it.")
REPEATED = msgid("Row %(row)s says the same.")
BOTH_OR_NONE = msgid("Fill in both columns of the account, or none.")

ROLES = (Role.FACILITATOR, Role.MENTOR, Role.REVIEWER)
"""What may be given by a table; wider roles are given to one person at a time."""


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a cell: a text of the catalogues, and what fills it."""

    row: int
    column: str
    text: str
    values: dict[str, str] = {}


class PersonRow(msgspec.Struct, frozen=True):
    """What a row says about a person; `organisation` and `country` say where to look for the organisation."""

    full_name: str
    mail: str | None = None
    account: Account | None = None
    language: str | None = None
    organisation: str | None = None
    country: str | None = None
    roles: tuple[Role, ...] = ()
    positions: tuple[str, ...] = ()


class OrganisationRow(msgspec.Struct, frozen=True):
    """What a row says about an organisation; what it leaves empty stays as it is known."""

    name: str
    country: str
    kind: OrganisationKind
    parent: str | None = None
    themes: tuple[str, ...] = ()
    mail_domains: tuple[str, ...] = ()


Row = PersonRow | OrganisationRow


class ImportKind(StrEnum):
    """What a table is about."""

    PEOPLE = "people"
    ORGANISATIONS = "organisations"


class Column(msgspec.Struct, frozen=True):
    """A column of a template: its title, an example, and the other titles that are understood."""

    title: str
    example: str
    also: tuple[str, ...] = ()
    needed: bool = False


COLUMNS: Mapping[ImportKind, Mapping[str, Column]] = {
    ImportKind.PEOPLE: {
        "full_name": Column("Full name", "Aygün Əliyeva", ("name",), needed=True),
        "mail": Column("Mail", "aygun@ganja.example", ("e mail", "email", "mail address", "email address")),
        "language": Column("Language", "az"),
        "organisation": Column("Organisation", "Gəncə", ("organization", "municipality")),
        "country": Column("Country", "AZ"),
        "roles": Column("Roles", "mentor; reviewer", ("role",)),
        "positions": Column("Positions", "project-manager", ("position",)),
        "home_page": Column("Account home page", "", ("home page", "issuer")),
        "account": Column("Account name", "", ("account", "subject")),
    },
    ImportKind.ORGANISATIONS: {
        "name": Column("Name", "Gəncə", ("organisation", "organization"), needed=True),
        "kind": Column("Kind", "city", ("type",), needed=True),
        "country": Column("Country", "AZ", needed=True),
        "parent": Column("Parent", "", ("part of",)),
        "themes": Column("Themes", "energy; waste", ("theme",)),
        "mail_domains": Column("Mail domains", "ganja.example", ("mail domain", "domain", "domains")),
    },
}
"""The templates. Titles are compared without case, spaces and dashes; columns come in any order."""


class Table(msgspec.Struct, frozen=True):
    """A sheet that was understood: the rows without faults by their numbers, all faults, and columns passed over."""

    kind: ImportKind
    rows: dict[int, Row]
    faults: tuple[Fault, ...]
    faulty: frozenset[int]
    ignored: tuple[str, ...]
    encoding: str | None
    delimiter: str | None


def read_table(kind: ImportKind, sheet: Sheet) -> Table:
    """What the sheet says, walked to its end. Raises Invalid for a needed column that is missing, or a repeated one."""
    places = _places(kind, sheet.header)
    rows: dict[int, Row] = {}
    faults: list[Fault] = []
    for line in sheet.rows:
        cells = _Cells(kind, line, places, width=len(sheet.header))
        row = _person_row(cells) if kind is ImportKind.PEOPLE else _organisation_row(cells)
        if cells.faults:
            faults += cells.faults
        else:
            rows[line.number] = row
    faults += _repeated(rows)
    faulty = frozenset(fault.row for fault in faults)
    return Table(
        kind=kind,
        rows={number: row for number, row in rows.items() if number not in faulty},
        faults=tuple(sorted(faults, key=lambda fault: fault.row)),
        faulty=faulty,
        ignored=tuple(title for place, title in enumerate(sheet.header) if title and place not in places.values()),
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
    )


def _places(kind: ImportKind, header: Sequence[str]) -> dict[str, int]:
    understood = {
        _plain(title): field for field, column in COLUMNS[kind].items() for title in (column.title, *column.also)
    }
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        field = understood.get(_plain(title))
        if field in places:
            raise Invalid(
                msgid("Two columns mean “%(title)s”. Remove one."),
                where="file",
                values={"title": COLUMNS[kind][field].title},
            )
        if field is not None:
            places[field] = place
    if missing := [column.title for field, column in COLUMNS[kind].items() if column.needed and field not in places]:
        titles = ", ".join(column.title for column in COLUMNS[kind].values())
        raise Invalid(
            msgid("The first row lacks these columns: %(missing)s. It names the columns: %(titles)s."),
            where="file",
            values={"missing": ", ".join(missing), "titles": titles},
        )
    return places


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title.casefold()).strip()


class _Cells:
    """The cells of one row by field, and the faults that were found in them."""

    def __init__(self, kind: ImportKind, line: Line, places: Mapping[str, int], *, width: int) -> None:
        self._columns = COLUMNS[kind]
        self._line = line
        self._places = places
        self.faults: list[Fault] = []
        if any(line.cells[width:]):
            self.faults.append(Fault(line.number, str(width + 1), NO_TITLE))

    def text(self, field: str, longest: int = LONGEST_NAME) -> str | None:
        """The cell with nothing invisible in it; None when it is empty or faulty."""
        place = self._places.get(field)
        cell = self._line.cells[place] if place is not None and place < len(self._line.cells) else ""
        if cell.startswith(("=", "'=")):
            self.fault(field, FORMULA)
        elif len(cell) > longest:
            self.fault(field, TOO_LONG)
        elif found := readable(cell):
            return found
        elif self._columns[field].needed:
            self.fault(field, EMPTY)
        return None

    def parsed(self, field: str, parse: Callable[[str], T], told: str) -> T | None:
        """What `parse` makes of the cell; None when it is empty or faulty, which is `told`."""
        if (text := self.text(field)) is None:
            return None
        try:
            return parse(text)
        except Invalid:
            self.fault(field, told)
            return None

    def several(self, field: str, parse: Callable[[str], T], told: str, **values: str) -> tuple[T, ...]:
        """What `parse` makes of each word between semicolons or commas, each once."""
        words = [word for part in re.split(r"[;,]", self.text(field, longest=2000) or "") if (word := part.strip())]
        parsed = []
        for word in words:
            try:
                parsed.append(parse(word))
            except Invalid:
                self.fault(field, told, **values)
        return tuple(dict.fromkeys(parsed))

    def chosen(self, field: str, choices: Sequence[str]) -> str | None:
        text = self.text(field)
        if text is None:
            return None
        found = {choice.casefold(): choice for choice in choices}.get("-".join(text.casefold().split()))
        if found is None:
            self.fault(field, ONE_OF, choices=", ".join(choices))
        return found

    def fault(self, field: str, text: str, **values: str) -> None:
        self.faults.append(Fault(self._line.number, self._columns[field].title, text, values))


def _person_row(cells: _Cells) -> PersonRow:
    home_page, account = cells.text("home_page", LONGEST_HOME_PAGE), cells.text("account")
    if (home_page is None) != (account is None):
        cells.fault("account", BOTH_OR_NONE)

    roles = tuple(
        role for role in cells.several("roles", _role, ONE_OF, choices=", ".join(ROLES)) if role is not Role.LEARNER
    )
    organisation = cells.text("organisation")
    if roles and not organisation:
        cells.fault("organisation", NO_PLACE)
    return PersonRow(
        full_name=cells.text("full_name") or "",
        mail=cells.parsed("mail", clean_address, NO_ADDRESS),
        account=Account(home_page, account) if home_page and account else None,
        language=cells.chosen("language", LANGUAGES),
        organisation=organisation,
        country=cells.parsed("country", _country, NO_COUNTRY),
        roles=roles,
        positions=cells.several("positions", parse_position, NO_POSITION),
    )


def _country(text: str) -> str:
    if (code := text.upper()) not in COUNTRIES:
        raise Invalid(f"{text} is no code of ISO 3166-1 alpha-2.")
    return code


def _role(word: str) -> Role:
    if word.casefold() not in (*ROLES, Role.LEARNER):
        raise Invalid(f"{word} is no role that a table gives.")
    return Role(word.casefold())


def _organisation_row(cells: _Cells) -> OrganisationRow:
    kind = cells.chosen("kind", [kind.value for kind in OrganisationKind])
    return OrganisationRow(
        name=cells.text("name") or "",
        country=cells.parsed("country", _country, NO_COUNTRY) or "",
        kind=OrganisationKind(kind or OrganisationKind.CITY),
        parent=cells.text("parent"),
        themes=cells.several("themes", lambda word: parse_themes([word])[0], TOO_LONG),
        mail_domains=cells.several("mail_domains", parse_domain, NO_DOMAIN),
    )


def _repeated(rows: Mapping[int, Row]) -> list[Fault]:
    """Rows that say the same as an earlier one: both are faulty, since nobody knows which is right."""
    seen: dict[Any, int] = {}
    faults: dict[tuple[int, str], Fault] = {}
    for number, row in rows.items():
        for title, key in _keys(row):
            first = seen.setdefault(key, number)
            if first != number:
                faults[number, title] = Fault(number, title, REPEATED, {"row": str(first)})
                faults.setdefault((first, title), Fault(first, title, REPEATED, {"row": str(number)}))
    return list(faults.values())


def _keys(row: Row) -> list[tuple[str, tuple[Any, ...]]]:
    """What no two rows may have alike. A name alone is no such thing: two people may share one."""
    if isinstance(row, OrganisationRow):
        return [("Name", ("name", row.name.casefold(), row.country))]
    keys: list[tuple[str, tuple[Any, ...]]] = []
    if row.mail:
        keys.append(("Mail", ("mail", row.mail)))
    if row.account:
        keys.append(("Account name", ("account", row.account)))
    if not keys:
        keys.append(("Full name", ("name", row.full_name.casefold(), (row.organisation or "").casefold(), row.country)))
    return keys

"""Organisations of the network: what they are, and what they were."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, true

from base import Invalid, Missing, in_order, lock, new_uuid, publish, record_decision
from people.countries import COUNTRIES
from people.dated import beginning, in_force
from people.events import OrganisationChanged
from people.mail_domains import domains_of, open_domain, parse_domain
from people.names import folded, readable
from people.organisation_tables import organisation_states
from people.organisation_tables import organisations as organisation_rows
from people.permissions import NETWORK, Place, Scope, ScopeKind, place
from people.withdrawing import stands

LONGEST_THEME = 60
MOST_THEMES = 20
_DEEPEST = 20


class OrganisationKind(StrEnum):
    """What an organisation is to the network: three kinds of municipality, and those who work with them."""

    CITY = "city"
    DISTRICT = "district"
    VILLAGE = "village"
    NGO = "ngo"
    MINISTRY = "ministry"
    DONOR = "donor"
    TECHNICAL_PARTNER = "technical-partner"
    COORDINATOR = "coordinator"


class OrganisationOrder(StrEnum):
    """By what a list of organisations is in order; those of one kind or country by name."""

    NAME = "name"
    KIND = "kind"
    COUNTRY = "country"


class Organisation(msgspec.Struct, frozen=True):
    """An organisation at some moment, true from `since` on. `country` is ISO 3166-1 alpha-2; mail comes from `domains`.

    `themes` are small words such as "energy", in order of letters.
    """

    id: UUID
    name: str
    kind: OrganisationKind
    country: str
    parent_id: UUID | None
    themes: tuple[str, ...]
    domains: tuple[str, ...]
    since: datetime

    @property
    def place(self) -> Place:
        """Where it is, for the question who may do something to it."""
        return place(Scope(ScopeKind.ORGANISATION, str(self.id)), Scope(ScopeKind.COUNTRY, self.country))


def add_organisation(
    conn: Connection,
    *,
    name: str,
    kind: OrganisationKind,
    country: str,
    parent_id: UUID | None = None,
    themes: Sequence[str] = (),
    mail_domains: Sequence[str] = (),
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Organisation:
    """A new organisation, registered from `since` (now) on; two may have one name, as villages do.

    Raises Invalid naming the field in `where`: an empty or long name, an unknown country, a theme or domain that
    cannot be one; Missing for an unknown parent.
    """
    known = Organisation(
        id=new_uuid(),
        name=_name(name),
        kind=kind,
        country=_country(country),
        parent_id=None if parent_id is None else organisation(conn, parent_id).id,
        themes=parse_themes(themes),
        domains=tuple(sorted({parse_domain(domain) for domain in mail_domains})),
        since=beginning(since, now=now),
    )
    conn.execute(insert(organisation_rows).values(id=known.id, created_at=now))
    _add_state(conn, known, by=by, reason=reason, now=now)
    for domain in known.domains:
        open_domain(conn, known.id, domain, by=by, reason=reason, now=now)
    _record(conn, "organisation.add", known.id, None, known, by=by, reason=reason, now=now)
    return known


def change_organisation(
    conn: Connection,
    organisation_id: UUID,
    *,
    name: str,
    kind: OrganisationKind,
    country: str,
    parent_id: UUID | None,
    themes: Sequence[str],
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Organisation:
    """The organisation is all this from `since` (now) on; what it was before stays readable.

    A change dated back holds until the next change after it. Raises as `add_organisation`, and Invalid for a parent
    that is itself or stands below it.
    """
    before = organisation(conn, organisation_id)
    _require_above(conn, organisation_id, parent_id)
    changed = msgspec.structs.replace(
        before,
        name=_name(name),
        kind=kind,
        country=_country(country),
        parent_id=parent_id,
        themes=parse_themes(themes),
        since=beginning(since, now=now),
    )
    _add_state(conn, changed, by=by, reason=reason, now=now)
    after = organisation(conn, organisation_id)
    if (before.kind, before.country) != (after.kind, after.country):
        publish(conn, OrganisationChanged(str(organisation_id), organisation_id), now=now)
    _record(conn, "organisation.change", organisation_id, before, after, by=by, reason=reason, now=now)
    return after


def organisation(
    conn: Connection, organisation_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> Organisation:
    """The organisation as it was at `as_of` by what was known at `known_at`; now where they are not given.

    Raises Missing for an unknown one, and for one that was not registered then.
    """
    states = _states(as_of, known_at).where(organisation_states.c.organisation_id == organisation_id)
    found = _organisations(conn, conn.execute(states))
    if not found:
        raise Missing(f"There is no organisation {organisation_id}{' at that time' if as_of or known_at else ''}.")
    return found[0]


def organisations(
    conn: Connection,
    *,
    country: str | None = None,
    kind: OrganisationKind | None = None,
    text: str | None = None,
    theme: str | None = None,
    within: Collection[Scope] | None = None,
    order: OrganisationOrder = OrganisationOrder.NAME,
    descending: bool = False,
    after: UUID | None = None,
    limit: int | None = 50,
) -> list[Organisation]:
    """Organisations in `order`, those that match every filter; a page begins behind the organisation `after`.

    `text` is looked for anywhere in the name, without case and marks; `within` keeps those that lie in a scope.
    """
    asked = _matching(country=country, kind=kind, text=text, theme=theme, within=within)
    by = _ORDERS[order]
    last = select(*by).where(_NOW, organisation_states.c.organisation_id == after)
    behind = None if after is None else conn.execute(last).one_or_none()
    states = in_order(_states(None, None).where(*asked), by, descending=descending, behind=behind)
    return _organisations(conn, conn.execute(states.limit(limit)))


def count_organisations(
    conn: Connection,
    *,
    country: str | None = None,
    kind: OrganisationKind | None = None,
    text: str | None = None,
    theme: str | None = None,
    within: Collection[Scope] | None = None,
) -> int:
    """How many organisations match every filter."""
    asked = _matching(country=country, kind=kind, text=text, theme=theme, within=within)
    counted = select(func.count()).select_from(organisation_states).where(_NOW, *asked)
    return conn.scalar(counted) or 0


def named_organisations(conn: Connection, ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """The organisations of these ids as they are now; an unknown id is left out."""
    states = _states(None, None).where(organisation_states.c.organisation_id.in_(set(ids)))
    return {each.id: each for each in _organisations(conn, conn.execute(states))}


def parse_themes(themes: Iterable[str]) -> tuple[str, ...]:
    """Themes as they are compared: small letters, each once, in order. Raises Invalid for too many or too long ones."""
    parsed = sorted({" ".join(theme.casefold().split()) for theme in themes} - {""})
    if len(parsed) > MOST_THEMES or any(len(theme) > LONGEST_THEME or not theme.isprintable() for theme in parsed):
        raise Invalid(
            f"{len(parsed)} themes came; at most {MOST_THEMES} may, each of at most {LONGEST_THEME} characters.",
            where="themes",
        )
    return tuple(parsed)


def _name(name: str) -> str:
    known = readable(name)
    if known is None:
        raise Invalid("The organisation's name is empty; enter it as people know it.", where="name")
    return known


def _country(country: str) -> str:
    code = country.strip().upper()
    if code not in COUNTRIES:
        raise Invalid(
            f"country is {country[:20]!r}; it must be a code of ISO 3166-1 alpha-2, such as AM.", where="country"
        )
    return code


def _require_above(conn: Connection, organisation_id: UUID, parent_id: UUID | None) -> None:
    """Two changes at once could close a circle that neither sees, so they wait for each other."""
    lock(conn, "organisation parents")
    above = parent_id
    for _ in range(_DEEPEST):
        if above is None:
            return
        if above == organisation_id:
            break
        above = organisation(conn, above).parent_id
    raise Invalid("An organisation cannot stand below itself; choose another parent.", where="parent_id")


def _add_state(conn: Connection, known: Organisation, *, by: UUID | None, reason: str, now: datetime) -> None:
    conn.execute(
        insert(organisation_states).values(
            organisation_id=known.id,
            name=known.name,
            folded_name=folded(known.name),
            kind=known.kind.value,
            country=known.country,
            parent_id=known.parent_id,
            themes=msgspec.json.encode(known.themes).decode(),
            since=known.since,
            at=now,
            by=by,
            reason=reason,
        )
    )


def _record(
    conn: Connection,
    act: str,
    organisation_id: UUID,
    before: Organisation | None,
    after: Organisation,
    *,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    subject = f"organisation {organisation_id}"
    record_decision(conn, by=by, act=act, subject=subject, reason=reason, before=before, after=after, now=now)


_NAME = organisation_states.c.folded_name
_ORDERS: dict[OrganisationOrder, tuple[ColumnElement[Any], ...]] = {
    OrganisationOrder.NAME: (_NAME, organisation_states.c.organisation_id),
    OrganisationOrder.KIND: (organisation_states.c.kind, _NAME, organisation_states.c.organisation_id),
    OrganisationOrder.COUNTRY: (organisation_states.c.country, _NAME, organisation_states.c.organisation_id),
}
_NOW = in_force(organisation_states, "organisation_id")


def _states(as_of: datetime | None, known_at: datetime | None) -> Select[Any]:
    return select(organisation_states).where(
        in_force(organisation_states, "organisation_id", as_of=as_of, known_at=known_at)
    )


def _matching(
    *,
    country: str | None,
    kind: OrganisationKind | None,
    text: str | None,
    theme: str | None,
    within: Collection[Scope] | None,
) -> list[ColumnElement[bool]]:
    states = organisation_states.c
    asked = [stands(states.organisation_id)]
    if country:
        asked.append(states.country == country)
    if kind:
        asked.append(states.kind == kind.value)
    if text and (sought := folded(text)):
        asked.append(_NAME.contains(sought, autoescape=True))
    if theme:
        asked.append(states.themes.contains(msgspec.json.encode(theme).decode(), autoescape=True))
    if within is not None:
        asked.append(lies_within(states.organisation_id, states.country, within))
    return asked


def lies_within(
    organisation_id: ColumnElement[UUID], country: ColumnElement[str], scopes: Collection[Scope]
) -> ColumnElement[bool]:
    """Whether an organisation lies in one of the scopes."""
    if NETWORK in scopes:
        return true()
    ids = [UUID(scope.id) for scope in scopes if scope.kind is ScopeKind.ORGANISATION and scope.id]
    countries = [scope.id for scope in scopes if scope.kind is ScopeKind.COUNTRY and scope.id]
    return or_(organisation_id.in_(ids), country.in_(countries))


def _organisations(conn: Connection, rows: Iterable[Row[Any]]) -> list[Organisation]:
    found = list(rows)
    domains = domains_of(conn, [row.organisation_id for row in found])
    return [
        Organisation(
            id=row.organisation_id,
            name=row.name,
            kind=OrganisationKind(row.kind),
            country=row.country,
            parent_id=row.parent_id,
            themes=tuple(msgspec.json.decode(row.themes, type=list[str])),
            domains=domains.get(row.organisation_id, ()),
            since=row.since,
        )
        for row in found
    ]

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa

from base import Invalid, Missing
from base.audit import audit_rows
from people import (
    NETWORK,
    Organisation,
    OrganisationKind,
    Scope,
    ScopeKind,
    change_organisation,
    count_organisations,
    organisation,
    organisations,
)
from people.organisation_tables import organisation_states
from tests.people.conftest import MakeOrganisation
from tests.times import NOW

DAY = timedelta(days=1)


def _change(write: Callable[..., Any], before: Organisation, **changed: Any) -> Organisation:
    facts = {field: getattr(before, field) for field in ("name", "kind", "country", "parent_id", "themes")} | {
        "by": None,
        "reason": "a test",
        "now": NOW,
    }
    after: Organisation = write(change_organisation, before.id, **(facts | changed))
    return after


def test_an_organisation_is_what_was_registered(make_organisation: MakeOrganisation, read: Callable[..., Any]) -> None:
    ministry = make_organisation("Ministry of Territory", kind=OrganisationKind.MINISTRY)
    gyumri = make_organisation(
        "  Gyumri ",
        country="am",
        parent_id=ministry.id,
        themes=["Energy", "mobility ", "energy"],
        mail_domains=["@Gyumri.am"],
    )
    assert read(organisation, gyumri.id) == Organisation(
        id=gyumri.id,
        name="Gyumri",
        kind=OrganisationKind.CITY,
        country="AM",
        parent_id=ministry.id,
        themes=("energy", "mobility"),
        domains=("gyumri.am",),
        since=NOW,
    )


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": " \u200b "}, "name"),
        ({"name": "a" * 256}, None),
        ({"country": "XX"}, "country"),
        ({"country": "Armenia"}, "country"),
        ({"themes": ["x" * 61]}, "themes"),
        ({"themes": [str(n) for n in range(21)]}, "themes"),
        ({"mail_domains": ["gyumri"]}, "mail_domains"),
        ({"mail_domains": ["gmail.com"]}, "mail_domains"),
        ({"since": NOW + DAY}, "since"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    wrong: dict[str, Any], where: str | None, make_organisation: MakeOrganisation, read: Callable[..., Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        make_organisation(**wrong)
    assert refused.value.where == where
    assert read(organisations) == []


def test_an_unknown_organisation_or_parent_is_missing(
    make_organisation: MakeOrganisation, read: Callable[..., Any]
) -> None:
    with pytest.raises(Missing):
        read(organisation, uuid4())
    with pytest.raises(Missing):
        make_organisation(parent_id=uuid4())


def test_what_it_was_stays_readable_by_the_day_and_by_what_was_known(
    make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    first = make_organisation("Leninakan", since=NOW - 30 * DAY, now=NOW - 20 * DAY)
    # On the 10th day before now somebody enters that it has had its new name since the 25th.
    _change(write, first, name="Gyumri", since=NOW - 25 * DAY, now=NOW - 10 * DAY)

    def name(**moments: Any) -> str:
        found: Organisation = read(organisation, first.id, **moments)
        return found.name

    assert name() == "Gyumri"
    assert name(as_of=NOW - 26 * DAY) == "Leninakan"
    assert name(as_of=NOW - 24 * DAY) == "Gyumri"
    assert name(as_of=NOW - 24 * DAY, known_at=NOW - 15 * DAY) == "Leninakan"
    with pytest.raises(Missing, match="at that time"):
        name(as_of=NOW - 31 * DAY)
    with pytest.raises(Missing, match="at that time"):
        name(known_at=NOW - 21 * DAY)


def test_a_change_dated_back_holds_until_the_next_one(
    make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    first = make_organisation("One", since=NOW - 9 * DAY)
    _change(write, first, name="Three", since=NOW - 3 * DAY)
    assert _change(write, first, name="Two", since=NOW - 6 * DAY).name == "Three"
    assert read(organisation, first.id, as_of=NOW - 5 * DAY).name == "Two"
    assert write(lambda conn: conn.scalar(sa.select(sa.func.count()).select_from(organisation_states))) == 3


def test_of_two_changes_at_one_moment_the_last_to_come_holds(
    make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    first = make_organisation("One")
    _change(write, first, name="Two")
    assert _change(write, first, name="Three").name == "Three"


def test_nothing_stands_below_itself(make_organisation: MakeOrganisation, write: Callable[..., Any]) -> None:
    top = make_organisation("Top")
    middle = make_organisation("Middle", parent_id=top.id)
    bottom = make_organisation("Bottom", parent_id=middle.id)
    for below in (top, bottom):
        with pytest.raises(Invalid, match="below itself"):
            _change(write, top, parent_id=below.id)


def test_a_change_leaves_an_audit_row_with_before_and_after(
    make_organisation: MakeOrganisation, write: Callable[..., Any]
) -> None:
    first = make_organisation("Leninakan")
    _change(write, first, name="Gyumri", reason="renamed")
    rows = write(
        lambda conn: conn.execute(sa.select(audit_rows).where(audit_rows.c.act == "organisation.change")).all()
    )
    assert [row.reason for row in rows] == ["renamed"]
    assert msgspec.json.decode(rows[0].before)["name"] == "Leninakan"
    assert msgspec.json.decode(rows[0].after)["name"] == "Gyumri"


def test_organisations_are_found_by_what_is_asked(
    make_organisation: MakeOrganisation, read: Callable[..., Any]
) -> None:
    gyumri = make_organisation("Gyumri", themes=["energy"])
    ijevan = make_organisation("İjevan_100%")
    make_organisation("Green NGO", kind=OrganisationKind.NGO, country="GE", themes=["energy efficiency"])

    def names(**asked: Any) -> list[str]:
        found = [each.name for each in read(organisations, **asked)]
        assert read(count_organisations, **asked) == len(found)
        return found

    assert names() == ["Green NGO", "Gyumri", "İjevan_100%"]
    assert names(country="AM") == ["Gyumri", "İjevan_100%"]
    assert names(kind=OrganisationKind.NGO) == ["Green NGO"]
    assert names(text="IJEVAN") == ["İjevan_100%"]
    assert names(text="0%") == ["İjevan_100%"]
    assert names(text="G_") == []
    assert names(theme="energy") == ["Gyumri"]
    assert names(within={NETWORK}) == ["Green NGO", "Gyumri", "İjevan_100%"]
    assert names(within={Scope(ScopeKind.COUNTRY, "GE"), Scope(ScopeKind.ORGANISATION, str(ijevan.id))}) == [
        "Green NGO",
        "İjevan_100%",
    ]
    assert names(within=()) == []
    assert names(country="AM", text="gyum") == [gyumri.name]


def test_pages_go_on_where_the_last_one_ended(make_organisation: MakeOrganisation, read: Callable[..., Any]) -> None:
    # Two villages of one name must not hide each other at the edge of a page.
    made = [make_organisation(name, kind=OrganisationKind.VILLAGE) for name in ("Shahumyan", "Ani", "Shahumyan")]
    seen, after = [], None
    while page := read(organisations, after=after, limit=1):
        seen += page
        after = page[-1].id
    assert [each.name for each in seen] == ["Ani", "Shahumyan", "Shahumyan"]
    assert {each.id for each in seen} == {each.id for each in made}

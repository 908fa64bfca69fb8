from collections.abc import Callable
from typing import Any

from people import NETWORK, PeopleOrder, Scope, ScopeKind, count_people, find_people, join, leave
from tests.people.conftest import MakeOrganisation, MakePerson
from tests.times import NOW

FACTS: dict[str, Any] = {"by": None, "reason": "a test", "now": NOW}


def test_people_are_found_by_name_organisation_and_scope(
    make_person: MakePerson, make_organisation: MakeOrganisation, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    here, there = make_organisation(country="AM"), make_organisation(country="AZ")
    ilqar, nino, alone = make_person("İlqar ISMAYILOV"), make_person("ნინო"), make_person(None)
    for each in (here, there):
        write(join, ilqar.id, each.id, **FACTS)
    write(join, nino.id, here.id, **FACTS)
    write(leave, nino.id, here.id, **FACTS)

    def found(**asked: Any) -> list[str | None]:
        asked = {"within": {NETWORK}} | asked
        names = [each.full_name for each in read(find_people, **asked)]
        assert read(count_people, **asked) == len(names)
        return names

    assert found() == [alone.full_name, "İlqar ISMAYILOV", "ნინო"]
    assert found(text="ismayılov") == ["İlqar ISMAYILOV"]
    assert found(text="%") == []
    assert found(organisation_id=here.id) == ["İlqar ISMAYILOV"]
    assert found(within={Scope(ScopeKind.COUNTRY, "AZ")}) == ["İlqar ISMAYILOV"]
    assert found(within={Scope(ScopeKind.ORGANISATION, str(here.id))}) == ["İlqar ISMAYILOV"]
    assert found(within={Scope(ScopeKind.COUNTRY, "GE")}) == []
    (entry,) = read(find_people, text="ilqar", within={NETWORK})
    assert [each.organisation_id for each in entry.memberships] == [here.id, there.id]


def test_pages_of_people_go_on_where_the_last_one_ended(make_person: MakePerson, read: Callable[..., Any]) -> None:
    made = [make_person(name).id for name in ("Narek", None, "Ani", "Ani")]
    seen, after = [], None
    while page := read(find_people, within={NETWORK}, after=after, limit=1):
        seen += [(each.full_name, each.id) for each in page]
        after = page[-1].id
    assert [name for name, _ in seen] == [None, "Ani", "Ani", "Narek"]
    assert {person_id for _, person_id in seen} == set(made)


def test_people_are_read_page_by_page_in_the_order_that_was_chosen(
    make_person: MakePerson, read: Callable[..., Any]
) -> None:
    for name, language in (("Ana", "ro"), ("Bela", "ka"), ("Ana", "ka"), ("Cora", "az")):
        make_person(name, language)

    def walk(**asked: Any) -> list[tuple[str, str]]:
        found: list[Any] = []
        while page := read(find_people, within={NETWORK}, limit=2, after=found[-1].id if found else None, **asked):
            found += page
        return [(each.full_name, each.language) for each in found]

    by_language = [("Cora", "az"), ("Ana", "ka"), ("Bela", "ka"), ("Ana", "ro")]
    assert walk(order=PeopleOrder.LANGUAGE) == by_language
    assert walk(order=PeopleOrder.LANGUAGE, descending=True) == by_language[::-1]
    assert [name for name, _ in walk(descending=True)] == ["Cora", "Bela", "Ana", "Ana"]

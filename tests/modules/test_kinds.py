from urllib.parse import urlsplit

from modules import KINDS, FactKind, Says, VerbIri


def test_every_kind_of_fact_has_its_row_and_its_verbs() -> None:
    assert set(KINDS) == set(FactKind)
    assert all(row.verbs for row in KINDS.values())


def test_every_verb_is_an_absolute_iri_and_displayed_by_its_word() -> None:
    assert all(urlsplit(verb).scheme in {"http", "https"} and urlsplit(verb).netloc for verb in VerbIri)
    assert VerbIri("https://w3id.org/xapi/adl/verbs/waived").word == "waived"


def test_decisions_of_people_need_waymarks_word() -> None:
    guarded = {kind.value for kind, row in KINDS.items() if row.authority is Says.WAYMARK}
    assert guarded == {"attended", "contributed", "reviewed", "signed off", "waived"}

from msgspec import json

from lrs.standard.formats import activities_of, as_canonical, as_ids, in_one_language, languages_of
from tests.lrs.makers import AYGUN, COMPLETED, INTRO, make_statement

TEXTS = {"en-US": "completed", "az": "tamamladı", "fr-FR": "a terminé"}
WHOLE = make_statement(
    actor={**AYGUN, "name": "Aygün"},
    verb={"id": COMPLETED, "display": TEXTS},
    object={
        "objectType": "SubStatement",
        **make_statement(
            actor={"objectType": "Group", "name": "Team", "member": [{**AYGUN, "name": "Aygün"}]},
            verb={"id": COMPLETED, "display": TEXTS},
            object={
                "id": INTRO,
                "definition": {
                    "name": TEXTS,
                    "type": "http://example.org/t",
                    "interactionType": "choice",
                    "choices": [{"id": "a", "description": TEXTS}],
                },
            },
        ),
    },
    context={"contextActivities": {"parent": [{"id": INTRO, "definition": {"description": TEXTS}}]}, "platform": "x"},
)


def ids(statement: dict[str, object]) -> dict[str, object]:
    formed: dict[str, object] = json.decode(as_ids(json.encode(statement)))
    return formed


def canonical(statement: dict[str, object], accept_language: str = "") -> dict[str, object]:
    languages = languages_of(accept_language)
    formed: dict[str, object] = json.decode(as_canonical(json.encode(statement), languages, {}))
    return formed


def test_ids_leave_what_identifies() -> None:
    assert ids(WHOLE) == make_statement(
        object={
            "objectType": "SubStatement",
            "actor": {"objectType": "Group", "member": [AYGUN]},
            "verb": {"id": COMPLETED},
            "object": {"id": INTRO},
        },
        context={"contextActivities": {"parent": [{"id": INTRO}]}, "platform": "x"},
    )


def test_ids_keep_an_identified_groups_identifier_and_drop_its_members() -> None:
    team = {"objectType": "Group", "mbox": "mailto:team@example.org"}
    formed = ids(make_statement(actor={**team, "name": "Team", "member": [AYGUN]}))
    assert formed["actor"] == team


def test_canonical_leaves_one_language_in_verbs_and_activities() -> None:
    az = {"az": "tamamladı"}
    expected = json.encode(WHOLE).replace(json.encode(TEXTS), json.encode(az))
    assert canonical(WHOLE, "az") == json.decode(expected)


def test_canonical_has_what_is_known_of_an_activity_in_one_language() -> None:
    known = b'{"name":{"az":"Giri\xc5\x9f","en":"Introduction"},"type":"http://example.org/t"}'
    formed = json.decode(as_canonical(json.encode(make_statement(object={"id": INTRO})), ["az"], {INTRO: known}))
    assert formed["object"] == {"id": INTRO, "definition": {"name": {"az": "Giriş"}, "type": "http://example.org/t"}}


def test_activities_are_found_wherever_they_stand() -> None:
    listed = {"parent": [{"id": "http://example.org/course"}], "other": [{"id": "http://example.org/other"}]}
    inner = {"objectType": "SubStatement", **make_statement(object={"id": INTRO})}
    found = activities_of(json.encode(make_statement(object=inner, context={"contextActivities": listed})))
    assert found == {INTRO, "http://example.org/course", "http://example.org/other"}


def test_canonical_keeps_the_digits_of_numbers() -> None:
    raw = b'{"actor":{"mbox":"mailto:a@example.org"},"result":{"score":{"raw":1.10,"max":12345678901234567890.5}}}'
    assert as_canonical(raw, [], {}) == raw


def test_the_best_language_is_chosen_by_quality_and_prefix() -> None:
    assert languages_of("en;q=0.5, az-AZ, fr;q=0, *;q=0.1, ru;q=x") == ["az-AZ", "en"]
    assert in_one_language(TEXTS, languages_of("ka, az-AZ;q=0.9")) == {"az": "tamamladı"}
    assert in_one_language(TEXTS, ["en"]) == {"en-US": "completed"}
    assert in_one_language(TEXTS, ["ka"]) == {"en-US": "completed"}
    assert in_one_language({}, ["ka"]) == {}

from msgspec import json

from lrs.formats import formatted, in_one_language, languages_of
from lrs.parameters import Format
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


def in_format(statement: dict[str, object], form: Format, accept_language: str = "") -> dict[str, object]:
    formed: dict[str, object] = json.decode(formatted(json.encode(statement), form, languages_of(accept_language)))
    return formed


def test_exact_is_what_came() -> None:
    raw = b'{"id" : 1.0}'
    assert formatted(raw, Format.EXACT, ["az"]) == raw


def test_ids_leave_what_identifies() -> None:
    assert in_format(WHOLE, Format.IDS) == make_statement(
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
    formed = in_format(make_statement(actor={**team, "name": "Team", "member": [AYGUN]}), Format.IDS)
    assert formed["actor"] == team


def test_canonical_leaves_one_language_in_verbs_and_activities() -> None:
    az = {"az": "tamamladı"}
    expected = json.encode(WHOLE).replace(json.encode(TEXTS), json.encode(az))
    assert in_format(WHOLE, Format.CANONICAL, "az") == json.decode(expected)


def test_canonical_keeps_the_digits_of_numbers() -> None:
    raw = b'{"actor":{"mbox":"mailto:a@example.org"},"result":{"score":{"raw":1.10,"max":12345678901234567890.5}}}'
    assert formatted(raw, Format.CANONICAL, []) == raw


def test_the_best_language_is_chosen_by_quality_and_prefix() -> None:
    assert languages_of("en;q=0.5, az-AZ, fr;q=0, *;q=0.1, ru;q=x") == ["az-AZ", "en"]
    assert in_one_language(TEXTS, languages_of("ka, az-AZ;q=0.9")) == {"az": "tamamladı"}
    assert in_one_language(TEXTS, ["en"]) == {"en-US": "completed"}
    assert in_one_language(TEXTS, ["ka"]) == {"en-US": "completed"}
    assert in_one_language({}, ["ka"]) == {}

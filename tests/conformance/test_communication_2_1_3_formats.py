"""xAPI-Communication 2.1.3: the formats exact, ids and canonical, and the language of the last."""

from typing import Any

import pytest

from tests.lrs.makers import AYGUN, COMPLETED, DAVIT, FIRST, INTRO, make_statement
from tests.lrs.service import Xapi

NAMES = {"en-US": "Intro", "az": "Giriş", "hy": "Ներածություն"}
TEXTS = {"fr": "Début", "ru": "Начало"}
VERB = {"id": COMPLETED, "display": {"en": "completed", "ru": "завершил"}}
ACTIVITY = {
    "id": INTRO,
    "definition": {
        "name": NAMES,
        "description": TEXTS,
        "interactionType": "choice",
        "choices": [{"id": "a", "description": NAMES}],
    },
}
NAMED = {**AYGUN, "name": "Aygün"}
TEAM = {"objectType": "Group", "name": "Team", "member": [NAMED, DAVIT]}


def full(**members: Any) -> dict[str, Any]:
    """A statement with an agent, a verb and an activity wherever one may be."""
    context = {"instructor": NAMED, "team": TEAM, "contextActivities": {"parent": [ACTIVITY]}}
    return make_statement(actor=TEAM, verb=VERB, object=ACTIVITY, context=context, **members)


async def got(xapi: Xapi, accept: str | None = None, **parameters: str) -> dict[str, Any]:
    headers = {} if accept is None else {"Accept-Language": accept}
    alone = (await xapi.get(headers=headers, statementId=FIRST, **parameters)).json()
    (listed,) = (await xapi.get(headers=headers, **parameters)).json()["statements"]
    assert listed == alone
    whole: dict[str, Any] = alone
    return whole


async def test_exact_is_what_was_sent_and_the_usual_whatever_the_language(xapi: Xapi) -> None:
    await xapi.stored(full(id=FIRST))
    for parameters in ({}, {"format": "exact"}):
        whole = await got(xapi, "az", **parameters)
        assert {name: whole[name] for name in full()} == full()


async def test_ids_is_no_more_than_what_identifies(xapi: Xapi) -> None:
    inner = {"objectType": "SubStatement", **make_statement(actor=NAMED, verb=VERB, object=ACTIVITY)}
    await xapi.stored({**full(id=FIRST), "object": inner})
    short = await got(xapi, format="ids")
    bare_team = {"objectType": "Group", "member": [AYGUN, DAVIT]}
    assert short["actor"] == bare_team
    assert short["verb"] == {"id": COMPLETED}
    assert short["object"] == {"objectType": "SubStatement", **make_statement(actor=AYGUN)}
    assert short["context"] == {
        "instructor": AYGUN,
        "team": bare_team,
        "contextActivities": {"parent": [{"id": INTRO}]},
    }
    assert short["authority"].keys() == {"objectType", "account"}


async def test_ids_of_an_identified_group_leave_its_members_out(xapi: Xapi) -> None:
    await xapi.stored(make_statement(id=FIRST, actor={**TEAM, "mbox": "mailto:team@example.org"}))
    assert (await got(xapi, format="ids"))["actor"] == {"objectType": "Group", "mbox": "mailto:team@example.org"}


@pytest.mark.parametrize(
    ("accept", "name", "text", "display"),
    [
        ("az", "az", None, None),
        ("ru, hy;q=0.5", "hy", "ru", "ru"),
        ("hy;q=0.1, az;q=0.9", "az", None, None),
        ("en", "en-US", None, "en"),
        ("fr-CA, fr;q=0.8, en-US;q=0.2", "en-US", "fr", None),
    ],
)
async def test_canonical_is_one_language_for_each_map_by_itself(
    xapi: Xapi, accept: str, name: str, text: str | None, display: str | None
) -> None:
    await xapi.stored(full(id=FIRST))
    whole = await got(xapi, accept, format="canonical")
    for activity in (whole["object"], *whole["context"]["contextActivities"]["parent"]):
        definition = activity["definition"]
        assert definition["name"] == {name: NAMES[name]}
        assert definition["choices"][0]["description"] == {name: NAMES[name]}
        assert len(definition["description"]) == 1
        assert text is None or definition["description"] == {text: TEXTS[text]}
    assert len(whole["verb"]["display"]) == 1
    assert display is None or display in whole["verb"]["display"]
    assert whole["actor"] == TEAM


async def test_canonical_without_a_language_is_still_one_each(xapi: Xapi) -> None:
    await xapi.stored(full(id=FIRST))
    for accept in (None, "", "*", "tlh", "en;q=0", "nonsense;;q=x"):
        definition = (await got(xapi, accept, format="canonical"))["object"]["definition"]
        assert (len(definition["name"]), len(definition["description"])) == (1, 1), accept


async def test_canonical_is_what_is_known_of_the_activity_now(xapi: Xapi) -> None:
    await xapi.stored(make_statement(id=FIRST, verb={"id": COMPLETED}))
    await xapi.stored(make_statement(object={"id": INTRO, "definition": {"name": {"en": "Introduction"}}}))
    asked = await xapi.get(statementId=FIRST, format="canonical")
    assert asked.json()["object"].get("definition") == {"name": {"en": "Introduction"}}

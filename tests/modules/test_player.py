"""A learner's way through a module, and the statements it leaves; the shapes are those of cmi5 9.3 to 9.7."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import Connection, func, select, text

from base import Conflict, Database, Effect, Forbidden, Invalid, Missing, WaymarkError
from content import Match, MoveOn, Order, Status
from lrs import StatementsStored, Stored, agent_key, statements_of_agents
from modules import (
    Answer,
    Fault,
    PlayerPage,
    PlayerState,
    answer,
    begin,
    facts_of,
    finish,
    hand_in,
    leave,
    open_module,
    player_page,
    publish_module,
    try_again,
)
from modules.tables import attempts, module_sessions
from people import Person
from tests.modules.makers import (
    ACTIVITY,
    MODULE_ID,
    RIGHT_FIELDS,
    SINGLE,
    WRONG_FIELDS,
    make_learner,
    make_source,
    open_published,
)
from tests.times import NOW

Run = Callable[..., Any]
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
EXTENSION = "https://w3id.org/xapi/cmi5/context/extensions/"
BACK = "http://127.0.0.1:8000/p"


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture
def learner(write: Run) -> Person:
    person: Person = write(make_learner)
    return person


@pytest.fixture
def record(read: Run, learner: Person) -> Callable[[], list[Stored]]:
    """The learner's statements in the order in which they were stored."""
    key = f"account::{learner.opaque.home_page}::{learner.opaque.name}"

    def of_learner(conn: Connection) -> list[Stored]:
        return list(statements_of_agents(conn, [key]))

    return lambda: read(of_learner)


def verbs(stored: list[Stored]) -> list[str]:
    return [each.statement.verb.id.rsplit("/", 1)[-1] for each in stored]


def as_json(stored: Stored) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(stored.raw)
    return decoded


def test_a_passed_module_leaves_a_session_in_the_order_of_cmi5(
    write: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner)
    write(begin, token, now=after(1))
    assert write(hand_in, token, RIGHT_FIELDS, now=after(6)) == {}
    assert verbs(record()) == [
        "launched",
        "initialized",
        *["answered"] * 6,
        "passed",
        "completed",
        "terminated",
    ]


def test_every_statement_carries_the_context_template(
    write: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    source = make_source()
    token = write(open_published, learner, source)
    write(hand_in, token, RIGHT_FIELDS, now=after(6))
    contexts = [as_json(each)["context"] for each in record()]
    assert len({context["registration"] for context in contexts}) == 1
    assert len({context["extensions"][EXTENSION + "sessionid"] for context in contexts}) == 1
    for context in contexts:
        grouping = [activity["id"] for activity in context["contextActivities"]["grouping"]]
        assert grouping == [f"urn:uuid:{MODULE_ID}"]
        assert context["revision"] == source.version_hash
    assert all(
        agent_key(each.statement.actor) == f"account::http://127.0.0.1:8000::{learner.opaque.name}" for each in record()
    )
    assert all(each.authority == "account::http://127.0.0.1:8000::waymark" for each in record())


def test_launched_says_how_it_was_launched(write: Run, learner: Person, record: Callable[[], list[Stored]]) -> None:
    write(open_published, learner)
    (launched,) = record()
    statement = as_json(launched)
    assert statement["object"]["id"] == ACTIVITY
    assert statement["object"]["definition"]["name"] == {"en": "Strategy", "az": "Strategiya"}
    assert [activity["id"] for activity in statement["context"]["contextActivities"]["category"]] == [CMI5]
    extensions = statement["context"]["extensions"]
    assert UUID(extensions.pop(EXTENSION + "sessionid"))
    assert extensions == {
        EXTENSION + "launchmode": "Normal",
        EXTENSION + "moveon": "CompletedAndPassed",
        EXTENSION + "launchurl": "http://127.0.0.1:8000/modules/strategy",
        EXTENSION + "masteryscore": 0.8,
    }


def test_passed_and_completed_carry_their_results(
    write: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner)
    write(begin, token, now=after(1))
    write(hand_in, token, RIGHT_FIELDS, now=after(6.5))
    passed, completed, terminated = (as_json(each) for each in record()[-3:])
    assert passed["result"] == {
        "score": {"scaled": 1.0, "raw": 6, "min": 0, "max": 6},
        "success": True,
        "duration": "PT330.00S",
    }
    assert passed["context"]["extensions"][EXTENSION + "masteryscore"] == 0.8
    assert completed["result"] == {"completion": True, "duration": "PT330.00S"}
    assert terminated["result"] == {"duration": "PT330.00S"}
    for statement, categories in ((passed, [CMI5, MOVE_ON]), (completed, [CMI5, MOVE_ON]), (terminated, [CMI5])):
        assert [each["id"] for each in statement["context"]["contextActivities"]["category"]] == categories


def test_an_answer_is_recorded_as_an_interaction_without_its_right_response(
    write: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner)
    write(answer, token, "q5", {"q5.a": ["y"], "q5.b": ["y"]}, now=after(2))
    statement = as_json(record()[-1])
    assert statement["object"] == {
        "objectType": "Activity",
        "id": f"{ACTIVITY}/questions/q5",
        "definition": {
            "description": {"en": "Text of q5"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "matching",
            "source": [
                {"id": "a", "description": {"en": "Option a"}},
                {"id": "b", "description": {"en": "Option b"}},
            ],
            "target": [
                {"id": "x", "description": {"en": "Target x"}},
                {"id": "y", "description": {"en": "Target y"}},
            ],
        },
    }
    assert statement["result"] == {"success": False, "response": "a[.]y[,]b[.]y"}
    assert [each["id"] for each in statement["context"]["contextActivities"]["parent"]] == [ACTIVITY]
    assert "category" not in statement["context"]["contextActivities"]


def test_a_passed_module_gives_the_facts_that_rules_ask_for(
    write: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner)
    write(hand_in, token, RIGHT_FIELDS, now=after(6))
    facts = [fact for each in record() for fact in facts_of(each)]
    assert [(fact.kind.value, fact.value, fact.activity, fact.at) for fact in facts] == [
        ("passed", 1.0, ACTIVITY, after(6)),
        ("scored", 1.0, ACTIVITY, after(6)),
        ("completed", None, ACTIVITY, after(6)),
    ]


def test_after_a_failure_another_try_passes_under_the_same_registration(
    write: Run, read: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    first = write(open_published, learner)
    write(hand_in, first, WRONG_FIELDS, now=after(6))
    result = read(player_page, first, now=after(6)).result
    assert (result.right, result.of, result.mastery, result.passed) == (4, 6, 0.8, False)
    second = write(try_again, first, now=after(7))
    page = read(player_page, second, now=after(7))
    assert (page.state, page.practice, page.passed_before) == (PlayerState.OPEN, False, False)
    write(hand_in, second, RIGHT_FIELDS, now=after(12))
    told = verbs(record())
    assert [verb for verb in told if verb != "answered"] == [
        "launched", "initialized", "failed", "completed", "terminated",
        "launched", "initialized", "passed", "terminated",
    ]  # fmt: skip
    assert len({each.statement.context.registration for each in record() if each.statement.context}) == 1


def test_a_passed_module_opens_for_practice_that_nothing_judges(
    write: Run, read: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    write(hand_in, write(open_published, learner), RIGHT_FIELDS, now=after(6))
    again = write(open_published, learner, now=after(60))
    assert read(player_page, again, now=after(60)).practice
    write(hand_in, again, WRONG_FIELDS, now=after(65))
    assert verbs(record())[-9:] == ["launched", "initialized", *["answered"] * 6, "terminated"]
    page = read(player_page, again, now=after(65))
    assert (page.state, page.passed_before) == (PlayerState.FINISHED, True)
    assert (page.result.right, page.result.passed) == (4, False)


def test_a_module_without_a_quiz_is_completed_by_finishing(
    write: Run, read: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner, make_source(questions=None))
    write(finish, token, now=after(5))
    assert verbs(record()) == ["launched", "initialized", "completed", "terminated"]
    assert EXTENSION + "masteryscore" not in as_json(record()[0])["context"]["extensions"]
    page = read(player_page, token, now=after(5))
    assert (page.state, page.result, page.questions) == (PlayerState.FINISHED, None, ())


def test_a_question_left_open_is_not_right(write: Run, read: Run, learner: Person) -> None:
    token = write(open_published, learner)
    assert write(answer, token, "q1", {"q1": ["b"]}, now=after(2)) == Answer("b", correct=True)
    write(finish, token, now=after(3))
    result = read(player_page, token, now=after(3)).result
    assert (result.right, result.of, result.scaled) == (1, 6, 1 / 6)


def test_every_act_may_be_sent_twice_and_is_recorded_once(
    write: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner)
    for act in (begin, begin):
        write(act, token, now=after(1))
    for _ in range(2):
        write(answer, token, "q1", {"q1": ["b"]}, now=after(2))
    for _ in range(2):
        assert write(hand_in, token, RIGHT_FIELDS, now=after(3)) == {}
    write(finish, token, now=after(4))
    write(begin, token, now=after(4))
    assert write(leave, token, now=after(4)) == BACK
    told = verbs(record())
    assert told.count("answered") == 6
    assert [verb for verb in told if verb != "answered"] == [
        "launched",
        "initialized",
        "passed",
        "completed",
        "terminated",
    ]


def test_an_answer_is_not_changed_within_a_session(write: Run, learner: Person) -> None:
    token = write(open_published, learner)
    write(answer, token, "q1", {"q1": ["a"]}, now=after(1))
    with pytest.raises(Conflict, match="q1 was answered already"):
        write(answer, token, "q1", {"q1": ["b"]}, now=after(2))


def test_answering_after_the_end_is_refused_by_the_rule_of_cmi5(write: Run, learner: Person) -> None:
    token = write(open_published, learner)
    write(finish, token, now=after(1))
    with pytest.raises(Conflict) as refused:
        write(answer, token, "q1", {"q1": ["b"]}, now=after(2))
    assert refused.value.rule == "cmi5 9.3.0.0-5"


def test_a_form_with_gaps_says_where_and_keeps_nothing(
    write: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner)
    sent = {**RIGHT_FIELDS, "q1": [], "q4": ["a dozen"], "q6.a": ["1"], "q6.b": ["1"]}
    assert write(hand_in, token, sent, now=after(3)) == {
        "q1": Fault.UNANSWERED,
        "q4": Fault.NOT_A_NUMBER,
        "q6": Fault.PLACE_TAKEN_TWICE,
    }
    assert verbs(record()) == ["launched"]
    assert write(answer, token, "q4", {"q4": ["a dozen"]}, now=after(3)) is Fault.NOT_A_NUMBER


@pytest.mark.parametrize("value", ["d", "<script>alert(1)</script>", "a[,]b", "x" * 100_000])
def test_an_option_that_the_quiz_does_not_have_is_refused_whole(
    write: Run, learner: Person, record: Callable[[], list[Stored]], value: str
) -> None:
    token = write(open_published, learner)
    with pytest.raises(Invalid, match="q1") as refused:
        write(hand_in, token, {**RIGHT_FIELDS, "q1": [value]}, now=after(3))
    assert len(refused.value.message) < 300
    assert verbs(record()) == ["launched"]


def test_a_question_of_another_quiz_is_missing(write: Run, learner: Person) -> None:
    token = write(open_published, learner, make_source(questions=(SINGLE,)))
    with pytest.raises(Missing, match="no question 'q9'"):
        write(answer, token, "q9", {"q9": ["b"]}, now=after(1))


def test_opening_again_abandons_the_open_session_with_the_time_it_was_used(
    write: Run, read: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    first = write(open_published, learner)
    write(begin, first, now=after(1))
    write(answer, first, "q1", {"q1": ["b"]}, now=after(4))
    write(open_published, learner, now=after(30))
    assert verbs(record()) == ["launched", "initialized", "answered", "abandoned", "launched"]
    abandoned = as_json(record()[3])
    assert abandoned["verb"]["id"] == "https://w3id.org/xapi/adl/verbs/abandoned"
    assert abandoned["result"] == {"duration": "PT240.00S"}
    sessions = [as_json(each)["context"]["extensions"][EXTENSION + "sessionid"] for each in record()]
    assert sessions[3] == sessions[0] != sessions[4]
    with pytest.raises(Forbidden, match="Open the module again from your path"):
        read(player_page, first, now=after(31))
    with pytest.raises(Forbidden, match="opened again in another page"):
        write(hand_in, first, RIGHT_FIELDS, now=after(31))


def test_leaving_ends_the_session_unjudged(
    write: Run, read: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    token = write(open_published, learner)
    assert write(leave, token, now=after(2)) == BACK
    assert verbs(record()) == ["launched", "initialized", "terminated"]
    assert read(player_page, token, now=after(2)).state is PlayerState.LEFT


def test_an_unknown_address_and_an_expired_one_say_how_to_go_on(write: Run, read: Run, learner: Person) -> None:
    with pytest.raises(Missing, match="Open the module again from your path"):
        read(player_page, "invented", now=NOW)
    token = write(open_published, learner)
    assert read(player_page, token, now=after(6 * 60 - 1)).state is PlayerState.OPEN
    for act in (begin, finish, leave, try_again):
        with pytest.raises(Forbidden, match="Open the module again from your path"):
            write(act, token, now=after(6 * 60))


def test_the_token_is_not_stored(write: Run, read: Run, learner: Person, record: Callable[[], list[Stored]]) -> None:
    token = write(open_published, learner)
    row = read(lambda conn: conn.execute(select(module_sessions)).one())
    assert len(token) >= 22
    assert token not in repr(row)
    assert token.encode() not in record()[0].raw


def test_the_page_holds_no_right_answer(write: Run, read: Run, learner: Person) -> None:
    token = write(open_published, learner)
    page: PlayerPage = read(player_page, token, now=NOW)
    shown = msgspec.json.encode(page)
    for hidden in (b"right", b"pairs", b"12.5", b"Feedback"):
        assert hidden not in shown
    assert [question.kind for question in page.questions] == [
        "single", "multiple", "true-false", "numeric", "match", "order",
    ]  # fmt: skip
    assert [option.text for option in page.questions[0].options] == ["Option a", "Option b", "Option c"]
    assert page.html == "<p>Why a town plans.</p>\n"


def test_orders_and_targets_are_mixed_by_session_and_alike_within_one(write: Run, read: Run, learner: Person) -> None:
    letters = ("a", "b", "c", "d")
    match = Match(id="q1", pairs={each: each for each in letters})
    source = make_source(questions=(match, Order(id="q2", options=letters, right=letters)))
    targets, orders = set(), set()
    for opening in range(12):
        token = write(open_published, learner, source, now=after(opening))
        page = read(player_page, token, now=after(opening))
        assert page == read(player_page, token, now=after(opening))
        targets.add(tuple(target.id for target in page.questions[0].targets))
        orders.add(tuple(option.id for option in page.questions[1].options))
    for shown in (targets, orders):
        assert len(shown) > 1
        assert {tuple(sorted(ids)) for ids in shown} == {letters}


def test_the_result_tells_each_answer_in_words_with_its_feedback(write: Run, read: Run, learner: Person) -> None:
    token = write(open_published, learner)
    write(hand_in, token, WRONG_FIELDS, now=after(6))
    page = read(player_page, token, now=after(6))
    assert [(each.given, each.correct) for each in page.questions] == [
        (("Option a",), False),
        (("Option a",), False),
        (("true",), True),
        (("12.4",), True),
        (("Option a → Target x", "Option b → Target y"), True),
        (("Option c", "Option a", "Option b"), True),
    ]
    assert page.questions[0].feedback == "Feedback on q1"


def test_the_learners_language_is_used_where_there_is_a_translation(write: Run, read: Run, learner: Person) -> None:
    english_only = write(open_published, learner, language="az")
    page = read(player_page, english_only, now=NOW)
    assert (page.language, page.text_language, page.title) == ("az", "en", "Strategiya")


def test_a_translation_is_what_its_readers_get(write: Run, read: Run, learner: Person) -> None:
    token = write(open_published, learner, make_source(languages=("en", "az")), language="az")
    assert read(player_page, token, now=NOW).text_language == "az"


def test_an_attempt_stays_with_the_version_it_began_with(write: Run, read: Run, learner: Person) -> None:
    write(open_published, learner, make_source(text="# T\n\nOld."))
    token = write(open_published, learner, make_source(text="# T\n\nNew."), now=after(5))
    assert "Old." in read(player_page, token, now=after(5)).html


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETIRED])
def test_a_draft_or_retired_module_cannot_be_begun(write: Run, learner: Person, status: Status) -> None:
    with pytest.raises(Forbidden, match=f"strategy cannot be begun: it is {status.value}"):
        write(open_published, learner, make_source(status=status))


def test_an_attempt_at_a_module_retired_since_goes_on(write: Run, read: Run, learner: Person) -> None:
    write(open_published, learner)
    token = write(open_published, learner, make_source(status=Status.RETIRED), now=after(5))
    assert read(player_page, token, now=after(5)).state is PlayerState.OPEN


def test_an_unknown_module_is_missing(write: Run, learner: Person) -> None:
    with pytest.raises(Missing):
        write(open_module, learner, MODULE_ID, language="en", return_url=BACK, now=NOW)


def test_a_second_registration_is_not_opened_for_the_same_try(write: Run, read: Run, learner: Person) -> None:
    for minute in range(3):
        write(open_published, learner, now=after(minute))
    assert read(lambda conn: conn.scalar(select(func.count()).select_from(attempts))) == 1


async def test_what_is_done_at_once_is_recorded_once(db: Database) -> None:
    learner = await db.write(make_learner)
    await db.write(publish_module, make_source(), now=NOW)

    def opened(conn: Connection) -> str:
        return open_module(conn, learner, MODULE_ID, language="en", return_url=BACK, now=NOW)

    tokens = await asyncio.gather(*(db.write(opened) for _ in range(6)))
    handed_in = await asyncio.gather(
        *(db.write(hand_in, token, RIGHT_FIELDS, now=after(1)) for token in tokens * 3), return_exceptions=True
    )
    assert sum(each == {} for each in handed_in) == 3  # the one session still open, handed in three times
    assert all(isinstance(each, WaymarkError) for each in handed_in if each != {})
    key = f"account::{learner.opaque.home_page}::{learner.opaque.name}"
    told = verbs(await db.read(lambda conn: list(statements_of_agents(conn, [key]))))
    assert {verb: told.count(verb) for verb in set(told)} == {
        "launched": 6, "abandoned": 5, "initialized": 1, "answered": 6, "passed": 1, "completed": 1, "terminated": 1,
    }  # fmt: skip


def test_completion_alone_still_lets_a_quiz_be_passed_later(
    write: Run, read: Run, learner: Person, record: Callable[[], list[Stored]]
) -> None:
    source = make_source(move_on=MoveOn.COMPLETED_OR_PASSED)
    write(hand_in, write(open_published, learner, source), WRONG_FIELDS, now=after(6))
    again = write(open_published, learner, source, now=after(60))
    assert not read(player_page, again, now=after(60)).practice
    write(hand_in, again, RIGHT_FIELDS, now=after(65))
    assert verbs(record())[-2:] == ["passed", "terminated"]


def test_a_score_equal_to_mastery_passes(write: Run, read: Run, learner: Person) -> None:
    token = write(open_published, learner, make_source(mastery=0.5))
    half = {**WRONG_FIELDS, "q3": ["false"]}
    write(hand_in, token, half, now=after(6))
    result = read(player_page, token, now=after(6)).result
    assert (result.scaled, result.passed) == (0.5, True)


async def test_a_quiz_handed_in_is_heard_as_one_event(database_url: str) -> None:
    heard = Effect("listener", StatementsStored, wants=lambda _: True, apply=lambda conn, event, now: None)
    db = await Database.open(database_url, subscriptions=(heard,))
    token = await db.write(lambda conn: open_published(conn, make_learner(conn)))
    before = await db.read(count_pending)
    await db.write(hand_in, token, RIGHT_FIELDS, now=after(1))
    assert await db.read(count_pending) == before + 1
    await db.close()


def count_pending(conn: Connection) -> int:
    counted: int = conn.execute(text("SELECT count(*) FROM pending_events")).scalar_one()
    return counted

"""A log of any size: what a network of learners leaves there, the same each time, through the store's own door."""

import random
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from lrs import Account, Agent, agent_key, parse_statements
from lrs.log.posts import Post
from lrs.log.store import store_posts

BATCH: Final = 1000
FIRST_STORED: Final = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN: Final = timedelta(seconds=1)
"""From one batch to the next."""

LEARNERS: Final = 20_000
ACTIVITIES: Final = 400
COURSES: Final = 40
VERBS: Final = (
    *("launched", "initialized", "answered", "answered", "answered", "answered", "experienced", "experienced"),
    *("completed", "passed", "failed", "terminated"),
)
AUTHORITY: Final = Agent(name="Seed", account=Account(home_page="https://lms.example", name="seed"))

_STATEMENT: Final = (
    '{{"actor":{{"objectType":"Agent","account":{{"homePage":"https://lms.example","name":"{learner}"}}}},'
    '"verb":{{"id":"http://adlnet.gov/expapi/verbs/{verb}","display":{{"en":"{verb}"}}}},'
    '"object":{{"objectType":"Activity","id":"{activity}","definition":{{'
    '"type":"http://adlnet.gov/expapi/activities/cmi.interaction","name":{{"en":"Question {number}"}}}}}},'
    '"result":{{"score":{{"scaled":0.8}},"success":true,"response":"income","duration":"PT21S"}},'
    '"context":{{"registration":"{registration}",'
    '"instructor":{{"objectType":"Agent","mbox":"mailto:teacher-{course}@lms.example"}},'
    '"contextActivities":{{"grouping":[{{"objectType":"Activity","id":"https://lms.example/course/{course}"}}]}}}},'
    '"timestamp":"2026-11-22T08:59:00.000Z"}}'
)


def learner_name(number: int) -> str:
    return str(UUID(int=number + 1, version=4))


def learner_key(number: int) -> str:
    return agent_key(Agent(account=Account(home_page="https://lms.example", name=learner_name(number))))


def activity_iri(number: int) -> str:
    return f"https://lms.example/course/{number % COURSES}/question/{number}"


def registration_of(learner: int, course: int) -> UUID:
    return UUID(int=learner * COURSES + course + 1, version=4)


def verb_iri(verb: str) -> str:
    return f"http://adlnet.gov/expapi/verbs/{verb}"


def batch_of(number: int, size: int = BATCH) -> bytes:
    """The statements of one batch, without ids: some learners and activities are much busier than others."""
    chance = random.Random(number)
    return f"[{','.join(_statement(chance) for _ in range(size))}]".encode()


def _statement(chance: random.Random) -> str:
    learner = int(LEARNERS * chance.random() ** 2)
    activity = int(ACTIVITIES * chance.random() ** 2)
    course = activity % COURSES
    return _STATEMENT.format(
        learner=learner_name(learner),
        verb=chance.choice(VERBS),
        activity=activity_iri(activity),
        number=activity,
        course=course,
        registration=registration_of(learner, course),
    )


def seed_log(conn: Connection, first: int, batches: int, *, size: int = BATCH) -> None:
    """Store these batches, each a second after the one before, in one transaction."""
    for number in range(first, first + batches):
        (outcome,) = store_posts(
            conn, [Post(parse_statements(batch_of(number, size)), AUTHORITY)], now=FIRST_STORED + number * BETWEEN
        )
        assert not isinstance(outcome, Exception), outcome

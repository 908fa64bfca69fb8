"""The statements that are posted: what an LMS sends when somebody has answered a question, or passed."""

import base64
from itertools import product
from uuid import UUID, uuid5

import msgspec

from bench.load import Requests
from lrs import Credential

LEARNERS = 100
ACTIVITIES = 4
CONNECTIONS = 16
SIZES = f"{CONNECTIONS} connections, {LEARNERS} learners, {ACTIVITIES} activities, an attempt each"

ANSWERED = "answered"
"""Its statements hold no fact, as most do not: nobody is to hear of them."""

PASSED = "passed"

_NAMES = UUID("6f4b7f1e-64a1-4c0b-9f43-1c3e7d1f6a55")
ANY_ID = b"00000000-0000-4000-8000-000000000000"


def bodies(verb: str = ANSWERED) -> list[bytes]:
    """One statement of every learner about every activity, each under an id that is to be written anew."""
    pairs = product(range(LEARNERS), range(ACTIVITIES))
    return [msgspec.json.encode(_statement(learner, activity, verb)) for learner, activity in pairs]


def posts_of(port: int, credential: Credential, path: str = "/xapi/statements", verb: str = ANSWERED) -> Requests:
    requests = tuple(request_of(port, credential, body, path) for body in bodies(verb))
    return Requests(port, CONNECTIONS, 200, requests, tuple(each.index(ANY_ID) for each in requests))


def request_of(port: int, credential: Credential, body: bytes, path: str = "/xapi/statements") -> bytes:
    """A whole request that posts `body`."""
    secret = base64.b64encode(f"{credential.key}:{credential.secret}".encode()).decode()
    head = (
        f"POST {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Basic {secret}\r\n"
        f"content-type: application/json\r\nx-experience-api-version: 1.0.3\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _statement(learner: int, activity: int, verb: str) -> dict[str, object]:
    attempt = uuid5(_NAMES, f"{learner} {activity}")
    return {
        "id": ANY_ID.decode(),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "https://lms.example", "name": str(uuid5(_NAMES, str(learner)))},
        },
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": f"https://lms.example/quiz/{activity}",
            "definition": {
                "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
                "name": {"en": "Which of these is a measurable change?"},
                "interactionType": "choice",
            },
        },
        "result": {"score": {"scaled": 0.8}, "success": True, "response": "income", "duration": "PT21S"},
        "context": {
            "registration": str(attempt),
            "contextActivities": {"grouping": [{"objectType": "Activity", "id": "https://lms.example/course/1"}]},
        },
        "timestamp": "2026-11-22T08:59:00.000Z",
    }

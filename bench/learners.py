"""Learners who have gone some of the way, by the same functions as the pages use."""

from datetime import UTC, datetime

from sqlalchemy import Connection

from base import apply_effects
from modules import begin, hand_in, open_module
from paths import enrol, path
from people import Person, add_person
from tests.journeys.catalogue import modules_of_the_path
from tests.journeys.right_answers import right_fields

_PATH = "pathways-for-economic-growth"


def add_learner(conn: Connection, *, finished: int) -> Person:
    """A new learner on the catalogue's path who has passed its first `finished` modules; all of it was heard."""
    learner = add_person(conn, full_name="Aygün Əliyeva", language="az", now=_now())
    enrol(conn, learner, path(conn, _PATH).id, origin="self", by=learner.id, reason="bench", now=_now())
    for number in range(finished):
        pass_module(conn, learner, number)
    while apply_effects(conn, now=_now()):
        pass
    return learner


def pass_module(conn: Connection, learner: Person, number: int) -> None:
    """The learner opens the module of this number on the path, answers rightly, and nobody has heard of it yet."""
    module = modules_of_the_path()[number]
    token = open_module(conn, learner, module.id, language="az", return_url="http://127.0.0.1/", now=_now())
    begin(conn, token, now=_now())
    assert module.quiz is not None
    fields: dict[str, list[str]] = {}
    for name, value in right_fields(module.quiz):
        fields.setdefault(name, []).append(value)
    assert hand_in(conn, token, fields, now=_now()) == {}


def _now() -> datetime:
    return datetime.now(UTC)

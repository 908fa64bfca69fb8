from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from base import Missing
from paths import Elsewhere, PathView, State, Step, path_view, path_views
from tests.paths.makers import group, leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]

ITEMS = (
    leaf("r-intro", "intro"),
    group("electives", leaf("r-budget", "budget", after=["r-intro"]), leaf("r-data", "data", min_score=0.9), n=1),
    leaf("r-soon", "soon", optional=True),
)


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules, ("soon",))
    write(publish, *ITEMS)


def view_of(read: Do, learner: Any, language: str = "en") -> PathView:
    view = read(path_view, learner, "growth", language=language, now=NOW)
    assert isinstance(view, PathView)
    return view


def steps(items: Iterable[Step | Elsewhere]) -> list[Step]:
    """Those of the items that are steps, and no sign-posts."""
    return [item for item in items if isinstance(item, Step)]


def passes(write: Do, learner: Any, slug: str, at: datetime, score: float | None = None) -> None:
    write(record, statement(agent_of(learner), slug, score=score, at=at), now=at)
    write(fold_all, now=at)


def test_a_path_shows_its_requirements_in_order_with_the_next_step(write: Do, read: Do) -> None:
    learner = write(make_learner)
    write(enrol_self, learner)
    view = view_of(read, learner)
    assert view.enrolled
    assert (view.state, view.done, view.needed) == (State.OPEN, 0, 2)
    intro, electives, soon = steps(view.items)
    assert (intro.title, intro.state, intro.minutes, intro.can_open) == ("intro (en)", State.OPEN, 7, True)
    assert (electives.title, electives.choose) == ("electives (en)", 1)
    budget, data = steps(electives.items)
    assert (budget.state, budget.opens_after, budget.can_open) == (State.LOCKED, ("intro (en)",), False)
    assert (data.min_score, data.can_open) == (0.9, True)
    assert (soon.coming_soon, soon.optional, soon.can_open) == (True, True, False)
    assert view.next_step == intro


def test_the_next_step_moves_on_and_ends(write: Do, read: Do) -> None:
    learner = write(make_learner)
    write(enrol_self, learner)
    passes(write, learner, "intro", later(1), 0.85)
    view = view_of(read, learner)
    assert view.next_step is not None
    assert (view.next_step.id, view.done, steps(view.items)[0].score) == ("r-budget", 1, 0.85)
    passes(write, learner, "budget", later(2))
    view = view_of(read, learner)
    assert (view.next_step, view.done, view.needed, view.completed_at) == (None, 2, 2, later(2))
    assert len(steps(view.items)[1].evidence) == 1


def test_a_day_is_a_day_in_the_paths_time_zone(write: Do, read: Do) -> None:
    learner = write(make_learner)
    write(enrol_self, learner)
    evening = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)  # half past midnight in Baku
    passes(write, learner, "intro", evening)
    since = steps(view_of(read, learner).items)[0].since
    assert since is not None
    assert (since, since.day) == (evening, 23)


def test_a_path_speaks_the_readers_language(write: Do, read: Do) -> None:
    learner = write(make_learner)
    view = view_of(read, learner, "ka")
    assert (view.title, steps(view.items)[0].title) == ("Pathways for Economic Growth (ka)", "intro (ka)")


def test_who_is_not_enrolled_sees_what_they_would_find(write: Do, read: Do) -> None:
    learner = write(make_learner)
    passes(write, learner, "intro", later(1))
    view = view_of(read, learner)
    assert (view.enrolled, view.is_open, view.done) == (False, True, 1)
    assert read(path_views, learner, language="en", now=NOW) == []


def test_my_paths_are_those_on_which_i_am_enrolled(write: Do, read: Do) -> None:
    learner = write(make_learner)
    write(enrol_self, learner)
    (view,) = read(path_views, learner, language="en", now=NOW)
    assert view.slug == "growth"


def test_an_unknown_path_is_missing(write: Do, read: Do) -> None:
    with pytest.raises(Missing):
        read(path_view, write(make_learner), "nowhere", language="en", now=NOW)

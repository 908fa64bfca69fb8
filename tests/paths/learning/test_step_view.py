"""What learners read of their steps: days, dates, choices, and why something cannot be opened."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from content import Delivery, DeliveryMode, Status
from modules import publish_module
from paths import (
    DayKind,
    Elsewhere,
    EnrolmentStatus,
    Lack,
    PathView,
    State,
    Step,
    change_status,
    days_ahead,
    extend,
    path_view,
    path_views,
)
from tests.paths.makers import group, in_all_languages, leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    module_source,
    publish,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]
DAY = 24 * 60
POST = {"id": "s-law", "url": "https://law.example/", "title": in_all_languages("The law")}


@pytest.fixture(autouse=True)
def _modules(write: Do) -> None:
    write(publish_modules)


@pytest.fixture
def learner(write: Do) -> Any:
    return write(make_learner)


def begin(write: Do, learner: Any, *items: dict[str, Any], **changed: Any) -> Any:
    write(publish, *items, **changed)
    return write(enrol_self, learner)


def view_of(read: Do, learner: Any, *, after_days: float = 0, language: str = "en") -> PathView:
    view = read(path_view, learner, "growth", language=language, now=later(after_days * DAY))
    assert isinstance(view, PathView)
    return view


def only(view: PathView) -> Step:
    (step,) = view.items
    assert isinstance(step, Step)
    return step


def passes(write: Do, learner: Any, slug: str = "intro", *, after_days: float = 0) -> None:
    at = later(after_days * DAY)
    write(record, statement(agent_of(learner), slug, at=at), now=at)
    write(fold_all, now=at)


def test_what_is_due_on_a_day_may_come_until_its_end_in_the_paths_time_zone(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro", when={"due": date(2026, 11, 30)}))
    until_the_end = date(2026, 11, 30).toordinal() - NOW.date().toordinal()
    in_time = only(view_of(read, learner, after_days=until_the_end - 1))
    assert (in_time.due, in_time.overdue) == (date(2026, 11, 30), False)
    assert only(view_of(read, learner, after_days=until_the_end + 1)).overdue


def test_a_later_due_date_is_shown_in_its_place(write: Do, read: Do, learner: Any) -> None:
    enrolled = begin(write, learner, leaf("r-intro", when={"due": date(2026, 11, 30)}))
    due = later(60 * DAY)
    write(extend, enrolled.id, due, node="r-intro", by=None, reason="was ill", now=NOW)
    shown = only(view_of(read, learner)).due
    assert shown is not None
    assert shown >= (due - timedelta(days=1)).date()


def test_what_opens_later_says_when_and_cannot_be_opened(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro", when={"opens_after": "P2W"}))
    view = view_of(read, learner)
    step = only(view)
    assert (step.state, step.can_open, view.next_step) == (State.LOCKED, False, None)
    (opens,) = (each for each in step.missing if each.lack == Lack.OPENS)
    assert opens.at == later(14 * DAY)
    assert only(view_of(read, learner, after_days=15)).can_open


def test_what_has_closed_names_the_last_day(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro", when={"closes": date(2026, 11, 30)}))
    step = only(view_of(read, learner, after_days=60))
    (closed,) = (each for each in step.missing if each.lack == Lack.CLOSED)
    assert closed.at is not None
    assert (closed.at.date(), step.can_open) == (date(2026, 11, 30), False)


def test_what_runs_out_can_be_shown_once_more_before_and_after(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro", when={"valid_for": "P100D", "renew_within": "P10D"}))
    passes(write, learner)
    fresh, soon, over = (only(view_of(read, learner, after_days=days)) for days in (1, 95, 101))
    assert (fresh.state, fresh.renews, soon.renews) == (State.SATISFIED, False, True)
    assert fresh.until == (later(100 * DAY) - timedelta(microseconds=1)).date()
    assert (over.state, over.can_open, over.renews) == (State.EXPIRED, True, True)
    assert view_of(read, learner, after_days=101).next_step == over


def test_a_sign_post_stands_at_its_place_and_counts_nothing(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro"), POST)
    view = view_of(read, learner, language="ka")
    assert view.items[1] == Elsewhere("s-law", "The law (ka)", "https://law.example/")
    assert view.needed == 1


def test_a_choice_by_credits_says_what_each_brings_and_what_is_wanted(write: Do, read: Do, learner: Any) -> None:
    items = [leaf("r-intro", credits=1.5), leaf("r-data", "data", credits=2)]
    begin(write, learner, group("c-more", *items) | {"kind": "credits", "credits": 2})
    passes(write, learner)
    step = only(view_of(read, learner))
    intro, data = step.items
    assert isinstance(intro, Step)
    assert isinstance(data, Step)
    assert (step.credits, intro.brings, data.brings) == (2, 1.5, 2)
    (missing,) = step.missing
    assert (missing.lack, missing.needed, missing.best) == (Lack.CREDITS, 2, 1.5)


def test_a_module_in_another_language_says_in_which(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro"))
    assert only(view_of(read, learner, language="hy")).language == "en"


def test_what_is_only_taken_elsewhere_is_a_step_without_a_button(write: Do, read: Do, learner: Any) -> None:
    workshop = {"mode": DeliveryMode.WORKSHOP, "finishing": {"sessions": 2}}
    write(publish_module, _taken_at(workshop), now=NOW)
    begin(write, learner, leaf("r-meet", "meet"))
    view = view_of(read, learner)
    step = only(view)
    assert (step.can_open, [way.mode for way in step.ways]) == (False, [DeliveryMode.WORKSHOP])
    assert view.next_step == step
    assert [(each.lack, each.needed) for each in step.missing] == [(Lack.SESSIONS, 2)]


def _taken_at(*deliveries: dict[str, Any]) -> Any:
    ways = msgspec.convert(deliveries, tuple[Delivery, ...])
    return module_source("meet", move_on=None, mastery=None, quiz=None, questions=None, deliveries=ways)


def test_an_equivalent_stands_beside_the_module_and_in_its_place_once_that_is_retired(
    write: Do, read: Do, learner: Any
) -> None:
    begin(write, learner, leaf("r-intro", also=["data"]))
    assert only(view_of(read, learner)).also == ("data (en)",)
    write(publish_module, module_source("intro", status=Status.RETIRED), now=NOW)
    step = only(view_of(read, learner))
    assert (step.module_id, step.also) == (module_source("data").id, ())


def test_a_retired_module_opens_for_those_who_began_it_only(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro"))
    passes(write, learner)
    write(publish_module, module_source("intro", status=Status.RETIRED), now=NOW)
    done, unbegun = only(view_of(read, learner)), only(view_of(read, write(make_learner)))
    assert (done.state, done.can_open, done.retired) == (State.SATISFIED, True, False)
    assert (unbegun.state, unbegun.can_open, unbegun.retired) == (State.OPEN, False, True)


def test_what_is_optional_is_next_where_all_else_waits_for_it(write: Do, read: Do, learner: Any) -> None:
    begin(write, learner, leaf("r-intro", optional=True), leaf("r-data", "data", after=["r-intro"]))
    view = view_of(read, learner)
    assert view.next_step is not None
    assert (view.next_step.id, view.minutes_left) == ("r-intro", 14)


def test_whoever_left_is_on_the_path_no_more_and_may_come_back(write: Do, read: Do, learner: Any) -> None:
    enrolled = begin(write, learner, leaf("r-intro"))
    write(
        change_status,
        enrolled.id,
        EnrolmentStatus.WITHDRAWN,
        origin="self",
        by=learner.id,
        reason="no time",
        now=later(1),
    )
    view = view_of(read, learner)
    assert (view.enrolled, view.may_begin) == (False, True)
    assert read(path_views, learner, language="en", now=NOW) == []
    write(enrol_self, learner, now=later(2))
    assert view_of(read, learner).enrolled


def test_whom_staff_withdrew_cannot_begin_again_alone(write: Do, read: Do, learner: Any) -> None:
    enrolled = begin(write, learner, leaf("r-intro"))
    staff = write(make_learner)
    write(change_status, enrolled.id, EnrolmentStatus.WITHDRAWN, by=staff.id, reason="moved", now=later(1))
    view = view_of(read, learner)
    assert (view.enrolled, view.may_begin, view.standing and view.standing.reason) == (False, False, "moved")


def test_a_pause_leaves_the_path_open_and_takes_its_days_away(write: Do, read: Do, learner: Any) -> None:
    enrolled = begin(write, learner, leaf("r-intro", when={"due": date(2026, 11, 30)}))
    write(change_status, enrolled.id, EnrolmentStatus.PAUSED, by=None, reason="maternity", now=later(1))
    view = view_of(read, learner)
    assert (view.enrolled, view.paused, only(view).can_open) == (True, True, True)
    assert days_ahead([view]) == []


def test_the_days_ahead_are_those_due_and_those_on_which_it_ends(write: Do, read: Do, learner: Any) -> None:
    begin(
        write,
        learner,
        leaf("r-intro", when={"valid_for": "P100D", "due": date(2026, 11, 30)}),
        leaf("r-data", "data", when={"due": date(2026, 12, 24)}),
    )
    first, second = days_ahead([view_of(read, learner)])
    assert [(each.node, each.kind, each.day) for each in (first, second)] == [
        ("r-intro", DayKind.DUE, date(2026, 11, 30)),
        ("r-data", DayKind.DUE, date(2026, 12, 24)),
    ]
    passes(write, learner)
    days = [(each.node, each.kind) for each in days_ahead([view_of(read, learner)])]
    assert days == [("r-data", DayKind.DUE), ("r-intro", DayKind.ENDS)]


def test_who_is_not_on_a_path_has_no_days_of_it(write: Do, read: Do, learner: Any) -> None:
    write(publish, leaf("r-intro", when={"due": date(2026, 11, 30)}))
    assert days_ahead([view_of(read, learner)]) == []


def test_the_path_by_which_it_is_shown_anew_is_named(write: Do, read: Do, learner: Any) -> None:
    again = {"id": "3d6f0a52-95a8-4c4e-9d38-6f6a4b5f2f12", "slug": "again", "title": in_all_languages("Once more")}
    write(publish, leaf("r-intro"), **again, activity="https://ulc.waymark.example/paths/again")
    begin(write, learner, leaf("r-intro", when={"valid_for": "P100D"}), recertification="again")
    assert view_of(read, learner).renewed_by == ("again", "Once more (en)")

"""What a path's author is told before anybody begins it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from content import Inspection, Library, PathFile, Status
from paths import ROOT, All, Credits, Leaf, Team, When, check_paths, in_order
from paths.authoring.authoring import judge_source, read_source
from paths.authoring.composing import Composition, Offer
from tests.paths.makers import group, in_all_languages, leaf, path_file, path_toml

LIVE = Offer(Status.LIVE)
OFFERS = {
    "intro": LIVE,
    "budget": Offer(Status.LIVE, credits=2),
    "text": Offer(Status.LIVE, scored=False),
    "later": Offer(Status.DRAFT),
    "old": Offer(Status.RETIRED, credits=2),
}


def other(slug: str, tree: Any = None, *, status: Status = Status.LIVE, module: str = "budget") -> Composition:
    tree = tree or All(ROOT, (Leaf("r"),))
    return Composition(slug, f"https://ulc.waymark.example/paths/{slug}", status, {}, tree, {}, {"r": (module,)})


OTHERS: dict[str, Composition | None] = {
    "basics": other("basics"),
    "draft": other("draft", status=Status.DRAFT),
    "gone": other("gone", status=Status.RETIRED),
    "team": other("team", Team(ROOT, 2, (Leaf("r"),))),
    "with-team": other("with-team", All(ROOT, (Team("t", 2, (Leaf("r"),)),))),
    "mine": other("mine", All(ROOT, (All("g", (Leaf("r"),), path="https://ulc.waymark.example/paths/growth"),))),
    "refresher": other("refresher", module="intro"),
    "broken": None,
}
IN_A_TEAM = "a team is within a team, whose members are people, so it is never satisfied"


def problems_of(file: PathFile, offers: Mapping[str, Offer | None] = OFFERS) -> list[tuple[str, str]]:
    source, problems = read_source(file)
    found = problems if source is None or problems else judge_source(source, file.file, offers, OTHERS)[1]
    return [(problem.key, problem.rule) for problem in found]


def points(id_: str, points: float, *items: dict[str, Any]) -> dict[str, Any]:
    return group(id_, *items) | {"kind": "credits", "credits": points}


def team(id_: str, at_least: int, *items: dict[str, Any], **rest: Any) -> dict[str, Any]:
    return group(id_, *items) | {"kind": "team", "at_least": at_least, **rest}


def sign_post(id_: str) -> dict[str, Any]:
    return {"id": id_, "url": "https://unhabitat.org/", "title": in_all_languages(id_)}


@pytest.mark.parametrize(
    "items",
    [
        [leaf("a", also=["budget"])],
        [leaf("a", asks={"signed_off": True, "signed_off_by": ["mayor"]})],
        [leaf("a", when={"opens": date(2026, 3, 1), "closes": date(2026, 3, 1), "due_after": "P30D"})],
        [leaf("a"), sign_post("s")],
        [leaf("a"), {"id": "b", "path": "basics", "when": {"due": date(2026, 3, 1)}}],
        [points("c", 4, leaf("a", credits=1.5), leaf("b", "budget"), leaf("d", "budget"))],
        [team("t", 3, leaf("a"), positions=["mayor", "planner"])],
        [leaf("a"), leaf("b", "old", optional=True)],
        [leaf("a", "old", also=["intro"])],
        [leaf("a"), {"id": "b", "path": "broken"}],
    ],
)
def test_what_can_be_completed_is_sound(items: list[dict[str, Any]]) -> None:
    assert problems_of(path_file(*items)) == []


@pytest.mark.parametrize(
    ("items", "key", "rule"),
    [
        # what there is not
        ([leaf("a", also=["nowhere"])], "tree.a.also", "there is no module nowhere"),
        ([leaf("a", also=["intro"])], "tree.a.also", "a module is named twice"),
        ([{"id": "b", "path": "nowhere"}], "tree.b.path", "there is no path nowhere"),
        ([{"id": "b", "path": "growth"}], "tree.b.path", "a path cannot be within itself"),
        ([{"id": "b", "path": "mine"}], "tree.b.path", "the path mine has this one in it"),
        ([{"id": "b", "path": "draft"}], "tree.b.path", "the path draft is a draft, so nobody could finish this one"),
        ([{"id": "b", "path": "gone"}], "tree.b.path", "the path gone is retired, so nobody could finish this one"),
        ([{"id": "b", "path": "team"}], "tree.b.path", "the path team is a team's as a whole"),
        # what cannot be reached
        ([leaf("a", "old")], "tree.a", "the module old is retired, so nobody could finish the path"),
        ([leaf("a", "later", also=["old"])], "tree.a", "the module later is a draft, so nobody could finish the path"),
        ([leaf("a"), points("c", 5, leaf("b", "budget"))], "tree.c.credits", "5 needed, 2 can be had"),
        ([points("c", 2, leaf("b", "budget"), leaf("d"))], "tree.d.credits", "it brings no credits to c"),
        (
            [points("c", 3, leaf("b", "budget"), leaf("d", "budget", optional=True))],
            "tree.c.credits",
            "3 needed, 2 can be had",
        ),
        (
            [team("t", 2, leaf("a")), leaf("b")],
            "tree.b",
            "it is in no team, and an organisation does nothing by itself",
        ),
        ([team("t", 2, team("u", 2, leaf("a")))], "tree.u", IN_A_TEAM),
        ([team("t", 2, group("g", team("u", 2, leaf("a"))))], "tree.u", IN_A_TEAM),
        ([team("t", 2, {"id": "b", "path": "with-team"})], "tree.b.t", IN_A_TEAM),
        ([sign_post("s")], "tree.path", "nothing in it counts"),
        ([sign_post("s"), leaf("a", after=["s"])], "tree.a.after", "s is a sign-post and opens nothing"),
        (
            [leaf("a", "text", min_score=0.8)],
            "tree.a.min_score",
            "no score can come of the module text: it has no quiz",
        ),
        (
            [leaf("a", "text", asks={"move_on": "Passed"})],
            "tree.a.asks",
            "no score can come of the module text: it has no quiz",
        ),
        ([leaf("a", asks={})], "tree.a.asks", "it asks for nothing"),
        ([leaf("a", asks={"move_on": "NotApplicable"})], "tree.a.asks", "it asks for nothing"),
        (
            [leaf("a", asks={"submitted": True, "signed_off_by": ["mayor"]})],
            "tree.a.asks.signed_off_by",
            "it says by whom, and asks for no sign-off",
        ),
        # what is no item of the tree
        ([sign_post("s") | {"optional": True}], "tree.s", "a sign-post has no optional"),
        (
            [{"id": "b", "path": "basics", "title": in_all_languages("b")}],
            "tree.b",
            "a path within a path has no title",
        ),
        ([group("g", leaf("a")) | {"kind": "credits"}], "tree.g.credits", "kind credits with credits = None"),
        ([group("g", leaf("a")) | {"at_least": 2}], "tree.g.at_least", "kind all with at_least = 2"),
        ([group("g", leaf("a")) | {"positions": ["mayor"]}], "tree.g.positions", "kind all with positions"),
    ],
)
def test_what_nobody_could_complete_is_refused(items: list[dict[str, Any]], key: str, rule: str) -> None:
    assert problems_of(path_file(*items)) == [(key, rule)]


@pytest.mark.parametrize(
    ("when", "key", "rule"),
    [
        ({}, "", "it says nothing"),
        ({"valid_for": "P0D"}, ".valid_for", "P0D is no time"),
        (
            {"opens": date(2026, 3, 2), "closes": date(2026, 3, 1)},
            ".closes",
            "closes 2026-03-01 is before opens 2026-03-02",
        ),
        ({"opens": date(2026, 3, 2), "due": date(2026, 3, 1)}, ".due", "due 2026-03-01 is before opens 2026-03-02"),
        (
            {"due": date(2026, 3, 2), "closes": date(2026, 3, 1)},
            ".closes",
            "closes 2026-03-01 is before due 2026-03-02",
        ),
        (
            {"opens_after": "P2M", "due_after": "P30D"},
            ".due_after",
            "due P30D after the enrolment and opened only P2M after it",
        ),
        ({"renew_within": "P30D"}, ".renew_within", "it never runs out, so it is never renewed"),
        (
            {"valid_for": "P1Y", "renew_within": "P13M"},
            ".renew_within",
            "it can be renewed P13M before it ends and is valid only P1Y",
        ),
    ],
)
def test_dates_that_contradict_each_other_are_refused(when: dict[str, Any], key: str, rule: str) -> None:
    assert problems_of(path_file(leaf("a", when=when))) == [(f"tree.a.when{key}", rule)]


@pytest.mark.parametrize("period", ["2 years", "P", "PT5M", "P1.5Y", "-P1D"])
def test_a_period_is_iso_8601_in_days_or_longer(period: str) -> None:
    ((key, rule),) = problems_of(path_file(leaf("a", when={"valid_for": period})))
    assert key.endswith("when.valid_for")
    assert "another form" in rule


def test_a_mistyped_date_is_refused() -> None:
    ((key, _),) = problems_of(path_file(leaf("a", when={"open": date(2026, 3, 1)})))
    assert key.endswith("when.open")


def test_what_opens_after_the_end_of_what_it_is_in_is_refused() -> None:
    late = leaf("a", when={"opens": date(2026, 5, 1)})
    inner = group("g", late) | {"when": {"closes": date(2026, 4, 1)}}
    assert problems_of(path_file(inner)) == [
        ("tree.a.when.opens", "it opens on 2026-05-01, and what it is in closes on 2026-04-01")
    ]
    whole = {"kind": "all", "items": [group("g", late)], "when": {"due": date(2026, 4, 1)}}
    assert problems_of(path_file(tree=whole)) == [
        ("tree.a.when.opens", "it opens on 2026-05-01, and what it is in is due on 2026-04-01")
    ]


def test_what_closes_before_that_opens_for_which_it_waits_is_refused() -> None:
    first = leaf("a", when={"opens": date(2026, 5, 1)})
    then = leaf("b", after=["a"], when={"closes": date(2026, 4, 1)})
    assert problems_of(path_file(first, then)) == [
        ("tree.b.when.closes", "it closes on 2026-04-01 and waits for a, which opens on 2026-05-01")
    ]


def test_a_team_within_a_team_is_told_with_its_cure() -> None:
    source, _ = read_source(path_file(team("t", 2, team("u", 2, leaf("a")))))
    assert source is not None
    (problem,) = judge_source(source, "growth.toml", OFFERS, OTHERS)[1]
    assert problem.cure == "Put it beside the other team, or make it a group of another kind"


def test_a_path_that_takes_nobody_new_may_ask_for_retired_modules() -> None:
    assert problems_of(path_file(leaf("a", "old"), status="retired")) == []


def test_a_rule_about_whom_it_is_for_names_somebody() -> None:
    assert problems_of(path_file(leaf("a"), audience=[{}])) == [
        ("audience[0]", "it names nobody, so it would be everybody")
    ]
    assert problems_of(path_file(leaf("a"), audience=[{"country": "XX"}])) == [
        ("audience[0].country", "XX is no country")
    ]
    assert problems_of(path_file(leaf("a"), audience=[{"position": "mayor", "organisation_kind": "city"}])) == []
    ((key, _),) = problems_of(path_file(leaf("a"), audience=[{"organisation_kind": "town"}]))
    assert key == "audience[0].organisation_kind"


def test_a_path_of_recertification_shows_something_anew() -> None:
    def recertified(by: str, *items: dict[str, Any]) -> list[tuple[str, str]]:
        return problems_of(path_file(*items, recertification=by))

    expiring = leaf("a", when={"valid_for": "P2Y"})
    assert recertified("refresher", expiring) == []
    assert recertified("refresher", group("g", leaf("a")) | {"when": {"valid_for": "P2Y"}}) == []
    assert recertified("growth", expiring) == []
    assert recertified("nowhere", expiring) == [("recertification", "there is no path nowhere")]
    assert recertified("refresher", leaf("a")) == [("recertification", "nothing in this path runs out")]
    assert recertified("basics", expiring) == [
        ("recertification", "what runs out here is not shown anew by the path basics")
    ]
    assert recertified("basics", leaf("a", also=["budget"], when={"valid_for": "P2Y"})) == []


def test_a_path_within_a_path_keeps_its_ids_apart_and_brings_its_modules() -> None:
    file = path_file(leaf("a", after=["b"]), {"id": "b", "path": "basics", "when": {"due_after": "P30D"}})
    source, _ = read_source(file)
    assert source is not None
    composition, problems = judge_source(source, file.file, OFFERS, OTHERS)
    assert problems == []
    assert composition is not None
    assert composition.tree == All(
        ROOT,
        (
            Leaf("a", after=("b",)),
            All(
                "b",
                (Leaf("b.r"),),
                path="https://ulc.waymark.example/paths/basics",
                when=When(due_after="P30D"),
            ),
        ),
    )
    assert composition.modules == {"a": ("intro",), "b.r": ("budget",)}


def test_a_module_brings_its_credits_where_they_are_counted_and_nowhere_else() -> None:
    file = path_file(leaf("a", "budget"), points("c", 3, leaf("d", "budget"), leaf("e", "budget", credits=1)))
    source, _ = read_source(file)
    assert source is not None
    composition, _ = judge_source(source, file.file, OFFERS, OTHERS)
    assert composition is not None
    assert composition.tree == All(ROOT, (Leaf("a"), Credits("c", 3, (Leaf("d", credits=2), Leaf("e", credits=1)))))


def library(*files: PathFile) -> list[tuple[str, str, str]]:
    found = check_paths(Inspection(Library(modules=(), paths=files, stale=()), (), frozenset({"intro"})))
    return [(problem.file, problem.key, problem.rule) for problem in found]


def named(slug: str, *items: dict[str, Any], **changed: Any) -> PathFile:
    own = {"id": str(uuid5(NAMESPACE_URL, slug)), "slug": slug, "activity": f"https://ulc.waymark.example/paths/{slug}"}
    return PathFile(f"paths/{slug}.toml", path_toml(items, **{**own, **changed}))


def test_paths_of_a_library_are_in_whatever_order_and_judged_and_published_after_what_they_name() -> None:
    inner, outer = named("z", leaf("r")), named("a", {"id": "in", "path": "z"}, leaf("b", after=["in"]))
    assert library(outer, inner) == library(inner, outer) == []
    assert in_order([outer, inner]) == [inner, outer]


def test_paths_within_each_other_are_refused() -> None:
    one, other = named("one", {"id": "in", "path": "other"}), named("other", {"id": "in", "path": "one"})
    ((_, key, rule),) = library(one, other)
    assert key == "tree"
    assert rule in {
        "these paths need each other: one ← other ← one",
        "these paths need each other: other ← one ← other",
    }
    assert {file.file for file in in_order([one, other])} == {one.file, other.file}


def test_a_broken_path_is_reported_once_and_not_by_those_that_take_it_in() -> None:
    broken = named("broken", leaf("r", "nowhere"), time_zone="Asia/Bakou")
    unread = named("unread", leaf("r"), status="lively")
    outer = named("outer", {"id": "in", "path": "broken"}, {"id": "un", "path": "unread"})
    assert {file for file, _, _ in library(broken, unread, outer)} == {"paths/broken.toml", "paths/unread.toml"}


def test_a_module_that_cannot_be_read_may_bring_credits_for_all_that_is_known() -> None:
    assert problems_of(path_file(points("c", 2, leaf("a", "broken"))), {"broken": None}) == []

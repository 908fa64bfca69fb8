from typing import Any

import pytest

from content import Inspection, Library, PathFile, Problem, Status
from paths import ROOT, All, Leaf, NOf, check_paths
from paths.authoring.authoring import judge_source, read_source
from paths.authoring.composing import Composition, Offer
from tests.paths.makers import group, in_all_languages, leaf, path_file, path_toml

MODULES = {"intro": Offer(Status.LIVE), "budget": Offer(Status.LIVE), "later": Offer(Status.DRAFT), "broken": None}


def judged(file: PathFile) -> tuple[Composition | None, list[Problem]]:
    source, problems = read_source(file)
    return (None, problems) if source is None or problems else judge_source(source, file.file, MODULES, {})


def problems_of(file: PathFile) -> list[tuple[str, str]]:
    """(key, rule) of each problem."""
    return [(problem.key, problem.rule) for problem in judged(file)[1]]


def test_a_path_file_means_its_tree() -> None:
    path, problems = judged(
        path_file(
            leaf("a"),
            group("electives", leaf("b", "budget", min_score=0.8), leaf("c", after=["a", "a"]), n=1),
            leaf("d", "later", optional=True),
        )
    )
    assert problems == []
    assert path is not None
    assert path.tree == All(
        ROOT,
        (
            Leaf("a"),
            NOf("electives", 1, (Leaf("b", min_score=0.8), Leaf("c", after=("a",)))),
            Leaf("d", optional=True),
        ),
    )
    assert path.modules == {"a": ("intro",), "b": ("budget",), "c": ("intro",), "d": ("later",)}
    assert path.titles == {"electives": in_all_languages("electives")}


def test_a_whole_number_is_a_threshold_too() -> None:
    assert problems_of(path_file(leaf("a", min_score=1))) == []


@pytest.mark.parametrize(
    ("items", "key", "rule"),
    [
        ([], "tree.path", "nothing in it counts"),
        ([leaf("a", optional=True)], "tree.path", "nothing in it counts"),
        ([leaf("a"), group("g")], "tree.g", "nothing in it counts"),
        ([leaf("a"), leaf("a", "budget")], "tree.a", "the id a is used 2 times"),
        ([leaf("path")], "tree.path", "the id path is used 2 times"),
        ([leaf("a", "nowhere")], "tree.a.module", "there is no module nowhere"),
        ([leaf("a", after=["z"])], "tree.a.after", "z is not in this path"),
        ([leaf("a", after=["a"])], "tree.a", "these wait for each other: a ← a"),
        ([group("g", leaf("a"), leaf("b"), n=3)], "tree.g.n", "3 needed, 2 can count"),
        ([group("g", leaf("a"), leaf("b", optional=True), n=2)], "tree.g.n", "2 needed, 1 can count"),
        ([leaf("a", "later")], "tree.a", "the module later is a draft, so nobody could finish the path"),
        (
            [leaf("a", after=["b"]), leaf("b", "later", optional=True)],
            "tree.a.after",
            "b is a draft and opens nothing",
        ),
        ([{"id": "a"}], "tree.a", "it must be one of a requirement, a group, a path or a sign-post"),
        ([leaf("a") | group("a")], "tree.a", "it must be one of a requirement, a group, a path or a sign-post"),
        ([leaf("a", n=1)], "tree.a", "a requirement has no n"),
        ([group("g", leaf("a")) | {"optional": True}], "tree.g", "a group has no optional"),
        ([group("g", leaf("a")) | {"n": 1}], "tree.g.n", "kind all with n = 1"),
    ],
)
def test_a_tree_that_cannot_be_completed_is_refused(items: list[dict[str, Any]], key: str, rule: str) -> None:
    assert problems_of(path_file(*items)) == [(key, rule)]


def test_a_circle_of_prerequisites_is_named_whole() -> None:
    (problem,) = problems_of(path_file(leaf("a", after=["b"]), leaf("b", after=["c"]), leaf("c", after=["a"])))
    assert set(problem[1].removeprefix("these wait for each other: ").split(" ← ")) == {"a", "b", "c"}


def test_a_requirement_may_not_wait_for_the_group_that_needs_it() -> None:
    assert len(problems_of(path_file(group("g", leaf("a", after=["g"]))))) == 1


def test_an_extra_may_wait_for_the_group_in_which_it_stands() -> None:
    assert problems_of(path_file(group("g", leaf("a"), leaf("extra", optional=True, after=["g"])))) == []


def test_a_draft_path_may_ask_for_draft_modules() -> None:
    assert problems_of(path_file(leaf("a", "later"), status="draft")) == []


def test_a_module_that_could_not_be_read_is_not_reported_again() -> None:
    assert problems_of(path_file(leaf("a", "broken"))) == []


def test_all_problems_come_at_once() -> None:
    file = path_file(
        leaf("a", "nowhere"),
        leaf("b", after=["z"]),
        group("g", leaf("c"), n=2),
    )
    assert [key for key, _ in problems_of(file)] == ["tree.a.module", "tree.g.n", "tree.b.after"]
    header = path_file(leaf("a") | {"ttitle": {}}, time_zone=4, slug="No Slug")
    assert {key for key, _ in problems_of(header)} == {"tree.items[a].ttitle", "time_zone", "slug"}


def test_a_time_zone_that_the_world_knows_is_asked_for() -> None:
    assert problems_of(path_file(leaf("a"), time_zone="Asia/Bakou")) == [("time_zone", "Asia/Bakou is no time zone")]


def test_texts_are_asked_for_in_all_languages_and_of_a_draft_in_english() -> None:
    electives = group("g", leaf("a")) | {"title": {"en": "Choose", "az": "Seçin"}}
    missing = [("tree.g.title." + language, f"{language} is missing") for language in ("hy", "ka", "ro", "ru", "uk")]
    assert problems_of(path_file(electives)) == missing
    assert problems_of(path_file(electives, status="draft")) == []
    assert problems_of(path_file(leaf("a"), status="draft", title={"az": "Artım"})) == [("title.en", "en is missing")]


@pytest.mark.parametrize("depth", [7, 20_000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    item = leaf("a")
    for level in range(depth):
        item = group(f"g{level}", item)
    assert problems_of(path_file(item)) == [("tree", "its groups are nested more than 6 levels deep")]


def test_more_items_than_a_page_can_show_are_refused() -> None:
    assert problems_of(path_file(*(leaf(f"a{n}") for n in range(501)))) == [("tree", "501 items")]


def test_two_paths_may_not_share_a_name() -> None:
    other = PathFile("paths/other.toml", path_toml([leaf("a")], slug="other"))
    library = Library(modules=(), paths=(path_file(leaf("a")), other), stale=())
    problems = check_paths(Inspection(library, (), frozenset({"intro"})))
    assert [(problem.file, problem.key) for problem in problems] == [
        ("paths/growth.toml", "activity"),
        ("paths/growth.toml", "id"),
        ("paths/other.toml", "activity"),
        ("paths/other.toml", "id"),
    ]

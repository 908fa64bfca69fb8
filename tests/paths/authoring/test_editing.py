import msgspec
import pytest

from base import Missing
from paths import Item, PathSource, editing
from tests.paths.makers import group, leaf, path_toml


def source(*items: dict[str, object]) -> PathSource:
    return msgspec.convert(path_toml(items), PathSource)


def ids(said: PathSource) -> list[tuple[str, str]]:
    return [(each.group, each.item.id) for each in editing.placed(said)]


NESTED = source(leaf("a"), group("g", leaf("b"), group("h", leaf("c")), leaf("d")))


def test_every_item_is_told_with_its_group_in_the_authors_order() -> None:
    assert ids(NESTED) == [("path", "a"), ("path", "g"), ("g", "b"), ("g", "h"), ("h", "c"), ("g", "d")]
    found = editing.place_of(NESTED, "h")
    assert (found.group, found.place, found.among) == ("g", 1, 3)


def test_an_item_is_added_at_the_end_of_its_group() -> None:
    added = editing.with_item(NESTED, "h", Item("new", module="intro"))
    assert ids(added)[4:6] == [("h", "c"), ("h", "new")]
    assert ids(editing.with_item(NESTED, "path", Item("new", module="intro")))[-1] == ("path", "new")


def test_an_item_goes_with_all_that_is_in_it() -> None:
    assert ids(editing.without_item(NESTED, "h")) == [("path", "a"), ("path", "g"), ("g", "b"), ("g", "d")]
    assert editing.without_item(editing.with_item(NESTED, "g", Item("x")), "x") == NESTED


def test_moving_changes_places_with_a_neighbour_and_ends_at_the_end_of_the_group() -> None:
    up = editing.with_moved(NESTED, "d", "up")
    assert [id_ for _, id_ in ids(up)] == ["a", "g", "b", "d", "h", "c"]
    assert editing.with_moved(up, "d", "down") == NESTED
    assert editing.with_moved(NESTED, "a", "up") == NESTED
    assert editing.with_moved(NESTED, "d", "down") == NESTED


def test_an_item_goes_into_another_group_but_never_into_itself() -> None:
    assert editing.groups_for(NESTED, "g") == ["path"]
    assert editing.groups_for(NESTED, "h") == ["path", "g"]
    assert editing.groups_for(NESTED) == ["path", "g", "h"]
    moved = editing.with_regrouped(NESTED, "a", "h")
    assert ids(moved) == [("path", "g"), ("g", "b"), ("g", "h"), ("h", "c"), ("h", "a"), ("g", "d")]
    with pytest.raises(Missing, match="no group 'h'"):
        editing.with_regrouped(NESTED, "g", "h")


def test_a_changed_item_keeps_its_id_and_what_is_in_it() -> None:
    changed = editing.with_changed(NESTED, "h", Item("other", kind="n-of", n=1))
    assert ids(changed) == ids(NESTED)
    found = editing.place_of(changed, "h").item
    assert (found.kind, found.n, [each.id for each in found.items]) == ("n-of", 1, ["c"])


def test_a_new_id_is_made_of_words_and_is_nobody_elses() -> None:
    assert editing.free_id(NESTED, "Find out: what?") == "find-out-what"
    assert editing.free_id(NESTED, "a") == "a-2"
    assert editing.free_id(NESTED, "path") == "path-2"
    assert editing.free_id(NESTED, "Գտիր") == "item"
    assert len(editing.free_id(NESTED, "long " * 20)) <= 40


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(Missing):
        editing.without_item(NESTED, "z")
    with pytest.raises(Missing):
        editing.with_item(NESTED, "a", Item("x"))
    with pytest.raises(Missing):
        editing.with_moved(NESTED, "z", "up")

from hypothesis import given
from hypothesis import strategies as st

from paths.tree.requirements import (
    ROOT,
    All,
    Group,
    Leaf,
    Node,
    NOf,
    canonical,
    counted,
    leaves,
    read_canonical,
    tree_hash,
)

IDS = st.uuids().map(str)
LEAVES = st.builds(
    Leaf,
    id=IDS,
    optional=st.booleans(),
    after=st.lists(IDS, max_size=3).map(tuple),
    min_score=st.none() | st.floats(min_value=0.01, max_value=1),
)


def groups(items: st.SearchStrategy[Node]) -> st.SearchStrategy[Group]:
    children = st.lists(items, max_size=4).map(tuple)
    return st.builds(All, IDS, children) | st.builds(NOf, IDS, st.integers(min_value=1, max_value=9), children)


TREES = groups(st.recursive(LEAVES, groups, max_leaves=12))


@given(TREES)
def test_a_tree_survives_its_canonical_form(tree: Group) -> None:
    assert read_canonical(canonical(tree)) == tree


def test_the_canonical_form_is_what_the_first_version_wrote() -> None:
    # Published versions are known by the hash of these bytes: a change here would make each a new version.
    tree = All(ROOT, (Leaf("a"), NOf("b", 1, (Leaf("c", optional=True, after=("a",), min_score=0.8),))))
    assert canonical(tree) == (
        b'{"id":"path","items":[{"id":"a","kind":"leaf"},{"id":"b","items":[{"after":["a"],"id":"c","kind":"leaf",'
        b'"min_score":0.8,"optional":true}],"kind":"n-of","n":1}],"kind":"all"}'
    )


def test_another_rule_is_another_hash() -> None:
    assert tree_hash(All(ROOT, (Leaf("a"),))) != tree_hash(All(ROOT, (Leaf("a", optional=True),)))


def test_optional_leaves_do_not_count_and_groups_do() -> None:
    inner = NOf("electives", 1, (Leaf("c"),))
    tree = All(ROOT, (Leaf("a"), Leaf("b", optional=True), inner))
    assert counted(tree) == (Leaf("a"), inner)
    assert [leaf.id for leaf in leaves(tree)] == ["a", "b", "c"]

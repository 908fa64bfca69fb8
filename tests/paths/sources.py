"""Paths drawn by chance, such as an author could have written: every kind of item, and all that it may say."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from hypothesis import strategies as st
from msgspec.structs import replace

from base import LANGUAGES
from content import Finishing, MoveOn, Status
from paths import Audience, Item, PathSource, Root, When
from people import OrganisationKind
from tests.paths.makers import PATH_ID

MODULES = ("intro", "budget", "data")
NESTED = "basics"

lines = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], max_codepoint=0x1F9FF), min_size=1, max_size=8
).map(lambda text: text.replace("\u3000", "x"))
texts = lines.map(lambda line: {language: f"{line} '''{language}\"\"\" \\" for language in LANGUAGES})
whens = st.sampled_from(
    [
        None,
        When(due_after="P30D"),
        When(opens=date(2026, 3, 1), closes=date(2027, 3, 1), due=date(2026, 9, 1)),
        When(opens_after="P1W", recency="P2Y"),
        When(valid_for="P2Y", renew_within="P3M"),
    ]
)
askings = st.sampled_from(
    [
        None,
        Finishing(move_on=MoveOn.PASSED, min_score=0.75),
        Finishing(sessions=2, minutes=90),
        Finishing(signed_off=True, signed_off_by=("mayor", "planner")),
        Finishing(submitted=True, contributed=True, reviews=3),
    ]
)
audiences = st.lists(
    st.sampled_from([Audience(position="mayor"), Audience(organisation_kind=OrganisationKind.CITY, country="AZ")]),
    max_size=2,
    unique=True,
).map(tuple)


@st.composite
def leaves(draw: st.DrawFn, *, optional: bool | None = None, points: bool = False) -> Item:
    module, *also = draw(st.permutations(MODULES))
    return Item(
        "?",
        module=module,
        also=tuple(also[: draw(st.integers(0, 2))]),
        optional=draw(st.booleans()) if optional is None else optional,
        min_score=draw(st.sampled_from([None, 0.5, 1.0])),
        asks=draw(askings),
        credits=draw(st.sampled_from([1.0, 2.5])) if points else None,
        when=draw(whens),
    )


sign_posts = texts.map(lambda title: Item("?", url="https://unhabitat.org/ö?a=b#c", title=title))
nested = whens.map(lambda when: Item("?", path=NESTED, when=when))


@st.composite
def groups(draw: st.DrawFn, depth: int) -> Item:
    kind = draw(st.sampled_from(["all", "n-of", "credits"]))
    counting = draw(leaves(optional=False, points=kind == "credits"))
    if kind == "credits":
        items = (counting, *draw(st.lists(leaves(points=True), max_size=2)))
        return Item("?", kind="credits", credits=counting.credits, title=draw(texts), items=items, when=draw(whens))
    items = (counting, *draw(st.lists(any_item(depth - 1), max_size=2)))
    if kind == "n-of":
        return Item("?", kind="n-of", n=1, title=draw(texts), items=items, when=draw(whens))
    return Item("?", kind="all", title=draw(texts), items=items, when=draw(whens))


def any_item(depth: int) -> st.SearchStrategy[Item]:
    flat = st.one_of(leaves(), sign_posts, nested)
    return st.one_of(flat, groups(depth)) if depth else flat


@st.composite
def path_sources(draw: st.DrawFn) -> PathSource:
    items = (draw(leaves(optional=False)), *draw(st.lists(any_item(2), max_size=3)))
    team = draw(st.booleans())
    root = Root("team", at_least=2, positions=("mayor",)) if team else Root("all", when=draw(whens))
    numbered = _numbered(items, iter(range(1000)), [])
    return PathSource(
        id=UUID(PATH_ID),
        slug="growth",
        activity="https://ulc.waymark.example/paths/growth",
        status=draw(st.sampled_from([Status.LIVE, Status.PILOT])),
        role="project-manager",
        time_zone="Asia/Baku",
        title=draw(texts),
        summary=draw(texts),
        audience=draw(audiences),
        tree=replace(root, items=numbered),
    )


def _numbered(items: tuple[Item, ...], numbers: Iterator[int], before: list[str]) -> tuple[Item, ...]:
    """Each item gets an id of its own, and every second requirement waits for the one before it."""
    named = []
    for item in items:
        id_ = f"i{next(numbers)}"
        waits = tuple(before[-1:]) if item.module is not None and len(before) % 2 else ()
        named.append(replace(item, id=id_, after=waits, items=_numbered(item.items, numbers, before)))
        if item.module is not None:
            before.append(id_)
    return tuple(named)

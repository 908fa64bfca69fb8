"""Trees, registers and facts as hypothesis draws them: few modules, few days, so that things meet."""

from datetime import timedelta

from hypothesis import strategies as st

from content import Finishing, MoveOn
from modules import Fact, FactKind
from paths.judging.completion import Fulfilment, Member, Register, Span
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, Node, NOf, SignPost, Team, When, leaves
from tests.paths.facts import OURS, day, fact, fulfilment

ENROLLED = day(8)
MODULES = ("m0", "m1")
PLACES = (None, "p0", "p1", "p2")
MENTOR = "account::https://waymark.example::mentor"
KINDS = (
    *(2 * (FactKind.PASSED, FactKind.COMPLETED, FactKind.SCORED, FactKind.ATTENDED)),
    FactKind.FAILED,
    FactKind.WAIVED,
    FactKind.REVIEWED,
    FactKind.SIGNED_OFF,
    FactKind.SUBMITTED,
    FactKind.CONTRIBUTED,
)
_MINUTES = (None, 20.0, 45.0, 60.0)
_SCORES = (None, -0.5, 0.4, 0.8, 1.0)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """One fact, of day 0 to 20, now and then late, voided or another's word."""
    at = draw(st.sampled_from(range(21)))  # evenly, where integers would crowd at zero
    kind = draw(st.sampled_from(KINDS))
    return fact(
        kind,
        at,
        id_=draw(st.integers(min_value=1, max_value=10**6)),
        module=draw(st.sampled_from(MODULES)),
        value=draw(st.sampled_from(_MINUTES if kind == FactKind.ATTENDED else _SCORES)),
        known_at=day(at + draw(st.sampled_from([0, 5, 10, 20]))),
        authority=draw(st.sampled_from([*(7 * (OURS,)), "mbox::mailto:stranger@lms.example"])),
        voided_at=draw(st.sampled_from([*(7 * (None,)), day(3), day(30)])),
        by=draw(st.sampled_from([MENTOR, None])),
        place=draw(st.sampled_from(PLACES)),
    )


FACTS = st.lists(facts(), min_size=10, max_size=30)
_PERIODS = st.sampled_from(["P3D", "P7D", "P12D"])
_BY_ONE_WORD = st.builds(Finishing, move_on=st.sampled_from(MoveOn))
_FINISHINGS = st.one_of(
    _BY_ONE_WORD,
    _BY_ONE_WORD,
    st.builds(
        Finishing,
        move_on=st.sampled_from([None, None, MoveOn.COMPLETED]),
        min_score=st.sampled_from([None, None, None, 0.4]),
        sessions=st.sampled_from([None, 1, 2]),
        minutes=st.sampled_from([None, None, 60, 80]),
        reviews=st.sampled_from([None, None, None, 2]),
        signed_off=st.sampled_from([False, False, False, True]),
        signed_off_by=st.sampled_from([(), (), (), ("mentor",)]),
        submitted=st.sampled_from([False, False, False, True]),
        contributed=st.sampled_from([False, False, False, True]),
    ),
)
_NEVER = st.none()


def _whens(*, lasting: bool) -> st.SearchStrategy[When | None]:
    """Now and then dates; with `lasting`, also such as end what was satisfied."""
    dated = st.builds(
        When,
        opens=st.sampled_from([None, None, day(6).date(), day(15).date()]),
        opens_after=st.sampled_from([None, None, "P4D"]),
        closes=st.sampled_from([None, None, day(18).date()]),
        due=st.sampled_from([None, None, day(12).date()]),
        due_after=st.sampled_from([None, None, "P9D"]),
        recency=st.none() | _PERIODS,
        valid_for=st.none() | _PERIODS if lasting else _NEVER,
        renew_within=st.none() | _PERIODS,
    )
    return st.one_of(_NEVER, _NEVER, _NEVER, dated)


@st.composite
def trees(draw: st.DrawFn, *, lasting: bool = True, teams: bool = False) -> Group:
    """A tree of any kinds; `lasting` as in _whens. With `teams` its outermost items are Teams."""
    ids = iter(range(1000))
    whens = _whens(lasting=lasting)

    def node(depth: int) -> Node:
        if depth == 0 or draw(st.booleans()):
            return leaf()
        return group(f"x{next(ids)}", depth)

    def leaf() -> Node:
        id_ = f"x{next(ids)}"
        if draw(st.sampled_from([False] * 9 + [True])):
            return SignPost(id_, "https://example.org/")
        return Leaf(
            id_,
            optional=draw(st.sampled_from([False, False, False, True])),
            after=(f"x{draw(st.integers(min_value=0, max_value=20))}",)
            if draw(st.sampled_from([False, False, False, True]))
            else (),
            min_score=draw(st.sampled_from([None, None, None, None, 0.8])),
            asks=draw(_FINISHINGS) if draw(st.sampled_from([False] * 5 + [True])) else None,
            credits=draw(st.sampled_from([None, 0.5, 0.1, 0.2])),
            when=draw(whens),
        )

    def group(id_: str, depth: int, *, team: bool = False) -> Group:
        items = tuple(
            node(depth - 1) for _ in range(draw(st.sampled_from([1, 2, 3, 3] if team else [0, 1, 2, 2, 3, 3])))
        )
        when = draw(whens)
        if team:
            positions = draw(st.sampled_from([(), ("mayor",)]))
            return Team(id_, draw(st.sampled_from([1, 1, 2])), items, positions, when)
        match draw(st.sampled_from("aanc")):
            case "a":
                return All(id_, items, when=when)
            case "n":
                return NOf(id_, draw(st.sampled_from([1, 2])), items, when=when)
            case _:
                return Credits(id_, draw(st.sampled_from([0.3, 0.5, 1.0])), items, when=when)

    if not teams:
        return group(ROOT, 3)
    return All(ROOT, tuple(group(f"x{next(ids)}", 1, team=True) for _ in range(draw(st.sampled_from([1, 1, 2])))))


@st.composite
def fulfilments_for(draw: st.DrawFn, tree: Group) -> tuple[Fulfilment, ...]:
    return tuple(
        fulfilment(
            leaf.id,
            activity=module,
            finishing=draw(_FINISHINGS),
            counts_from=draw(st.sampled_from([None, None, None, day(5), day(15)])),
            counts_until=draw(st.sampled_from([None, None, None, day(5), day(15)])),
        )
        for leaf in leaves(tree)
        for module in sorted(draw(st.sets(st.sampled_from(MODULES), min_size=draw(st.sampled_from([0, 1, 1, 1])))))
    )


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """None, one, or two that are apart."""
    starts = draw(st.sampled_from([(), (0,), (0,), (4, 14)]))
    return tuple(Span(day(start), day(start) + timedelta(days=draw(st.sampled_from([3, 9, 9])))) for start in starts)


@st.composite
def registers(draw: st.DrawFn, tree: Group, *, teams: bool = False) -> Register:
    members = st.builds(
        Member,
        facts=FACTS.map(tuple),
        belongs=st.one_of(st.just((Span(day(-5)),)), st.just((Span(day(-5)),)), spans()),
        positions=st.builds(lambda held: {"mayor": held}, spans()) | st.just({}),
    )
    return Register(
        enrolled_at=ENROLLED,
        fulfilments=draw(fulfilments_for(tree)),
        signers={MENTOR: {"mentor": draw(spans())}},
        members=tuple(draw(st.lists(members, min_size=2, max_size=3))) if teams else (),
    )

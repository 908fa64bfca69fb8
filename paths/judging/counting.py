"""What a verdict is drawn from: the register as values, and which facts count by it for what. Pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from content import EVERY_KIND, DeliveryMode, Finishing, Trusted
from modules import KINDS, Fact, FactKind, Says
from paths.judging.conditions import Condition, Signers, conditions, relevant
from paths.judging.spans import Span
from paths.tree.periods import before
from paths.tree.requirements import Group, Leaf, Node, SignPost, leaves, nodes

LATEST = datetime.max.replace(tzinfo=UTC)
"""As of now and of all that is known, whatever any clock says: two nodes' clocks differ."""


class Fulfilment(msgspec.Struct, frozen=True, cache_hash=True):
    """From `recorded_at` on this is known: finishing `activity` as `finishing` says fulfils `requirement`.

    Only facts dated from `counts_from` and before `counts_until` count, from `authorities` (agent keys), whose word
    is enough for every kind, and from those `trusted`. A later record of the same requirement, activity and delivery
    takes the place of an earlier one.
    """

    requirement: str
    activity: str
    finishing: Finishing
    authorities: frozenset[str]
    recorded_at: datetime
    counts_from: datetime | None = None
    counts_until: datetime | None = None
    delivery: DeliveryMode = DeliveryMode.ONLINE
    trusted: tuple[Trusted, ...] = ()


class Extension(msgspec.Struct, frozen=True):
    """From `recorded_at` on this is known: `node` is due at `due`, whatever the tree says. The last one holds."""

    node: str
    due: datetime
    recorded_at: datetime


class Member(msgspec.Struct, frozen=True):
    """A member of an enrolled organisation: their facts, when they belonged to it and held what position."""

    facts: tuple[Fact, ...]
    belongs: tuple[Span, ...]
    positions: dict[str, tuple[Span, ...]] = {}


class Register(msgspec.Struct, frozen=True):
    """What statements do not say about one enrolment; rows stand in the order in which they were recorded.

    `signers` are, by agent key, the positions that whoever signed something held, and when. `parted` are facts of
    accounts that were the person's and are no more: `voided_at` is the time of parting, or of voiding where that was
    earlier. `members` are an organisation's.
    """

    enrolled_at: datetime
    fulfilments: tuple[Fulfilment, ...]
    time_zone: str = "UTC"
    extensions: tuple[Extension, ...] = ()
    signers: dict[str, dict[str, tuple[Span, ...]]] = {}
    parted: tuple[Fact, ...] = ()
    members: tuple[Member, ...] = ()


Shown: TypeAlias = tuple[Condition, tuple[Fact, ...]]
"""A condition, and the facts that count towards it, the oldest first."""


class Way(msgspec.Struct, frozen=True):
    """One way in which a requirement can be satisfied, with the `facts` that count for it, the oldest first.

    All `shown` must hold together: each condition of it with those of the facts that count towards it. One of `waived`
    stands for them all.
    """

    rule: Fulfilment
    facts: tuple[Fact, ...]
    shown: tuple[Shown, ...]
    waived: tuple[Fact, ...]
    has_each: bool
    """Whether there is something towards each condition that needs facts, so that they may hold together at all."""

    def only(self, those: Callable[[Iterable[Fact]], tuple[Fact, ...]]) -> "Way":
        """The same, with `those` of its facts."""
        shown = tuple((condition, those(own)) for condition, own in self.shown)
        return Way(self.rule, those(self.facts), shown, those(self.waived), _has_each(shown))

    def from_(self, moment: datetime) -> "Way":
        """The same, without what is dated before `moment`."""
        return self.only(lambda facts: tuple(fact for fact in facts if fact.at >= moment)) if self.facts else self


Counting: TypeAlias = Mapping[str, Sequence[Way]]
"""By requirement, the ways in which it can be satisfied."""


class Asked(msgspec.Struct, frozen=True):
    """What a tree asks before anything is known of a learner: the same of all who are on it.

    `ways` are by requirement, with nothing shown. `concerned` are by activity the requirements that it may fulfil.
    `bounded` says whether evidence can be too old for one.
    """

    ways: Counting
    concerned: Mapping[str, tuple[str, ...]]
    bounded: bool


@lru_cache(1000)
def asked(tree: Group, fulfilments: tuple[Fulfilment, ...]) -> Asked:
    """What `tree` asks, of which requirement is fulfilled as the register says that it is."""
    rules = in_force(fulfilments)
    ways = {leaf.id: tuple(_nothing_shown(leaf, rule) for rule in rules.get(leaf.id, ())) for leaf in leaves(tree)}
    concerned: dict[str, tuple[str, ...]] = {}
    for requirement, own in ways.items():
        for activity in {way.rule.activity for way in own}:
            concerned[activity] = (*concerned.get(activity, ()), requirement)
    bounded = any(node.when and node.when.recency for node in nodes(tree) if not isinstance(node, SignPost))
    return Asked(ways, concerned, bounded)


class Given(msgspec.Struct, frozen=True):
    """What a question is answered from: the facts that count, the subject's own and those of each member."""

    register: Register
    zone: ZoneInfo
    counting: Counting
    members: tuple[tuple[Member, "Given"], ...] = ()

    def from_(self, moment: datetime) -> "Given":
        """The same, without what is dated before `moment`."""
        later = {requirement: [way.from_(moment) for way in ways] for requirement, ways in self.counting.items()}
        members = tuple((member, own.from_(moment)) for member, own in self.members)
        return Given(self.register, self.zone, later, members)


def given(
    tree: Group,
    register: Register,
    facts: Iterable[Fact],
    *,
    as_of: datetime = LATEST,
    known_at: datetime = LATEST,
    lost_too: bool = False,
) -> Given:
    """What counts of `facts`: dated by `as_of`, known by `known_at`, and then neither voided nor of a parted account.

    With `lost_too` what was voided or parted counts as if it were not.
    """
    zone = ZoneInfo(register.time_zone)
    known = register.fulfilments
    if known_at != LATEST:
        known = tuple(each for each in known if each.recorded_at <= known_at)
    ask = asked(tree, known)
    earliest = _earliest(tree, register.enrolled_at, zone) if ask.bounded else {}

    def stands(fact: Fact) -> bool:
        in_time = fact.at <= as_of and fact.known_at <= known_at
        return in_time and (lost_too or fact.voided_at is None or fact.voided_at > known_at)

    def of(subject: Iterable[Fact]) -> Counting:
        heard = _by_activity(subject, stands)
        concerned = {requirement for activity in heard for requirement in ask.concerned.get(activity, ())}
        shown = {
            each: tuple(_shown(way, heard, earliest.get(each), register.signers) for way in ask.ways[each])
            for each in concerned
        }
        return {**ask.ways, **shown}

    members = tuple((member, Given(register, zone, of(member.facts))) for member in register.members)
    return Given(register, zone, of([*facts, *_once_theirs(register, lost_too=lost_too)]), members)


def may_be_lost(register: Register, facts: Iterable[Fact], known_at: datetime) -> bool:
    """Whether anything is there that counted once and does not by `known_at`."""
    subjects = (facts, *(member.facts for member in register.members))
    voided = (fact.voided_at is not None and fact.voided_at <= known_at for own in subjects for fact in own)
    return bool(register.parted) or any(voided)


def in_force(fulfilments: Sequence[Fulfilment], known_at: datetime = LATEST) -> dict[str, tuple[Fulfilment, ...]]:
    """By requirement, what fulfils it as far as the register said at `known_at`."""
    newest = {
        (each.requirement, each.activity, each.delivery): each for each in fulfilments if each.recorded_at <= known_at
    }
    rules: dict[str, tuple[Fulfilment, ...]] = {}
    for _, each in sorted(newest.items()):
        rules[each.requirement] = (*rules.get(each.requirement, ()), each)
    return rules


def _once_theirs(register: Register, *, lost_too: bool) -> list[Fact]:
    """The facts of parted accounts that may count: without a time of parting they were parted whenever one asks."""
    return [fact for fact in register.parted if lost_too or fact.voided_at is not None]


def _by_activity(facts: Iterable[Fact], stands: Callable[[Fact], bool]) -> dict[str, list[Fact]]:
    """By activity, the facts that stand, in the order of their dates."""
    heard: dict[str, list[Fact]] = {}
    # By number, since Python compares numbers several times as fast as UUIDs.
    for fact in sorted(filter(stands, facts), key=lambda fact: (fact.at, fact.statement_id.int, fact.kind)):
        heard.setdefault(fact.activity, []).append(fact)
    return heard


def _nothing_shown(leaf: Leaf, rule: Fulfilment) -> Way:
    shown: tuple[Shown, ...] = tuple((condition, ()) for condition in conditions(leaf, rule.finishing))
    return Way(rule, (), shown, (), _has_each(shown))


def _shown(way: Way, heard: Mapping[str, Sequence[Fact]], earliest: datetime | None, signers: Signers) -> Way:
    """`way`, in which nothing is shown, by those of the facts that count."""
    facts = tuple(fact for fact in heard.get(way.rule.activity, ()) if _counts(way.rule, fact, earliest))
    if not facts:
        return way
    kinds = {fact.kind for fact in facts}
    shown = tuple(
        (condition, () if condition.kinds.isdisjoint(kinds) else tuple(relevant(condition, facts, signers)))
        for condition, _ in way.shown
    )
    waived = tuple(fact for fact in facts if fact.kind == FactKind.WAIVED) if FactKind.WAIVED in kinds else ()
    return Way(way.rule, facts, shown, waived, _has_each(shown))


def _has_each(shown: Sequence[Shown]) -> bool:
    return bool(shown) and all(own or not condition.kinds for condition, own in shown)


def _counts(rule: Fulfilment, fact: Fact, earliest: datetime | None) -> bool:
    return (
        believed(fact, rule.authorities, rule.trusted)
        and (earliest is None or earliest <= fact.at)
        and (rule.counts_from is None or rule.counts_from <= fact.at)
        and (rule.counts_until is None or fact.at < rule.counts_until)
    )


def believed(fact: Fact, authorities: Collection[str], trusted: Iterable[Trusted]) -> bool:
    """Whether whoever vouches for `fact` may, by the column `authority` of the table of kinds.

    The word of `authorities` is enough for every kind, that of those `trusted` for what they are named for.
    """
    if fact.authority in authorities:
        return True
    named: set[FactKind | str] = {kind for each in trusted if each.authority == fact.authority for kind in each.kinds}
    return fact.kind in named or (EVERY_KIND in named and KINDS[fact.kind].authority == Says.TRUSTED)


def _earliest(tree: Group, enrolled_at: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """By requirement, the date before which nothing counts: the latest of what it and the groups around it say."""
    found: dict[str, datetime] = {}

    def look(node: Node, outer: datetime | None) -> None:
        if isinstance(node, SignPost):
            return
        bound = outer
        if node.when and node.when.recency:
            own = before(enrolled_at, node.when.recency, zone)
            bound = own if outer is None else max(own, outer)
        if not isinstance(node, Leaf):
            for item in node.items:
                look(item, bound)
        elif bound is not None:
            found[node.id] = bound

    look(tree, None)
    return found
